//! Changes in place.

use cairn_catalog::command::{AclChange, RetentionChange, SetBucketDocument, TagSet, UpdateTarget, VersionChange};
use cairn_catalog::rows::{BucketSettings, Nothing, Retention, RetentionMode, VersioningMode};
use cairn_types::{UnixMillis, VersionOrder};

use super::support::{BLOB, Cluster, body, key, on_cluster, owner};
use crate::{BucketView, UpdateError, UpdateRequest};

fn latest(name: &str, changes: Vec<VersionChange>) -> UpdateRequest {
    UpdateRequest { key: key(name), target: UpdateTarget::Latest(Nothing::default()), changes }
}

fn tags(pairs: &[(&str, &str)]) -> VersionChange {
    let tags = pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    VersionChange::Tags(TagSet { tags, ..TagSet::default() })
}

fn retain(mode: RetentionMode, until: u64, bypass_governance: bool) -> VersionChange {
    let retention = Some(Retention { mode, until: UnixMillis(until) });
    VersionChange::Retention(RetentionChange { retention, bypass_governance, ..RetentionChange::default() })
}

/// The cluster's bucket with versioning and object lock.
async fn locking(cluster: &Cluster) -> BucketView {
    let settings =
        BucketSettings { versioning: VersioningMode::Enabled, object_lock: true, ..BucketSettings::default() };
    let change =
        SetBucketDocument { bucket: cluster.bucket.id, settings: Some(settings), ..SetBucketDocument::default() };
    let deadline = cluster.context.clock.now() + std::time::Duration::from_secs(10);
    let scope = cairn_metadata::set_bucket_document(cluster.objects.session(), change, deadline).await.unwrap();
    BucketView {
        config_version: scope.config_version,
        versioning: VersioningMode::Enabled,
        object_lock: true,
        ..cluster.bucket
    }
}

#[test]
fn tags_and_acl_change_and_the_version_stays() {
    on_cluster(6, |cluster| async move {
        let body = body(BLOB, 70);
        let published = cluster.put("key", &body).await;
        let acl = AclChange { acl: Some("an acl".into()), ..AclChange::default() };
        let change = latest("key", vec![tags(&[("a", "1"), ("b", "")]), VersionChange::Acl(acl)]);
        let changed = cluster.objects.update(&cluster.bucket, change).await.unwrap();
        assert_eq!(changed, published);
        let read = cluster.open("key").await;
        assert_eq!(read.version().meta.tags, [("a".into(), "1".into()), ("b".into(), String::new())]);
        assert_eq!(read.version().meta.acl.as_deref(), Some(&b"an acl"[..]));
        assert_eq!(read.version().order, published.order);
        let by_id = UpdateRequest { target: UpdateTarget::Null(Nothing::default()), ..latest("key", vec![tags(&[])]) };
        cluster.objects.update(&cluster.bucket, by_id).await.unwrap();
        assert!(cluster.open("key").await.version().meta.tags.is_empty());
        assert!(cluster.get("key").await.unwrap() == body);
    });
}

#[test]
fn what_is_not_there_or_cannot_change_is_said_exactly() {
    on_cluster(6, |cluster| async move {
        let update = async |request| cluster.objects.update(&cluster.bucket, request).await;
        let hold = || vec![VersionChange::LegalHold(true)];
        assert_eq!(update(latest("none", hold())).await, Err(UpdateError::NoSuchKey));
        let order = VersionOrder::default();
        let other = UpdateRequest { target: UpdateTarget::Ordered(order), ..latest("none", hold()) };
        assert_eq!(update(other).await, Err(UpdateError::NoSuchVersion));
        cluster.put("key", b"text").await;
        assert_eq!(update(latest("key", hold())).await, Err(UpdateError::ObjectLockOff));
        let old = BucketView { config_version: cairn_types::ConfigVersion(0), ..cluster.bucket };
        let stale = cluster.objects.update(&old, latest("key", vec![tags(&[])])).await;
        assert!(matches!(stale, Err(UpdateError::Bucket(crate::BucketRefusal::Stale(_)))));
    });
}

#[test]
fn retention_that_lasts_is_prolonged_and_weakened_only_past_governance() {
    on_cluster(6, |mut cluster| async move {
        cluster.bucket = locking(&cluster).await;
        cluster.put("key", b"text").await;
        let (governance, compliance) = (RetentionMode::Governance, RetentionMode::Compliance);
        let later = cluster.context.clock.wall().0 + 1_000_000;
        let update = async |change| cluster.objects.update(&cluster.bucket, latest("key", vec![change])).await;
        update(retain(governance, later, false)).await.unwrap();
        assert_eq!(update(retain(governance, later - 1, false)).await, Err(UpdateError::Locked));
        update(retain(governance, later + 1, false)).await.unwrap();
        update(retain(compliance, later, true)).await.unwrap();
        assert_eq!(update(retain(governance, later, true)).await, Err(UpdateError::Locked));
        assert_eq!(update(retain(compliance, later - 1, true)).await, Err(UpdateError::Locked));
        update(VersionChange::LegalHold(true)).await.unwrap();
        let lock = cluster.open("key").await.version().meta.lock.clone().unwrap();
        assert_eq!(lock.retention, Some(Retention { mode: compliance, until: UnixMillis(later) }));
        assert!(lock.legal_hold);
    });
}

#[test]
fn a_delete_marker_has_nothing_to_change() {
    on_cluster(6, |mut cluster| async move {
        cluster.bucket = locking(&cluster).await;
        cluster.put("key", b"text").await;
        let delete = crate::DeleteRequest {
            key: key("key"),
            target: cairn_catalog::command::DeleteTarget::Latest(Nothing::default()),
            conditions: cairn_catalog::command::DeleteConditions::default(),
            bypass_governance: false,
            owner: owner(),
        };
        cluster.objects.delete(&cluster.bucket, delete).await.unwrap();
        let refused = cluster.objects.update(&cluster.bucket, latest("key", vec![tags(&[])])).await;
        assert_eq!(refused, Err(UpdateError::IsDeleteMarker));
    });
}
