//! Heads of records in segments.
#![allow(unreachable_pub, reason = "the record macro declares what it makes as pub")]

use bytes::Bytes;
use cairn_erasure::{BlobLayout, cell_digest};
use cairn_types::record::{Record, record};
use cairn_types::{BlobId, Digest128, Epoch, FragmentIndex, Geometry, GroupId, Label, SessionId};

use crate::fragment::Fragment;

/// Kinds of records; never reused.
pub(crate) mod kind {
    /// A fragment: [`super::Lead`], then its payload.
    pub(crate) const FRAGMENT: u16 = 1;
    /// A [`super::Tombstone`].
    pub(crate) const TOMBSTONE: u16 = 2;
    /// A fragment moved by compaction: the same head with its original's sequence number, the same payload.
    pub(crate) const MOVED: u16 = 3;
    /// A [`super::Bounds`].
    pub(crate) const BOUNDS: u16 = 4;
}

const DIGEST_BYTES: usize = 16;

record! {
    /// What stands before a fragment's payload.
    pub struct Lead {
        /// Number of the record on this disk; of several records of a fragment the highest counts.
        1 => pub sequence: u64,
        /// Where the run of its blob has its row.
        2 => pub label: Label,
        /// The blob.
        3 => pub blob: BlobId,
        /// The fragment's index.
        4 => pub index: u8,
        /// Shape of the stripes.
        5 => pub geometry: Geometry,
        /// Placement group.
        6 => pub group: GroupId,
        /// Epoch of the group under which it was written.
        7 => pub epoch: Epoch,
        /// Bytes of the blob: the lengths of all cells follow.
        8 => pub blob_bytes: u64,
        /// Digest of each cell, 16 bytes each, in order.
        9 => pub digests: Bytes,
    }
}

record! {
    /// Kills the records of a fragment with lower numbers.
    pub struct Tombstone {
        /// Number of the record on this disk.
        1 => pub sequence: u64,
        /// The blob.
        2 => pub blob: BlobId,
        /// The fragment's index.
        3 => pub index: u8,
    }
}

record! {
    /// Below what fragments are refused; each record holds all of it, the one with the highest number counts.
    pub struct Bounds {
        /// Number of the record on this disk.
        1 => pub sequence: u64,
        /// Sessions below it that have no floor here are refused altogether.
        2 => pub horizon: SessionId,
        /// Per session: blobs below this sequence are refused.
        3 => pub floors: std::collections::BTreeMap<SessionId, u64>,
        /// Per group: fragments under an older epoch are refused.
        4 => pub epochs: std::collections::BTreeMap<GroupId, Epoch>,
    }
}

impl Lead {
    /// The lead of `fragment` under a number.
    pub(crate) fn of(fragment: &Fragment, sequence: u64) -> Self {
        let digests: Vec<u8> = fragment.digests.iter().flat_map(|digest| digest.to_be_bytes()).collect();
        Self {
            sequence,
            label: fragment.label.clone(),
            blob: fragment.blob,
            index: fragment.index.get(),
            geometry: fragment.geometry,
            group: fragment.group,
            epoch: fragment.epoch,
            blob_bytes: fragment.blob_bytes,
            digests: digests.into(),
            ..Self::default()
        }
    }

    /// Shape of the blob; `None` if the fields do not fit together.
    pub(crate) fn layout(&self) -> Option<BlobLayout> {
        let layout = BlobLayout::new(self.geometry, self.blob_bytes).ok()?;
        let fits = self.digests.len() == layout.stripe_count() as usize * DIGEST_BYTES;
        (fits && self.fragment_index().is_some()).then_some(layout)
    }

    /// The index, if its geometry has it.
    pub(crate) fn fragment_index(&self) -> Option<FragmentIndex> {
        self.geometry.index(self.index)
    }

    /// Digest of the cell of a stripe.
    pub(crate) fn digest(&self, stripe: u32) -> Option<Digest128> {
        let start = stripe as usize * DIGEST_BYTES;
        let bytes = self.digests.get(start..start + DIGEST_BYTES)?;
        Some(Digest128::from_be_bytes(bytes.try_into().ok()?))
    }

    /// Whether `payload` has the digests recorded for its cells.
    pub(crate) fn verifies(&self, payload: &[u8]) -> bool {
        let (Some(layout), Some(index)) = (self.layout(), self.fragment_index()) else {
            return false;
        };
        layout.payload_len() == payload.len()
            && layout.stripes().all(|stripe| {
                let cell = payload.get(layout.cell_in_payload(stripe)).unwrap_or_default();
                self.digest(stripe.0) == Some(cell_digest(self.blob, stripe, index, cell))
            })
    }
}

/// Verifies the payload of a record of a segment against its head.
pub(crate) fn payload_is_good(kind: u16, head: &[u8], payload: &[u8]) -> bool {
    match kind {
        kind::FRAGMENT | kind::MOVED => {
            Lead::decode(Bytes::copy_from_slice(head)).is_ok_and(|lead| lead.verifies(payload))
        }
        _ => payload.is_empty(),
    }
}
