//! Multipart uploads.

use cairn_catalog::command::Precondition;
use cairn_catalog::query::{BodyWish, ListPosition};
use cairn_catalog::rows::{ChecksumAlgorithm as Row, ChecksumForm, ChecksumKind, Nothing};
use cairn_s3::checksum::{ChecksumAlgorithm, ChecksumHasher, Md5Digest, multipart_etag};
use cairn_types::{MIB, UploadId};

use super::support::{Cluster, body, collect, key, meta, on_cluster, owner};
use crate::{CompleteParts, ListRequest, ListedUploadPart, NewUpload, PublishedPart, UploadError};

const PART: usize = 5 * MIB as usize;

async fn begin(cluster: &Cluster, checksum: Option<ChecksumForm>) -> UploadId {
    let new = NewUpload { key: key("key"), initiator: owner(), meta: meta(), checksum };
    cluster.objects.create_upload(&cluster.bucket, new).await.unwrap()
}

async fn put_part(
    cluster: &Cluster,
    upload: UploadId,
    number: u16,
    body: &[u8],
    checksum: Option<ChecksumAlgorithm>,
) -> ListedUploadPart {
    let mut target = cluster.target("key", Some(body.len()));
    target.checksum = checksum;
    let staged = cluster.objects.stage(target, super::support::pieces(body)).await.unwrap();
    let part = PublishedPart { key: key("key"), upload, number, checksum: None };
    cluster.objects.put_part(&cluster.bucket, part, &staged).await.unwrap();
    ListedUploadPart { number, etag: Md5Digest::of(body).to_hex(), checksum: staged.measured().wanted }
}

fn complete(upload: UploadId, parts: Vec<ListedUploadPart>) -> CompleteParts {
    CompleteParts {
        key: key("key"),
        upload,
        precondition: Precondition::default(),
        parts,
        expected_size: None,
        expected_checksum: None,
    }
}

#[test]
fn parts_become_one_body_in_the_order_of_their_numbers() {
    on_cluster(6, |cluster| async move {
        let bodies = [body(PART, 60), body(PART + 1, 61), body(10, 62)];
        let upload = begin(&cluster, None).await;
        let last = put_part(&cluster, upload, 9, &bodies[2], None).await;
        put_part(&cluster, upload, 3, b"replaced", None).await;
        let second = put_part(&cluster, upload, 3, &bodies[1], None).await;
        let first = put_part(&cluster, upload, 1, &bodies[0], None).await;
        put_part(&cluster, upload, 10, b"not named", None).await;
        let listed = cluster.objects.list_parts(&cluster.bucket, &key("key"), upload, (1, 2)).await.unwrap();
        assert_eq!(listed.parts.iter().map(|part| part.number).collect::<Vec<_>>(), [3, 9]);
        assert!(listed.more);
        let complete = complete(upload, vec![first, second, last]);
        let completed = cluster.objects.complete_upload(&cluster.bucket, &complete).await.unwrap().completed;
        let whole = bodies.concat();
        assert_eq!(completed.facts.size, whole.len() as u64);
        assert_eq!(completed.facts.etag.text, multipart_etag(bodies.iter().map(|body| Md5Digest::of(body))));
        let again = cluster.objects.complete_upload(&cluster.bucket, &complete).await.unwrap().completed;
        assert_eq!(again, completed);
        let read = cluster.open("key").await;
        assert!(collect(read.stream(0..read.size())).await.unwrap() == whole);
        let (start, end) = (PART - 5, 2 * PART + 5);
        assert!(collect(read.stream(start as u64..end as u64)).await.unwrap() == whole[start..end]);
        let second = read.part(1).unwrap();
        assert_eq!((second.number, second.offset, second.length), (3, PART as u64, PART as u64 + 1));
        let from_part = cluster.open_from("key", BodyWish::FromPart(2)).await;
        let part = from_part.part(2).unwrap();
        assert!(collect(from_part.stream(part.offset..part.offset + part.length)).await.unwrap() == bodies[2]);
        assert!(read.part(3).is_none());
    });
}

#[test]
fn complete_refuses_what_does_not_fit() {
    on_cluster(6, |cluster| async move {
        let upload = begin(&cluster, None).await;
        let small = put_part(&cluster, upload, 1, &body(100, 63), None).await;
        let other = put_part(&cluster, upload, 2, &body(100, 64), None).await;
        let run = async |parts| cluster.objects.complete_upload(&cluster.bucket, &complete(upload, parts)).await;
        let too_small = run(vec![small.clone(), other.clone()]).await;
        assert_eq!(too_small, Err(UploadError::EntityTooSmall { number: 1, size: 100 }));
        let order = run(vec![other.clone(), small.clone()]).await;
        assert_eq!(order, Err(UploadError::InvalidPartOrder(1)));
        let wrong = ListedUploadPart { etag: other.etag.clone(), ..small.clone() };
        assert_eq!(run(vec![wrong]).await, Err(UploadError::InvalidPart(1)));
        let missing = ListedUploadPart { number: 5, ..small.clone() };
        assert_eq!(run(vec![missing]).await, Err(UploadError::InvalidPart(5)));
        let sized = CompleteParts { expected_size: Some(99), ..complete(upload, vec![small.clone()]) };
        let sized = cluster.objects.complete_upload(&cluster.bucket, &sized).await;
        assert_eq!(sized, Err(UploadError::SizeMismatch(100)));
        let sum = ChecksumHasher::of(ChecksumAlgorithm::Crc64Nvme, b"other bytes");
        let summed = CompleteParts { expected_checksum: Some((sum, None)), ..complete(upload, vec![small.clone()]) };
        let summed = cluster.objects.complete_upload(&cluster.bucket, &summed).await;
        assert_eq!(summed, Err(UploadError::BadDigest));
        run(vec![small]).await.unwrap();
        let unknown = complete(UploadId([7; 16]), vec![other]);
        let unknown = cluster.objects.complete_upload(&cluster.bucket, &unknown).await;
        assert_eq!(unknown, Err(UploadError::NoSuchUpload));
    });
}

#[test]
fn promised_checksums_are_made_of_the_parts() {
    on_cluster(6, |cluster| async move {
        let bodies = [body(PART, 65), body(17, 66)];
        let crc32 = Some(ChecksumAlgorithm::Crc32);
        let form = ChecksumForm { algorithm: Row::Crc32, kind: ChecksumKind::FullObject };
        let upload = begin(&cluster, Some(form)).await;
        let first = put_part(&cluster, upload, 1, &bodies[0], crc32).await;
        let second = put_part(&cluster, upload, 2, &bodies[1], crc32).await;
        let whole = ChecksumHasher::of(ChecksumAlgorithm::Crc32, &bodies.concat());
        let request = CompleteParts { expected_checksum: Some((whole, None)), ..complete(upload, vec![first, second]) };
        let completed = cluster.objects.complete_upload(&cluster.bucket, &request).await.unwrap().completed;
        assert_eq!(completed.facts.checksums[0].value[..], *whole.as_bytes());

        let form = ChecksumForm { algorithm: Row::Crc32, kind: ChecksumKind::Composite };
        let upload = begin(&cluster, Some(form)).await;
        let first = put_part(&cluster, upload, 1, &bodies[0], crc32).await;
        let second = put_part(&cluster, upload, 2, &bodies[1], crc32).await;
        let bare = ListedUploadPart { checksum: None, ..second.clone() };
        let refused =
            cluster.objects.complete_upload(&cluster.bucket, &complete(upload, vec![first.clone(), bare])).await;
        assert_eq!(refused, Err(UploadError::ChecksumMissing(2)));
        let completed = cluster.objects.complete_upload(&cluster.bucket, &complete(upload, vec![first, second])).await;
        assert_eq!(completed.unwrap().completed.facts.checksums[0].kind, ChecksumKind::Composite);
    });
}

#[test]
fn an_aborted_upload_is_gone() {
    on_cluster(6, |cluster| async move {
        let upload = begin(&cluster, None).await;
        let part = put_part(&cluster, upload, 1, &body(PART, 67), None).await;
        let after = ListPosition::Start(Nothing::default());
        let request = ListRequest { prefix: "k".into(), delimiter: "".into(), after, max: 10 };
        let listed = cluster.objects.list_uploads(&cluster.bucket, request.clone()).await.unwrap();
        assert_eq!(listed.entries.iter().map(|entry| entry.upload).collect::<Vec<_>>(), [upload]);
        assert_eq!(cluster.objects.upload(&cluster.bucket, &key("key"), upload).await.unwrap().parts, 1);
        cluster.objects.abort_upload(&cluster.bucket, &key("key"), upload).await.unwrap();
        assert!(cluster.objects.list_uploads(&cluster.bucket, request).await.unwrap().entries.is_empty());
        let completed = cluster.objects.complete_upload(&cluster.bucket, &complete(upload, vec![part])).await;
        assert_eq!(completed, Err(UploadError::NoSuchUpload));
        let gone = cluster.objects.upload(&cluster.bucket, &key("key"), upload).await;
        assert_eq!(gone.err(), Some(UploadError::NoSuchUpload));
    });
}
