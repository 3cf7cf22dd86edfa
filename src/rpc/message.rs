//! What travels.

use bytes::Bytes;
use cairn_types::ErrorKind;

use crate::limits::{HEAD_BYTES_MAX, PAYLOAD_BYTES_MAX};

/// Service and method, for instance `metadata/submit`.
pub type Method = &'static str;

/// A request or an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// Encoded by the service.
    pub head: Bytes,
    /// Bytes that go along as they are, in pieces that are never joined on the way.
    pub payload: Vec<Bytes>,
}

impl Message {
    /// A message without payload.
    pub fn of(head: Bytes) -> Self {
        Self { head, payload: Vec::new() }
    }

    /// Bytes of the payload.
    pub fn payload_bytes(&self) -> usize {
        self.payload.iter().map(Bytes::len).sum()
    }

    /// Refuses a message that the other side would not take.
    pub(crate) fn check_size(&self) -> Result<(), Failure> {
        let (head, payload) = (self.head.len(), self.payload_bytes());
        if head <= HEAD_BYTES_MAX && payload <= PAYLOAD_BYTES_MAX {
            return Ok(());
        }
        Err(Failure::plain(
            ErrorKind::Invalid,
            format!("a head of {head} and a payload of {payload} bytes are too large"),
        ))
    }

    /// The payload in one piece; copies only if it is in several.
    pub fn into_payload(mut self) -> Bytes {
        match self.payload.len() {
            0 => Bytes::new(),
            1 => self.payload.remove(0),
            _ => self.payload.concat().into(),
        }
    }
}

/// A service's refusal or failure.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct Failure {
    /// What the caller should do.
    pub kind: ErrorKind,
    /// The error, encoded by its service.
    pub detail: Bytes,
    /// For people.
    pub text: String,
}

impl Failure {
    /// A failure without a service's detail.
    pub fn plain(kind: ErrorKind, text: impl Into<String>) -> Self {
        Self { kind, detail: Bytes::new(), text: text.into() }
    }
}
