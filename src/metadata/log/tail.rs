//! The entries of a shard that are not purged, and its vote: what the log says, in memory.

use std::collections::{BTreeMap, VecDeque};
use std::ops::{Bound, RangeBounds};

use cairn_journal::FileId;
use openraft::EntryPayload;

use crate::raft::{Entry, LogId, Membership, Vote};

/// Bytes that an entry is counted with beside its command.
const ENTRY_BYTES: u64 = 128;

/// A shard's log in memory. Entries are consecutive; once opened the first follows the last purged one.
#[derive(Default)]
pub(crate) struct Tail {
    vote: Option<Vote>,
    purged: Option<LogId>,
    entries: VecDeque<Entry>,
    bytes: u64,
    /// Files with entries, each with the highest index written there.
    files: BTreeMap<FileId, u64>,
}

/// Entries would not be consecutive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("entry {found} does not follow entry {expected}, which has to come next")]
pub(crate) struct Hole {
    pub(crate) expected: u64,
    pub(crate) found: u64,
}

impl Tail {
    /// Sets the vote.
    pub(crate) fn set_vote(&mut self, vote: Vote) {
        self.vote = Some(vote);
    }

    /// Adds an entry, which has to follow the last one; any may be the first of an empty log that nothing is purged of.
    pub(crate) fn push(&mut self, entry: Entry) -> Result<(), Hole> {
        let found = entry.log_id.index();
        if let Some(last) = self.last()
            && found != last.index() + 1
        {
            return Err(Hole { expected: last.index() + 1, found });
        }
        self.bytes += bytes_of(&entry);
        self.entries.push_back(entry);
        Ok(())
    }

    /// As [`Tail::push`], where the first entry may be any: what is purged before it is said later.
    pub(crate) fn push_first(&mut self, entry: Entry) -> Result<(), Hole> {
        if self.entries.is_empty() {
            self.bytes += bytes_of(&entry);
            self.entries.push_back(entry);
            return Ok(());
        }
        self.push(entry)
    }

    /// Takes all entries out.
    pub(crate) fn take_entries(&mut self) -> VecDeque<Entry> {
        self.bytes = 0;
        std::mem::take(&mut self.entries)
    }

    /// Puts back what was taken out before a hole that nothing covers, in place of what lies behind it.
    pub(crate) fn put_before_hole(&mut self, before: VecDeque<Entry>) {
        let next = self.purged.map_or(0, |purged| purged.index() + 1);
        self.entries = before;
        self.entries.retain(|entry| entry.log_id.index() >= next);
        if self.entries.front().is_some_and(|first| first.log_id.index() != next) {
            self.entries.clear();
        }
        self.bytes = self.entries.iter().map(bytes_of).sum();
    }

    /// Removes the entries after `keep`.
    pub(crate) fn truncate_after(&mut self, keep: Option<LogId>) {
        let next = keep.map_or(0, |id| id.index() + 1);
        while self.entries.back().is_some_and(|entry| entry.log_id.index() >= next) {
            if let Some(entry) = self.entries.pop_back() {
                self.bytes -= bytes_of(&entry);
            }
        }
    }

    /// Removes the entries up to `upto`.
    pub(crate) fn purge(&mut self, upto: LogId) {
        while self.entries.front().is_some_and(|entry| entry.log_id.index() <= upto.index()) {
            if let Some(entry) = self.entries.pop_front() {
                self.bytes -= bytes_of(&entry);
            }
        }
        if self.purged < Some(upto) {
            self.purged = Some(upto);
        }
        self.files.retain(|_, highest| *highest > upto.index());
    }

    /// Entries up to `highest` that were not in a file before are in `file`.
    pub(crate) fn stored(&mut self, file: FileId, highest: u64) {
        if self.purged.is_none_or(|purged| highest > purged.index()) {
            let known = self.files.entry(file).or_default();
            *known = highest.max(*known);
        }
    }

    /// The vote.
    pub(crate) fn vote(&self) -> Option<Vote> {
        self.vote
    }

    /// The last entry purged.
    pub(crate) fn purged(&self) -> Option<LogId> {
        self.purged
    }

    /// The last entry there is, or the last purged.
    pub(crate) fn last(&self) -> Option<LogId> {
        self.entries.back().map(|entry| entry.log_id).or(self.purged)
    }

    /// Whether it holds that very entry.
    pub(crate) fn has(&self, id: LogId) -> bool {
        self.range(id.index()..=id.index()).any(|entry| entry.log_id == id)
    }

    /// The entries.
    pub(crate) fn entries(&self) -> &VecDeque<Entry> {
        &self.entries
    }

    /// Bytes of the entries in memory.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The oldest file that is needed for an entry.
    pub(crate) fn oldest_file(&self) -> Option<FileId> {
        self.files.keys().next().copied()
    }

    /// The last members in the log.
    pub(crate) fn last_membership(&self) -> Option<&Membership> {
        self.entries.iter().rev().find_map(|entry| match &entry.payload {
            EntryPayload::Membership(membership) => Some(membership),
            _ => None,
        })
    }

    /// Entries in `range`, as far as there are any.
    pub(crate) fn range(&self, range: impl RangeBounds<u64>) -> impl Iterator<Item = &Entry> {
        let first = self.entries.front().map_or(0, |entry| entry.log_id.index());
        let start = match range.start_bound() {
            Bound::Included(start) => *start,
            Bound::Excluded(start) => start.saturating_add(1),
            Bound::Unbounded => 0,
        };
        let end = match range.end_bound() {
            Bound::Included(end) => end.saturating_add(1),
            Bound::Excluded(end) => *end,
            Bound::Unbounded => u64::MAX,
        };
        let place = |index: u64| (index.saturating_sub(first)).min(self.entries.len() as u64) as usize;
        let (start, end) = (place(start), place(end));
        self.entries.range(start..end.max(start))
    }

    /// Entries from `start` to before `end`, as many as `bytes_max` allows, at least one.
    pub(crate) fn limited(&self, start: u64, end: u64, bytes_max: usize) -> Vec<Entry> {
        let mut bytes = 0;
        let within = |entry: &&Entry| {
            let is_first = bytes == 0;
            bytes += bytes_of(entry) as usize;
            is_first || bytes <= bytes_max
        };
        self.range(start..end).take_while(within).cloned().collect()
    }
}

fn bytes_of(entry: &Entry) -> u64 {
    match &entry.payload {
        EntryPayload::Normal(proposal) => ENTRY_BYTES + proposal.0.len() as u64,
        EntryPayload::Blank | EntryPayload::Membership(_) => ENTRY_BYTES,
    }
}
