//! Renames, and what happens to bytes that lie under another key than their version.

use std::collections::BTreeMap;
use std::time::Duration;

use cairn_catalog::command::{ETagCondition, HttpConditions, Precondition};
use cairn_catalog::query::BodyWish;
use cairn_catalog::rows::{ETag, Nothing};
use cairn_storage::FragmentService;
use cairn_types::MIB;

use super::support::{BLOB, Cluster, body, collect, key, meta, on_cluster, owner};
use crate::{AppendObject, CompleteParts, ListedUploadPart, NewUpload, PublishedPart, PutError, RenameObject};

/// The keys here lie in one shard, as those of small buckets do.
async fn rename(cluster: &Cluster, source: &str, name: &str) -> Result<(), PutError> {
    rename_if(cluster, (source, HttpConditions::default()), (name, HttpConditions::default())).await
}

async fn rename_if(
    cluster: &Cluster,
    (source, source_conditions): (&str, HttpConditions),
    (name, conditions): (&str, HttpConditions),
) -> Result<(), PutError> {
    let request = RenameObject { key: key(name), source: key(source), source_conditions, conditions, owner: owner() };
    cluster.objects.rename(&cluster.bucket, request).await.map(drop)
}

async fn append(cluster: &Cluster, name: &str, offset: usize, bytes: &[u8]) {
    let staged = cluster.stage(name, bytes).await.unwrap();
    let append = AppendObject {
        key: key(name),
        precondition: Precondition::default(),
        offset: offset as u64,
        meta: meta(),
        checksum: None,
    };
    cluster.objects.append(&cluster.bucket, append, &staged).await.unwrap();
}

/// Loses the fragment with the first cells of a body, reads it, and tells what is noted as missing.
async fn lose_one(cluster: &Cluster, name: &str, bytes: &[u8], from: u64) -> BTreeMap<u8, u64> {
    let read = cluster.open_from(name, BodyWish::From(from)).await;
    let blob = read.first_blob().expect("bytes in a blob").blob;
    let fragments = cluster.fragments().await;
    let lost = fragments.iter().find(|(_, found)| found.blob == blob && found.index.get() == 0).unwrap();
    let deadline = cluster.context.clock.now() + Duration::from_secs(10);
    let node = &cluster.nodes[usize::try_from(lost.0.0).unwrap() - 1];
    node.delete(lost.0, vec![(blob, lost.1.index)], deadline).await.unwrap();
    assert!(collect(read.stream(0..read.size())).await.unwrap() == bytes);
    cluster.sleep(5_000).await;
    cluster.objects.degraded_blobs().await.unwrap()
}

#[test]
fn a_renamed_object_reads_as_before_and_its_old_key_is_gone() {
    on_cluster(6, |cluster| async move {
        for (size, seed) in [(10, 100), (3 * BLOB + 5, 101)] {
            let bytes = body(size, seed);
            cluster.put("key a", &bytes).await;
            cluster.put("key b", b"replaced").await;
            rename(&cluster, "key a", "key b").await.unwrap();
            assert!(cluster.get("key b").await.unwrap() == bytes);
            assert_eq!(rename(&cluster, "key a", "key c").await, Err(PutError::NoSuchKey));
            rename(&cluster, "key b", "key a").await.unwrap();
            assert!(cluster.get("key a").await.unwrap() == bytes);
        }
    });
}

#[test]
fn conditions_of_both_keys_are_looked_at() {
    on_cluster(6, |cluster| async move {
        cluster.put("key a", b"bytes").await;
        cluster.put("key b", b"other").await;
        let absent =
            HttpConditions { differs: Some(ETagCondition::Any(Nothing::default())), ..HttpConditions::default() };
        let plain = HttpConditions::default();
        let refused = rename_if(&cluster, ("key a", plain.clone()), ("key b", absent.clone())).await;
        assert_eq!(refused, Err(PutError::PreconditionFailed));
        let etag = ETag { text: "other".into(), ..ETag::default() };
        let matches = HttpConditions { matches: Some(ETagCondition::Is(etag)), ..HttpConditions::default() };
        let refused = rename_if(&cluster, ("key a", matches), ("key c", plain.clone())).await;
        assert_eq!(refused, Err(PutError::PreconditionFailed));
        rename_if(&cluster, ("key a", plain), ("key c", absent)).await.unwrap();
        assert!(cluster.get("key c").await.unwrap() == b"bytes");
        assert!(cluster.get("key b").await.unwrap() == b"other");
    });
}

#[test]
fn a_fragment_of_a_renamed_object_that_is_lost_is_noted() {
    on_cluster(6, |cluster| async move {
        let bytes = body(BLOB, 102);
        cluster.put("key a", &bytes).await;
        rename(&cluster, "key a", "key b").await.unwrap();
        assert_eq!(lose_one(&cluster, "key b", &bytes, 0).await, BTreeMap::from([(1, 1)]));
        assert!(cluster.get("key b").await.unwrap() == bytes);
    });
}

#[test]
fn appends_before_and_after_renames_read_back_and_their_losses_are_noted() {
    on_cluster(6, |cluster| async move {
        let pieces = [body(BLOB, 103), body(BLOB + 9, 104), body(20, 105), body(BLOB, 106)];
        cluster.put("key a", &pieces[0]).await;
        let mut whole = pieces[0].clone();
        for (piece, (from, to)) in pieces[1..].iter().zip([("key a", "key b"), ("key b", "key c"), ("key c", "key a")])
        {
            append(&cluster, from, whole.len(), piece).await;
            whole.extend_from_slice(piece);
            rename(&cluster, from, to).await.unwrap();
            assert!(cluster.get(to).await.unwrap() == whole);
        }
        let mut from = 0;
        let mut noted = 0;
        for piece in &pieces {
            if piece.len() >= BLOB {
                noted += 1;
                assert_eq!(lose_one(&cluster, "key a", &whole, from).await, BTreeMap::from([(1, noted)]));
            }
            from += piece.len() as u64;
        }
    });
}

#[test]
fn parts_of_a_renamed_upload_are_found() {
    on_cluster(6, |cluster| async move {
        let new = NewUpload { key: key("key a"), initiator: owner(), meta: meta(), checksum: None };
        let upload = cluster.objects.create_upload(&cluster.bucket, new).await.unwrap();
        let bodies = [body(5 * MIB as usize, 107), body(9, 108)];
        let mut parts = Vec::new();
        for (number, bytes) in (1..).zip(&bodies) {
            let staged = cluster.stage("key a", bytes).await.unwrap();
            let part = PublishedPart { key: key("key a"), upload, number, checksum: None };
            cluster.objects.put_part(&cluster.bucket, part, &staged).await.unwrap();
            parts.push(ListedUploadPart { number, etag: staged.measured().md5.to_hex(), checksum: None });
        }
        let complete = CompleteParts {
            key: key("key a"),
            upload,
            precondition: Precondition::default(),
            parts,
            expected_size: None,
            expected_checksum: None,
        };
        cluster.objects.complete_upload(&cluster.bucket, &complete).await.unwrap();
        rename(&cluster, "key a", "key b").await.unwrap();
        let read = cluster.open("key b").await;
        assert!(collect(read.stream(0..read.size())).await.unwrap() == bodies.concat());
        let place = read.in_parts().unwrap();
        let rows = cluster.objects.object_parts(&cluster.bucket, &key("key b"), place, (0, 10)).await.unwrap();
        assert_eq!(rows.parts.iter().map(|part| part.part.size).collect::<Vec<_>>(), [5 * MIB, 9]);
        let whole = bodies.concat();
        append(&cluster, "key b", whole.len(), b"more").await;
        assert!(cluster.get("key b").await.unwrap() == [&whole[..], b"more"].concat());
    });
}
