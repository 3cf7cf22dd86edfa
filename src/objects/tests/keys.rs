//! Deleting and listing.

use bytes::Bytes;
use cairn_catalog::command::{DeleteConditions, DeleteTarget, ETagCondition};
use cairn_catalog::query::{BodyWish, ListPosition, VersionTarget};
use cairn_catalog::rows::{ETag, Nothing};

use super::support::{BLOB, Cluster, body, key, on_cluster, owner};
use crate::{DeleteError, DeleteRequest, ListRequest, LookupError, ReadRequest};

fn delete(name: &str) -> DeleteRequest {
    DeleteRequest {
        key: key(name),
        target: DeleteTarget::Latest(Nothing::default()),
        conditions: DeleteConditions::default(),
        bypass_governance: false,
        owner: owner(),
    }
}

fn list(prefix: &str, delimiter: &str, after: ListPosition, max: u32) -> ListRequest {
    let bytes = |text: &str| Bytes::copy_from_slice(text.as_bytes());
    ListRequest { prefix: bytes(prefix), delimiter: bytes(delimiter), after, max }
}

fn start() -> ListPosition {
    ListPosition::Start(Nothing::default())
}

async fn lookup(cluster: &Cluster, name: &str) -> Result<(), LookupError> {
    let (target, body) = (VersionTarget::Latest(Nothing::default()), BodyWish::Nothing(Nothing::default()));
    cluster.objects.open(&cluster.bucket, ReadRequest { key: key(name), target, body }).await.map(drop)
}

#[test]
fn a_deleted_key_is_gone_and_deleting_it_again_is_no_error() {
    on_cluster(6, |cluster| async move {
        assert_eq!(lookup(&cluster, "key").await, Err(LookupError::NoSuchKey));
        cluster.put("key", &body(BLOB, 40)).await;
        let deleted = cluster.objects.delete(&cluster.bucket, delete("key")).await.unwrap();
        assert!(deleted.version.is_some());
        assert_eq!(lookup(&cluster, "key").await, Err(LookupError::NoSuchKey));
        let again = cluster.objects.delete(&cluster.bucket, delete("key")).await.unwrap();
        assert!(again.version.is_none());
    });
}

#[test]
fn each_of_many_deletes_has_its_own_result() {
    on_cluster(6, |cluster| async move {
        for number in 0..40 {
            cluster.put(&format!("key {number}"), b"text").await;
        }
        let mut deletes: Vec<DeleteRequest> = (0..50).map(|number| delete(&format!("key {number}"))).collect();
        let other = ETag { text: "other".into(), ..ETag::default() };
        deletes[7].conditions.etag = Some(ETagCondition::Is(other.clone()));
        deletes[45].conditions.etag = Some(ETagCondition::Is(other));
        let results = cluster.objects.delete_many(&cluster.bucket, deletes).await;
        assert_eq!(results.len(), 50);
        assert_eq!(results[7], Err(DeleteError::PreconditionFailed));
        assert_eq!(results[45], Err(DeleteError::NoSuchKey));
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 48);
        assert_eq!(lookup(&cluster, "key 7").await, Ok(()));
    });
}

#[test]
fn pages_of_a_listing_join_without_gaps_and_repeats() {
    on_cluster(6, |cluster| async move {
        let mut names: Vec<String> = (0..30).map(|number| format!("a/{}/{number}", number % 3)).collect();
        names.extend((0..25).map(|number| format!("b{number}")));
        for name in &names {
            cluster.put(name, b"text").await;
        }
        names.sort();
        for max in [1, 2, 7, 54, 55, 1_000] {
            let (mut seen, mut after) = (Vec::new(), start());
            loop {
                let page = cluster.objects.list_objects(&cluster.bucket, list("", "", after, max)).await.unwrap();
                assert!(page.entries.len() <= max as usize);
                seen.extend(page.entries.iter().map(|entry| entry.key.as_str().to_owned()));
                match page.next {
                    Some(next) => after = next,
                    None => break,
                }
            }
            assert_eq!(seen, names, "pages of {max}");
        }
        let page = cluster.objects.list_objects(&cluster.bucket, list("", "/", start(), 1_000)).await.unwrap();
        assert_eq!(page.prefixes, [Bytes::from_static(b"a/")]);
        assert_eq!((page.entries.len(), page.next), (25, None));
        let page = cluster.objects.list_objects(&cluster.bucket, list("a/", "/", start(), 2)).await.unwrap();
        assert_eq!(page.prefixes, [Bytes::from_static(b"a/0/"), Bytes::from_static(b"a/1/")]);
        assert_eq!(page.next, Some(ListPosition::AfterPrefix(Bytes::from_static(b"a/1/"))));
        let none = cluster.objects.list_objects(&cluster.bucket, list("", "", start(), 0)).await.unwrap();
        assert_eq!((none.entries.len(), none.next), (0, None));
        let versions = cluster.objects.list_versions(&cluster.bucket, list("b", "", start(), 1_000)).await.unwrap();
        assert!(versions.entries.len() == 25 && versions.entries.iter().all(|entry| entry.null && entry.latest));
    });
}
