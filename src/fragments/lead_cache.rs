//! Leads in memory, so that a cell costs one read.
//!
//! # Limits
//! Bounded in bytes; the least recently used goes first.

use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_erasure::BlobLayout;
use cairn_journal::Place;
use parking_lot::Mutex;

use crate::keys::FragmentKey;
use crate::lead::Lead;

/// What reading cells of a fragment needs.
#[derive(Debug)]
pub(crate) struct KnownLead {
    pub(crate) place: Place,
    pub(crate) layout: BlobLayout,
    pub(crate) lead: Lead,
}

/// Bytes of an entry besides its digests and key: the structs and two map entries.
const ENTRY_BYTES: usize = 400;

impl KnownLead {
    fn bytes(&self) -> usize {
        ENTRY_BYTES + self.lead.digests.len() + self.lead.label.key.as_bytes().len()
    }
}

#[derive(Default)]
struct Entries {
    by_key: BTreeMap<FragmentKey, (Arc<KnownLead>, u64)>,
    by_use: BTreeMap<u64, FragmentKey>,
    uses: u64,
    bytes: usize,
    /// Raised whenever something was forgotten.
    generation: u64,
}

/// A bounded store of leads.
pub(crate) struct LeadCache {
    bytes_max: usize,
    entries: Mutex<Entries>,
}

impl LeadCache {
    pub(crate) fn new(bytes_max: usize) -> Self {
        Self { bytes_max, entries: Mutex::default() }
    }

    pub(crate) fn get(&self, key: FragmentKey) -> Option<Arc<KnownLead>> {
        let mut entries = self.entries.lock();
        entries.uses += 1;
        let now = entries.uses;
        let (lead, used) = entries.by_key.get_mut(&key)?;
        let (lead, before) = (Arc::clone(lead), std::mem::replace(used, now));
        entries.by_use.remove(&before);
        entries.by_use.insert(now, key);
        Some(lead)
    }

    /// To be handed to [`LeadCache::insert`]: taken before the row is read from the index.
    pub(crate) fn generation(&self) -> u64 {
        self.entries.lock().generation
    }

    /// Keeps a lead, unless something was forgotten since its row was read: it could be the one.
    pub(crate) fn insert(&self, key: FragmentKey, lead: &Arc<KnownLead>, generation: u64) {
        let mut entries = self.entries.lock();
        if entries.generation != generation {
            return;
        }
        entries.remove(key);
        entries.uses += 1;
        let now = entries.uses;
        entries.bytes += lead.bytes();
        entries.by_key.insert(key, (Arc::clone(lead), now));
        entries.by_use.insert(now, key);
        while entries.bytes > self.bytes_max
            && let Some((_, oldest)) = entries.by_use.first_key_value().map(|(used, key)| (*used, *key))
        {
            entries.remove(oldest);
        }
    }

    /// Drops leads of fragments that were moved or deleted.
    pub(crate) fn forget(&self, keys: &[FragmentKey]) {
        if keys.is_empty() {
            return;
        }
        let mut entries = self.entries.lock();
        entries.generation += 1;
        keys.iter().for_each(|key| entries.remove(*key));
    }
}

impl Entries {
    fn remove(&mut self, key: FragmentKey) {
        if let Some((lead, used)) = self.by_key.remove(&key) {
            self.by_use.remove(&used);
            self.bytes -= lead.bytes();
        }
    }
}
