//! What is appended.

use bytes::Bytes;

/// One record: what it means is its owner's business.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// The owner's kind.
    pub kind: u16,
    /// Copied into the flush and covered by the frame's digest.
    pub head: Bytes,
    /// What follows the head.
    pub payload: Payload,
}

/// The larger part of a record. From [`crate::limits::ALIGNED_PAYLOAD_BYTES_MIN`] bytes on it starts on a sector boundary
/// and its whole sectors are written from the given buffers, without a copy.
#[derive(Clone, Debug, Default)]
pub enum Payload {
    /// None.
    #[default]
    None,
    /// The journal computes and stores a digest.
    Plain(Vec<Bytes>),
    /// The head has digests that cover it; [`crate::PayloadCheck`] verifies it in recovery.
    Covered(Vec<Bytes>),
}

impl Record {
    /// A record that is all head.
    pub fn of_head(kind: u16, head: Bytes) -> Self {
        Self { kind, head, payload: Payload::None }
    }
}

impl Payload {
    /// Its pieces, in order.
    pub fn pieces(&self) -> &[Bytes] {
        match self {
            Self::None => &[],
            Self::Plain(pieces) | Self::Covered(pieces) => pieces,
        }
    }

    /// Bytes in all.
    pub fn len(&self) -> usize {
        self.pieces().iter().map(Bytes::len).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
