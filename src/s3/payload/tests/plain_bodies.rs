//! Bodies without framing.

use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::support::{decode, headers, plan_of};
use crate::checksum::{ChecksumAlgorithm, ChecksumHasher};
use crate::error::S3ErrorCode;
use crate::payload::{BodyProof, PayloadDecoder, PayloadPlan};

fn sha256(bytes: &[u8]) -> BodyProof {
    BodyProof::Sha256(Sha256::digest(bytes).into())
}

fn plan(proof: BodyProof, pairs: &[(&'static str, &str)], unless_sent: Option<ChecksumAlgorithm>) -> PayloadPlan {
    plan_of(proof, &headers(pairs), unless_sent).expect("a good head")
}

fn decoder(proof: BodyProof, pairs: &[(&'static str, &str)]) -> PayloadDecoder {
    PayloadDecoder::new(plan(proof, pairs, None))
}

fn code(proof: BodyProof, pairs: &[(&'static str, &str)], body: &[u8]) -> S3ErrorCode {
    decode(decoder(proof, pairs), [body]).expect_err("a wrong body").code
}

#[test]
fn a_body_is_handed_on_without_a_copy() {
    let body = Bytes::from_static(b"hello");
    let mut out = Vec::new();
    let mut decoder = decoder(sha256(b"hello"), &[("content-length", "5")]);
    decoder.push(body.clone(), &mut out).expect("good");
    assert_eq!(out[0].as_ptr(), body.as_ptr());
    assert_eq!(decoder.finish().expect("good").len, 5);
}

#[test]
fn a_body_of_another_hash_is_a_mismatch() {
    assert_eq!(code(sha256(b"hello"), &[], b"hallo"), S3ErrorCode::XAmzContentSHA256Mismatch);
    assert!(decode(decoder(sha256(b""), &[]), []).is_ok());
}

#[test]
fn a_body_has_its_declared_length() {
    let length = [("content-length", "5")];
    for body in ["hell", "hello!", ""] {
        assert_eq!(code(BodyProof::None, &length, body.as_bytes()), S3ErrorCode::IncompleteBody, "{body}");
    }
    assert!(decode(decoder(BodyProof::None, &[]), [b"any".as_slice()]).is_ok());
}

#[test]
fn a_checksum_in_a_header_is_verified() {
    for algorithm in ChecksumAlgorithm::ALL {
        let value = ChecksumHasher::of(algorithm, b"hello");
        let text = value.to_base64();
        let pairs = [(algorithm.header_name(), text.as_str())];
        for proof in [BodyProof::None, sha256(b"hello")] {
            let (_, summary) = decode(decoder(proof, &pairs), [b"hello".as_slice()]).expect("the right checksum");
            assert_eq!(summary.checksum, Some(value));
        }
        assert_eq!(code(BodyProof::None, &pairs, b"hallo"), S3ErrorCode::BadDigest, "{algorithm}");
    }
}

#[test]
fn a_checksum_is_computed_where_none_was_sent() {
    let unless_sent = Some(ChecksumAlgorithm::Crc64Nvme);
    let plan = plan(BodyProof::None, &[], unless_sent);
    assert_eq!(plan.checksum_algorithm(), unless_sent);
    let (_, summary) = decode(PayloadDecoder::new(plan), [b"hello".as_slice()]).expect("good");
    assert_eq!(summary.checksum, Some(ChecksumHasher::of(ChecksumAlgorithm::Crc64Nvme, b"hello")));
}

#[test]
fn an_error_stays() {
    let mut decoder = decoder(BodyProof::None, &[("content-length", "1")]);
    let mut out = Vec::new();
    let first = decoder.push(Bytes::from_static(b"xx"), &mut out).expect_err("too long");
    assert_eq!(decoder.push(Bytes::new(), &mut out), Err(first.clone()));
    assert_eq!(decoder.finish(), Err(first));
    assert!(out.is_empty());
}
