//! `?cors`: kept as a document; the bucket reads its rules from it.

use cairn_s3::S3Error;
use cairn_s3::cors::CorsConfiguration;

use super::Change;

/// The bucket with these rules.
pub(super) fn change(document: &[u8]) -> Result<Change, S3Error> {
    let rules = CorsConfiguration::parse(document)?;
    Ok(Change::document(rules.to_xml().into()))
}
