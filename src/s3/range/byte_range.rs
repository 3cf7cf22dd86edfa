//! Where bytes lie in an object.

use crate::error::{S3Error, S3ErrorCode};
use http::header::{CONTENT_RANGE, HeaderValue};

/// `len` bytes from `offset`. Only the whole of an empty object has none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ByteRange {
    /// The first byte's place.
    pub offset: u64,
    /// How many.
    pub len: u64,
}

impl ByteRange {
    /// All bytes of an object.
    pub fn whole(size: u64) -> Self {
        Self { offset: 0, len: size }
    }

    /// The value of `Content-Range`.
    pub(crate) fn content_range(self, size: u64) -> HeaderValue {
        let last = self.offset.saturating_add(self.len).saturating_sub(1);
        HeaderValue::try_from(format!("bytes {}-{last}/{size}", self.offset)).expect("digits are a header value")
    }
}

/// The refusal of a range that begins behind the end.
pub(super) fn unsatisfiable(requested: String, size: u64) -> S3Error {
    let value = HeaderValue::try_from(format!("bytes */{size}")).expect("digits are a header value");
    S3Error::new(S3ErrorCode::InvalidRange)
        .element("RangeRequested", requested)
        .element("ActualObjectSize", size.to_string())
        .header(CONTENT_RANGE, value)
}
