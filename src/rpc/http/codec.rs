//! How a message lies in an HTTP/1.1 body.
//!
//! Body: `head ‖ payload`, with a `content-length`. Headers: `x-cairn-head` the length of the head, `x-cairn-remaining-ms`
//! how long the caller waits (requests), `x-cairn-kind` the error kind and then the head is the service's detail and the
//! payload the text (failures, status 500).

use std::pin::Pin;
use std::str::FromStr;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;

use crate::limits::{HEAD_BYTES_MAX, PAYLOAD_BYTES_MAX};
use crate::message::Message;

pub(super) const HEAD_LENGTH: &str = "x-cairn-head";
pub(super) const REMAINING_MS: &str = "x-cairn-remaining-ms";
pub(super) const KIND: &str = "x-cairn-kind";
pub(super) const PATH_PREFIX: &str = "/cairn/v1/";

/// A message as a body: its pieces one after the other, none copied.
pub(super) struct Pieces {
    pieces: std::vec::IntoIter<Bytes>,
    left: u64,
}

impl Pieces {
    pub(super) fn new(message: Message) -> Self {
        let Message { head, mut payload } = message;
        payload.insert(0, head);
        payload.retain(|piece| !piece.is_empty());
        let left = payload.iter().map(|piece| piece.len() as u64).sum();
        Self { pieces: payload.into_iter(), left }
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let next = self.pieces.next();
        if let Some(piece) = &next {
            self.left -= piece.len() as u64;
        }
        Poll::Ready(next.map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

/// Why a body is no message.
#[derive(Debug, thiserror::Error)]
pub(super) enum BodyError {
    #[error("the body is not a message of a size we take")]
    Form,
    #[error("the body ended early: {0}")]
    Cut(String),
}

/// A header's value as a number.
pub(super) fn number<N: FromStr>(headers: &HeaderMap, name: &str) -> Option<N> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}

/// Bytes that the body is going to have, if that is within bounds.
pub(super) fn declared_bytes(headers: &HeaderMap) -> Result<u64, BodyError> {
    let total: u64 = number(headers, "content-length").ok_or(BodyError::Form)?;
    if total > (HEAD_BYTES_MAX + PAYLOAD_BYTES_MAX) as u64 {
        return Err(BodyError::Form);
    }
    Ok(total)
}

/// Reads a whole body as a message.
pub(super) async fn receive<B>(headers: &HeaderMap, mut body: B) -> Result<Message, BodyError>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: std::fmt::Display,
{
    let total = declared_bytes(headers)?;
    let head_bytes: u64 = number(headers, HEAD_LENGTH).ok_or(BodyError::Form)?;
    if head_bytes > total || head_bytes > HEAD_BYTES_MAX as u64 {
        return Err(BodyError::Form);
    }
    let mut pieces = Vec::new();
    let mut received = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| BodyError::Cut(error.to_string()))?;
        if let Ok(piece) = frame.into_data() {
            received += piece.len() as u64;
            pieces.push(piece);
        }
    }
    if received != total {
        return Err(BodyError::Cut(format!("{received} of {total} bytes")));
    }
    Ok(split_head(pieces, head_bytes as usize))
}

/// Takes the head off the front; the rest stays in its pieces.
fn split_head(mut pieces: Vec<Bytes>, head_bytes: usize) -> Message {
    match pieces.first_mut() {
        Some(first) if first.len() >= head_bytes => {
            let head = first.split_to(head_bytes);
            pieces.retain(|piece| !piece.is_empty());
            return Message { head, payload: pieces };
        }
        _ => {}
    }
    let mut head = BytesMut::with_capacity(head_bytes);
    let mut payload = Vec::with_capacity(pieces.len());
    for mut piece in pieces {
        let missing = head_bytes - head.len();
        head.extend_from_slice(&piece.split_to(missing.min(piece.len())));
        if !piece.is_empty() {
            payload.push(piece);
        }
    }
    Message { head: head.freeze(), payload }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::split_head;

    #[test]
    fn the_head_is_found_wherever_the_pieces_break() {
        let whole = b"headpayload";
        for cut in 0..=whole.len() {
            let pieces = vec![Bytes::from_static(&whole[..cut]), Bytes::from_static(&whole[cut..])];
            let message = split_head(pieces, 4);
            assert_eq!(message.head.as_ref(), b"head");
            assert_eq!(message.into_payload().as_ref(), b"payload");
        }
    }
}
