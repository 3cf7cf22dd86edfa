//! A body on its way in. An encrypted one is measured and sealed here: what comes out is what is stored.

use std::collections::VecDeque;
use std::error::Error;
use std::pin::Pin;

use bytes::Bytes;
use futures::{Stream, StreamExt};

use super::measured::Measured;
use super::sealing::Sealing;
use crate::error::StageError;
use crate::limits::BODY_BYTES_MAX;

/// Takes a body piece by piece and holds it to its length. Empty pieces are passed over.
pub(super) struct Intake<'a, S> {
    stream: Pin<&'a mut S>,
    length: Option<u64>,
    /// Bytes of the body that came.
    taken: u64,
    /// Bytes to be stored that were handed out or lie ahead.
    given: u64,
    sealing: Option<Sealing>,
    /// Pieces that were looked at and not used yet.
    ahead: VecDeque<Bytes>,
}

impl<'a, S, E> Intake<'a, S>
where
    S: Stream<Item = Result<Bytes, E>>,
    E: Error + 'static,
{
    pub(super) fn new(
        length: Option<u64>,
        sealing: Option<Sealing>,
        stream: Pin<&'a mut S>,
    ) -> Result<Self, StageError<E>> {
        match length {
            Some(length) if length > BODY_BYTES_MAX => Err(StageError::TooLong(BODY_BYTES_MAX)),
            _ => Ok(Self { stream, length, taken: 0, given: 0, sealing, ahead: VecDeque::new() }),
        }
    }

    /// The next piece to be stored; `None` at the end of a body that has its length.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, StageError<E>> {
        loop {
            if let Some(piece) = self.ahead.pop_front() {
                return Ok(Some(piece));
            }
            let piece = self.next_plain().await?;
            let is_end = piece.is_none();
            let before: usize = self.ahead.iter().map(Bytes::len).sum();
            match (&mut self.sealing, piece) {
                (None, piece) => self.ahead.extend(piece),
                (Some(sealing), Some(piece)) => sealing.push(&piece, &mut self.ahead),
                (Some(sealing), None) => self.ahead.extend(sealing.finish()),
            }
            let after: usize = self.ahead.iter().map(Bytes::len).sum();
            self.given += (after - before) as u64;
            if is_end && self.ahead.is_empty() {
                return Ok(None);
            }
        }
    }

    /// What was measured on a body that is encrypted, once it has ended.
    pub(super) fn measured(&mut self) -> Option<Measured> {
        self.sealing.as_mut()?.measured()
    }

    async fn next_plain(&mut self) -> Result<Option<Bytes>, StageError<E>> {
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
        if self.stored_length().is_some_and(|length| length > limit) {
            return Ok(None);
        }
        let (mut pieces, mut bytes) = (Vec::new(), 0);
        while let Some(piece) = self.next().await? {
            bytes += piece.len() as u64;
            pieces.push(piece);
            if bytes > limit {
                pieces.into_iter().rev().for_each(|piece| self.ahead.push_front(piece));
                return Ok(None);
            }
        }
        Ok(Some(pieces))
    }

    /// Bytes to be stored that are yet to come, where that is known.
    pub(super) fn rest(&self) -> Option<u64> {
        let ahead: u64 = self.ahead.iter().map(|piece| piece.len() as u64).sum();
        self.stored_length().map(|length| length - self.given + ahead)
    }

    fn stored_length(&self) -> Option<u64> {
        let length = self.length?;
        Some(self.sealing.as_ref().map_or(length, |sealing| sealing.stored_length(length)))
    }

    fn end(&self) -> Result<Option<Bytes>, StageError<E>> {
        match self.length {
            Some(expected) if expected != self.taken => Err(StageError::TooShort { expected, found: self.taken }),
            _ => Ok(None),
        }
    }
}
