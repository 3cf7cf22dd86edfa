//! Reads fragments back and says which of them are what was written.
//!
//! # Invariants
//! D6: a fragment counts as good only when every cell of it was read and has its digest. One found damaged is marked in the
//! index: it does not count as there until it is written anew, while what is left of it is still served.

use cairn_erasure::cell_digest;
use cairn_journal::{Place, ReadError};
use cairn_runtime::disk::ReadMode;
use cairn_types::record::Record;
use cairn_types::{BlobId, FragmentIndex};

use crate::batch::Change;
use crate::error::GetError;
use crate::keys::FragmentKey;
use crate::lead::Lead;
use crate::limits::READ_TRIES_MAX;
use crate::rows::FragmentRow;
use crate::store::FragmentStore;

/// What reading a record back shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Verdict {
    /// It is what was written.
    Good,
    /// It is not.
    Bad,
    /// Its segment was given back: the record that counts is elsewhere.
    Moved,
}

impl FragmentStore {
    /// Which of `fragments` the disk has and can read back whole, in the order asked. One that is damaged is marked, and
    /// reported once.
    pub async fn verify(&self, fragments: &[(BlobId, FragmentIndex)]) -> Result<Vec<bool>, GetError> {
        let mut good = Vec::with_capacity(fragments.len());
        for (blob, index) in fragments {
            good.push(self.verify_one(FragmentKey::new(*blob, *index)).await?);
        }
        Ok(good)
    }

    async fn verify_one(&self, key: FragmentKey) -> Result<bool, GetError> {
        for _ in 0..READ_TRIES_MAX {
            let row = self.index.fragment(key).await.map_err(GetError::Index)?;
            let Some(row) = row.filter(|row| !row.is_damaged) else { return Ok(false) };
            match self.read_back(key, row.place.place()).await? {
                Verdict::Good => return Ok(true),
                Verdict::Bad => {
                    self.mark_damaged(key, &row).await?;
                    return Ok(false);
                }
                Verdict::Moved => {}
            }
        }
        Err(GetError::Corrupt)
    }

    /// Marks a damaged record in the index and reports it, unless that was done before.
    pub(crate) async fn mark_damaged(&self, key: FragmentKey, row: &FragmentRow) -> Result<(), GetError> {
        if row.is_damaged {
            return Ok(());
        }
        let change = Change::BadFragment(key, row.place.place().position);
        self.applier.apply(vec![change]).await.map_err(GetError::Mark)?;
        tracing::error!(disk = %self.index.disk(), blob = %key.blob, index = key.index, "a fragment is damaged on disk");
        Ok(())
    }

    /// Whether the record of `key` at its place is what was written.
    pub(crate) async fn is_good(&self, key: FragmentKey, row: &FragmentRow) -> Result<bool, GetError> {
        Ok(self.read_back(key, row.place.place()).await? != Verdict::Bad)
    }

    async fn read_back(&self, key: FragmentKey, place: Place) -> Result<Verdict, GetError> {
        match self.compare(key, place).await {
            // What was read may be another's already: the space can be written again.
            _ if !self.journal.has(place.position.file) => Ok(Verdict::Moved),
            Ok(true) => Ok(Verdict::Good),
            Ok(false) | Err(ReadError::Corrupt(_)) => Ok(Verdict::Bad),
            Err(error) => Err(GetError::Read(error)),
        }
    }

    /// Reads lead and cells, one after the other: a fragment may be longer than what memory is spared for this.
    async fn compare(&self, key: FragmentKey, place: Place) -> Result<bool, ReadError> {
        let head = self.journal.read_head(place, ReadMode::Direct).await?;
        let Ok(lead) = Lead::decode(head.head) else { return Ok(false) };
        let (Some(layout), Some(index)) = (lead.layout(), lead.fragment_index()) else { return Ok(false) };
        if (lead.blob, lead.index) != (key.blob, key.index)
            || layout.payload_len() as u64 != u64::from(place.payload_len)
        {
            return Ok(false);
        }
        for stripe in layout.stripes() {
            let range = layout.cell_in_payload(stripe);
            let cell = self.journal.read_payload(place, range.start as u32, range.len(), ReadMode::Direct).await?;
            if lead.digest(stripe.0) != Some(cell_digest(lead.blob, stripe, index, &cell)) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
