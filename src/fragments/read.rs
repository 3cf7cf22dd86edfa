//! Cells of a fragment.

use std::sync::Arc;

use bytes::Bytes;
use cairn_erasure::StripeNumber;
use cairn_journal::{Place, ReadError};
use cairn_runtime::disk::ReadMode;
use cairn_types::record::Record;
use cairn_types::{BlobId, Digest128, FragmentIndex, Geometry};

use crate::error::GetError;
use crate::keys::FragmentKey;
use crate::lead::Lead;
use crate::lead_cache::KnownLead;
use crate::limits::{CACHED_READ_BYTES_MAX, READ_TRIES_MAX};
use crate::store::FragmentStore;

/// Cells as the disk has them, with the digests their lead has for them. Not verified: who uses them does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cells {
    /// Shape of the blob's stripes.
    pub geometry: Geometry,
    /// Bytes of the blob.
    pub blob_bytes: u64,
    /// The cells, one after the other.
    pub payload: Bytes,
    /// Digest of each.
    pub digests: Vec<Digest128>,
}

impl FragmentStore {
    /// `stripes` cells from stripe `first` on. What memory has is answered without waiting.
    pub async fn get_cells(
        &self,
        blob: BlobId,
        index: FragmentIndex,
        first: StripeNumber,
        stripes: u32,
    ) -> Result<Cells, GetError> {
        let key = FragmentKey::new(blob, index);
        let mut tries = 0;
        loop {
            tries += 1;
            let lead = self.lead(key).await?;
            match self.read_cells(&lead, first, stripes).await? {
                Some(cells) => return Ok(cells),
                // Compaction moved the fragment between the lookup and the read.
                None if tries < READ_TRIES_MAX => self.leads.forget(&[key]),
                None => return Err(GetError::Corrupt),
            }
        }
    }

    /// Place, shape and digests of a fragment.
    async fn lead(&self, key: FragmentKey) -> Result<Arc<KnownLead>, GetError> {
        if let Some(lead) = self.leads.get(key) {
            return Ok(lead);
        }
        for _ in 0..READ_TRIES_MAX {
            let generation = self.leads.generation();
            let row = self.index.fragment(key).await.map_err(GetError::Index)?;
            let place = row.ok_or(GetError::NoSuchFragment)?.place.place();
            if let Some(lead) = self.read_lead(key, place).await? {
                let lead = Arc::new(lead);
                self.leads.insert(key, &lead, generation);
                return Ok(lead);
            }
        }
        Err(GetError::Corrupt)
    }

    /// Reads a lead; `None` if its segment is gone.
    async fn read_lead(&self, key: FragmentKey, place: Place) -> Result<Option<KnownLead>, GetError> {
        let read = match self.journal.try_read_head(place) {
            Ok(None) => self.journal.read_head(place, ReadMode::Cached).await,
            Ok(Some(head)) => Ok(head),
            Err(error) => Err(error),
        };
        let head = match read {
            Err(_) if !self.journal.has(place.position.file) => return Ok(None),
            Err(ReadError::Corrupt(_)) => return Err(GetError::Corrupt),
            read => read.map_err(GetError::Read)?,
        };
        let lead = Lead::decode(head.head).map_err(|_| GetError::Corrupt)?;
        let layout = lead.layout().filter(|_| lead.blob == key.blob && lead.index == key.index);
        let layout = layout.ok_or(GetError::Corrupt)?;
        Ok(Some(KnownLead { place, layout, lead }))
    }

    /// Reads cells; `None` if their segment is gone.
    async fn read_cells(
        &self,
        known: &KnownLead,
        first: StripeNumber,
        stripes: u32,
    ) -> Result<Option<Cells>, GetError> {
        let count = known.layout.stripe_count();
        let last = first.0.checked_add(stripes).filter(|end| stripes > 0 && *end <= count).map(|end| end - 1);
        let last = last.ok_or(GetError::NoSuchStripe { stripes: count })?;
        let start = known.layout.cell_in_payload(first).start;
        let end = known.layout.cell_in_payload(StripeNumber(last)).end;
        let read = self.read_payload(known.place, start as u32, end - start).await;
        if !self.journal.has(known.place.position.file) {
            // What was read may be another's already: the space can be written again.
            return Ok(None);
        }
        let payload = match read {
            Err(ReadError::Corrupt(_)) => return Err(GetError::Corrupt),
            read => read.map_err(GetError::Read)?,
        };
        let digests = (first.0..=last).filter_map(|stripe| known.lead.digest(stripe)).collect();
        let (geometry, blob_bytes) = (known.layout.geometry(), known.layout.blob_len());
        Ok(Some(Cells { geometry, blob_bytes, payload, digests }))
    }

    async fn read_payload(&self, place: Place, from: u32, len: usize) -> Result<Bytes, ReadError> {
        if len > CACHED_READ_BYTES_MAX {
            return self.journal.read_payload(place, from, len, ReadMode::Direct).await;
        }
        match self.journal.try_read_payload(place, from, len)? {
            Some(bytes) => Ok(bytes),
            None => self.journal.read_payload(place, from, len, ReadMode::Cached).await,
        }
    }
}
