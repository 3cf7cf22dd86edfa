//! What heads say of bodies, and what they may not.

use super::support::{chain, headers, plan_of};
use crate::error::{S3Error, S3ErrorCode};
use crate::limits::PUT_BYTES_MAX;
use crate::payload::{BodyProof, PayloadPlan};

const LENGTH: (&str, &str) = ("x-amz-decoded-content-length", "10");
const TRAILER: (&str, &str) = ("x-amz-trailer", "x-amz-checksum-crc32");

fn plan(proof: BodyProof, pairs: &[(&'static str, &str)]) -> Result<PayloadPlan, S3Error> {
    plan_of(proof, &headers(pairs), None)
}

fn code(proof: BodyProof, pairs: &[(&'static str, &str)]) -> S3ErrorCode {
    plan(proof, pairs).err().expect("a bad head").code
}

#[test]
fn chunks_declare_their_length() {
    assert_eq!(plan(BodyProof::SignedChunks(chain()), &[LENGTH]).expect("good").len(), Some(10));
    let none = code(BodyProof::SignedChunks(chain()), &[("content-length", "10")]);
    assert_eq!(none, S3ErrorCode::MissingContentLength);
    for bad in ["-1", "", "ten", "1.5", "+1", "0x10"] {
        let bad_len = code(BodyProof::SignedChunks(chain()), &[("x-amz-decoded-content-length", bad)]);
        assert_eq!(bad_len, S3ErrorCode::InvalidArgument, "{bad}");
    }
    assert_eq!(code(BodyProof::SignedChunks(chain()), &[LENGTH, LENGTH]), S3ErrorCode::InvalidArgument);
}

#[test]
fn no_body_is_larger_than_five_gibibytes() {
    let largest = PUT_BYTES_MAX.to_string();
    assert!(plan(BodyProof::None, &[("content-length", &largest)]).is_ok());
    for len in [(PUT_BYTES_MAX + 1).to_string(), "9".repeat(40)] {
        assert_eq!(code(BodyProof::None, &[("content-length", &len)]), S3ErrorCode::EntityTooLarge);
        let decoded = code(BodyProof::SignedChunks(chain()), &[("x-amz-decoded-content-length", &len)]);
        assert_eq!(decoded, S3ErrorCode::EntityTooLarge);
    }
}

#[test]
fn trailers_are_announced_where_the_mode_has_them_and_nowhere_else() {
    assert!(plan(BodyProof::UnsignedChunksWithTrailer, &[LENGTH, TRAILER]).is_ok());
    for (proof, pairs) in [
        (BodyProof::UnsignedChunksWithTrailer, vec![LENGTH]),
        (BodyProof::UnsignedChunksWithTrailer, vec![LENGTH, ("x-amz-checksum-crc32", "AAAAAA==")]),
        (BodyProof::UnsignedChunksWithTrailer, vec![LENGTH, ("x-amz-trailer", "")]),
        (BodyProof::SignedChunksWithTrailer(chain()), vec![LENGTH]),
        (BodyProof::SignedChunks(chain()), vec![LENGTH, TRAILER]),
        (BodyProof::None, vec![TRAILER]),
    ] {
        assert_eq!(code(proof, &pairs), S3ErrorCode::MalformedTrailerError, "{pairs:?}");
    }
    let both = [LENGTH, TRAILER, ("x-amz-checksum-crc32", "AAAAAA==")];
    assert_eq!(code(BodyProof::UnsignedChunksWithTrailer, &both), S3ErrorCode::InvalidRequest);
}
