//! `?requestPayment`

use bytes::Bytes;
use cairn_s3::S3Error;
use cairn_s3::configuration::RequestPayment;

use super::Change;

/// The bucket with another payer.
pub(super) fn change(document: &[u8]) -> Result<Change, S3Error> {
    Ok(Change::document(Bytes::from(RequestPayment::parse(document)?.to_xml())))
}
