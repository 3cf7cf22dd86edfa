//! The MD5 of a body, on a task of its own.
//!
//! # Invariants
//! Bytes are hashed in the order pushed, each once, out of the buffers that hold them for the disks: no copy.
//! # Concurrency
//! The task takes pieces as they come and asks nothing of the one who pushes, so memory that waits for the MD5 always
//! comes back.

use std::sync::Arc;

use bytes::Bytes;
use cairn_runtime::permits::BytePermit;
use cairn_runtime::{Context, OnExit, TaskHandle};
use cairn_s3::checksum::{Md5, Md5Digest};
use tokio::sync::mpsc;

use crate::limits::MD5_TASK_BYTES_MIN;

/// Batches that wait for the task; each is a stretch, so that this is more than all blobs in flight hold.
const BATCHES_MAX: usize = 256;

/// Consecutive bytes, and the memory that they lie in.
pub(super) struct Batch {
    pub(super) pieces: Vec<Bytes>,
    pub(super) memory: Arc<BytePermit>,
}

/// See the module.
pub(super) struct Md5Chain {
    context: Context,
    held: Vec<Batch>,
    held_bytes: usize,
    task: Option<(mpsc::Sender<Batch>, TaskHandle<Md5Digest>)>,
}

impl Md5Chain {
    pub(super) fn new(context: Context) -> Self {
        Self { context, held: Vec::new(), held_bytes: 0, task: None }
    }

    /// Takes the next bytes. Few of them are kept until [`Md5Chain::finish`], which spares short bodies a task.
    pub(super) async fn push(&mut self, batch: Batch) {
        self.held_bytes += batch.pieces.iter().map(Bytes::len).sum::<usize>();
        self.held.push(batch);
        if self.task.is_some() || self.held_bytes >= MD5_TASK_BYTES_MIN {
            self.go().await;
        }
    }

    /// Hands everything to the task: whoever waits for memory must not hold any here.
    pub(super) async fn go(&mut self) {
        if self.held.is_empty() {
            return;
        }
        let (sender, _) = self.task.get_or_insert_with(|| start(&self.context));
        for batch in self.held.drain(..) {
            // The task ends only when the process stops; then nobody asks for the digest.
            let _ = sender.send(batch).await;
        }
    }

    /// The digest of all bytes; `None` if the task was stopped.
    pub(super) async fn finish(mut self) -> Option<Md5Digest> {
        if self.task.is_some() {
            self.go().await;
        }
        let Some((sender, task)) = self.task else { return Some(digest_of(&self.held)) };
        drop(sender);
        task.await.ok()
    }
}

fn digest_of(batches: &[Batch]) -> Md5Digest {
    let mut md5 = Md5::new();
    batches.iter().flat_map(|batch| &batch.pieces).for_each(|piece| md5.update(piece));
    md5.finish()
}

fn start(context: &Context) -> (mpsc::Sender<Batch>, TaskHandle<Md5Digest>) {
    let (sender, mut batches) = mpsc::channel::<Batch>(BATCHES_MAX);
    let task = context.tasks.spawn("md5", OnExit::Ignore, async move {
        let mut md5 = Md5::new();
        while let Some(batch) = batches.recv().await {
            batch.pieces.iter().for_each(|piece| md5.update(piece));
            drop(batch.memory);
        }
        md5.finish()
    });
    (sender, task)
}
