//! The MD5s of all bodies that flow, side by side.
//!
//! # Invariants
//! Bytes are hashed in the order pushed, each once, out of the buffers that hold them for the disks: no copy.
//! # Concurrency
//! Bodies that flow at once share a task, which takes a piece of each in one pass. The task lives as long as one of them.
//! It asks nothing of those who push, so memory that waits for it always comes back.
//! # Limits
//! Whatever waits holds a permit for its memory.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use bytes::{Buf, Bytes};
use cairn_md5::{Md5Lane, update_all};
use cairn_runtime::permits::BytePermit;
use cairn_runtime::{Context, OnExit};
use cairn_s3::checksum::Md5Digest;
use parking_lot::Mutex;
use tokio::sync::{Notify, oneshot};

use crate::limits::{BODIES_PER_HASHER, HASHER_TURN_BYTES, HASHERS_MAX};

/// Consecutive bytes, and the memory that they lie in.
pub(super) struct Batch {
    pub(super) pieces: Vec<Bytes>,
    pub(super) memory: Arc<BytePermit>,
}

/// Every hasher of the process.
#[derive(Default)]
pub(crate) struct Hashers(Mutex<Vec<Arc<Hasher>>>);

impl Hashers {
    /// Begins the MD5 of a body, beside as many others as fit: the more there are, the less each costs.
    pub(super) fn begin(&self, context: &Context) -> BodyHash {
        let mut hashers = self.0.lock();
        let bodies: Vec<usize> = hashers.iter().map(|hasher| hasher.inbox.lock().bodies).collect();
        let place = match bodies.iter().position(|bodies| *bodies < BODIES_PER_HASHER) {
            Some(place) => place,
            None if hashers.len() < HASHERS_MAX => {
                hashers.push(Arc::default());
                hashers.len() - 1
            }
            None => (0..bodies.len()).min_by_key(|place| bodies[*place]).expect("there are hashers"),
        };
        let hasher = Arc::clone(&hashers[place]);
        let number = hasher.join(context);
        BodyHash { hasher, number, is_finishing: false }
    }
}

/// A task for bodies that are hashed together, while there are any.
#[derive(Default)]
struct Hasher {
    inbox: Mutex<Inbox>,
    woken: Notify,
}

#[derive(Default)]
struct Inbox {
    /// Bodies that were begun and are not at their end.
    bodies: usize,
    is_running: bool,
    next: u64,
    messages: Vec<(u64, Message)>,
}

enum Message {
    Bytes(Batch),
    Finish(oneshot::Sender<Md5Digest>),
    Abandon,
}

impl Hasher {
    fn join(self: &Arc<Self>, context: &Context) -> u64 {
        let mut inbox = self.inbox.lock();
        let number = inbox.next;
        inbox.next += 1;
        inbox.bodies += 1;
        if !inbox.is_running {
            inbox.is_running = true;
            context.tasks.spawn("md5", OnExit::Ignore, work(Arc::clone(self)));
        }
        number
    }

    fn send(&self, number: u64, message: Message) {
        self.inbox.lock().messages.push((number, message));
        self.woken.notify_one();
    }
}

/// The MD5 of a body, while it flows.
pub(super) struct BodyHash {
    hasher: Arc<Hasher>,
    number: u64,
    is_finishing: bool,
}

impl BodyHash {
    /// Adds bytes.
    pub(super) fn push(&self, batch: Batch) {
        self.hasher.send(self.number, Message::Bytes(batch));
    }

    /// The digest of all bytes; `None` if the task was stopped.
    pub(super) async fn finish(mut self) -> Option<Md5Digest> {
        let (sender, receiver) = oneshot::channel();
        self.is_finishing = true;
        self.hasher.send(self.number, Message::Finish(sender));
        receiver.await.ok()
    }
}

impl Drop for BodyHash {
    fn drop(&mut self) {
        if !self.is_finishing {
            self.hasher.send(self.number, Message::Abandon);
        }
    }
}

/// A body as the task knows it.
#[derive(Default)]
struct Body {
    md5: Md5Lane,
    pieces: VecDeque<(Bytes, Arc<BytePermit>)>,
    asked: Option<oneshot::Sender<Md5Digest>>,
}

/// The bodies of one task.
#[derive(Default)]
struct Bodies(BTreeMap<u64, Body>);

async fn work(hasher: Arc<Hasher>) {
    let (mut bodies, mut left) = (Bodies::default(), 0);
    loop {
        let messages = {
            let mut inbox = hasher.inbox.lock();
            inbox.bodies -= left;
            if inbox.bodies == 0 {
                inbox.is_running = false;
                return;
            }
            std::mem::take(&mut inbox.messages)
        };
        let abandoned = bodies.take(messages);
        let has_hashed = bodies.hash();
        left = abandoned + bodies.tell();
        if has_hashed {
            // So that others push meanwhile: what is hashed together costs little more than one.
            tokio::task::yield_now().await;
        } else if left == 0 {
            hasher.woken.notified().await;
        }
    }
}

impl Bodies {
    /// Takes what was sent; returns how many bodies nobody wants any more.
    fn take(&mut self, messages: Vec<(u64, Message)>) -> usize {
        let mut abandoned = 0;
        for (number, message) in messages {
            match message {
                Message::Bytes(Batch { pieces, memory }) => {
                    let pieces = pieces.into_iter().filter(|piece| !piece.is_empty());
                    let pieces = pieces.map(|piece| (piece, Arc::clone(&memory)));
                    self.0.entry(number).or_default().pieces.extend(pieces);
                }
                Message::Finish(asked) => self.0.entry(number).or_default().asked = Some(asked),
                Message::Abandon => {
                    self.0.remove(&number);
                    abandoned += 1;
                }
            }
        }
        abandoned
    }

    /// Hashes a stretch of each body that has one; whether any had.
    fn hash(&mut self) -> bool {
        let waiting = self.0.values_mut().filter_map(|body| {
            let (piece, _) = body.pieces.front()?;
            Some((&mut body.md5, &piece[..piece.len().min(HASHER_TURN_BYTES)]))
        });
        let mut waiting: Vec<_> = waiting.collect();
        if waiting.is_empty() {
            return false;
        }
        update_all(&mut waiting);
        for body in self.0.values_mut() {
            let Some((piece, _)) = body.pieces.front_mut() else { continue };
            piece.advance(piece.len().min(HASHER_TURN_BYTES));
            if piece.is_empty() {
                body.pieces.pop_front();
            }
        }
        true
    }

    /// Tells the digests of bodies that are at their end; returns how many there were.
    fn tell(&mut self) -> usize {
        let mut told = 0;
        self.0.retain(|_, body| {
            let asked = body.asked.take_if(|_| body.pieces.is_empty());
            let Some(asked) = asked else { return true };
            // Whoever asked may have gone.
            let _ = asked.send(Md5Digest(std::mem::take(&mut body.md5).finish()));
            told += 1;
            false
        });
        told
    }
}

#[cfg(test)]
mod tests {
    use cairn_runtime::permits::ByteBudget;
    use cairn_runtime::sim;
    use futures::future::join_all;

    use super::*;

    fn bytes(number: usize, len: usize) -> Bytes {
        (0..len).map(|place| (place * 7 + number) as u8).collect()
    }

    /// Hashes a body that comes in uneven pieces, some of which wait for the others' turn.
    async fn hash(hashers: &Hashers, budget: &ByteBudget, number: usize) -> Option<Md5Digest> {
        let (context, body) = (Context::current(), bytes(number, number * 5_003));
        let hash = hashers.begin(&context);
        for pieces in body.chunks(40_000) {
            let memory = Arc::new(budget.take(pieces.len() as u64).await);
            let pieces = pieces.chunks(9_999).map(Bytes::copy_from_slice).collect();
            hash.push(Batch { pieces, memory });
            if number.is_multiple_of(3) {
                tokio::task::yield_now().await;
            }
        }
        if number.is_multiple_of(5) {
            return None;
        }
        let digest = hash.finish().await.expect("the task runs");
        assert_eq!(digest, Md5Digest::of(&body), "body {number}");
        Some(digest)
    }

    #[test]
    fn bodies_that_flow_at_once_have_the_digests_that_each_has_alone() {
        sim::run(1, |_| async move {
            let (hashers, budget) = (Hashers::default(), ByteBudget::new(400_000));
            for round in 0..2 {
                let all = join_all((0..80).map(|number| hash(&hashers, &budget, number))).await;
                assert_eq!(all.iter().flatten().count(), 64, "round {round}: a fifth was abandoned");
                // What the abandoned ones held comes back as well.
                drop(budget.take(400_000).await);
                tokio::task::yield_now().await;
            }
            let hashers = hashers.0.lock();
            assert_eq!(hashers.len(), 5, "80 bodies fill five tasks");
            for hasher in hashers.iter() {
                let inbox = hasher.inbox.lock();
                assert_eq!((inbox.bodies, inbox.is_running, inbox.messages.len()), (0, false, 0));
            }
        });
    }

    #[test]
    fn a_body_without_bytes_has_a_digest() {
        sim::run(2, |context| async move {
            let hash = Hashers::default().begin(&context);
            assert_eq!(hash.finish().await, Some(Md5Digest::of(b"")));
        });
    }
}
