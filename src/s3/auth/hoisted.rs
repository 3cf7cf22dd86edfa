//! Headers that a presigned URL carries in its query.

use http::{HeaderName, HeaderValue};

use super::encoding::decode_component;
use super::query_parameters::QueryParameters;
use crate::error::S3Error;

/// Parameters of the authentication itself; they are no headers of the operation.
const OF_AUTHENTICATION: [&str; 8] = [
    "x-amz-algorithm",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-expires",
    "x-amz-signedheaders",
    "x-amz-signature",
    "x-amz-security-token",
    "x-amz-content-sha256",
];

/// The `x-amz-*` parameters, and those named in `also`, that SDKs move from headers into the URL they presign. Their meaning is that of the header,
/// and dropping them would store an object without its metadata, its encryption or its checksum.
///
/// # Errors
///
/// `InvalidArgument` for what cannot stand in a header (a line break, above all) and for a repeated name.
pub(super) fn hoisted_headers(
    query: &QueryParameters<'_>,
    also: &[&str],
) -> Result<Vec<(HeaderName, HeaderValue)>, S3Error> {
    let mut found: Vec<(HeaderName, HeaderValue)> = Vec::new();
    for parameter in query.iter() {
        let name = String::from_utf8_lossy(&decode_component(&parameter.name)).to_ascii_lowercase();
        let is_header = name.starts_with("x-amz-") || also.contains(&name.as_str());
        if !is_header || OF_AUTHENTICATION.contains(&name.as_str()) {
            continue;
        }
        let value = decode_component(parameter.value.as_deref().unwrap_or_default());
        let header = HeaderName::from_bytes(name.as_bytes()).ok().zip(HeaderValue::from_bytes(&value).ok());
        let header = header.filter(|(name, _)| found.iter().all(|(other, _)| other != name));
        found.push(header.ok_or_else(|| invalid(&name, &value))?);
    }
    Ok(found)
}

fn invalid(name: &str, value: &[u8]) -> S3Error {
    let value = String::from_utf8_lossy(value).into_owned();
    S3Error::invalid_argument("x-amz-*", value, format!("Invalid value for the query parameter {name}"))
}
