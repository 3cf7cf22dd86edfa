//! Where the tags of a copy come from.

use super::parameters::Parts;
use crate::error::S3Error;
use crate::tagging::TagSet;

/// `x-amz-tagging-directive`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CopyTags {
    /// From the source; the request's own are ignored.
    Copy,
    /// From the request.
    Replace(TagSet),
}

impl CopyTags {
    pub(super) fn parse(parts: Parts<'_>) -> Result<Self, S3Error> {
        let name = "x-amz-tagging-directive";
        match parts.headers.nonempty(name)? {
            None | Some("COPY") => Ok(Self::Copy),
            Some("REPLACE") => parts.tags().map(Self::Replace),
            Some(other) => Err(S3Error::invalid_argument(name, other, "Unknown tagging directive.")),
        }
    }
}
