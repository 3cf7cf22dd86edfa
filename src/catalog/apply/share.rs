//! The shard's share of a bucket while a command changes it.
//!
//! # Invariants
//! E5: a command decided under an older configuration than the recorded one is refused, and one under a newer one raises
//! the record. E8: the counters are those of the rows, to the byte.

use bytes::Bytes;
use cairn_types::{BucketId, ConfigVersion, ObjectKey, VersionOrder};

use super::draft::Draft;
use super::halt::{Halt, refuse};
use crate::command::{BucketScope, KeyScope};
use crate::keys::{feed_key, share_key};
use crate::limits::FEED_ROWS_MAX;
use crate::reply::{Refusal, SealedBy};
use crate::rows::{FeedEvent, FeedPosition, FeedRow, ShareRow, ShareState, VersionRow};
use crate::state::{CatalogRead, ReadError, contradiction};

/// A share, read at the start of a command and stored at its end.
pub(super) struct Share {
    bucket: BucketId,
    key: Bytes,
    pub(super) row: ShareRow,
}

impl Share {
    /// The open share of a key's bucket, if the key is this shard's and the configuration governs.
    pub(super) fn enter<S: CatalogRead>(draft: &Draft<'_, S>, scope: &KeyScope) -> Result<Self, Halt> {
        if scope.key.as_bytes().is_empty() {
            return refuse(Refusal::OutOfBounds);
        }
        if !draft.shard.range.contains(scope.bucket, scope.key.as_bytes()) {
            return refuse(Refusal::WrongShard);
        }
        let key = share_key(draft.shard.shard, scope.bucket);
        let row = draft.get(&key)?;
        let mut row = governed(row, scope.bucket, scope.config_version)?;
        row.config_version = scope.config_version;
        Ok(Self { bucket: scope.bucket, key, row })
    }

    pub(super) fn store<S: CatalogRead>(self, draft: &mut Draft<'_, S>) {
        draft.put(self.key, &self.row);
    }

    /// A version appeared.
    pub(super) fn add(&mut self, version: &VersionRow) {
        let usage = &mut self.row.usage;
        if version.is_marker() {
            usage.markers += 1;
            return;
        }
        usage.versions += 1;
        let bytes = usage.bytes.entry(version.meta.class).or_default();
        *bytes = bytes.saturating_add(version.facts.size);
    }

    /// A version went.
    pub(super) fn subtract(&mut self, version: &VersionRow) -> Result<(), ReadError> {
        let usage = &mut self.row.usage;
        if version.is_marker() {
            return take(&mut usage.markers, 1, &self.key);
        }
        take(&mut usage.versions, 1, &self.key)?;
        let class = version.meta.class;
        take(usage.bytes.entry(class).or_default(), version.facts.size, &self.key)?;
        // A class without bytes has no entry, so that a recount is equal field by field.
        usage.bytes.retain(|_, bytes| *bytes > 0);
        Ok(())
    }

    /// Keys with a latest object: one more, one less, or as before.
    pub(super) fn count_object(&mut self, was: bool, is: bool) -> Result<(), ReadError> {
        match (was, is) {
            (false, true) => self.row.usage.objects += 1,
            (true, false) => take(&mut self.row.usage.objects, 1, &self.key)?,
            (true, true) | (false, false) => {}
        }
        Ok(())
    }

    /// An upload with so many bytes in parts is no longer open.
    pub(super) fn close_upload(&mut self, part_bytes: u64) -> Result<(), ReadError> {
        take(&mut self.row.usage.uploads, 1, &self.key)?;
        take(&mut self.row.usage.part_bytes, part_bytes, &self.key)
    }

    /// A part of an open upload took the place of another of `before` bytes.
    pub(super) fn replace_part(&mut self, before: u64, after: u64) -> Result<(), ReadError> {
        take(&mut self.row.usage.part_bytes, before, &self.key)?;
        self.row.usage.part_bytes = self.row.usage.part_bytes.saturating_add(after);
        Ok(())
    }

    /// Writes a change to the feed, if one is on. Over its bound the feed is cut: E9 has it that a feed has no gap, so
    /// nothing follows the cut.
    pub(super) fn feed<S: CatalogRead>(
        &mut self,
        draft: &mut Draft<'_, S>,
        key: &ObjectKey,
        (order, null): (VersionOrder, bool),
        event: FeedEvent,
    ) {
        let Some(feed) = self.row.feed.as_mut().filter(|feed| !feed.broken) else { return };
        if feed.rows >= FEED_ROWS_MAX {
            feed.broken = true;
            return;
        }
        feed.rows += 1;
        let at = FeedPosition { index: draft.index, ordinal: draft.next_feed_ordinal() };
        let row = FeedRow { key: key.clone(), order, null, event, ..FeedRow::default() };
        draft.put(feed_key(draft.shard.shard, self.bucket, at), &row);
    }
}

/// The row, if the share is open and `decided_under` is not too old for it.
pub(crate) fn governed(
    row: Option<ShareRow>,
    bucket: BucketId,
    decided_under: ConfigVersion,
) -> Result<ShareRow, Refusal> {
    let Some(row) = row else {
        return Err(Refusal::UnknownBucket(Default::default()));
    };
    if row.state == ShareState::Sealed {
        let scope = BucketScope { bucket, config_version: row.config_version };
        return Err(Refusal::BucketSealed(SealedBy { scope }));
    }
    if decided_under < row.config_version {
        return Err(Refusal::StaleConfiguration(row.config_version));
    }
    Ok(row)
}

fn take(counter: &mut u64, count: u64, key: &Bytes) -> Result<(), ReadError> {
    *counter = counter.checked_sub(count).ok_or_else(|| contradiction(key, "a counter would fall below zero"))?;
    Ok(())
}
