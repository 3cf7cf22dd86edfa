//! Trailers.

use super::support::{CHECKSUM, Way, chain, decode, headers, plan_of, two_chunks};
use crate::checksum::ChecksumHasher;
use crate::error::S3ErrorCode;
use crate::payload::{BodyProof, PayloadDecoder};

const TRAILED: [Way; 2] = [Way::SignedTrailer, Way::UnsignedTrailer];
const LEN: usize = 8_292;

fn good(way: Way) -> String {
    String::from_utf8(way.frame(&two_chunks()).concat()).expect("text")
}

fn value() -> String {
    ChecksumHasher::of(CHECKSUM, &two_chunks().concat()).to_base64()
}

fn edited(way: Way, from: &str, to: &str) -> S3ErrorCode {
    let body = good(way);
    assert!(body.contains(from), "{from}");
    way.code(LEN, body.replace(from, to).as_bytes())
}

/// The trailer as the client signs it, whatever it says.
fn signed_trailer(line: &str) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    let (mut chain, mut body) = (chain(), Vec::new());
    for chunk in two_chunks().iter().chain([&Vec::new()]) {
        let signature = chain.sign_chunk(&Sha256::digest(chunk).into());
        body.extend_from_slice(format!("{:x};chunk-signature={signature}\r\n", chunk.len()).as_bytes());
        body.extend_from_slice(chunk);
        body.extend_from_slice(if chunk.is_empty() { b"" } else { b"\r\n" });
    }
    let signature = chain.sign_trailer(&Sha256::digest(format!("{line}\n").as_bytes()).into());
    body.extend_from_slice(format!("{line}\r\nx-amz-trailer-signature:{signature}\r\n\r\n").as_bytes());
    body
}

#[test]
fn a_wrong_checksum_is_a_bad_digest() {
    let line = format!("{}:AAAAAA==", CHECKSUM.header_name());
    assert_eq!(edited(Way::UnsignedTrailer, &value(), "AAAAAA=="), S3ErrorCode::BadDigest);
    assert_eq!(Way::SignedTrailer.code(LEN, &signed_trailer(&line)), S3ErrorCode::BadDigest);
}

#[test]
fn a_value_that_is_none_is_an_invalid_request() {
    for bad in ["", "AAAA", "!", &"A".repeat(100)] {
        assert_eq!(edited(Way::UnsignedTrailer, &value(), bad), S3ErrorCode::InvalidRequest, "{bad}");
    }
}

#[test]
fn a_changed_trailer_or_signature_does_not_match() {
    assert_eq!(edited(Way::SignedTrailer, &value(), "AAAAAA=="), S3ErrorCode::SignatureDoesNotMatch);
    let signature = good(Way::SignedTrailer).split("trailer-signature:").nth(1).expect("signed").trim().to_owned();
    for bad in [signature.to_uppercase(), signature[..10].to_owned(), "0".repeat(64), String::new()] {
        assert_eq!(edited(Way::SignedTrailer, &signature, &bad), S3ErrorCode::SignatureDoesNotMatch, "{bad}");
    }
}

#[test]
fn exactly_the_announced_trailer_is_there() {
    let line = format!("{}:{}\r\n", CHECKSUM.header_name(), value());
    for (from, to) in [
        (line.as_str(), String::new()),
        (line.as_str(), format!("{line}{line}")),
        (line.as_str(), format!("{line}x-amz-meta-a:b\r\n")),
        (CHECKSUM.header_name(), "x-amz-checksum-crc32".to_owned()),
        (line.as_str(), "no colon\r\n".to_owned()),
        (line.as_str(), format!("{line}x-amz-trailer-signature:00\r\n")),
    ] {
        assert_eq!(edited(Way::UnsignedTrailer, from, &to), S3ErrorCode::MalformedTrailerError, "{to}");
    }
    assert_eq!(edited(Way::SignedTrailer, "x-amz-trailer-signature:", "x:"), S3ErrorCode::MalformedTrailerError);
    let other = Way::SignedTrailer.code(LEN, &signed_trailer("x-amz-checksum-crc32:AAAAAA=="));
    assert_eq!(other, S3ErrorCode::MalformedTrailerError);
    let behind = good(Way::SignedTrailer).trim_end().to_owned() + "\r\nx:y\r\n\r\n";
    assert_eq!(Way::SignedTrailer.code(LEN, behind.as_bytes()), S3ErrorCode::MalformedTrailerError);
}

#[test]
fn endless_trailers_are_refused_early() {
    for way in TRAILED {
        let body = good(way);
        let mut decoder = way.decoder(LEN);
        let mut out = Vec::new();
        decoder.push(body.trim_end().to_owned().into(), &mut out).expect("good so far");
        let error = decoder.push(vec![b'x'; 5_000].into(), &mut out).expect_err("too long");
        assert_eq!(error.code, S3ErrorCode::MalformedTrailerError);
    }
}

#[test]
fn the_line_ends_of_other_clients_are_understood() {
    // minio-go ends the line with a line feed and puts a blank line before the signature, and one more at the end.
    let line = format!("{}:{}", CHECKSUM.header_name(), value());
    let unsigned = good(Way::UnsignedTrailer).replace(&format!("{line}\r\n\r\n"), &format!("{line}\n\r\n\r\n"));
    assert!(Way::UnsignedTrailer.decode(LEN, unsigned.as_bytes()).is_ok());
    let signed = good(Way::SignedTrailer).replace(&format!("{line}\r\n"), &format!("{line}\n\r\n"));
    assert!(Way::SignedTrailer.decode(LEN, signed.as_bytes()).is_ok());
    let spaced = good(Way::UnsignedTrailer).replace(&line, &line.replacen(':', ": ", 1));
    assert!(decode(Way::UnsignedTrailer.decoder(LEN), [spaced.as_bytes()]).is_ok());
}

#[test]
fn the_body_of_botocore_is_understood() {
    let announced = [("x-amz-decoded-content-length", "10000"), ("x-amz-trailer", "x-amz-checksum-crc32")];
    let plan = plan_of(BodyProof::UnsignedChunksWithTrailer, &headers(&announced), None).expect("a good head");
    let body = format!(
        "2000\r\n{}\r\n710\r\n{}\r\n0\r\nx-amz-checksum-crc32:Rn7Ulw==\r\n\r\n",
        "a".repeat(8_192),
        "a".repeat(1_808)
    );
    let (payload, summary) = decode(PayloadDecoder::new(plan), [body.as_bytes()]).expect("made by botocore");
    assert_eq!(payload, vec![b'a'; 10_000]);
    assert_eq!(summary.checksum.expect("verified").to_base64(), "Rn7Ulw==");
}
