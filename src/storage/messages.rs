//! What storage nodes and their clients send each other (docs/formats/storage-messages.md).

use bytes::Bytes;
use cairn_types::record::record;
use cairn_types::{BlobId, Digest128, DiskId, Epoch, Geometry, GroupId, Label, SessionId};

pub(crate) const RESERVE: &str = "storage/reserve";
pub(crate) const RELEASE: &str = "storage/release";
pub(crate) const PUT: &str = "storage/put";
pub(crate) const READ: &str = "storage/read";
pub(crate) const CONTAINS: &str = "storage/contains";
pub(crate) const VERIFY: &str = "storage/verify";
pub(crate) const DELETE: &str = "storage/delete";
pub(crate) const LIST: &str = "storage/list";
pub(crate) const NOTE_SWEPT: &str = "storage/note-swept";
pub(crate) const STATUS: &str = "storage/status";

record! {
    /// Asks for room.
    pub struct ReserveCall {
        /// The disk.
        1 => pub disk: DiskId,
        /// Bytes of the fragment to come.
        2 => pub bytes: u64,
        /// How long the room is kept after it was promised, in milliseconds.
        3 => pub keep_ms: u64,
    }
}

record! {
    /// Room that was promised.
    pub struct ReserveAnswer {
        /// Number to put under.
        1 => pub number: u64,
    }
}

record! {
    /// Gives room back unused.
    pub struct ReleaseCall {
        /// The number it was promised under.
        1 => pub number: u64,
    }
}

record! {
    /// A fragment; its cells are the payload of the message.
    pub struct PutCall {
        /// The disk.
        1 => pub disk: DiskId,
        /// Number of the room.
        2 => pub number: u64,
        /// Where the run of the blob has its row.
        3 => pub label: Label,
        /// The blob.
        4 => pub blob: BlobId,
        /// Place in the stripes.
        5 => pub index: u8,
        /// Shape of the stripes.
        6 => pub geometry: Geometry,
        /// Placement group.
        7 => pub group: GroupId,
        /// Epoch of the group as the sender knows it.
        8 => pub epoch: Epoch,
        /// Length of the blob.
        9 => pub blob_bytes: u64,
        /// Digests of the cells, 16 bytes each.
        10 => pub digests: Bytes,
    }
}

record! {
    /// Asks for cells; the answer's payload is the cells.
    pub struct ReadCall {
        /// The disk.
        1 => pub disk: DiskId,
        /// The blob.
        2 => pub blob: BlobId,
        /// The fragment.
        3 => pub index: u8,
        /// First stripe.
        4 => pub first_stripe: u32,
        /// How many stripes.
        5 => pub stripes: u32,
    }
}

record! {
    /// Digests of the cells in the payload.
    pub struct ReadAnswer {
        /// 16 bytes each.
        1 => pub digests: Bytes,
    }
}

record! {
    /// A fragment by its name.
    #[derive(Copy, Eq)]
    pub struct FragmentName without unknown {
        /// The blob.
        1 => pub blob: BlobId,
        /// The fragment.
        2 => pub index: u8,
    }
}

record! {
    /// Names fragments of a disk, to ask for, to verify or to delete.
    pub struct FragmentsCall {
        /// The disk.
        1 => pub disk: DiskId,
        /// The fragments.
        2 => pub fragments: Vec<FragmentName>,
    }
}

record! {
    /// Which of the fragments asked for are there, or were read back whole.
    pub struct ContainsAnswer {
        /// One byte each, in order: 1 there, 0 not.
        1 => pub there: Bytes,
    }
}

record! {
    /// Asks for the next fragments of a disk.
    pub struct ListCall {
        /// The disk.
        1 => pub disk: DiskId,
        /// After this one; absent from the first.
        2 => pub after: Option<FragmentName>,
        /// How many at most.
        3 => pub limit: u64,
    }
}

record! {
    /// A fragment in a listing.
    pub struct ListedFragment without unknown {
        /// Where the run of the blob has its row.
        1 => pub label: Label,
        /// The fragment.
        2 => pub name: FragmentName,
        /// Payload bytes.
        3 => pub bytes: u64,
    }
}

record! {
    /// Fragments in order.
    pub struct ListAnswer {
        /// The fragments.
        1 => pub fragments: Vec<ListedFragment>,
    }
}

record! {
    /// Notes how far sessions were swept.
    pub struct NoteSweptCall {
        /// The disk.
        1 => pub disk: DiskId,
        /// Session, and the sequence below which nothing is left.
        2 => pub swept: Vec<(SessionId, u64)>,
    }
}

record! {
    /// One disk.
    pub struct DiskStatusRecord {
        /// The disk.
        1 => pub disk: DiskId,
        /// Whether it takes writes.
        2 => pub writable: bool,
        /// Bytes of the device.
        3 => pub capacity_bytes: u64,
        /// Bytes taken by segments.
        4 => pub used_bytes: u64,
        /// Payload bytes of fragments not deleted.
        5 => pub live_bytes: u64,
        /// Fragments not deleted.
        6 => pub fragments: u64,
    }
}

record! {
    /// All disks of a node.
    pub struct StatusAnswer {
        /// The disks.
        1 => pub disks: Vec<DiskStatusRecord>,
    }
}

record! {
    /// A storage error: which, and what goes with it.
    pub struct ErrorRecord {
        /// 1 no such disk, 2 no such fragment, 3 busy, 4 full, 5 fenced, 6 stale epoch, 7 below the swept floor, 8 invalid,
        /// 9 corrupt, 10 unreachable, 11 lost, 12 input/output.
        1 => pub number: u32,
        /// The disk, where it is about one.
        2 => pub disk: DiskId,
        /// For people.
        3 => pub text: String,
    }
}

/// Digests one after the other.
pub(crate) fn join_digests(digests: &[Digest128]) -> Bytes {
    digests.iter().flat_map(|digest| digest.to_be_bytes()).collect()
}

/// Inverse of [`join_digests`]; `None` if the length is no multiple of 16.
pub(crate) fn split_digests(joined: &[u8]) -> Option<Vec<Digest128>> {
    let (digests, rest) = joined.as_chunks::<16>();
    rest.is_empty().then(|| digests.iter().map(|digest| Digest128::from_be_bytes(*digest)).collect())
}
