//! The small tables of the index, in memory.

use std::collections::BTreeMap;

use cairn_journal::FileId;
use cairn_types::GroupId;

use crate::rows::{BoundsRow, GroupRow, ScrubRow, SegmentRow};

/// All rows but those of fragments; changed by the applier alone, after the index took the change.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tables {
    pub(crate) segments: BTreeMap<FileId, SegmentRow>,
    pub(crate) groups: BTreeMap<GroupId, GroupRow>,
    pub(crate) bounds: BoundsRow,
    pub(crate) scrub: ScrubRow,
    /// Highest number in segments that are gone.
    pub(crate) sequence_gone: u64,
}

impl Tables {
    /// Highest number given to a record.
    pub(crate) fn sequence_max(&self) -> u64 {
        let segments = self.segments.values().map(|segment| segment.sequence_max).max();
        segments.unwrap_or_default().max(self.sequence_gone)
    }
}
