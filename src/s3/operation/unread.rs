//! Headers that mean something, but nothing to the operation that they came with: a condition that nobody evaluates, a
//! source that nobody copies, a lock that nobody sets.

use http::header::HeaderValue;

use super::parameters::Parts;
use super::{CopyTags, Operation};
use crate::error::S3Error;

/// What begins so, and which operations read it.
type Reader = (&'static str, fn(&Operation) -> bool);

const READERS: &[Reader] = &[
    ("x-amz-if-match-last-modified-time", |operation| matches!(operation, Operation::DeleteObject(_))),
    ("x-amz-if-match-size", |operation| matches!(operation, Operation::DeleteObject(_))),
    ("x-amz-acl", reads_acl),
    ("x-amz-grant-", reads_acl),
    ("x-amz-storage-class", makes_object),
    ("x-amz-website-redirect-location", makes_object),
    ("x-amz-tagging", reads_tags),
    ("x-amz-object-lock-", makes_object),
    ("x-amz-bucket-object-lock-enabled", |operation| matches!(operation, Operation::CreateBucket(_))),
    ("x-amz-write-offset-bytes", |operation| matches!(operation, Operation::PutObject(_))),
    ("x-amz-rename-source", |operation| matches!(operation, Operation::RenameObject(_))),
];

/// Refuses them.
///
/// # Errors
///
/// `InvalidArgument` for the source of a copy, and for encryption, as AWS has it; `NotImplemented` for the rest.
pub(super) fn refuse(operation: &Operation, parts: Parts<'_>) -> Result<(), S3Error> {
    let is_copy = matches!(operation, Operation::CopyObject(_) | Operation::UploadPartCopy(_));
    if parts.headers.has("x-amz-copy-source") && !is_copy {
        let message = "x-amz-copy-source is not supported for this operation";
        return Err(S3Error::invalid_argument("x-amz-copy-source", "", message));
    }
    refuse_conditions(operation, parts)?;
    for (name, value) in parts.headers.all() {
        let name = name.as_str();
        if name.starts_with("x-amz-server-side-encryption") && !reads_encryption(operation, name) {
            let message = format!("{name} header is not supported for this operation.");
            return Err(S3Error::invalid_argument("x-amz-server-side-encryption", "", message));
        }
        let is_read = |(start, reads): &Reader| !name.starts_with(start) || reads(operation);
        // An exact name may begin another: `x-amz-tagging-directive` is for copies, and harmless elsewhere.
        let is_harmless = name == "x-amz-tagging-directive" || changes_nothing(name, value);
        if !is_harmless && !READERS.iter().all(is_read) {
            return Err(S3Error::not_implemented_header(name));
        }
    }
    Ok(())
}

fn refuse_conditions(operation: &Operation, parts: Parts<'_>) -> Result<(), S3Error> {
    let reads_conditions = matches!(
        operation,
        Operation::PutObject(_)
            | Operation::CopyObject(_)
            | Operation::CompleteMultipartUpload(_)
            | Operation::CreateMultipartUpload(_)
            | Operation::DeleteObject(_)
            | Operation::RenameObject(_)
    );
    // On reads of anything but an object a cache may send conditions; an answer in full satisfies it.
    let conditions = ["if-match", "if-none-match"].into_iter().filter(|_| operation.is_write() && !reads_conditions);
    match conditions.into_iter().find(|name| parts.headers.has(name)) {
        Some(name) => Err(S3Error::not_implemented_header(name)),
        None => Ok(()),
    }
}

fn makes_object(operation: &Operation) -> bool {
    operation.settings().is_some()
}

/// Tags beside the directive to copy the source's would be dropped.
fn reads_tags(operation: &Operation) -> bool {
    match operation {
        Operation::CopyObject(copy) => copy.tags != CopyTags::Copy,
        other => makes_object(other),
    }
}

fn reads_acl(operation: &Operation) -> bool {
    makes_object(operation)
        || matches!(operation, Operation::CreateBucket(_) | Operation::PutBucketAcl(_) | Operation::PutObjectAcl(_))
}

fn reads_encryption(operation: &Operation, name: &str) -> bool {
    let of_customer = name.starts_with("x-amz-server-side-encryption-customer-");
    let reads_keys = matches!(
        operation,
        Operation::GetObject(_)
            | Operation::HeadObject(_)
            | Operation::GetObjectAttributes(_)
            | Operation::UploadPart(_)
            | Operation::UploadPartCopy(_)
            | Operation::CompleteMultipartUpload(_)
            | Operation::ListParts(_)
    );
    makes_object(operation) || (of_customer && reads_keys)
}

/// Whether a header asks for what happens anyway.
fn changes_nothing(name: &str, value: &HeaderValue) -> bool {
    let text = value.to_str().unwrap_or("\u{fffd}").trim();
    match name {
        "x-amz-acl" => matches!(text, "private" | "bucket-owner-full-control"),
        "x-amz-storage-class" => text == "STANDARD",
        "x-amz-tagging" => text.is_empty(),
        "x-amz-bucket-object-lock-enabled" => text.is_empty() || text.eq_ignore_ascii_case("false"),
        _ => false,
    }
}
