//! Staging: bytes become durable fragments that nobody sees yet.
//!
//! # Invariants
//! D2: a staged body is durable on at least the write floor of distinct disks. A body up to the inline limit is not
//! stored at all: its bytes ride in the command that publishes it. Each payload byte is copied once, from where it came
//! in to where its disk will take it, and hashed once by each digest.
//! # Crash
//! Staged fragments that no command published are orphans: collected once their sequences are resolved.
//! # Cancel safety
//! Dropping the call, or what it returned, leaves orphans as a crash does.
//! # Limits
//! Memory comes from one budget: a blob is taken in only under a permit for all its fragments, and
//! [`BLOBS_IN_FLIGHT`](crate::limits::BLOBS_IN_FLIGHT) blobs of one body at most hold one.

mod blob;
mod body;
mod group;
mod late;
mod md5_chain;
mod measured;
mod run;
mod source;
mod staged;
mod tally;
mod writer;

pub use measured::{Measured, VerifiedChecksum};
pub use source::StageTarget;
pub(crate) use staged::HeldRun;
pub use staged::Staged;
#[cfg(test)]
pub(crate) use tally::measure;
pub(crate) use writer::note;

use std::error::Error;
use std::pin::pin;
use std::sync::Arc;

use bytes::Bytes;
use futures::Stream;

use self::body::Intake;
use self::run::RunStager;
use self::tally::measure_pieces;
use crate::error::StageError;
use crate::objects::Objects;

impl Objects {
    /// Makes a body durable, invisibly. The body is taken to its end; its last item may be an error that the caller
    /// found only there (a checksum that does not match), and then nothing is staged.
    pub async fn stage<S, E>(&self, target: StageTarget, body: S) -> Result<Staged, StageError<E>>
    where
        S: Stream<Item = Result<Bytes, E>> + Send,
        E: Error + Send + 'static,
    {
        let body = pin!(body);
        let mut intake = Intake::new(target.length, body)?;
        if let Some(pieces) = intake.short(self.0.settings.inline_bytes()).await? {
            let measured = measure_pieces(&pieces, target.checksum);
            return Ok(Staged::inline(measured, joined(pieces)));
        }
        // Boxed: a small body's request does not carry the room for a large one's.
        Box::pin(RunStager::new(Arc::clone(&self.0), &target).take(intake)).await
    }
}

/// The pieces in one; a single one is not copied.
fn joined(mut pieces: Vec<Bytes>) -> Bytes {
    match pieces.len() {
        0 => Bytes::new(),
        1 => pieces.remove(0),
        _ => pieces.concat().into(),
    }
}
