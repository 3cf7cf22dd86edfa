//! Where records lie.

use std::fmt;

/// A file of a journal. Ids grow and are never used twice: space is used again only under a new one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct FileId(pub u64);

impl FileId {
    /// The id after this one.
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for FileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "f{}", self.0)
    }
}

/// A byte of a journal; positions order as the records were appended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct Position {
    /// The file.
    pub file: FileId,
    /// Bytes from its beginning.
    pub offset: u64,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{}", self.file, self.offset)
    }
}

/// Where one record lies: all that is needed to read any part of it with one read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct Place {
    /// Where its frame begins.
    pub position: Position,
    /// Where its flush begins, in the same file: a replay from here meets the record. Not needed to read it.
    pub flush_offset: u64,
    /// Bytes of its head.
    pub head_len: u32,
    /// Where its payload begins, in the same file.
    pub payload_offset: u64,
    /// Bytes of its payload.
    pub payload_len: u32,
}

impl Place {
    /// Where the record ends.
    pub const fn end(&self) -> u64 {
        self.payload_offset + self.payload_len as u64
    }

    /// Bytes from the beginning of the frame to the end of the payload.
    pub const fn len(&self) -> u64 {
        self.end() - self.position.offset
    }

    /// Never: a record has at least a frame.
    pub const fn is_empty(&self) -> bool {
        false
    }
}
