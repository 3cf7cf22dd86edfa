//! The body of an answer.

use std::pin::Pin;
use std::task::{Context as PollContext, Poll};

use bytes::Bytes;
use futures::Stream;
use http_body::{Body, Frame, SizeHint};

/// The rest of the body cannot be had: the connection is cut, since the status was sent already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the body ends here")]
pub(crate) struct BodyCut;

/// Pieces of a body.
pub(crate) type Pieces = Pin<Box<dyn Stream<Item = Result<Bytes, BodyCut>> + Send>>;

/// What follows the head of an answer.
pub(crate) enum ResponseBody {
    /// Nothing.
    Empty,
    /// These bytes: they leave with the head in one write.
    Whole(Bytes),
    /// So many bytes, as they come; the first of them is at hand.
    Stream {
        /// Handed out first.
        first: Option<Bytes>,
        /// The rest.
        rest: Pieces,
        /// Bytes still to come.
        left: u64,
    },
    /// As many bytes as come.
    Unbounded(Pieces),
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = BodyCut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut PollContext<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyCut>>> {
        match &mut *self {
            Self::Empty => Poll::Ready(None),
            Self::Whole(bytes) => {
                let bytes = std::mem::take(bytes);
                *self = Self::Empty;
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
            Self::Stream { first, rest, left } => {
                let piece = match first.take() {
                    Some(bytes) => Poll::Ready(Some(Ok(bytes))),
                    None if *left == 0 => Poll::Ready(None),
                    None => rest.as_mut().poll_next(context),
                };
                piece.map(|piece| match piece {
                    Some(Ok(bytes)) if bytes.len() as u64 <= *left => {
                        *left -= bytes.len() as u64;
                        Some(Ok(Frame::data(bytes)))
                    }
                    None if *left == 0 => None,
                    // Too many bytes or too few are no body of ours.
                    Some(_) | None => Some(Err(BodyCut)),
                })
            }
            Self::Unbounded(pieces) => {
                pieces.as_mut().poll_next(context).map(|piece| piece.map(|piece| piece.map(Frame::data)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Whole(bytes) => bytes.is_empty(),
            Self::Stream { left, .. } => *left == 0,
            Self::Unbounded(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Empty => SizeHint::with_exact(0),
            Self::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Stream { left, .. } => SizeHint::with_exact(*left),
            Self::Unbounded(_) => SizeHint::default(),
        }
    }
}
