//! What a request sends: shared pieces written with few system calls and without a copy.

use std::collections::VecDeque;
use std::io::IoSlice;

use bytes::{Buf, Bytes};

/// Bytes in pieces, as one buffer that vectored writes can take apart.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    queue: VecDeque<Bytes>,
    remaining: usize,
}

impl Pieces {
    /// Adds a piece to the end.
    pub(crate) fn push(&mut self, piece: Bytes) {
        if !piece.is_empty() {
            self.remaining += piece.len();
            self.queue.push_back(piece);
        }
    }
}

impl Buf for Pieces {
    fn remaining(&self) -> usize {
        self.remaining
    }

    fn chunk(&self) -> &[u8] {
        self.queue.front().map_or(&[], |piece| piece.as_ref())
    }

    fn chunks_vectored<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        let filled = self.queue.len().min(slices.len());
        for (slice, piece) in slices.iter_mut().zip(&self.queue) {
            *slice = IoSlice::new(piece);
        }
        filled
    }

    fn advance(&mut self, mut count: usize) {
        assert!(count <= self.remaining, "nobody sends more than there is");
        self.remaining -= count;
        while let Some(front) = self.queue.front_mut() {
            if count < front.len() {
                front.advance(count);
                return;
            }
            count -= front.len();
            self.queue.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_one_buffer_however_they_are_taken() {
        for step in 1..=7 {
            let mut pieces = Pieces::default();
            ["ab", "", "cde", "fg"].iter().for_each(|piece| pieces.push(Bytes::from_static(piece.as_bytes())));
            let mut seen = Vec::new();
            while pieces.has_remaining() {
                let taken = step.min(pieces.chunk().len());
                seen.extend_from_slice(&pieces.chunk()[..taken]);
                pieces.advance(taken);
            }
            assert_eq!(seen, b"abcdefg");
        }
    }

    #[test]
    fn advancing_crosses_pieces() {
        let mut pieces = Pieces::default();
        ["ab", "cde", "fg"].iter().for_each(|piece| pieces.push(Bytes::from_static(piece.as_bytes())));
        pieces.advance(4);
        let mut slices = [IoSlice::new(&[]); 4];
        assert_eq!(pieces.chunks_vectored(&mut slices), 2);
        assert_eq!((pieces.chunk(), pieces.remaining()), (b"e".as_slice(), 3));
    }
}
