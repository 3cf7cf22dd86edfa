use cairn_types::KIB;
use http::Method;

use crate::client::Asked;

use super::{BUCKET, Stage, body, simulate, told};

/// Bodies that are longer than what rides in a command.
const BODY: usize = 20 * KIB as usize;

/// The key that has what must stay: a null version, and one with an id, both held.
const KEY: &str = "kept";

/// Puts both there; returns the id.
async fn hold(stage: &Stage) -> String {
    assert_eq!(told(stage.s3.put(0, BUCKET, KEY, body(1, BODY)).await), 200);
    assert_eq!(told(stage.s3.put_versioning(0, BUCKET, "Enabled").await), 200);
    let put = stage.s3.put(1, BUCKET, KEY, body(2, BODY)).await.expect("there is an answer");
    let id = put.header("x-amz-version-id").expect("versioning is on").to_owned();
    assert_eq!(told(stage.s3.enable_locks(0, BUCKET).await), 200);
    for (gateway, name) in ["null", &id].into_iter().enumerate() {
        assert_eq!(told(stage.s3.hold(gateway, BUCKET, (KEY, name), true).await), 200, "through gateway {gateway}");
    }
    id
}

/// Both versions have their bytes, through either gateway.
async fn both_stay(stage: &Stage, id: &str) {
    for gateway in 0..2 {
        for (name, mark) in [("null", 1), (id, 2)] {
            let read = stage.s3.get_version(gateway, BUCKET, (KEY, name)).await.expect("there is an answer");
            assert_eq!(read.status(), 200, "{name}: {:?}", read.code());
            assert!(read.body == body(mark, BODY), "{name} has its bytes");
        }
    }
}

#[test]
fn no_delete_takes_a_locked_version() {
    simulate(161, |stage| async move {
        let id = hold(&stage).await;
        for name in ["null", &id] {
            assert_eq!(told(stage.s3.delete_version(0, BUCKET, (KEY, name)).await), 403);
        }
        let both = [(KEY, Some("null")), (KEY, Some(id.as_str()))];
        let many = stage.s3.delete_objects(1, BUCKET, &both).await.expect("there is an answer");
        assert_eq!(many.texts("Code"), ["AccessDenied", "AccessDenied"]);
        let marked = stage.s3.delete(0, BUCKET, KEY).await.expect("there is an answer");
        assert_eq!((marked.status(), marked.header("x-amz-delete-marker")), (204, Some("true")));
        assert_eq!(told(stage.s3.delete_bucket(0, BUCKET).await), 409);
        both_stay(&stage, &id).await;
    });
}

#[test]
fn nothing_takes_the_place_of_a_held_version_and_no_rename_moves_it() {
    simulate(162, |stage| async move {
        let id = hold(&stage).await;
        // Where versioning were suspended, writes would replace the null version.
        assert_eq!(told(stage.s3.put_versioning(0, BUCKET, "Suspended").await), 409);
        let away = stage.s3.rename(1, BUCKET, (KEY, "elsewhere")).await.expect("there is an answer");
        assert_eq!((away.status(), away.code().as_deref()), (403, Some("AccessDenied")), "a rename of it");
        assert_eq!(told(stage.s3.put(1, BUCKET, KEY, body(3, BODY)).await), 200, "a PUT");
        let created = stage.s3.create_upload(0, BUCKET, KEY).await.expect("there is an answer");
        let upload = created.text("UploadId").expect("an upload has an id");
        let part = stage.s3.upload_part(1, (BUCKET, KEY, &upload), 1, body(4, BODY)).await.expect("there is an answer");
        let etags = [part.etag().expect("a part has a tag")];
        assert_eq!(told(stage.s3.complete_upload(0, (BUCKET, KEY, &upload), &etags).await), 200, "a Complete");
        assert_eq!(told(stage.s3.put(0, BUCKET, "source", body(5, BODY)).await), 200);
        let copied = Asked::key(Method::PUT, BUCKET, KEY).header("x-amz-copy-source", format!("/{BUCKET}/source"));
        assert_eq!(told(stage.s3.ask(1, copied).await), 200, "a copy");
        assert_eq!(told(stage.s3.rename(0, BUCKET, ("source", KEY)).await), 200, "a rename onto it");
        both_stay(&stage, &id).await;
        assert_eq!(stage.reads(KEY).await, Some(body(5, BODY)));
        assert_eq!(stage.reads("source").await, None);
        assert_eq!(stage.reads("elsewhere").await, None);
    });
}
