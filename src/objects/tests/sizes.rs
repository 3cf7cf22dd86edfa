//! Bodies of every size that is near a boundary.

use cairn_catalog::rows::ChecksumAlgorithm;
use cairn_erasure::limits::CELL_BYTES;
use cairn_s3::checksum::Md5Digest;
use futures::{StreamExt, stream};

use super::support::{BLOB, INLINE, body, collect, on_cluster, pieces, put};
use crate::StageError;

fn sizes() -> Vec<usize> {
    let stripe = 4 * CELL_BYTES;
    let mut sizes = vec![0, 1, 2];
    for boundary in [INLINE, CELL_BYTES, stripe, BLOB, 2 * BLOB, 3 * BLOB + 70_000] {
        sizes.extend([boundary - 1, boundary, boundary + 1]);
    }
    sizes
}

#[test]
fn bodies_of_every_size_read_back_with_their_digests() {
    on_cluster(6, |cluster| async move {
        for size in sizes() {
            let body = body(size, size as u64);
            cluster.put("key", &body).await;
            let read = cluster.open("key").await;
            assert_eq!(read.size(), size as u64);
            let facts = &read.version().facts;
            assert_eq!(facts.etag.text, Md5Digest::of(&body).to_hex());
            let crc = crc_fast::checksum(crc_fast::CrcAlgorithm::Crc64Xz, &body);
            assert_eq!(facts.crc64_xz, Some(crc));
            let nvme = crc_fast::checksum(crc_fast::CrcAlgorithm::Crc64Nvme, &body);
            assert_eq!(facts.checksums[0].algorithm, ChecksumAlgorithm::Crc64Nvme);
            assert_eq!(facts.checksums[0].value[..], nvme.to_be_bytes());
            assert!(collect(read.stream(0..size as u64)).await.unwrap() == body, "{size} bytes");
        }
    });
}

#[test]
fn bodies_of_unknown_length_read_back() {
    on_cluster(6, |cluster| async move {
        for size in sizes() {
            let body = body(size, 1);
            let staged = cluster.objects.stage(cluster.target("key", None), pieces(&body)).await.unwrap();
            assert_eq!(staged.is_inline(), size <= INLINE);
            cluster.objects.put(&cluster.bucket, put("key"), &staged).await.unwrap();
            assert!(cluster.get("key").await.unwrap() == body, "{size} bytes");
        }
    });
}

#[test]
fn ranges_read_what_they_name_and_little_more() {
    on_cluster(6, |cluster| async move {
        let body = body(3 * BLOB + 70_000, 3);
        cluster.put("key", &body).await;
        let read = cluster.open("key").await;
        let ends = [0, 1, CELL_BYTES, BLOB - 1, BLOB, BLOB + 1, 2 * BLOB + 5, 3 * BLOB + 69_999, body.len()];
        for start in ends {
            for end in ends.into_iter().filter(|end| *end >= start) {
                let got = collect(read.stream(start as u64..end as u64)).await.unwrap();
                assert!(got == body[start..end], "{start}..{end}");
            }
        }
        assert_eq!(collect(read.stream(5..u64::MAX)).await.unwrap(), body[5..]);
        let before: u64 = cluster.nodes.iter().map(|node| node.calls.lock().cells).sum();
        collect(read.stream(100..200)).await.unwrap();
        let after: u64 = cluster.nodes.iter().map(|node| node.calls.lock().cells).sum();
        assert_eq!(after - before, 1, "a small range is one cell of one disk");
    });
}

#[test]
fn a_body_of_another_length_than_it_said_is_not_staged() {
    on_cluster(6, |cluster| async move {
        for size in [10, INLINE + 1, BLOB + 1] {
            let body = body(size, 5);
            let longer = cluster.objects.stage(cluster.target("key", Some(size - 1)), pieces(&body)).await;
            assert!(matches!(longer, Err(StageError::TooLong(_))));
            let shorter = cluster.objects.stage(cluster.target("key", Some(size + 1)), pieces(&body)).await;
            let (expected, found) = (size as u64 + 1, size as u64);
            assert_eq!(shorter.err(), Some(StageError::TooShort { expected, found }));
        }
        let huge = cluster.objects.stage(cluster.target("key", Some(usize::MAX)), pieces(&[])).await;
        assert!(matches!(huge, Err(StageError::TooLong(_))));
    });
}

#[test]
fn a_body_that_fails_at_its_end_is_not_staged() {
    #[derive(Debug, PartialEq, thiserror::Error)]
    #[error("broken")]
    struct Broken;
    on_cluster(6, |cluster| async move {
        for size in [10, BLOB + 1] {
            let pieces = pieces(&body(size, 5)).map(|piece| piece.map_err(|_| Broken));
            let broken = pieces.chain(stream::iter([Err(Broken)]));
            let result = cluster.objects.stage(cluster.target("key", None), broken).await;
            assert_eq!(result.err(), Some(StageError::Body(Broken)));
        }
    });
}
