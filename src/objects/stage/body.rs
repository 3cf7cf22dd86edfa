//! A body on its way in.

use std::collections::VecDeque;
use std::error::Error;
use std::pin::Pin;

use bytes::Bytes;
use futures::{Stream, StreamExt};

use crate::error::StageError;
use crate::limits::BODY_BYTES_MAX;

/// Takes a body piece by piece and holds it to its length. Empty pieces are passed over.
pub(super) struct Intake<'a, S> {
    stream: Pin<&'a mut S>,
    length: Option<u64>,
    taken: u64,
    /// Pieces that were looked at and not used yet.
    ahead: VecDeque<Bytes>,
}

impl<'a, S, E> Intake<'a, S>
where
    S: Stream<Item = Result<Bytes, E>>,
    E: Error + 'static,
{
    pub(super) fn new(length: Option<u64>, stream: Pin<&'a mut S>) -> Result<Self, StageError<E>> {
        match length {
            Some(length) if length > BODY_BYTES_MAX => Err(StageError::TooLong(BODY_BYTES_MAX)),
            _ => Ok(Self { stream, length, taken: 0, ahead: VecDeque::new() }),
        }
    }

    /// The next piece; `None` at the end of a body that has its length.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, StageError<E>> {
        if let Some(piece) = self.ahead.pop_front() {
            return Ok(Some(piece));
        }
        loop {
            let Some(piece) = self.stream.next().await else { return self.end() };
            let piece = piece.map_err(StageError::Body)?;
            if piece.is_empty() {
                continue;
            }
            self.taken = self.taken.saturating_add(piece.len() as u64);
            let longest = self.length.unwrap_or(BODY_BYTES_MAX);
            if self.taken > longest {
                return Err(StageError::TooLong(longest));
            }
            return Ok(Some(piece));
        }
    }

    /// Whether there is another byte.
    pub(super) async fn has_more(&mut self) -> Result<bool, StageError<E>> {
        match self.next().await? {
            Some(piece) => {
                self.give_back(piece);
                Ok(true)
            }
            None => Ok(false),
        }
    }

    /// Puts a piece back to the front.
    pub(super) fn give_back(&mut self, piece: Bytes) {
        self.ahead.push_front(piece);
    }

    /// The whole body if it has at most `limit` bytes; else everything stays to be taken.
    pub(super) async fn short(&mut self, limit: u64) -> Result<Option<Vec<Bytes>>, StageError<E>> {
        if self.length.is_some_and(|length| length > limit) {
            return Ok(None);
        }
        let (mut pieces, mut bytes) = (Vec::new(), 0);
        while let Some(piece) = self.next().await? {
            bytes += piece.len() as u64;
            pieces.push(piece);
            if bytes > limit {
                self.ahead = pieces.into();
                return Ok(None);
            }
        }
        Ok(Some(pieces))
    }

    /// Bytes that are yet to come, where that is known.
    pub(super) fn rest(&self) -> Option<u64> {
        let ahead: u64 = self.ahead.iter().map(|piece| piece.len() as u64).sum();
        self.length.map(|length| length - self.taken + ahead)
    }

    fn end(&self) -> Result<Option<Bytes>, StageError<E>> {
        match self.length {
            Some(expected) if expected != self.taken => Err(StageError::TooShort { expected, found: self.taken }),
            _ => Ok(None),
        }
    }
}
