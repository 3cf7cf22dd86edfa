//! `x-amz-copy-source`.

use cairn_types::{BucketName, ObjectKey, VersionId};

use super::Namespace;
use super::percent::form_decode;
use super::resource::{parse_key, parse_qualified};
use crate::error::{S3Error, S3ErrorCode};

/// The object that a copy reads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CopySource {
    /// The namespace of its bucket's name, where one is named; else it is the sender's own.
    pub namespace: Option<Namespace>,
    /// Its bucket.
    pub bucket: BucketName,
    /// Its key.
    pub key: ObjectKey,
    /// Its version; the latest without one.
    pub version_id: Option<VersionId>,
}

impl CopySource {
    /// Reads `bucket/key` or `/bucket/key`, URL-encoded, with an optional `?versionId=`.
    ///
    /// AWS reads `+` as a space here, unlike in a path, and clients that know it write `%2B`.
    pub fn parse(header: &[u8]) -> Result<Self, S3Error> {
        let text = std::str::from_utf8(header).map_err(|_| bad("", "is not UTF-8"))?;
        let (path, version_id) = match text.split_once('?') {
            None => (text, None),
            Some((path, query)) => (path, Some(version_of(text, query)?)),
        };
        let decoded = form_decode(path).map_err(|_| bad(text, "cannot be decoded"))?;
        let decoded = decoded.strip_prefix(b"/").unwrap_or(&decoded);
        let slash = decoded.iter().position(|byte| *byte == b'/').ok_or_else(|| bad(text, "names no key"))?;
        let (bucket, key) = decoded.split_at(slash);
        let key = key.get(1..).filter(|key| !key.is_empty()).ok_or_else(|| bad(text, "names no key"))?;
        let kept =
            |error: S3Error| if error.code == S3ErrorCode::AccessDenied { error } else { bad(text, "is invalid") };
        let (namespace, bucket) = parse_qualified(bucket).map_err(kept)?;
        Ok(Self { namespace, bucket, key: parse_key(key.to_vec()).map_err(kept)?, version_id })
    }
}

fn version_of(header: &str, query: &str) -> Result<VersionId, S3Error> {
    let raw = query.strip_prefix("versionId=").ok_or_else(|| bad(header, "has an unsupported parameter"))?;
    let invalid = || S3Error::invalid_argument("x-amz-copy-source", header, "Invalid version id specified");
    let decoded = form_decode(raw).map_err(|_| invalid())?;
    std::str::from_utf8(&decoded).ok().and_then(|text| VersionId::parse(text).ok()).ok_or_else(invalid)
}

fn bad(header: &str, what: &str) -> S3Error {
    S3Error::invalid_argument(
        "x-amz-copy-source",
        header,
        format!("Invalid copy source object key: the x-amz-copy-source header {what}"),
    )
}

#[cfg(test)]
mod tests {
    use cairn_types::VersionId;

    use super::CopySource;
    use crate::error::S3ErrorCode;

    #[test]
    fn sources_are_read_with_and_without_a_leading_slash() {
        for (header, bucket, key) in [
            ("/src/a/b", "src", "a/b"),
            ("src/a/b", "src", "a/b"),
            ("src/a%2Fb", "src", "a/b"),
            ("src%2Fa", "src", "a"),
            ("%2Fsrc%2Fa", "src", "a"),
            ("src/a%252Fb", "src", "a%2Fb"),
            ("src//a", "src", "/a"),
            ("src/a+b%2Bc", "src", "a b+c"),
            ("src/q%3Fx", "src", "q?x"),
        ] {
            let source = CopySource::parse(header.as_bytes()).expect(header);
            assert_eq!((source.bucket.as_str(), source.key.as_str()), (bucket, key), "{header}");
            assert_eq!(source.version_id, None);
        }
    }

    #[test]
    fn a_source_may_name_its_namespace() {
        let named = |header: &[u8]| {
            let source = CopySource::parse(header).expect("good");
            (source.namespace.map(|namespace| namespace.as_str().to_owned()), source.bucket.to_string())
        };
        assert_eq!(named(b"src/k"), (None, "src".to_owned()));
        assert_eq!(named(b":src/k:l"), (Some(String::new()), "src".to_owned()));
        assert_eq!(named(b"/team%3Asrc/k"), (Some("team".to_owned()), "src".to_owned()));
    }

    #[test]
    fn a_version_is_read() {
        let source = CopySource::parse(b"src/k?versionId=null").expect("good");
        assert_eq!(source.version_id, Some(VersionId::Null));
    }

    #[test]
    fn bad_sources_are_invalid_arguments() {
        for header in [
            &b""[..],
            b"/",
            b"src",
            b"src/",
            b"/src/",
            b"SRC/k",
            b"src/%zz",
            b"src/%ff",
            b"src/a%00",
            b"src/../x",
            b"\xff/k",
            b"src/k?versionId=",
            b"src/k?versionId=garbage",
            b"src/k?uploadId=1",
            b"arn:aws:s3:::src/k",
        ] {
            let error = CopySource::parse(header).expect_err("bad");
            assert_eq!(error.code, S3ErrorCode::InvalidArgument, "{}", String::from_utf8_lossy(header));
        }
        let long = format!("src/{}", "k".repeat(1_025));
        assert_eq!(CopySource::parse(long.as_bytes()).expect_err("long").code, S3ErrorCode::InvalidArgument);
    }

    #[test]
    fn reserved_buckets_are_denied() {
        for header in ["cairn--meta/k", "/.cairn/k"] {
            assert_eq!(CopySource::parse(header.as_bytes()).expect_err("denied").code, S3ErrorCode::AccessDenied);
        }
    }
}
