//! Rows as values of the engine.

use bytes::{Buf, Bytes};
use cairn_types::record::{FieldError, Record, Writer};

/// First byte of every row value of this build.
pub const ROW_FORMAT: u8 = 1;

/// Why a value is not the row it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RowError {
    /// No value is empty.
    #[error("the row has no format byte")]
    Empty,
    /// A format that this build does not know.
    #[error("row format {0} is not known")]
    Format(u8),
    /// The record is broken.
    #[error("the row's record is broken")]
    Record(#[source] FieldError),
}

/// A record that is stored under a key.
pub trait Row: Record {
    /// The row as a value.
    fn to_value(&self) -> Bytes {
        let mut out = Writer::with_capacity(128);
        out.raw(&[ROW_FORMAT]);
        self.write_fields(&mut out);
        out.into_bytes()
    }

    /// Inverse of [`Row::to_value`].
    fn from_value(mut value: Bytes) -> Result<Self, RowError> {
        if value.is_empty() {
            return Err(RowError::Empty);
        }
        match value.get_u8() {
            ROW_FORMAT => Self::decode(value).map_err(RowError::Record),
            other => Err(RowError::Format(other)),
        }
    }
}

impl<R: Record> Row for R {}
