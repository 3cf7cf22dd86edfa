//! `GetObjectAttributes`: `GET /b/k?attributes`

use std::collections::BTreeSet;

use cairn_types::{BucketName, ObjectKey, VersionId};
use http::header::HeaderValue;

use super::parameters::{Parts, parse_count};
use crate::encryption::CustomerKey;
use crate::error::{S3Error, S3ErrorCode};
use crate::limits::LIST_ENTRIES_MAX;

const HEADER: &str = "x-amz-object-attributes";

/// Facts about an object, as many as were asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GetObjectAttributes {
    /// The bucket.
    pub bucket: BucketName,
    /// The key.
    pub key: ObjectKey,
    /// The version; the latest without one.
    pub version_id: Option<VersionId>,
    /// The facts; at least one.
    pub attributes: BTreeSet<ObjectAttribute>,
    /// The last part seen; 0 before the first.
    pub part_number_marker: u32,
    /// The most parts to return.
    pub max_parts: u32,
    /// The key of the object, if its customer brings it.
    pub customer_key: Option<CustomerKey>,
}

/// One fact.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ObjectAttribute {
    /// The entity tag.
    ETag,
    /// The checksum.
    Checksum,
    /// The parts of a multipart object.
    ObjectParts,
    /// The storage class.
    StorageClass,
    /// The size in bytes.
    ObjectSize,
}

impl ObjectAttribute {
    fn parse(name: &str) -> Option<Self> {
        match name {
            "ETag" => Some(Self::ETag),
            "Checksum" => Some(Self::Checksum),
            "ObjectParts" => Some(Self::ObjectParts),
            "StorageClass" => Some(Self::StorageClass),
            "ObjectSize" => Some(Self::ObjectSize),
            _ => None,
        }
    }
}

impl GetObjectAttributes {
    pub(super) const PARAMETERS: [&'static str; 2] = ["attributes", "versionId"];

    pub(super) fn parse(parts: Parts<'_>, bucket: BucketName, key: ObjectKey) -> Result<Self, S3Error> {
        let number = |name: &'static str| -> Result<Option<u32>, S3Error> {
            parts.headers.nonempty(name)?.map(|text| parse_count(name, text)).transpose()
        };
        Ok(Self {
            bucket,
            key,
            version_id: parts.version_id()?,
            attributes: wanted(parts)?,
            part_number_marker: number("x-amz-part-number-marker")?.unwrap_or(0),
            max_parts: number("x-amz-max-parts")?.unwrap_or(LIST_ENTRIES_MAX).min(LIST_ENTRIES_MAX),
            customer_key: CustomerKey::of_headers(parts.headers)?,
        })
    }

    /// Whether a fact was asked for.
    pub fn wants(&self, attribute: ObjectAttribute) -> bool {
        self.attributes.contains(&attribute)
    }
}

/// SDKs send the list in one header or in one header per name.
fn wanted(parts: Parts<'_>) -> Result<BTreeSet<ObjectAttribute>, S3Error> {
    let mut attributes = BTreeSet::new();
    for value in parts.headers.all().get_all(HEADER).iter().map(HeaderValue::as_bytes) {
        for name in String::from_utf8_lossy(value).split(',').map(str::trim).filter(|name| !name.is_empty()) {
            let known = ObjectAttribute::parse(name);
            let invalid = || S3Error::invalid_argument(HEADER, name, "Invalid attribute name specified.");
            attributes.insert(known.ok_or_else(invalid)?);
        }
    }
    if attributes.is_empty() {
        let message =
            "The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty";
        return Err(S3Error::with_message(S3ErrorCode::InvalidRequest, message));
    }
    Ok(attributes)
}
