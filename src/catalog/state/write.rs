//! What a command changes.

use std::ops::Range;

use bytes::Bytes;

use crate::reply::Reply;

/// One change of a row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Write {
    /// Sets a row.
    Put(Bytes, Bytes),
    /// Removes a row.
    Delete(Bytes),
    /// Removes all rows from the start (included) to the end (excluded).
    DeleteRange(Range<Bytes>),
}

/// Result of a command: to be written in one batch, in order, together with the applied id.
#[derive(Clone, PartialEq, Debug)]
pub struct Applied {
    /// The changes, the stored reply among them.
    pub writes: Vec<Write>,
    /// The answer to whoever sent the command.
    pub reply: Reply,
}
