//! Bodies that are encrypted.

use cairn_catalog::command::Precondition;
use cairn_catalog::rows::{Encryption, EncryptionMode, ObjectMeta};
use cairn_encryption::{EncryptionId, Layers, PartSalt, SEGMENT_BYTES, SealingKey};
use cairn_s3::checksum::Md5Digest;
use cairn_types::MIB;

use super::support::{BLOB, Cluster, INLINE, body, collect, key, meta, on_cluster, owner, pieces, put};
use crate::{
    BodySeal, CompleteParts, ListedUploadPart, NewUpload, PublishedPart, PutObject, ReadError, SealedETag, StageTarget,
    Staged,
};

const SEGMENT: usize = SEGMENT_BYTES as usize;

fn sealing(mode: EncryptionMode, seed: u8) -> (SealingKey, Encryption) {
    let layers = crate::layers_of(mode);
    let secret = vec![seed; layers.secret_bytes()];
    let key = SealingKey::new(secret.into(), EncryptionId([seed; 16]), layers).unwrap();
    (key, Encryption { mode, ..Encryption::default() })
}

fn seal(key: &SealingKey, salt: PartSalt) -> Option<BodySeal> {
    Some(BodySeal { cipher: key.body(salt), etag: SealedETag::Md5, salt })
}

async fn stage(cluster: &Cluster, key: &SealingKey, salt: PartSalt, body: &[u8], length: Option<usize>) -> Staged {
    let target = StageTarget { seal: seal(key, salt), ..cluster.target("key", length) };
    cluster.objects.stage(target, pieces(body)).await.unwrap()
}

fn encrypted(encryption: &Encryption) -> ObjectMeta {
    ObjectMeta { encryption: Some(encryption.clone()), ..meta() }
}

#[test]
fn bodies_of_every_size_come_back_and_ranges_of_them() {
    on_cluster(6, |cluster| async move {
        for mode in [EncryptionMode::Managed, EncryptionMode::KmsDual] {
            let (key, encryption) = sealing(mode, 7);
            for size in [0, 1, INLINE, INLINE + 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, BLOB, 2 * BLOB + 77_777] {
                let body = body(size, size as u64);
                for length in [Some(size), None] {
                    let staged = stage(&cluster, &key, PartSalt::Whole, &body, length).await;
                    assert_eq!(staged.is_inline(), size <= INLINE, "{size}");
                    assert_eq!((staged.measured().size, staged.measured().md5), (size as u64, Md5Digest::of(&body)));
                    let put = PutObject { meta: encrypted(&encryption), ..put("key") };
                    cluster.objects.put(&cluster.bucket, put, &staged).await.unwrap();
                    let read = cluster.open("key").await.unlocked(Some(key.clone()));
                    assert_eq!(read.size(), size as u64);
                    assert!(collect(read.stream(0..u64::MAX)).await.unwrap() == body, "{size} bytes");
                    for (start, end) in [(0, 1), (SEGMENT - 1, SEGMENT + 1), (size / 2, size), (size / 3, size / 2)] {
                        let (start, end) = (start.min(size), end.min(size));
                        let got = collect(read.stream(start as u64..end as u64)).await.unwrap();
                        assert!(got == body[start..end], "{start}..{end} of {size}");
                    }
                }
            }
        }
    });
}

#[test]
fn a_small_range_reads_the_cells_of_its_segment_alone() {
    on_cluster(6, |cluster| async move {
        let (key, encryption) = sealing(EncryptionMode::Managed, 7);
        let staged = stage(&cluster, &key, PartSalt::Whole, &body(BLOB, 1), Some(BLOB)).await;
        let put = PutObject { meta: encrypted(&encryption), ..put("key") };
        cluster.objects.put(&cluster.bucket, put, &staged).await.unwrap();
        let read = cluster.open("key").await.unlocked(Some(key));
        let cells = || cluster.nodes.iter().map(|node| node.calls.lock().cells).sum::<u64>();
        let before = cells();
        collect(read.stream(SEGMENT as u64 + 5..SEGMENT as u64 + 10)).await.unwrap();
        assert!(cells() - before <= 2, "a segment lies in two cells at most");
    });
}

#[test]
fn parts_of_one_object_have_keys_of_their_own() {
    on_cluster(6, |cluster| async move {
        let (sealing_key, encryption) = sealing(EncryptionMode::Managed, 9);
        let meta = encrypted(&encryption);
        let new = NewUpload { key: key("key"), initiator: owner(), meta, checksum: None };
        let upload = cluster.objects.create_upload(&cluster.bucket, new).await.unwrap();
        let bodies = [body(5 * MIB as usize + 3, 60), body(5 * MIB as usize, 61), body(10, 62)];
        let mut parts = Vec::new();
        for (number, body) in (1..).zip(&bodies) {
            let salt = PartSalt::Part([number as u8; 16]);
            let staged = stage(&cluster, &sealing_key, salt, body, Some(body.len())).await;
            let part = PublishedPart { key: key("key"), upload, number, checksum: None };
            cluster.objects.put_part(&cluster.bucket, part, &staged).await.unwrap();
            parts.push(ListedUploadPart { number, etag: staged.measured().etag().text, checksum: None });
        }
        let complete = CompleteParts {
            key: key("key"),
            upload,
            precondition: Precondition::default(),
            parts,
            expected_size: None,
            expected_checksum: None,
        };
        let done = cluster.objects.complete_upload(&cluster.bucket, &complete).await.unwrap();
        assert_eq!(done.encryption, Some(encryption));
        let (read, whole) = (cluster.open("key").await.unlocked(Some(sealing_key)), bodies.concat());
        assert!(collect(read.stream(0..read.size())).await.unwrap() == whole);
        let mut offset = 0;
        for (ordinal, body) in (0..).zip(&bodies) {
            let place = read.part(ordinal).unwrap();
            assert_eq!((place.offset, place.length), (offset, body.len() as u64));
            let got = collect(read.stream(place.offset..place.offset + place.length)).await.unwrap();
            assert!(got == *body, "part {ordinal}");
            offset += body.len() as u64;
        }
        let across = collect(read.stream(5 * MIB..5 * MIB + 10)).await.unwrap();
        assert_eq!(across, whole[5 * MIB as usize..5 * MIB as usize + 10]);
    });
}

#[test]
fn without_the_key_no_byte_is_read() {
    on_cluster(6, |cluster| async move {
        let (key, encryption) = sealing(EncryptionMode::Managed, 7);
        for size in [10, BLOB] {
            let staged = stage(&cluster, &key, PartSalt::Whole, &body(size, 1), Some(size)).await;
            let put = PutObject { meta: encrypted(&encryption), ..put("key") };
            cluster.objects.put(&cluster.bucket, put, &staged).await.unwrap();
            let locked = cluster.open("key").await;
            assert_eq!(locked.inline(0..5), None);
            assert_eq!(collect(locked.stream(0..5)).await.err(), Some(ReadError::Locked));
            let other = cluster.open("key").await.unlocked(Some(sealing(EncryptionMode::Managed, 8).0));
            assert!(matches!(collect(other.stream(0..5)).await, Err(ReadError::Sealed(_))));
        }
        assert_eq!(Layers::One, crate::layers_of(EncryptionMode::Customer));
    });
}
