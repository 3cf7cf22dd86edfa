//! `x-amz-tagging`: a query string of tags.

use super::{TagHolder, TagSet};
use crate::address::form_decode;
use crate::error::S3Error;

const NAME: &str = "x-amz-tagging";

impl TagSet {
    /// Reads the header of a request that makes an object.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for what cannot be decoded; for the rest as [`TagSet::new`].
    pub fn parse_header(text: &str) -> Result<Self, S3Error> {
        let bad = || {
            let message = "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters \
                           without tag name duplicates.";
            S3Error::invalid_argument(NAME, text, message)
        };
        let decoded = |part: &str| -> Result<String, S3Error> {
            let bytes = form_decode(part).map_err(|_| bad())?;
            String::from_utf8(bytes.into_owned()).map_err(|_| bad())
        };
        let mut pairs = Vec::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            pairs.push((decoded(key)?, decoded(value)?));
        }
        Self::new(TagHolder::Object, pairs)
    }
}
