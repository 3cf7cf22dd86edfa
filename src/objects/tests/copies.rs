//! Copies.

use cairn_catalog::command::Precondition;
use cairn_catalog::rows::ChecksumAlgorithm as Row;
use cairn_s3::checksum::ChecksumAlgorithm;

use super::support::{BLOB, body, key, meta, on_cluster, put};
use crate::{PutError, ReplaceObject};

#[test]
fn a_copy_has_a_run_of_its_own() {
    on_cluster(6, |cluster| async move {
        for size in [10, 2 * BLOB + 99] {
            let body = body(size, 50);
            cluster.put("source", &body).await;
            let source = cluster.open("source").await;
            let mut target = cluster.target("copy", None);
            target.checksum = Some(ChecksumAlgorithm::Sha256);
            let staged = cluster.objects.stage_copy(target, &source, 0..size as u64).await.unwrap();
            cluster.objects.put(&cluster.bucket, put("copy"), &staged).await.unwrap();
            cluster.put("source", b"other").await;
            let copy = cluster.open("copy").await;
            assert_eq!(copy.version().facts.checksums[0].algorithm, Row::Sha256);
            assert!(cluster.get("copy").await.unwrap() == body);
        }
    });
}

#[test]
fn replacing_metadata_keeps_the_bytes_and_moves_nothing() {
    on_cluster(6, |cluster| async move {
        let body = body(BLOB + 3, 51);
        let published = cluster.put("key", &body).await;
        let fragments = cluster.fragments().await;
        let mut meta = meta();
        meta.headers.content_type = Some("text/new".into());
        let replace =
            ReplaceObject { key: key("key"), precondition: Precondition::default(), source: published.order, meta };
        cluster.objects.replace_metadata(&cluster.bucket, replace.clone()).await.unwrap();
        assert_eq!(cluster.fragments().await, fragments);
        let read = cluster.open("key").await;
        assert_eq!(read.version().meta.headers.content_type.as_deref(), Some(&b"text/new"[..]));
        assert!(cluster.get("key").await.unwrap() == body);
        let again = cluster.objects.replace_metadata(&cluster.bucket, replace).await;
        assert_eq!(again.err(), Some(PutError::SourceChanged));
    });
}
