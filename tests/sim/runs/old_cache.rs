use bytes::Bytes;
use cairn_catalog::command::SetBucketDocument;
use cairn_catalog::reply::{Refusal, Reply};
use cairn_catalog::rows::{BucketSettings, VersioningMode};
use cairn_metadata::{SessionOwner, WriterSession, set_bucket_document};
use cairn_types::NodeId;
use http::Method;

use crate::checks::bucket_id;
use crate::client::{Answer, Asked, NoAnswer};
use crate::cluster::{Moment, deadline};

use super::{BUCKET, LARGE, Stage, body, simulate, told};

/// Changes the bucket's configuration; returns once every shard has recorded it.
async fn change(stage: &Stage, change: SetBucketDocument) {
    let owner = SessionOwner { node: NodeId(1), purpose: "test".to_owned() };
    let session = WriterSession::open(stage.cluster.catalog.clone(), owner, deadline()).await;
    let session = session.expect("the cluster takes its writers");
    let change = SetBucketDocument { bucket: bucket_id(&stage.cluster, BUCKET).await, ..change };
    set_bucket_document(&session, change, deadline()).await.expect("a healthy cluster takes a configuration");
}

async fn set_versioning(stage: &Stage, versioning: VersioningMode) {
    let settings = Some(BucketSettings { versioning, ..BucketSettings::default() });
    change(stage, SetBucketDocument { settings, ..SetBucketDocument::default() }).await;
}

/// The version id that an answer shows; only a bucket with versioning shows any.
fn version_id(answer: Result<Answer, NoAnswer>) -> Option<String> {
    let answer = answer.expect("there is an answer");
    assert_eq!(answer.status(), 200, "{:?}", answer.code());
    answer.header("x-amz-version-id").map(str::to_owned)
}

#[test]
fn a_write_decided_under_an_old_configuration_is_refused_and_decided_anew() {
    simulate(151, |stage| async move {
        let stop = stage.cluster.stop_next(Moment::BeforeIt, "governed");
        let put = stage.begin_put(0, "governed", body(2, LARGE));
        stop.reached().await;
        let tagging = SetBucketDocument {
            sub_resource: "tagging".to_owned(),
            document: Some(Bytes::from_static(b"<Tagging/>")),
            ..SetBucketDocument::default()
        };
        change(&stage, tagging).await;
        stop.release();
        let replies = stop.replies(1).await;
        assert!(matches!(replies[0], Reply::Refused(Refusal::StaleConfiguration(_))), "{replies:?}");
        assert_eq!(told(put.await.unwrap()), 200, "the gateway looks the configuration up and goes on");
        assert_eq!(stage.reads("governed").await, Some(body(2, LARGE)));
    });
}

#[test]
fn a_gateway_whose_cache_is_old_serves_under_the_new_configuration() {
    simulate(152, |stage| async move {
        let s3 = &stage.s3;
        for gateway in 0..2 {
            assert_eq!(version_id(s3.get(gateway, BUCKET, "warm").await), None);
        }
        set_versioning(&stage, VersioningMode::Enabled).await;
        assert_eq!(version_id(s3.get(0, BUCKET, "warm").await).as_deref(), Some("null"), "a read");
        let kept = version_id(s3.put(1, BUCKET, "warm", body(2, LARGE)).await).expect("a write");
        assert_ne!(kept, "null");
        set_versioning(&stage, VersioningMode::Suspended).await;
        assert_eq!(version_id(s3.get(1, BUCKET, "warm").await), Some(kept.clone()));
        assert_eq!(version_id(s3.put(0, BUCKET, "warm", body(3, LARGE)).await), None, "a write that is no version");
        assert_eq!(version_id(s3.get(1, BUCKET, "warm").await).as_deref(), Some("null"));
        let old = Asked::key(Method::GET, BUCKET, "warm").query(format!("versionId={kept}"));
        assert!(s3.ask(0, old).await.unwrap().body == body(2, LARGE), "what versioning kept is there");
    });
}

/// A policy is set through one gateway and removed through the other; each decides by it at once.
pub(crate) fn a_policy_governs_where_a_cache_is_old() {
    simulate(154, |stage| async move {
        let s3 = &stage.s3;
        for gateway in 0..2 {
            assert_eq!(told(s3.get(gateway, BUCKET, "warm").await), 200);
        }
        let statement = format!(
            r#"{{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::{BUCKET}/*"}}"#
        );
        let policy = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
        let asked = |method| Asked::bucket(method, BUCKET).query("policy=");
        assert_eq!(told(s3.ask(1, asked(Method::PUT).body(Bytes::from(policy))).await), 204);
        for gateway in 0..2 {
            assert_eq!(told(s3.get(gateway, BUCKET, "warm").await), 403, "gateway {gateway} decides by the policy");
        }
        assert_eq!(told(s3.ask(0, asked(Method::DELETE)).await), 204);
        for gateway in 0..2 {
            assert_eq!(told(s3.get(gateway, BUCKET, "warm").await), 200, "gateway {gateway} knows that it is gone");
        }
    });
}

#[test]
fn a_policy_governs_through_a_gateway_whose_cache_is_old() {
    a_policy_governs_where_a_cache_is_old();
}

#[test]
fn a_bucket_made_anew_by_another_gateway_is_the_one_that_an_old_cache_serves() {
    simulate(153, |stage| async move {
        assert_eq!(told(stage.s3.delete(1, BUCKET, "warm").await), 204);
        assert_eq!(told(stage.s3.delete_bucket(1, BUCKET).await), 204);
        assert_eq!(told(stage.s3.create_bucket(1, BUCKET).await), 200);
        // A body that was staged for the old bucket cannot go into the new one: its client is told to try again.
        let first = told(stage.s3.put(0, BUCKET, "new", body(2, LARGE)).await);
        assert!(matches!(first, 200 | 503), "{first}");
        assert_eq!(told(stage.s3.put(0, BUCKET, "new", body(3, LARGE)).await), 200);
        assert_eq!(stage.reads("new").await, Some(body(3, LARGE)));
        assert_eq!(stage.reads("warm").await, None);
    });
}
