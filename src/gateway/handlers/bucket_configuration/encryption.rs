//! `?encryption`: what objects get whose writer asks for nothing, and what writers may not ask for.

use bytes::Bytes;
use cairn_s3::S3Error;
use cairn_s3::encryption::BucketEncryption;

use super::Change;

/// The rule as it is kept: as we write it, not as it came.
pub(super) fn change(document: &[u8]) -> Result<Change, S3Error> {
    Ok(Change::document(Bytes::from(BucketEncryption::parse(document)?.to_xml())))
}
