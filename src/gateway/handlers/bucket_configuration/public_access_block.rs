//! `?publicAccessBlock`

use bytes::Bytes;
use cairn_s3::S3Error;
use cairn_s3::configuration::PublicAccessBlock;

use super::Change;

/// The bucket with another block.
pub(super) fn change(document: &[u8]) -> Result<Change, S3Error> {
    Ok(Change::document(Bytes::from(PublicAccessBlock::parse(document)?.to_xml())))
}
