//! The examples of AWS's documentation of version 4: the signer must make their signatures, and the verifier take them.

use bytes::Bytes;
use http::Method;
use sha2::{Digest, Sha256};

use super::support::{ACCESS_KEY, NOW, Request, signer};
use crate::auth::sign::ChunkFramer;
use crate::payload::PayloadMode;

fn signed_payload(body: &[u8]) -> PayloadMode {
    PayloadMode::Signed(Sha256::digest(body).into())
}

fn check(request: Request, body: &[u8], signature: &str) {
    let signed = request.signed_by(&signer(), signed_payload(body));
    assert_eq!(signed.signature(), signature);
    assert_eq!(signed.verify().expect("a published signature").access_key(), ACCESS_KEY);
}

#[test]
fn get_object() {
    let request = Request::get().with("range", "bytes=0-9");
    check(request, b"", "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

#[test]
fn put_object() {
    let request = Request::new(Method::PUT, "/test$file.text", None)
        .with("date", "Fri, 24 May 2013 00:00:00 GMT")
        .with("x-amz-storage-class", "REDUCED_REDUNDANCY");
    check(request, b"Welcome to Amazon S3.", "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
}

#[test]
fn get_bucket_lifecycle() {
    let request = Request::new(Method::GET, "/", Some("lifecycle"));
    check(request, b"", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
}

#[test]
fn list_objects() {
    let request = Request::new(Method::GET, "/", Some("max-keys=2&prefix=J"));
    check(request, b"", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

#[test]
fn presigned_get_object() {
    let request = Request::get().presigned(86_400);
    assert_eq!(request.signature(), "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
    request.verify().expect("a published signature");
}

fn chunked_put() -> Request {
    Request::new(Method::PUT, "/examplebucket/chunkObject.txt", None)
        .set("host", "s3.amazonaws.com")
        .with("x-amz-storage-class", "REDUCED_REDUNDANCY")
        .with("content-encoding", "aws-chunked")
        .with("x-amz-decoded-content-length", "66560")
}

fn text(bytes: &Bytes) -> &str {
    std::str::from_utf8(bytes).expect("text")
}

#[test]
fn chunked_upload() {
    let mut request = chunked_put().with("content-length", "66824");
    let mut headers = std::mem::take(&mut request.headers);
    let mode = PayloadMode::StreamingSigned;
    let chain = signer().sign_headers(request.unsigned(), &mut headers, mode, NOW).expect("signable");
    request.headers = headers;
    assert_eq!(request.signature(), "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9");
    let mut framer = ChunkFramer::new(Some(chain));
    assert_eq!(framer.framed_len(66_560, 65_536), 66_824);
    let [header, ..] = framer.chunk(Bytes::from(vec![b'a'; 65_536]));
    let signature = "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648";
    assert_eq!(text(&header), format!("10000;chunk-signature={signature}\r\n"));
    let [header, ..] = framer.chunk(Bytes::from(vec![b'a'; 1_024]));
    let signature = "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497";
    assert_eq!(text(&header), format!("400;chunk-signature={signature}\r\n"));
    let signature = "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9";
    assert_eq!(text(&framer.finish(None)), format!("0;chunk-signature={signature}\r\n\r\n"));
    request.verify().expect("a published signature");
}

#[test]
fn chunked_upload_with_a_trailer() {
    let mut request = chunked_put().with("x-amz-trailer", "x-amz-checksum-crc32c");
    let mut headers = std::mem::take(&mut request.headers);
    let mode = PayloadMode::StreamingSignedTrailer;
    let chain = signer().sign_headers(request.unsigned(), &mut headers, mode, NOW).expect("signable");
    request.headers = headers;
    assert_eq!(request.signature(), "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e");
    let mut framer = ChunkFramer::new(Some(chain));
    let [header, ..] = framer.chunk(Bytes::from(vec![b'a'; 65_536]));
    assert!(text(&header).contains("b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2"));
    let [header, ..] = framer.chunk(Bytes::from(vec![b'a'; 1_024]));
    assert!(text(&header).contains("1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7"));
    assert_eq!(
        text(&framer.finish(Some(("x-amz-checksum-crc32c", "sOO8/Q==")))),
        "0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n\
         x-amz-checksum-crc32c:sOO8/Q==\r\n\
         x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n"
    );
    request.verify().expect("a published signature");
}
