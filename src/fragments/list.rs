//! The fragments of a disk, for its sweep.

use cairn_runtime::kv::{self, KvRead};
use cairn_types::{BlobId, Epoch, FragmentIndex, GroupId, Label};

use crate::error::GetError;
use crate::keys::{self, FragmentKey};
use crate::rows::{FragmentRow, decode};
use crate::store::FragmentStore;

/// A fragment that the disk has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListedFragment {
    /// Where the run of its blob has its row.
    pub label: Label,
    /// The blob.
    pub blob: BlobId,
    /// Its place in the stripes.
    pub index: FragmentIndex,
    /// Placement group.
    pub group: GroupId,
    /// Epoch under which it was written.
    pub epoch: Epoch,
    /// Payload bytes.
    pub bytes: u64,
}

impl FragmentStore {
    /// Fragments in the order of (blob, index), after `after`, at most `limit`.
    pub async fn list(
        &self,
        after: Option<(BlobId, FragmentIndex)>,
        limit: usize,
    ) -> Result<Vec<ListedFragment>, GetError> {
        let start = match after {
            None => keys::table_start(keys::FRAGMENTS).to_vec(),
            Some((blob, index)) => {
                let mut start = FragmentKey::new(blob, index).fragment_row().to_vec();
                // The first key behind it: all keys of the table are equally long.
                start.push(0);
                start
            }
        };
        let listed = kv::read(self.index.kv(), move |view| scan(view, &start, limit)).await;
        listed.and_then(|rows| rows).map_err(GetError::Index)
    }
}

fn scan(view: &dyn KvRead, start: &[u8], limit: usize) -> std::io::Result<Vec<ListedFragment>> {
    let end = keys::table_end(keys::FRAGMENTS);
    let rows = view.scan(start..&end[..]).take(limit).map(|row| {
        let (name, value) = row?;
        let row: FragmentRow = decode(value)?;
        let listed = FragmentKey::of_row(&name).and_then(|key| {
            let index = row.geometry.index(key.index)?;
            let bytes = u64::from(row.place.payload_len);
            Some(ListedFragment { label: row.label, blob: key.blob, index, group: row.group, epoch: row.epoch, bytes })
        });
        listed.ok_or_else(|| std::io::ErrorKind::InvalidData.into())
    });
    rows.collect()
}
