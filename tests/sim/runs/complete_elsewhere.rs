use cairn_runtime::sim::Random;

use crate::workload::Bodies;

use super::{BUCKET, LARGE, simulate, sleep, told};

#[test]
fn an_upload_is_completed_by_another_gateway_than_the_one_that_took_its_parts_and_died() {
    simulate(131, |stage| async move {
        let bodies = Bodies::default();
        // All parts but the last have at least 5 MiB.
        let (_, parts) = bodies.draw_parts(&mut Random::new(131), &[5 << 20, LARGE]);
        let created = stage.s3.create_upload(0, BUCKET, "whole").await.unwrap();
        let upload = created.text("UploadId").expect("an upload has an id");
        let named = (BUCKET, "whole", upload.as_str());
        let mut etags = Vec::new();
        for (place, part) in parts.iter().enumerate() {
            let sent = stage.s3.upload_part(0, named, place + 1, part.clone()).await.unwrap();
            etags.push(sent.etag().expect("a part has a tag"));
        }
        let sessions = stage.cluster.sessions().await.len();
        stage.cluster.gateways[0].crash().await;
        while stage.cluster.sessions().await.len() >= sessions {
            sleep(1).await;
        }
        sleep(5).await;
        // Its session is fenced, and what it left is collected: the parts are not of that.
        stage.cluster.collect().await;
        assert_eq!(told(stage.s3.complete_upload(1, named, &etags).await), 200);
        assert!(stage.reads("whole").await == Some(parts.concat().into()));
        stage.cluster.collect().await;
        assert!(stage.reads("whole").await == Some(parts.concat().into()));
    });
}
