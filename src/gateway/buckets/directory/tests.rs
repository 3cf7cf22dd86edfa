//! Buckets against a root shard.

use cairn_catalog::query::{Answer, BucketFound, Query};
use cairn_catalog::reply::Refusal;
use cairn_catalog::rows::Nothing;
use cairn_metadata::ServiceError;
use cairn_runtime::{Context, sim};
use cairn_s3::address::Namespace;
use cairn_types::{BucketId, BucketName};

use super::{Buckets, QualifiedName, Seen};
use crate::fake_root::FakeRoot;

fn has(id: u64) -> impl FnMut(&Query) -> Result<Answer, ServiceError> + Send + 'static {
    move |_| Ok(Answer::Bucket(Box::new(BucketFound { bucket: BucketId(id), ..BucketFound::default() })))
}

fn has_none(_: &Query) -> Result<Answer, ServiceError> {
    Ok(Answer::Refused(Refusal::NoSuchBucket(Nothing::default())))
}

async fn find(buckets: &Buckets, context: &Context, seen: Seen) -> Option<u64> {
    let deadline = context.clock.now() + std::time::Duration::from_secs(1);
    let name = QualifiedName { namespace: Namespace::shared(), name: BucketName::parse("bucket").unwrap() };
    let found = buckets.find(&name, seen, deadline).await.unwrap();
    found.map(|bucket| bucket.id.0)
}

#[test]
fn a_bucket_is_remembered_and_its_absence_is_not() {
    sim::run(1, |context| async move {
        let root = FakeRoot::new(has_none);
        let buckets = Buckets::new(root.client(&context));
        assert_eq!(find(&buckets, &context, Seen::Before).await, None);
        root.answer(has(7));
        assert_eq!(find(&buckets, &context, Seen::Before).await, Some(7), "made a moment ago, by another gateway");
        assert_eq!(find(&buckets, &context, Seen::Before).await, Some(7));
        assert_eq!(root.asked(), 2);
    });
}

#[test]
fn whoever_must_know_asks_and_what_is_gone_is_forgotten() {
    sim::run(2, |context| async move {
        let root = FakeRoot::new(has(7));
        let buckets = Buckets::new(root.client(&context));
        assert_eq!(find(&buckets, &context, Seen::Now).await, Some(7));
        root.answer(has(8));
        assert_eq!(find(&buckets, &context, Seen::Before).await, Some(7));
        assert_eq!(find(&buckets, &context, Seen::Now).await, Some(8));
        assert_eq!(find(&buckets, &context, Seen::Before).await, Some(8));
        root.answer(has_none);
        assert_eq!(find(&buckets, &context, Seen::Now).await, None);
        assert_eq!(find(&buckets, &context, Seen::Before).await, None);
    });
}
