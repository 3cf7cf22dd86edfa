//! Appends.

use cairn_catalog::command::Precondition;
use cairn_catalog::rows::{ChecksumAlgorithm as Row, ChecksumOrigin, ETag, Nothing, VersioningMode};
use cairn_s3::checksum::{ChecksumAlgorithm, ChecksumHasher};
use crc_fast::CrcAlgorithm;
use futures::future::join_all;

use super::support::{BLOB, Cluster, body, collect, key, meta, on_cluster, put};
use crate::{AppendObject, Appended, BucketView, PutError, PutObject, VerifiedChecksum};

async fn append(cluster: &Cluster, name: &str, offset: usize, body: &[u8]) -> Result<Appended, PutError> {
    append_if(cluster, name, (offset, Precondition::default()), body).await
}

async fn append_if(
    cluster: &Cluster,
    name: &str,
    (offset, precondition): (usize, Precondition),
    body: &[u8],
) -> Result<Appended, PutError> {
    let staged = cluster.stage(name, body).await.unwrap();
    let append = AppendObject { key: key(name), precondition, offset: offset as u64, meta: meta(), checksum: None };
    cluster.objects.append(&cluster.bucket, append, &staged).await
}

#[test]
fn bytes_are_appended_whatever_holds_those_before() {
    for sizes in [[10, 20, 30], [0, BLOB, 7], [BLOB + 1, 5, 2 * BLOB + 3], [3, BLOB, 400]] {
        on_cluster(6, |cluster| async move {
            let mut whole = body(sizes[0], 80);
            cluster.put("key", &whole).await;
            for (seed, size) in (81..).zip(&sizes[1..]) {
                let more = body(*size, seed);
                let appended = append(&cluster, "key", whole.len(), &more).await.unwrap();
                whole.extend_from_slice(&more);
                assert_eq!(appended.facts.size, whole.len() as u64);
                let sum = ChecksumHasher::of(ChecksumAlgorithm::Crc64Nvme, &whole);
                assert_eq!(appended.facts.checksums[0].value[..], *sum.as_bytes());
                let crc = crc_fast::checksum(CrcAlgorithm::Crc64Xz, &whole);
                assert_eq!(appended.facts.crc64_xz, Some(crc));
                let read = cluster.open("key").await;
                assert_eq!((read.version().order, &read.version().facts), (appended.version.order, &appended.facts));
                assert!(collect(read.stream(0..read.size())).await.unwrap() == whole, "{sizes:?}");
            }
            let read = cluster.open("key").await;
            for start in [0, sizes[0].saturating_sub(1), sizes[0], sizes[0] + sizes[1] - 1, whole.len() - 1] {
                for end in [start + 1, start + 2, whole.len()] {
                    let range = start..end.min(whole.len());
                    let got = collect(read.stream(range.start as u64..range.end as u64)).await.unwrap();
                    assert!(got == whole[range.clone()], "{sizes:?} {range:?}");
                }
            }
        });
    }
}

#[test]
fn an_append_makes_an_object_where_there_is_none_and_its_etag_is_an_md5() {
    on_cluster(6, |cluster| async move {
        let (first, second) = (body(50, 90), body(60, 91));
        let made = append(&cluster, "key", 0, &first).await.unwrap();
        assert_eq!(made.facts.etag.text, cairn_s3::checksum::Md5Digest::of(&first).to_hex());
        let grown = append(&cluster, "key", 50, &second).await.unwrap();
        assert!(grown.facts.etag.text.ends_with("-2"), "{}", grown.facts.etag.text);
        let again = append(&cluster, "key", 110, &second).await.unwrap();
        assert!(again.facts.etag.text.ends_with("-3") && again.facts.etag != grown.facts.etag);
    });
}

#[test]
fn an_append_elsewhere_than_at_the_end_is_refused_and_changes_nothing() {
    on_cluster(6, |cluster| async move {
        let first = body(BLOB, 92);
        cluster.put("key", &first).await;
        let refused = append(&cluster, "key", BLOB - 1, b"more").await;
        assert_eq!(refused, Err(PutError::InvalidWriteOffset(BLOB as u64)));
        assert_eq!(append(&cluster, "none", 1, b"more").await, Err(PutError::InvalidWriteOffset(0)));
        let other = Precondition::Matches(ETag { text: "other".into(), ..ETag::default() });
        let refused = append_if(&cluster, "key", (BLOB, other), b"more").await;
        assert_eq!(refused, Err(PutError::PreconditionFailed));
        let versioned = BucketView { versioning: VersioningMode::Enabled, ..cluster.bucket };
        let staged = cluster.stage("key", b"more").await.unwrap();
        let (offset, precondition) = (BLOB as u64, Precondition::Exists(Nothing::default()));
        let wanted = AppendObject { key: key("key"), precondition, offset, meta: meta(), checksum: None };
        let refused = cluster.objects.append(&versioned, wanted, &staged).await;
        assert_eq!(refused, Err(PutError::VersionedBucket));
        assert!(cluster.get("key").await.unwrap() == first);
    });
}

#[test]
fn of_appends_at_one_offset_one_wins() {
    on_cluster(6, |cluster| async move {
        let cluster = &cluster;
        cluster.put("key", b"start").await;
        let appends = (0..6_u64).map(|seed| async move { append(cluster, "key", 5, &body(40, seed)).await });
        let results = join_all(appends).await;
        let won: Vec<usize> = (0..6).filter(|place| results[*place].is_ok()).collect();
        assert_eq!(won.len(), 1, "{results:?}");
        let lost = |result: &Result<Appended, PutError>| *result == Err(PutError::InvalidWriteOffset(45));
        assert_eq!(results.iter().filter(|result| lost(result)).count(), 5);
        let whole = [b"start".to_vec(), body(40, won[0] as u64)].concat();
        assert!(cluster.get("key").await.unwrap() == whole);
    });
}

#[test]
fn the_checksum_of_an_object_grows_with_it_where_that_can_be_computed() {
    on_cluster(6, |cluster| async move {
        let (first, second) = (body(70, 95), body(80, 96));
        for (algorithm, row) in [(ChecksumAlgorithm::Crc32, Some(Row::Crc32)), (ChecksumAlgorithm::Sha256, None)] {
            let sum = |bytes: &[u8]| VerifiedChecksum {
                value: ChecksumHasher::of(algorithm, bytes),
                origin: ChecksumOrigin::Sent,
            };
            let staged = cluster.stage("key", &first).await.unwrap();
            let put = PutObject { checksum: Some(sum(&first)), ..put("key") };
            cluster.objects.put(&cluster.bucket, put, &staged).await.unwrap();
            let staged = cluster.stage("key", &second).await.unwrap();
            let append = AppendObject {
                key: key("key"),
                precondition: Precondition::default(),
                offset: 70,
                meta: meta(),
                checksum: Some(sum(&second)),
            };
            let grown = cluster.objects.append(&cluster.bucket, append, &staged).await.unwrap();
            let expected = row.map(|row| (row, sum(&[first.clone(), second.clone()].concat()).value));
            let found = grown.facts.checksums.first();
            assert_eq!(found.map(|sum| sum.algorithm), expected.map(|(row, _)| row));
            if let (Some(found), Some((_, value))) = (found, expected) {
                assert_eq!(found.value[..], *value.as_bytes());
            }
        }
    });
}
