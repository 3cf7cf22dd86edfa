//! Headers that ask for something this version does not do.
//!
//! # Invariants
//!
//! X1: no promise is dropped in silence. A header whose effect we lack is answered `501 NotImplemented`; one that means
//! what we do anyway (`x-amz-acl: private`) is accepted; one we do not know is assumed to mean something.

use http::Method;

use super::RequestHeaders;
use crate::checksum::ChecksumAlgorithm;
use crate::error::{S3Error, S3ErrorCode};

/// Prefixes by which storage systems speak to themselves. A client that sends one wants to be taken for a peer.
const INTERNAL_PREFIXES: [&str; 6] =
    ["x-cairn-", "x-minio-internal-", "x-minio-source-", "x-minio-replication-", "x-rustfs-", "x-amz-replication-"];

/// Prefixes of other dialects and vendors' own features.
const FOREIGN_PREFIXES: [&str; 4] = ["x-oss-", "x-minio-", "x-rgw-", "x-obs-"];

/// Headers that some operation reads, or that need no answer here: signatures, transports, proxies, and those whose
/// wish is granted already (nobody pays for requests, nothing is locked or archived).
const KNOWN: [&str; 36] = [
    "account-id",
    "api-version",
    "bypass-governance-retention",
    "cf-id",
    "content-sha256",
    "copy-source",
    "copy-source-if-match",
    "copy-source-if-modified-since",
    "copy-source-if-none-match",
    "copy-source-if-unmodified-since",
    "copy-source-range",
    "date",
    "decoded-content-length",
    "expected-bucket-owner",
    "id-2",
    "if-match-last-modified-time",
    "if-match-size",
    "max-parts",
    "metadata-directive",
    "mp-object-size",
    "object-attributes",
    "object-ownership",
    "optional-object-attributes",
    "part-number-marker",
    "request-id",
    "request-payer",
    "sdk-checksum-algorithm",
    "security-token",
    "source-expected-bucket-owner",
    "te",
    "trailer",
    "user-agent",
    "version-id",
    "target",
    "invocation-id",
    "retry-after",
];

/// Refuses every header that asks for what is not built.
pub(crate) fn refuse_unbuilt(method: &Method, headers: &RequestHeaders<'_>) -> Result<(), S3Error> {
    for (name, value) in headers.all() {
        let name = name.as_str();
        if INTERNAL_PREFIXES.iter().any(|prefix| name.starts_with(prefix)) {
            return Err(S3ErrorCode::AccessDenied.into());
        }
        let foreign = FOREIGN_PREFIXES.iter().any(|prefix| name.starts_with(prefix));
        if foreign {
            return Err(S3Error::not_implemented_header(name));
        }
        if let Some(short) = name.strip_prefix("x-amz-") {
            let text = value.to_str().unwrap_or("\u{fffd}").trim();
            check(method, short, text).map_err(|error| match error.code {
                S3ErrorCode::NotImplemented => S3Error::not_implemented_header(name),
                _ => error,
            })?;
        }
    }
    Ok(())
}

fn check(method: &Method, short: &str, text: &str) -> Result<(), S3Error> {
    match short {
        "acl" => canned_acl(text),
        "storage-class" => storage_class(text),
        "server-side-encryption" => encryption(method, text),
        "tagging" => built_if(text.is_empty()),
        "tagging-directive" => one_of("x-amz-tagging-directive", text, &["COPY", "REPLACE"]),
        "bucket-object-lock-enabled" => match text {
            "" => Ok(()),
            _ if text.eq_ignore_ascii_case("false") => Ok(()),
            _ if text.eq_ignore_ascii_case("true") => built_if(false),
            _ => Err(S3Error::invalid_argument("x-amz-bucket-object-lock-enabled", text, "Invalid boolean value")),
        },
        "bucket-namespace" => built_if(text == "global"),
        _ if short.starts_with("checksum-") => ChecksumAlgorithm::from_header_name(&format!("x-amz-{short}")).map(drop),
        _ => built_if(short.starts_with("meta-") || KNOWN.contains(&short)),
    }
}

fn built_if(built: bool) -> Result<(), S3Error> {
    if built { Ok(()) } else { Err(S3ErrorCode::NotImplemented.into()) }
}

fn one_of(name: &'static str, text: &str, values: &[&str]) -> Result<(), S3Error> {
    if values.contains(&text) { Ok(()) } else { Err(S3Error::invalid_argument(name, text, format!("Unknown {name}"))) }
}

fn canned_acl(text: &str) -> Result<(), S3Error> {
    match text {
        "private" | "bucket-owner-full-control" => Ok(()),
        "public-read" | "public-read-write" | "authenticated-read" | "aws-exec-read" | "bucket-owner-read"
        | "log-delivery-write" => built_if(false),
        _ => Err(S3Error::invalid_argument("x-amz-acl", text, "Invalid canned ACL")),
    }
}

fn storage_class(text: &str) -> Result<(), S3Error> {
    match text {
        "STANDARD" => Ok(()),
        "REDUCED_REDUNDANCY"
        | "STANDARD_IA"
        | "ONEZONE_IA"
        | "INTELLIGENT_TIERING"
        | "GLACIER"
        | "GLACIER_IR"
        | "DEEP_ARCHIVE"
        | "OUTPOSTS"
        | "SNOW"
        | "EXPRESS_ONEZONE"
        | "FSX_OPENZFS"
        | "FSX_ONTAP" => built_if(false),
        _ => Err(S3Error::new(S3ErrorCode::InvalidStorageClass).element("StorageClassRequested", text)),
    }
}

fn encryption(method: &Method, text: &str) -> Result<(), S3Error> {
    let name = "x-amz-server-side-encryption";
    if matches!(*method, Method::GET | Method::HEAD) {
        return Err(S3Error::invalid_argument(
            name,
            text,
            format!("{name} header is not supported for this operation."),
        ));
    }
    match text {
        "AES256" | "aws:kms" | "aws:kms:dsse" | "aws:fsx" => built_if(false),
        _ => Err(S3Error::invalid_argument(name, text, "The encryption method specified is not supported")),
    }
}

#[cfg(test)]
mod tests {
    use http::header::{HeaderName, HeaderValue};
    use http::{HeaderMap, Method};

    use super::{KNOWN, RequestHeaders, refuse_unbuilt};
    use crate::error::S3ErrorCode;
    use crate::query::Query;

    fn answer(method: &Method, name: &str, value: &str) -> Option<S3ErrorCode> {
        let mut headers = HeaderMap::new();
        headers
            .insert(HeaderName::from_bytes(name.as_bytes()).expect(name), HeaderValue::from_str(value).expect(value));
        let headers = RequestHeaders::new(&headers, &Query::default()).expect("small").all().clone();
        let joined = RequestHeaders::new(&headers, &Query::default()).expect("small");
        refuse_unbuilt(method, &joined).err().map(|error| error.code)
    }

    #[test]
    fn what_is_not_built_is_said() {
        for (name, value) in [
            ("x-amz-acl", "public-read"),
            ("x-amz-acl", "authenticated-read"),
            ("x-amz-grant-read", "id=x"),
            ("x-amz-storage-class", "GLACIER"),
            ("x-amz-server-side-encryption", "AES256"),
            ("x-amz-server-side-encryption", "aws:kms"),
            ("x-amz-server-side-encryption-aws-kms-key-id", "k"),
            ("x-amz-server-side-encryption-customer-algorithm", "AES256"),
            ("x-amz-copy-source-server-side-encryption-customer-key", "k"),
            ("x-amz-tagging", "a=b"),
            ("x-amz-object-lock-mode", "GOVERNANCE"),
            ("x-amz-object-lock-legal-hold", "ON"),
            ("x-amz-bucket-object-lock-enabled", "true"),
            ("x-amz-website-redirect-location", "/x"),
            ("x-amz-write-offset-bytes", "0"),
            ("x-amz-mfa", "serial 123456"),
            ("x-amz-checksum-sha512", "x"),
            ("x-amz-bucket-namespace", "account-regional"),
            ("x-amz-some-feature-of-tomorrow", "1"),
            ("x-oss-storage-class", "IA"),
            ("x-minio-force-delete", "true"),
        ] {
            assert_eq!(answer(&Method::PUT, name, value), Some(S3ErrorCode::NotImplemented), "{name}: {value}");
        }
    }

    #[test]
    fn what_is_wrong_or_forbidden_is_said() {
        for (name, value, code) in [
            ("x-amz-acl", "open", S3ErrorCode::InvalidArgument),
            ("x-amz-acl", "", S3ErrorCode::InvalidArgument),
            ("x-amz-checksum-crc31", "x", S3ErrorCode::InvalidRequest),
            ("x-amz-storage-class", "COLD", S3ErrorCode::InvalidStorageClass),
            ("x-amz-server-side-encryption", "ROT13", S3ErrorCode::InvalidArgument),
            ("x-amz-tagging-directive", "MERGE", S3ErrorCode::InvalidArgument),
            ("x-amz-bucket-object-lock-enabled", "maybe", S3ErrorCode::InvalidArgument),
            ("x-cairn-version-order", "1", S3ErrorCode::AccessDenied),
            ("x-minio-source-etag", "1", S3ErrorCode::AccessDenied),
            ("x-amz-replication-status", "REPLICA", S3ErrorCode::AccessDenied),
        ] {
            assert_eq!(answer(&Method::PUT, name, value), Some(code), "{name}: {value}");
        }
        let on_read = answer(&Method::GET, "x-amz-server-side-encryption", "AES256");
        assert_eq!(on_read, Some(S3ErrorCode::InvalidArgument));
    }

    #[test]
    fn what_is_done_anyway_is_accepted() {
        for (name, value) in [
            ("x-amz-acl", "private"),
            ("x-amz-acl", "bucket-owner-full-control"),
            ("x-amz-storage-class", "STANDARD"),
            ("x-amz-tagging", ""),
            ("x-amz-tagging-directive", "COPY"),
            ("x-amz-bucket-object-lock-enabled", "false"),
            ("x-amz-meta-anything", "v"),
            ("x-amz-date", "20261120T000000Z"),
            ("x-amz-request-payer", "requester"),
            ("x-amzn-trace-id", "Root=1"),
            ("amz-sdk-request", "attempt=1"),
            ("user-agent", "x-amz-acl"),
        ] {
            assert_eq!(answer(&Method::PUT, name, value), None, "{name}: {value}");
        }
        assert!(KNOWN.iter().all(|short| answer(&Method::PUT, &format!("x-amz-{short}"), "v").is_none()));
    }
}
