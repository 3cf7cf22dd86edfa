//! One running MD5.

use crate::block::{BLOCK_BYTES, START, compress};

/// Bytes of the length that ends a message.
const LENGTH_BYTES: usize = 8;

/// A running MD5, whose blocks may be hashed beside those of others ([`update_all`](crate::update_all)).
#[derive(Clone)]
pub struct Md5Lane {
    pub(crate) state: [u32; 4],
    /// Bytes behind the last whole block.
    tail: [u8; BLOCK_BYTES],
    tail_len: usize,
    /// Bytes of all whole blocks.
    pub(crate) hashed: u64,
}

impl Default for Md5Lane {
    fn default() -> Self {
        Self { state: START, tail: [0; BLOCK_BYTES], tail_len: 0, hashed: 0 }
    }
}

impl Md5Lane {
    /// Starts over no bytes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds bytes, alone.
    pub fn update(&mut self, bytes: &[u8]) {
        let bytes = self.fill_tail(bytes);
        let whole = bytes.len() - bytes.len() % BLOCK_BYTES;
        self.take_blocks(&bytes[..whole]);
        self.keep_tail(&bytes[whole..]);
    }

    /// The digest of all that was added.
    pub fn finish(mut self) -> [u8; 16] {
        let bits = self.hashed.wrapping_add(self.tail_len as u64).wrapping_mul(8);
        let mut end = [0; 2 * BLOCK_BYTES];
        end[..self.tail_len].copy_from_slice(&self.tail[..self.tail_len]);
        end[self.tail_len] = 0x80;
        let len = if self.tail_len < BLOCK_BYTES - LENGTH_BYTES { BLOCK_BYTES } else { 2 * BLOCK_BYTES };
        end[len - LENGTH_BYTES..len].copy_from_slice(&bits.to_le_bytes());
        self.take_blocks(&end[..len]);
        let mut digest = [0; 16];
        for (bytes, word) in digest.as_chunks_mut::<4>().0.iter_mut().zip(self.state) {
            *bytes = word.to_le_bytes();
        }
        digest
    }

    /// Completes a block that was begun; returns what is left.
    pub(crate) fn fill_tail<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        if self.tail_len == 0 {
            return bytes;
        }
        let taken = bytes.len().min(BLOCK_BYTES - self.tail_len);
        self.keep_tail(&bytes[..taken]);
        if self.tail_len == BLOCK_BYTES {
            let block = self.tail;
            self.take_blocks(&block);
            self.tail_len = 0;
        }
        &bytes[taken..]
    }

    /// Keeps the beginning of a block.
    pub(crate) fn keep_tail(&mut self, bytes: &[u8]) {
        self.tail[self.tail_len..self.tail_len + bytes.len()].copy_from_slice(bytes);
        self.tail_len += bytes.len();
    }

    fn take_blocks(&mut self, bytes: &[u8]) {
        let mut state = self.state.map(|word| [word]);
        compress(&mut state, &[bytes], bytes.len() / BLOCK_BYTES);
        self.state = state.map(|[word]| word);
        self.hashed += bytes.len() as u64;
    }
}
