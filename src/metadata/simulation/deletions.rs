//! Buckets are deleted by all shards or by none.

use cairn_catalog::command::{CommandBody, SetBucketDocument, SetBucketState};
use cairn_catalog::query::{Answer, FindBucket, Query};
use cairn_catalog::reply::Refusal;
use cairn_catalog::rows::{BucketState, Nothing};
use cairn_runtime::sim::SimWorld;
use cairn_types::ConfigVersion;

use super::support::{TestCluster, new_bucket, seconds};
use crate::{MetadataError, Route, create_bucket, delete_bucket, set_bucket_document};

async fn find(cluster: &TestCluster, name: &str) -> Result<BucketState, MetadataError> {
    let query = Query::FindBucket(FindBucket { name: name.into(), ..FindBucket::default() });
    match cluster.client.query(Route::ROOT, query, cluster.deadline(30)).await? {
        Answer::Bucket(found) => Ok(found.row.state),
        other => panic!("not an answer to a bucket: {other:?}"),
    }
}

#[test]
fn a_bucket_with_a_version_stays_and_takes_writes_again() {
    SimWorld::run(61, |world| async move {
        let cluster = TestCluster::created(&world, 1).await;
        let session = cluster.session().await;
        let bucket = cluster.bucket(&session, "full").await;
        cluster.put(&session, bucket, "a", "hello").await.unwrap();
        let refused = delete_bucket(&session, bucket.bucket, cluster.deadline(30)).await;
        assert_eq!(refused, Err(MetadataError::Refused(Refusal::BucketNotEmpty(Nothing::default()))));
        assert_eq!(find(&cluster, "full").await, Ok(BucketState::Active));
        let stale = cluster.put(&session, bucket, "b", "decided before").await;
        assert!(matches!(stale, Err(MetadataError::Refused(Refusal::StaleConfiguration(_)))), "{stale:?}");
    });
}

#[test]
fn an_empty_bucket_is_gone_and_its_name_is_free() {
    SimWorld::run(62, |world| async move {
        let cluster = TestCluster::created(&world, 1).await;
        let session = cluster.session().await;
        let bucket = cluster.bucket(&session, "empty").await;
        delete_bucket(&session, bucket.bucket, cluster.deadline(30)).await.unwrap();
        assert!(find(&cluster, "empty").await.is_err());
        let late = cluster.put(&session, bucket, "a", "too late").await;
        assert!(late.is_err(), "{late:?}");
        let again = create_bucket(&session, new_bucket("empty"), cluster.deadline(30)).await.unwrap();
        assert_ne!(again.bucket, bucket.bucket);
    });
}

#[test]
fn a_deletion_left_behind_is_finished_by_the_leader_of_the_root() {
    SimWorld::run(63, |world| async move {
        let cluster = TestCluster::created(&world, 1).await;
        let session = cluster.session().await;
        let bucket = cluster.bucket(&session, "left-behind").await;
        let state = SetBucketState { bucket: bucket.bucket, state: BucketState::Deleting };
        let body = CommandBody::SetBucketState(state);
        session.submit(Route::ROOT, body, cluster.deadline(30)).await.unwrap();
        cluster.sleep(seconds(100)).await;
        assert!(find(&cluster, "left-behind").await.is_err());
    });
}

#[test]
fn an_acknowledged_configuration_governs() {
    SimWorld::run(64, |world| async move {
        let cluster = TestCluster::created(&world, 1).await;
        let session = cluster.session().await;
        let bucket = cluster.bucket(&session, "configured").await;
        let change = SetBucketDocument {
            bucket: bucket.bucket,
            sub_resource: "policy".into(),
            document: Some("{}".into()),
            ..SetBucketDocument::default()
        };
        let changed = set_bucket_document(&session, change, cluster.deadline(30)).await.unwrap();
        assert_eq!(changed.config_version, ConfigVersion(bucket.config_version.0 + 1));
        let stale = cluster.put(&session, bucket, "a", "decided before").await;
        let current = Refusal::StaleConfiguration(changed.config_version);
        assert_eq!(stale, Err(MetadataError::Refused(current)));
        cluster.put(&session, changed, "a", "decided after").await.unwrap();
    });
}
