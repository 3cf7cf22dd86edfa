//! The versions of one key while a command changes them.
//!
//! # Invariants
//! C3: an order is above that of the key's latest version. One head row per key that has a version; it lies among the
//! marked heads if the latest version is a delete marker, so that LIST never meets it.

use bytes::Bytes;
use cairn_types::planted::Bug;
use cairn_types::{BucketId, ObjectKey, VersionOrder};

use super::conditions::Present;
use super::draft::Draft;
use super::halt::Halt;
use super::lock::{Bypass, check_removable};
use super::runs;
use super::share::Share;
use crate::command::KeyScope;
use crate::keys::{Table, head_key, inline_key, marked_head_key, object_prefix, prefix_range, version_key};
use crate::rows::{
    BodyPlace, FeedEvent, GarbageRow, HeadRow, HeadSummary, Holder, NumberSet, UploadGarbage, VersionRow,
    VersioningMode,
};
use crate::state::{CatalogRead, ReadError, contradiction, decode_row, read_row};

/// What becomes of the body of a version that goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Remains {
    /// It goes too.
    Discard,
    /// Another version has it now.
    Moved,
}

/// A key's head, read at the start of a command and stored at its end.
pub(super) struct KeyEdit {
    bucket: BucketId,
    key: ObjectKey,
    before: Option<HeadRow>,
    pub(super) head: Option<HeadRow>,
}

impl KeyEdit {
    /// Reads the head. Where versioning was never on there are no delete markers, so no marked head.
    pub(super) fn read<S: CatalogRead>(
        draft: &Draft<'_, S>,
        scope: &KeyScope,
        versioning: VersioningMode,
    ) -> Result<Self, ReadError> {
        let head = match versioning {
            VersioningMode::Off => draft.get(&head_key(scope.bucket, &scope.key))?,
            VersioningMode::Enabled | VersioningMode::Suspended => find_head(draft.state, scope.bucket, &scope.key)?,
        };
        Ok(Self { bucket: scope.bucket, key: scope.key.clone(), before: head.clone(), head })
    }

    /// The latest version, as conditions see it.
    pub(super) fn present(&self) -> Option<Present<'_>> {
        Present::latest(self.before.as_ref())
    }

    /// The order of a version that is written now.
    pub(super) fn next_order<S: CatalogRead>(&self, draft: &Draft<'_, S>) -> VersionOrder {
        let before = self.before.as_ref().filter(|_| !Bug::OrderByClock.is_planted());
        let after = before.map_or(0, |head| head.latest.time.saturating_add(1));
        VersionOrder { time: draft.now.0.max(after), region: draft.shard.region, index: draft.index.0 }
    }

    /// Writes a version as the latest; a null version takes the place of the null version before, unless that one is
    /// locked.
    pub(super) fn publish<S: CatalogRead>(
        &mut self,
        draft: &mut Draft<'_, S>,
        share: &mut Share,
        version: &VersionRow,
        (event, remains): (FeedEvent, Remains),
    ) -> Result<(), Halt> {
        let replaced = self.head.as_ref().and_then(|head| head.null).filter(|_| version.null);
        self.insert(draft, share, version);
        share.feed(draft, &self.key, (version.order, version.null), event);
        if let Some(order) = replaced {
            let row: VersionRow = draft.named(&version_key(self.bucket, &self.key, order))?;
            check_removable(&row, draft.now, Bypass::No)?;
            self.take_out(draft, share, &row, remains)?;
        }
        Ok(())
    }

    /// Removes a version from under the key.
    pub(super) fn remove<S: CatalogRead>(
        &mut self,
        draft: &mut Draft<'_, S>,
        share: &mut Share,
        (version, remains): (&VersionRow, Remains),
    ) -> Result<(), ReadError> {
        share.feed(draft, &self.key, (version.order, version.null), FeedEvent::Removed);
        self.take_out(draft, share, version, remains)
    }

    /// The latest version's row, unless it is a delete marker or there is none.
    pub(super) fn latest_object<S: CatalogRead>(&self, draft: &Draft<'_, S>) -> Result<Option<VersionRow>, ReadError> {
        let head = self.before.as_ref().filter(|head| !head.is_marked());
        head.map(|head| draft.named(&version_key(self.bucket, &self.key, head.latest))).transpose()
    }

    /// Writes the head, if it changed, and counts the key.
    pub(super) fn store<S: CatalogRead>(self, draft: &mut Draft<'_, S>, share: &mut Share) -> Result<(), ReadError> {
        let is_object = |head: &Option<HeadRow>| head.as_ref().is_some_and(|head| !head.is_marked());
        share.count_object(is_object(&self.before), is_object(&self.head))?;
        let place = |head: &HeadRow| match head.is_marked() {
            true => marked_head_key(self.bucket, &self.key),
            false => head_key(self.bucket, &self.key),
        };
        let before = self.before.as_ref().map(place);
        let after = self.head.as_ref().map(place);
        if let Some(key) = before.filter(|key| Some(key) != after.as_ref()) {
            draft.delete(key);
        }
        if let (Some(key), Some(head)) = (after, &self.head) {
            draft.put(key, head);
        }
        Ok(())
    }

    fn insert<S: CatalogRead>(&mut self, draft: &mut Draft<'_, S>, share: &mut Share, version: &VersionRow) {
        draft.put(version_key(self.bucket, &self.key, version.order), version);
        share.add(version);
        let head = self.head.get_or_insert_with(HeadRow::default);
        head.versions += 1;
        head.latest = version.order;
        head.summary = HeadSummary::of(version);
        if version.null {
            head.null = Some(version.order);
        }
    }

    fn take_out<S: CatalogRead>(
        &mut self,
        draft: &mut Draft<'_, S>,
        share: &mut Share,
        version: &VersionRow,
        remains: Remains,
    ) -> Result<(), ReadError> {
        let row_key = version_key(self.bucket, &self.key, version.order);
        share.subtract(version)?;
        self.take_body(draft, version, remains)?;
        let head = self.head.as_mut().ok_or_else(|| contradiction(&row_key, "the key has no head"))?;
        head.versions -= 1;
        if head.null == Some(version.order) {
            head.null = None;
        }
        if head.versions == 0 {
            self.head = None;
        } else if head.latest == version.order {
            let next = older_version(draft.state, &row_key, self.bucket, &self.key)?;
            head.latest = next.order;
            head.summary = HeadSummary::of(&next);
        }
        draft.delete(row_key);
        Ok(())
    }

    fn take_body<S: CatalogRead>(
        &self,
        draft: &mut Draft<'_, S>,
        version: &VersionRow,
        remains: Remains,
    ) -> Result<(), ReadError> {
        match &version.body {
            BodyPlace::Absent(_) => {}
            BodyPlace::Inline(_) => draft.delete(inline_key(self.bucket, &self.key, version.order)),
            BodyPlace::Runs(_) | BodyPlace::Upload(_) if remains == Remains::Moved => {}
            BodyPlace::Runs(places) => {
                let holder = Holder::Version(version.order);
                for place in &places.runs {
                    runs::discard(draft, (self.bucket, version.body.home(&self.key)), place.run, &holder)?;
                }
            }
            BodyPlace::Upload(place) => {
                let garbage = UploadGarbage {
                    bucket: self.bucket,
                    key: version.body.home(&self.key).clone(),
                    upload: place.upload,
                    named: NumberSet::default(),
                    ..UploadGarbage::default()
                };
                draft.put_garbage(&GarbageRow::Upload(garbage));
            }
        }
        Ok(())
    }
}

/// The head of a key, marked or not.
pub(crate) fn find_head(
    state: &impl CatalogRead,
    bucket: BucketId,
    key: &ObjectKey,
) -> Result<Option<HeadRow>, ReadError> {
    match read_row(state, &head_key(bucket, key))? {
        Some(head) => Ok(Some(head)),
        None => read_row(state, &marked_head_key(bucket, key)),
    }
}

/// The version that comes after the one under `row_key`: the next older one. The head says that there is one.
fn older_version(
    state: &impl CatalogRead,
    row_key: &Bytes,
    bucket: BucketId,
    key: &ObjectKey,
) -> Result<VersionRow, ReadError> {
    let mut start = row_key.to_vec();
    start.push(0);
    let end = prefix_range(object_prefix(Table::Version, bucket, key)).end;
    match state.scan(&start[..]..&end[..]).next() {
        Some(row) => row.and_then(|(key, value)| decode_row(&key, value)),
        None => Err(contradiction(row_key, "the head counts more versions than there are")),
    }
}
