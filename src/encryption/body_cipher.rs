//! The cipher of one body.

use std::fmt;

use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::{Aes256Gcm, Key, Nonce, Tag};
use zeroize::Zeroizing;

use crate::derive::{KEY_BYTES, mac};
use crate::lengths::{SegmentLengths, TAG_BYTES};

type DerivedKey = Zeroizing<[u8; KEY_BYTES]>;

/// Seals and opens the segments of one body.
#[derive(Clone)]
pub struct BodyCipher {
    /// From the inside out.
    layers: Vec<Aes256Gcm>,
    tag_key: DerivedKey,
    lengths: SegmentLengths,
}

/// Which segment of a body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct SegmentPlace {
    /// Counted from 0.
    pub(crate) number: u64,
    pub(crate) is_last: bool,
}

impl SegmentPlace {
    /// Distinct for every segment of a body; the key is the body's alone.
    fn nonce(self) -> [u8; 12] {
        let mut nonce = [0; 12];
        nonce[3] = u8::from(self.is_last);
        nonce[4..].copy_from_slice(&self.number.to_be_bytes());
        nonce
    }
}

impl BodyCipher {
    pub(crate) fn new(keys: impl Iterator<Item = DerivedKey>, tag_key: DerivedKey, lengths: SegmentLengths) -> Self {
        let layers = keys.map(|key| Aes256Gcm::new(<&Key<Aes256Gcm>>::from(&*key))).collect();
        Self { layers, tag_key, lengths }
    }

    /// The lengths of the body.
    pub fn lengths(&self) -> SegmentLengths {
        self.lengths
    }

    /// An entity tag for the body that says nothing of its bytes to those without the key.
    pub fn entity_tag(&self, md5: &[u8; 16]) -> [u8; 16] {
        let tag = mac(self.tag_key.as_slice(), &[md5]);
        let mut short = [0; 16];
        short.copy_from_slice(&tag[..16]);
        short
    }

    /// Encrypts a segment where it lies, and adds its tags.
    pub(crate) fn seal(&self, place: SegmentPlace, segment: &mut Vec<u8>) {
        let nonce = Nonce::from(place.nonce());
        for layer in &self.layers {
            let tag = layer.encrypt_inout_detached(&nonce, &[], segment.as_mut_slice().into());
            segment.extend_from_slice(&tag.expect("a segment is far below AES-GCM's bound"));
        }
    }

    /// Decrypts a segment where it lies, and takes its tags off. Whether it was one; if not, nothing of it is good.
    pub(crate) fn open(&self, place: SegmentPlace, segment: &mut Vec<u8>) -> bool {
        let nonce = Nonce::from(place.nonce());
        self.layers.iter().rev().all(|layer| {
            let Some(at) = segment.len().checked_sub(TAG_BYTES) else { return false };
            let (body, tag) = segment.split_at_mut(at);
            let Ok(tag) = Tag::try_from(&*tag) else { return false };
            let is_good = layer.decrypt_inout_detached(&nonce, &[], body.into(), &tag).is_ok();
            segment.truncate(at);
            is_good
        })
    }
}

impl fmt::Debug for BodyCipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BodyCipher")
    }
}
