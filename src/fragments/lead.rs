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

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use cairn_types::record::{Record, Writer};
    use cairn_types::{
        BlobId, BlobSequence, BucketId, Digest128, Epoch, Geometry, GroupId, Label, ObjectKey, RunId, SessionId,
    };
    use proptest::prelude::{any, prop_assert_eq, proptest};

    use super::{Bounds, Lead, Tombstone, payload_is_good};

    fn blob() -> BlobId {
        BlobId::new(SessionId(77), BlobSequence(300))
    }

    fn golden_heads() -> Bytes {
        let label = Label { bucket: BucketId(5), key: ObjectKey::parse("a/b").expect("a key"), run: RunId(blob()) };
        let lead = Lead {
            sequence: 1_000,
            label,
            blob: blob(),
            index: 4,
            geometry: Geometry::new(4, 2).expect("valid"),
            group: GroupId(6),
            epoch: Epoch(7),
            blob_bytes: 400_000,
            digests: [Digest128(1).to_be_bytes(), Digest128(2).to_be_bytes()].concat().into(),
            ..Lead::default()
        };
        let tombstone = Tombstone { sequence: 1_001, blob: blob(), index: 4, ..Tombstone::default() };
        let bounds = Bounds {
            sequence: 1_002,
            horizon: SessionId(70),
            floors: [(SessionId(77), 299)].into(),
            epochs: [(GroupId(6), Epoch(8))].into(),
            ..Bounds::default()
        };
        let mut heads = Writer::default();
        heads.bytes_field(1, &lead.encode());
        heads.bytes_field(2, &tombstone.encode());
        heads.bytes_field(4, &bounds.encode());
        heads.into_bytes()
    }

    #[test]
    fn heads_are_written_as_the_golden_ones() {
        let golden = include_bytes!("testdata/heads-v1.bin");
        assert!(golden_heads() == golden[..], "the format changed: old segments must stay readable");
    }

    proptest! {
        #[test]
        fn heads_round_trip(sequence in any::<u64>(), floors in any::<Vec<(u64, u64)>>(), digests in any::<Vec<u8>>()) {
            let floors = floors.into_iter().map(|(session, floor)| (SessionId(session), floor)).collect();
            let bounds = Bounds { sequence, floors, ..Bounds::default() };
            prop_assert_eq!(Bounds::decode(bounds.encode()), Ok(bounds));
            let lead = Lead { sequence, blob: blob(), digests: digests.into(), ..Lead::default() };
            prop_assert_eq!(Lead::decode(lead.encode()), Ok(lead));
        }

        #[test]
        fn any_head_and_payload_are_told_without_a_panic(
            kind in 0u16..6, head in any::<Vec<u8>>(), payload in any::<Vec<u8>>(),
        ) {
            let _ = payload_is_good(kind, &head, &payload);
        }
    }
}
