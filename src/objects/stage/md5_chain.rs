//! The MD5 of a body: of a short one where it is, of others beside those that flow at the same time.

use std::sync::Arc;

use bytes::Bytes;
use cairn_s3::checksum::{Md5, Md5Digest};

use super::hashers::{Batch, BodyHash};
use crate::limits::MD5_TASK_BYTES_MIN;
use crate::objects::Core;

/// See the module.
pub(super) struct Md5Chain {
    core: Arc<Core>,
    held: Vec<Batch>,
    held_bytes: usize,
    hash: Option<BodyHash>,
}

impl Md5Chain {
    pub(super) fn new(core: Arc<Core>) -> Self {
        Self { core, held: Vec::new(), held_bytes: 0, hash: None }
    }

    /// Takes the next bytes. Few of them are kept until [`Md5Chain::finish`], which spares short bodies a task.
    pub(super) fn push(&mut self, batch: Batch) {
        self.held_bytes += batch.pieces.iter().map(Bytes::len).sum::<usize>();
        self.held.push(batch);
        if self.hash.is_some() || self.held_bytes >= MD5_TASK_BYTES_MIN {
            self.go();
        }
    }

    /// Hands everything on: whoever waits for memory must not hold any here.
    pub(super) fn go(&mut self) {
        if self.held.is_empty() {
            return;
        }
        let hash = self.hash.get_or_insert_with(|| self.core.hashers.begin(&self.core.context));
        self.held.drain(..).for_each(|batch| hash.push(batch));
    }

    /// The digest of all bytes; `None` if the process stops.
    pub(super) async fn finish(mut self) -> Option<Md5Digest> {
        if self.hash.is_some() {
            self.go();
        }
        match self.hash {
            Some(hash) => hash.finish().await,
            None => Some(digest_of(&self.held)),
        }
    }
}

fn digest_of(batches: &[Batch]) -> Md5Digest {
    let mut md5 = Md5::new();
    batches.iter().flat_map(|batch| &batch.pieces).for_each(|piece| md5.update(piece));
    md5.finish()
}
