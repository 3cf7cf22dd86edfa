//! What the fields of a form ask for.

use cairn_types::{AccountId, BucketName};
use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};

use super::{FormFields, SuccessAction};
use crate::address::parse_key;
use crate::error::{S3Error, S3ErrorCode};
use crate::operation::PutObject;
use crate::tagging::{TagHolder, TagSet};

/// An object to be made of a form's file.
#[derive(Clone, PartialEq, Debug)]
pub struct PostedObject {
    /// The object, as a `PUT` with the same headers would ask for it.
    pub put: PutObject,
    /// What the browser is answered.
    pub success: SuccessAction,
    /// The account that must own the bucket.
    pub expected_bucket_owner: Option<AccountId>,
    /// Whether the requester is willing to pay.
    pub is_requester_paying: bool,
}

/// Fields that stand for headers of the object.
const HEADERS: [&str; 7] = [
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-md5",
    "content-type",
    "expires",
];
/// Fields that prove who posts, and are no wish.
const PROOFS: [&str; 5] =
    ["x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature", "x-amz-security-token"];

impl PostedObject {
    /// Reads the fields.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` without a key, and for a value that no header can carry; `NotImplemented` for what cannot be done
    /// yet; for the rest as a `PUT` with these headers.
    pub fn parse(bucket: BucketName, fields: &FormFields) -> Result<Self, S3Error> {
        let key = parse_key(fields.key()?.into_bytes())?;
        let headers = headers_of(fields)?;
        let tags = fields.get("tagging").map(|text| TagSet::parse_document(TagHolder::Object, text.as_bytes()));
        let (put, expected_bucket_owner) = PutObject::of_form(bucket, key, &headers, tags.transpose()?)?;
        let payer = fields.get("x-amz-request-payer").map(str::trim);
        Ok(Self {
            put,
            success: SuccessAction::of_fields(fields),
            expected_bucket_owner,
            is_requester_paying: payer.is_some_and(|text| text.eq_ignore_ascii_case("requester")),
        })
    }
}

fn headers_of(fields: &FormFields) -> Result<HeaderMap, S3Error> {
    let mut headers = HeaderMap::new();
    for (name, text) in fields.iter() {
        let header = match name {
            "acl" => "x-amz-acl",
            _ if PROOFS.contains(&name) => continue,
            _ if HEADERS.contains(&name) || name.starts_with("x-amz-") => name,
            // Pages send fields of their own; their policies cover them.
            _ => continue,
        };
        let bad = || {
            let message = format!("The form field {name} cannot be a header");
            S3Error::with_message(S3ErrorCode::InvalidArgument, message)
        };
        let value = HeaderValue::from_bytes(text.as_bytes()).map_err(|_| bad())?;
        headers.insert(HeaderName::from_bytes(header.as_bytes()).map_err(|_| bad())?, value);
    }
    Ok(headers)
}
