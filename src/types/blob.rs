//! Blobs and runs.

use std::fmt;

use crate::SessionId;
use crate::record::record;

/// Number of a blob within the session that introduced it. Starts at 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct BlobSequence(pub u64);

impl crate::record::Field for BlobSequence {
    fn is_absent(&self) -> bool {
        self.0 == 0
    }

    fn write(&self, tag: u32, out: &mut crate::record::Writer) {
        out.varint_field(tag, self.0);
    }

    fn merge(&mut self, reader: &mut crate::record::Reader) -> Result<(), crate::record::FieldError> {
        self.0 = reader.varint()?;
        Ok(())
    }
}

record! {
    /// An immutable stretch of bytes of one version or part. Never reused: the sequence grows within a session, and a
    /// session never comes back.
    #[derive(Copy, Eq, PartialOrd, Ord, Hash)]
    pub struct BlobId without unknown {
        /// The writer that introduced it.
        1 => pub session: SessionId,
        /// Its number there.
        2 => pub sequence: BlobSequence,
    }
}

impl BlobId {
    /// The blob `sequence` of `session`.
    pub fn new(session: SessionId, sequence: BlobSequence) -> Self {
        Self { session, sequence }
    }

    /// 16 bytes that order as the id does.
    pub fn to_be_bytes(self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.session.0.to_be_bytes());
        bytes[8..].copy_from_slice(&self.sequence.0.to_be_bytes());
        bytes
    }

    /// Inverse of [`BlobId::to_be_bytes`].
    pub fn from_be_bytes(bytes: [u8; 16]) -> Self {
        let (session, sequence) = bytes.split_at(8);
        let number = |half: &[u8]| u64::from_be_bytes(half.try_into().expect("half of 16 bytes"));
        Self::new(SessionId(number(session)), BlobSequence(number(sequence)))
    }

    /// Seed of every digest over this blob's bytes, so that bytes of another blob never verify as this one's.
    pub fn digest_seed(self) -> u64 {
        // Sessions grow by one per registration, so the high half stays distinct after the rotation.
        self.session.0.rotate_left(40) ^ self.sequence.0.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }
}

impl fmt::Display for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.session, self.sequence.0)
    }
}

/// A run, named by its first blob.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct RunId(pub BlobId);

impl crate::record::Field for RunId {
    fn is_absent(&self) -> bool {
        self.0.is_absent()
    }

    fn write(&self, tag: u32, out: &mut crate::record::Writer) {
        self.0.write(tag, out);
    }

    fn merge(&mut self, reader: &mut crate::record::Reader) -> Result<(), crate::record::FieldError> {
        self.0.merge(reader)
    }
}
