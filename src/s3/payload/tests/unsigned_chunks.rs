//! Faults of framing.

use super::support::{WAYS, Way, two_chunks};
use crate::error::S3ErrorCode;

const WAY: Way = Way::UnsignedTrailer;

#[test]
fn broken_framing_is_an_invalid_request() {
    for bad in [
        "zz\r\n",
        "\r\n",
        "1\nx\r\n",
        "10000000000000000\r\n",
        "ffffffffffffffff\r\n",
        "-1\r\n",
        "1\r\nxx\r\n",
        "1\r\nx\n0\r\n",
        "1\r\nx\rx",
    ] {
        assert_eq!(WAY.code(1, bad.as_bytes()), S3ErrorCode::InvalidRequest, "{bad:?}");
    }
    let flood = [b"1;".as_slice(), &vec![b'x'; 1 << 20], b"\r\n"].concat();
    for way in WAYS {
        assert_eq!(way.code(1, &flood), S3ErrorCode::InvalidRequest);
    }
}

#[test]
fn extensions_of_bounded_size_are_ignored() {
    let mut body = b"1;name=value\r\nx\r\n".to_vec();
    body.extend(WAY.frame(&[b"x".to_vec()]).pop().expect("an end"));
    assert_eq!(WAY.decode(1, &body).expect("well-framed").0, b"x");
}

#[test]
fn only_the_last_chunk_may_be_small() {
    for way in WAYS {
        let small_first = way.frame(&[vec![b'a'; 8_191], vec![b'b'; 1]]).concat();
        assert_eq!(way.code(8_192, &small_first), S3ErrorCode::InvalidChunkSizeError, "{way:?}");
        assert!(way.decode(8_292, &way.frame(&two_chunks()).concat()).is_ok());
    }
}

#[test]
fn a_chunk_larger_than_the_rest_is_refused_before_its_data() {
    assert_eq!(WAY.code(10, b"b\r\n"), S3ErrorCode::IncompleteBody);
}
