//! Settings of a journal.

use std::fmt;
use std::sync::Arc;

use cairn_runtime::disk::SECTOR_BYTES;
use cairn_types::{GIB, MIB};

use crate::limits::FILE_BYTES_MIN;

/// Verifies a payload that its head covers: kind, head, payload. Used on the flushes that may be torn, and where a replay
/// reads whole records.
pub type PayloadCheck = Arc<dyn Fn(u16, &[u8], &[u8]) -> bool + Send + Sync>;

/// Whether an append may use the space kept back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reserve {
    /// Refused as full when less than the reserve would be left.
    Keep,
    /// What makes space, or must not fail for want of it: deletes, compaction, votes.
    Use,
}

/// What to do with the mark that an earlier failed write or sync left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OnFence {
    /// Leave it: the journal is read, nothing is written.
    Keep,
    /// Somebody who knows admitted the disk again: cut what was not known synced, remove the mark, write.
    Lift,
}

/// Settings of a journal.
#[derive(Clone)]
pub struct Options {
    /// Folder on the disk.
    pub folder: String,
    /// Kind of journal, in every file header: a file of another one is refused.
    pub purpose: u16,
    /// Bytes of each file, allocated when it is made.
    pub file_bytes: u64,
    /// Released files kept for their written extents; the others are removed.
    pub spares_max: usize,
    /// Free bytes (spares count as free) that [`Reserve::Keep`] appends leave.
    pub reserve_bytes: u64,
    /// Verifies payloads covered by their heads.
    pub payload_check: PayloadCheck,
    /// What to do with the mark of an earlier failure.
    pub on_fence: OnFence,
}

impl Options {
    /// Segments of a disk: files of 1 GiB, two of them in reserve.
    pub fn for_segments(payload_check: PayloadCheck) -> Self {
        Self {
            folder: "segments".into(),
            purpose: 1,
            file_bytes: GIB,
            spares_max: 4,
            reserve_bytes: 2 * GIB,
            payload_check,
            on_fence: OnFence::Keep,
        }
    }

    /// Logs of a metadata node: files of 64 MiB, recycled.
    pub fn for_logs() -> Self {
        Self {
            folder: "log".into(),
            purpose: 2,
            file_bytes: 64 * MIB,
            spares_max: 2,
            reserve_bytes: 0,
            // Its payloads are digested by the journal: a covered one is not ours.
            payload_check: Arc::new(|_, _, _| false),
            on_fence: OnFence::Keep,
        }
    }

    /// Whether files of this size can hold anything.
    pub(crate) fn is_sound(&self) -> bool {
        self.file_bytes >= FILE_BYTES_MIN && self.file_bytes.is_multiple_of(SECTOR_BYTES)
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("folder", &self.folder)
            .field("purpose", &self.purpose)
            .field("file_bytes", &self.file_bytes)
            .finish_non_exhaustive()
    }
}
