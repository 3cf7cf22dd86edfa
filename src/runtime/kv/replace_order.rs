//! The order that rows of a replacement must come in.

use std::io;
use std::ops::Range;

use bytes::Bytes;

/// Refuses rows out of order or outside of the replaced ranges: either would make a file the engine cannot take.
pub(crate) struct ReplaceOrder {
    ranges: Vec<Range<Bytes>>,
    last: Option<Bytes>,
}

impl ReplaceOrder {
    pub(crate) fn new(ranges: Vec<Range<Bytes>>) -> Self {
        Self { ranges, last: None }
    }

    /// Whether `key` may come next.
    pub(crate) fn check(&mut self, key: &Bytes) -> io::Result<()> {
        if self.last.as_ref().is_some_and(|last| last >= key) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "rows of a replacement must ascend"));
        }
        if !self.ranges.iter().any(|range| range.contains(key)) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "a row lies outside of the replaced ranges"));
        }
        self.last = Some(key.clone());
        Ok(())
    }
}
