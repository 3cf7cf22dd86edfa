//! Every body that was ever sent, by the entity tag that it gets.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use cairn_runtime::sim::Random;
use md5::{Digest, Md5};
use parking_lot::Mutex;

/// An entity tag without quotes. No two bodies of a run share one, so it is what a key's state is known by.
pub(crate) type ETag = String;

/// The bodies of a run; cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Bodies(Arc<Mutex<BTreeMap<ETag, Bytes>>>);

impl Bodies {
    /// A new body of `len` bytes.
    pub(crate) fn draw(&self, random: &mut Random, len: usize) -> (ETag, Bytes) {
        let mut bytes = vec![0; len];
        random.fill(&mut bytes);
        let body = Bytes::from(bytes);
        (self.keep(etag_of(&body), body.clone()), body)
    }

    /// The parts of a new multipart body, and the tag of the whole.
    pub(crate) fn draw_parts(&self, random: &mut Random, lens: &[usize]) -> (ETag, Vec<Bytes>) {
        let parts: Vec<Bytes> = lens.iter().map(|len| self.draw(random, *len).1).collect();
        let mut digests = Md5::new();
        parts.iter().for_each(|part| digests.update(Md5::digest(part)));
        let etag = format!("{}-{}", hex::encode(digests.finalize()), parts.len());
        (self.keep(etag, parts.concat().into()), parts)
    }

    /// More bytes for a body, and the tag of both together: that of the body before and of the digest of what is new, and
    /// how many pieces there are.
    pub(crate) fn draw_more(&self, random: &mut Random, before: &str, len: usize) -> (ETag, Bytes) {
        let more = self.draw(random, len).1;
        let body = self.get(before).expect("somebody sent it");
        let pieces = before.split_once('-').map_or(1, |(_, count)| count.parse().expect("a number of pieces"));
        let digest = Md5::new().chain_update(before).chain_update(Md5::digest(&more)).finalize();
        let etag = format!("{}-{}", hex::encode(digest), pieces + 1);
        (self.keep(etag, [body, more.clone()].concat().into()), more)
    }

    /// The body with that tag.
    pub(crate) fn get(&self, etag: &str) -> Option<Bytes> {
        self.0.lock().get(etag).cloned()
    }

    fn keep(&self, etag: ETag, body: Bytes) -> ETag {
        self.0.lock().insert(etag.clone(), body);
        etag
    }
}

/// The tag of a body that is sent in one piece.
pub(crate) fn etag_of(body: &[u8]) -> ETag {
    hex::encode(Md5::digest(body))
}
