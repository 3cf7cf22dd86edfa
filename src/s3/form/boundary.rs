//! What stands between the parts of a form.

use crate::error::{S3Error, S3ErrorCode};
use crate::limits::FORM_BOUNDARY_BYTES_MAX;

/// The boundary that `Content-Type` names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FormBoundary(String);

impl FormBoundary {
    /// Reads the value of `Content-Type`; `None` if it is not that of a form.
    ///
    /// # Errors
    ///
    /// `MalformedPOSTRequest` for a form without a boundary, or with one that RFC 2046 does not allow.
    pub(crate) fn of_content_type(text: &str) -> Result<Option<Self>, S3Error> {
        let (kind, parameters) = text.split_once(';').unwrap_or((text, ""));
        if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
            return Ok(None);
        }
        let boundary = parameters.split(';').find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            name.trim().eq_ignore_ascii_case("boundary").then(|| value.trim())
        });
        let boundary = boundary.map(|text| text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(text));
        let is_good = |text: &&str| (1..=FORM_BOUNDARY_BYTES_MAX).contains(&text.len()) && text.bytes().all(is_letter);
        let good = boundary.filter(is_good).map(|text| Some(Self(text.to_owned())));
        good.ok_or_else(|| S3ErrorCode::MalformedPOSTRequest.into())
    }

    /// What ends a part: the boundary in its line.
    pub(super) fn delimiter(&self) -> String {
        format!("\r\n--{}", self.0)
    }
}

/// The letters of RFC 2046, and those that browsers and SDKs use beside them. Never a line break: the search for the
/// delimiter relies on it.
fn is_letter(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && byte != b'"'
}
