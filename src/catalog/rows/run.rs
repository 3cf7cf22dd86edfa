//! Runs and their blobs.

use cairn_types::record::{record, record_choice};
use cairn_types::{BlobId, Digest128, Epoch, Geometry, GroupId, RunId, UploadId, VersionOrder};

use super::fragment_set::FragmentSet;
use super::garbage::GarbageId;

record! {
    /// A blob as its run names it.
    #[derive(Eq)]
    pub struct BlobPlace {
        /// The blob.
        1 => pub blob: BlobId,
        /// Placement group whose disks hold its fragments.
        2 => pub group: GroupId,
        /// Epoch of the group when it was written.
        3 => pub group_epoch: Epoch,
        /// Its geometry.
        4 => pub geometry: Geometry,
        /// Payload bytes.
        5 => pub length: u64,
        /// Fragments known not to exist.
        6 => pub missing: FragmentSet,
        /// Digest of the payload, seeded with the blob id.
        7 => pub digest: Digest128,
    }
}

record! {
    /// A part that holds a run.
    #[derive(Copy, Eq)]
    pub struct PartHolder without unknown {
        /// The upload.
        1 => pub upload: UploadId,
        /// The part's number.
        2 => pub number: u16,
    }
}

record_choice! {
    /// Who holds a run: exactly one at any time.
    pub enum Holder {
        /// The version of that order: of the run's key or, after a rename, of another that names the run's as its home.
        1 => Version(VersionOrder),
        /// A part.
        2 => Part(PartHolder),
        /// A garbage row.
        3 => Garbage(GarbageId),
    }
}

record! {
    /// Row of a run. It alone keeps the blobs alive.
    pub struct RunRow {
        /// Who holds it.
        1 => pub holder: Holder,
        /// Stored bytes of all its blobs.
        2 => pub length: u64,
        /// Its first blobs.
        3 => pub blobs: Vec<BlobPlace>,
        /// For each further page of blobs, the offset of its first byte in the run.
        4 => pub pages: Vec<u64>,
        /// How many of its blobs miss a fragment.
        5 => pub degraded: u32,
    }
}

record! {
    /// Further blobs of a run.
    pub struct RunPageRow {
        /// The blobs, in order.
        1 => pub blobs: Vec<BlobPlace>,
    }
}

record! {
    /// A staged run as a command introduces it.
    pub struct StagedRun {
        /// Its id: the blob it began with.
        1 => pub run: RunId,
        /// Its blobs, in order.
        2 => pub blobs: Vec<BlobPlace>,
    }
}

impl StagedRun {
    /// Stored bytes. Saturates: a sum that long is refused by its size anyway.
    pub fn length(&self) -> u64 {
        self.blobs.iter().fold(0, |sum, blob| blob.length.saturating_add(sum))
    }
}
