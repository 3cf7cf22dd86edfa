//! What a request is about.

use cairn_types::{BucketName, NameError, ObjectKey};

use super::{Namespace, percent_decode};
use crate::error::{S3Error, S3ErrorCode};

/// Names kept for the cluster's own use: no client reaches a bucket that begins so, whatever its rights.
const RESERVED_PREFIXES: [&str; 2] = ["cairn--", ".cairn"];

/// What a request names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Address {
    /// The namespace of the bucket's name, where one is named; else it is the sender's own.
    pub namespace: Option<Namespace>,
    /// The rest.
    pub resource: Resource,
}

/// The service, a bucket or an object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Resource {
    /// No bucket is named.
    Service,
    /// A bucket is named, a key is not.
    Bucket(BucketName),
    /// An object.
    Object {
        /// The bucket.
        bucket: BucketName,
        /// The key, decoded.
        key: ObjectKey,
    },
}

impl Address {
    /// Reads a path that begins with the bucket's name, perhaps with its namespace.
    pub(super) fn from_path(raw_path: &str) -> Result<Self, S3Error> {
        let rest = raw_path.strip_prefix('/').unwrap_or(raw_path);
        if rest.is_empty() {
            return Ok(Self { namespace: None, resource: Resource::Service });
        }
        let (bucket, raw_key) = rest.split_once('/').unwrap_or((rest, ""));
        let bucket = percent_decode(bucket).map_err(|_| S3ErrorCode::InvalidURI)?;
        let (namespace, bucket) = parse_qualified(&bucket)?;
        Ok(Self { namespace, resource: Resource::in_bucket(bucket, raw_key)? })
    }
}

impl Resource {
    /// Reads the key of a path that stands under a known bucket; without a leading slash of its own.
    pub(super) fn in_bucket(bucket: BucketName, raw_key: &str) -> Result<Self, S3Error> {
        if raw_key.is_empty() {
            return Ok(Self::Bucket(bucket));
        }
        let key = percent_decode(raw_key).map_err(|_| S3ErrorCode::InvalidURI)?;
        Ok(Self::Object { bucket, key: parse_key(key.into_owned())? })
    }
}

/// A bucket's name, decoded, and the namespace before it if there is one.
pub(crate) fn parse_qualified(name: &[u8]) -> Result<(Option<Namespace>, BucketName), S3Error> {
    let Some(colon) = name.iter().position(|byte| *byte == b':') else {
        return Ok((None, parse_bucket(name)?));
    };
    let (namespace, bucket) = name.split_at(colon);
    let parsed = std::str::from_utf8(namespace).ok().and_then(|text| Namespace::parse(text).ok());
    let namespace = parsed.ok_or_else(|| {
        let whole = String::from_utf8_lossy(name).into_owned();
        S3Error::new(S3ErrorCode::InvalidBucketName).element("BucketName", whole)
    })?;
    Ok((Some(namespace), parse_bucket(bucket.get(1..).unwrap_or_default())?))
}

/// A bucket's name, decoded.
pub(crate) fn parse_bucket(name: &[u8]) -> Result<BucketName, S3Error> {
    let text = String::from_utf8_lossy(name);
    if RESERVED_PREFIXES.iter().any(|prefix| text.starts_with(prefix)) {
        return Err(S3ErrorCode::AccessDenied.into());
    }
    BucketName::parse(&text)
        .map_err(|_| S3Error::new(S3ErrorCode::InvalidBucketName).element("BucketName", text.into_owned()))
}

/// A key, decoded.
pub(crate) fn parse_key(key: Vec<u8>) -> Result<ObjectKey, S3Error> {
    let len = key.len();
    let key = ObjectKey::parse(key).map_err(|error| match error {
        NameError::KeyLength => S3Error::new(S3ErrorCode::KeyTooLongError)
            .element("Size", len.to_string())
            .element("MaxSizeAllowed", cairn_types::KEY_BYTES_MAX.to_string()),
        NameError::KeyText | NameError::Bucket => S3ErrorCode::InvalidURI.into(),
    })?;
    if climbs_out(key.as_str()) { Err(S3ErrorCode::InvalidURI.into()) } else { Ok(key) }
}

/// Whether, read from left to right, `..` segments ever outnumber the others. S3 keeps the rest literally; a key that
/// would leave its bucket were it a path is one no client means.
fn climbs_out(key: &str) -> bool {
    let mut depth = 0usize;
    for segment in key.split('/') {
        match (segment, depth) {
            ("..", 0) => return true,
            ("..", _) => depth -= 1,
            _ => depth += 1,
        }
    }
    false
}
