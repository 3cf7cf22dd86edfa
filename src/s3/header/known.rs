//! Headers by name: those that some operation reads, and those that nobody may send.
//!
//! # Invariants
//!
//! X1: a header that we do not know is assumed to mean something, and answered `501 NotImplemented`. What a known one asks
//! for is read by its operation; what the operation does not read is refused there as well.

use super::RequestHeaders;
use crate::checksum::ChecksumAlgorithm;
use crate::error::{S3Error, S3ErrorCode};

/// Prefixes by which storage systems speak to themselves. A client that sends one wants to be taken for a peer.
const INTERNAL_PREFIXES: [&str; 6] =
    ["x-cairn-", "x-minio-internal-", "x-minio-source-", "x-minio-replication-", "x-rustfs-", "x-amz-replication-"];

/// Prefixes of other dialects and vendors' own features.
const FOREIGN_PREFIXES: [&str; 4] = ["x-oss-", "x-minio-", "x-rgw-", "x-obs-"];

/// Families that operations read.
const KNOWN_PREFIXES: [&str; 7] = [
    "meta-",
    "grant-",
    "object-lock-",
    "server-side-encryption-customer-",
    "copy-source-server-side-encryption-customer-",
    "copy-source-if-",
    "rename-source-if-",
];

/// Headers that some operation reads, or that need no answer here: signatures, transports, proxies, and those whose
/// wish is granted already (nothing is archived).
const KNOWN: [&str; 46] = [
    "account-id",
    "acl",
    "api-version",
    "bucket-object-lock-enabled",
    "bypass-governance-retention",
    "cf-id",
    "client-token",
    "confirm-remove-self-bucket-access",
    "content-sha256",
    "copy-source",
    "copy-source-range",
    "date",
    "decoded-content-length",
    "expected-bucket-owner",
    "id-2",
    "if-match-last-modified-time",
    "if-match-size",
    "invocation-id",
    "max-parts",
    "metadata-directive",
    "mp-object-size",
    "object-attributes",
    "object-ownership",
    "optional-object-attributes",
    "part-number-marker",
    "rename-source",
    "request-id",
    "request-payer",
    "retry-after",
    "sdk-checksum-algorithm",
    "security-token",
    "server-side-encryption",
    "server-side-encryption-aws-kms-key-id",
    "server-side-encryption-bucket-key-enabled",
    "server-side-encryption-context",
    "source-expected-bucket-owner",
    "storage-class",
    "tagging",
    "tagging-directive",
    "target",
    "te",
    "trailer",
    "user-agent",
    "version-id",
    "website-redirect-location",
    "write-offset-bytes",
];

/// Refuses every header that is not known.
pub(crate) fn refuse_unknown(headers: &RequestHeaders<'_>) -> Result<(), S3Error> {
    for (name, value) in headers.all() {
        let name = name.as_str();
        if INTERNAL_PREFIXES.iter().any(|prefix| name.starts_with(prefix)) {
            return Err(S3ErrorCode::AccessDenied.into());
        }
        if FOREIGN_PREFIXES.iter().any(|prefix| name.starts_with(prefix)) {
            return Err(S3Error::not_implemented_header(name));
        }
        if let Some(short) = name.strip_prefix("x-amz-") {
            check(name, short, value.to_str().unwrap_or("\u{fffd}").trim())?;
        }
    }
    Ok(())
}

fn check(name: &str, short: &str, text: &str) -> Result<(), S3Error> {
    let is_known = match short {
        // Buckets of an account's own namespace are made by who administers the account.
        "bucket-namespace" => text == "global",
        "tagging-directive" => return one_of("x-amz-tagging-directive", text, &["COPY", "REPLACE"]),
        _ if short.starts_with("checksum-") => return ChecksumAlgorithm::from_header_name(name).map(drop),
        _ => KNOWN.contains(&short) || KNOWN_PREFIXES.iter().any(|prefix| short.starts_with(prefix)),
    };
    if is_known { Ok(()) } else { Err(S3Error::not_implemented_header(name)) }
}

fn one_of(name: &'static str, text: &str, values: &[&str]) -> Result<(), S3Error> {
    if values.contains(&text) { Ok(()) } else { Err(S3Error::invalid_argument(name, text, format!("Unknown {name}"))) }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use http::header::{HeaderName, HeaderValue};

    use super::{KNOWN, RequestHeaders, refuse_unknown};
    use crate::error::S3ErrorCode;
    use crate::query::Query;

    fn answer(name: &str, value: &str) -> Option<S3ErrorCode> {
        let mut headers = HeaderMap::new();
        headers
            .insert(HeaderName::from_bytes(name.as_bytes()).expect(name), HeaderValue::from_str(value).expect(value));
        let joined = RequestHeaders::new(&headers, &Query::default()).expect("small");
        refuse_unknown(&joined).err().map(|error| error.code)
    }

    #[test]
    fn what_is_not_known_is_not_implemented() {
        for (name, value) in [
            ("x-amz-mfa", "serial 123456"),
            ("x-amz-bucket-namespace", "account-regional"),
            ("x-amz-some-feature-of-tomorrow", "1"),
            ("x-oss-storage-class", "IA"),
            ("x-minio-force-delete", "true"),
        ] {
            assert_eq!(answer(name, value), Some(S3ErrorCode::NotImplemented), "{name}: {value}");
        }
    }

    #[test]
    fn what_is_wrong_or_forbidden_is_said() {
        for (name, value, code) in [
            ("x-amz-checksum-crc31", "x", S3ErrorCode::InvalidRequest),
            ("x-amz-tagging-directive", "MERGE", S3ErrorCode::InvalidArgument),
            ("x-cairn-version-order", "1", S3ErrorCode::AccessDenied),
            ("x-minio-source-etag", "1", S3ErrorCode::AccessDenied),
            ("x-amz-replication-status", "REPLICA", S3ErrorCode::AccessDenied),
        ] {
            assert_eq!(answer(name, value), Some(code), "{name}: {value}");
        }
    }

    #[test]
    fn what_some_operation_reads_is_known() {
        for (name, value) in [
            ("x-amz-tagging-directive", "COPY"),
            ("x-amz-meta-anything", "v"),
            ("x-amz-grant-read", "id=x"),
            ("x-amz-object-lock-legal-hold", "ON"),
            ("x-amz-bucket-namespace", "global"),
            ("x-amz-copy-source-server-side-encryption-customer-key", "k"),
            ("x-amz-date", "20261120T000000Z"),
            ("x-amz-request-payer", "requester"),
            ("x-amzn-trace-id", "Root=1"),
            ("amz-sdk-request", "attempt=1"),
            ("user-agent", "x-amz-acl"),
        ] {
            assert_eq!(answer(name, value), None, "{name}: {value}");
        }
        for short in KNOWN.into_iter().filter(|short| *short != "tagging-directive") {
            assert_eq!(answer(&format!("x-amz-{short}"), "v"), None, "{short}");
        }
    }
}
