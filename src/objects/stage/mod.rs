//! Staging: bytes become durable fragments that nobody sees yet.
//!
//! # Invariants
//! D2: a staged body is durable on at least the write floor of distinct disks. A body up to the inline limit is not
//! stored at all: its bytes ride in the command that publishes it. Each payload byte is copied once, from where it came
//! in to where its disk will take it, and hashed once by each digest; one that is encrypted is copied once more, where it is sealed.
//! X4: of a body that is to be encrypted only what was sealed is handed to a disk or to the catalog.
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
mod hashers;
mod late;
mod md5_chain;
mod measured;
mod run;
mod sealing;
mod source;
mod staged;
mod tally;
mod writer;

pub(crate) use hashers::Hashers;
pub use measured::{Measured, VerifiedChecksum};
pub use source::{BodySeal, SealedETag, StageTarget};
pub(crate) use staged::HeldRun;
pub use staged::Staged;
#[cfg(test)]
pub(crate) use tally::measure;
pub(crate) use writer::note;

use std::error::Error;
use std::pin::pin;
use std::sync::Arc;

use bytes::Bytes;
use cairn_catalog::limits::INLINE_BYTES_MAX;
use cairn_encryption::PartSalt;
use futures::Stream;

use self::body::Intake;
use self::run::RunStager;
use self::sealing::Sealing;
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
        let sealing = target.seal.clone().map(|seal| Sealing::new(seal, target.checksum));
        // A body is inline by its own length: tags do not push it over the limit.
        let overhead = sealing.as_ref().map_or(0, Sealing::overhead);
        let inline_max = (self.0.settings.inline_bytes() + overhead).min(INLINE_BYTES_MAX as u64);
        let salt = target.seal.as_ref().map_or(PartSalt::Whole, |seal| seal.salt);
        let mut intake = Intake::new(target.length, sealing, body)?;
        if let Some(pieces) = intake.short(inline_max).await? {
            let measured = intake.measured().unwrap_or_else(|| measure_pieces(&pieces, target.checksum));
            return Ok(Staged::inline(measured, joined(pieces)).salted(salt));
        }
        // Boxed: a small body's request does not carry the room for a large one's.
        let staged = Box::pin(RunStager::new(Arc::clone(&self.0), &target).take(intake)).await?;
        Ok(staged.salted(salt))
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
