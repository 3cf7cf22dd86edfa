//! Listings.

use bytes::Bytes;
use cairn_types::{ObjectKey, VersionOrder};

use super::entry::{enter_bucket, just_after};
use super::walk::{Step, Walk, raw_place};
use crate::apply::{Halt, find_head, is_open, refuse};
use crate::keys::{
    KeyPosition, KeyRange, ObjectRowKey, ShardContext, Table, object_range, successor, upload_key, version_key,
};
use crate::limits::{ENTRIES_PER_QUERY_MAX, ROWS_PER_QUERY_MAX};
use crate::query::{
    Answer, ListPosition, ListedObject, ListedUpload, ListedVersion, ObjectPage, PagedList, UploadPage, UploadPosition,
    VersionPage, VersionPosition,
};
use crate::reply::Refusal;
use crate::rows::{HeadRow, UploadRow, VersionRow};
use crate::state::{CatalogRead, ReadError, contradiction, decode_row};

/// Keys whose latest version is not a delete marker: one row per key, and no row of any other.
pub(super) fn objects<S: CatalogRead>(state: &S, shard: &ShardContext, list: &PagedList) -> Result<Answer, Halt> {
    enter_bucket(state, shard, list.scope)?;
    let page = gather(state, shard, list, (Table::Head, None), |row, raw, value| {
        let head: HeadRow = decode_row(raw, value)?;
        let entry = ListedObject {
            key: object_key(row, raw)?,
            order: head.latest,
            summary: head.summary,
            ..Default::default()
        };
        Ok((ListPosition::AfterKey(Bytes::copy_from_slice(row.key)), Some(entry)))
    })?;
    let Gathered { entries, prefixes, covered_to, ended, shard_end } = page;
    Ok(Answer::Objects(ObjectPage { entries, prefixes, covered_to, ended, shard_end, ..ObjectPage::default() }))
}

/// Versions and delete markers: keys ascending, newest first.
pub(super) fn versions<S: CatalogRead>(state: &S, shard: &ShardContext, list: &PagedList) -> Result<Answer, Halt> {
    enter_bucket(state, shard, list.scope)?;
    let (list, start) = resolve_version_position(state, list)?;
    // The first row of a key is its latest version, unless the page begins within the key: then its head tells, for what
    // was the latest when the page before was read may be gone.
    let within = match (&list.after, &start) {
        (ListPosition::AfterVersion(position), Some(_)) => position.key.clone(),
        _ => Bytes::new(),
    };
    let latest_within = latest_of(state, &list, &within)?;
    let mut key_before = within.clone();
    let page = gather(state, shard, &list, (Table::Version, start), |row, raw, value| {
        let version: VersionRow = decode_row(raw, value)?;
        let latest = *row.key != *key_before || (*row.key == *within && latest_within == Some(version.order));
        key_before = Bytes::copy_from_slice(row.key);
        let position = VersionPosition { key: key_before.clone(), order: Some(version.order), ..Default::default() };
        let entry = listed_version(object_key(row, raw)?, version, latest);
        Ok((ListPosition::AfterVersion(position), Some(entry)))
    })?;
    let Gathered { entries, prefixes, covered_to, ended, shard_end } = page;
    Ok(Answer::Versions(VersionPage { entries, prefixes, covered_to, ended, shard_end, ..VersionPage::default() }))
}

/// Open uploads: keys ascending, then by start.
pub(super) fn uploads<S: CatalogRead>(state: &S, shard: &ShardContext, list: &PagedList) -> Result<Answer, Halt> {
    let share = enter_bucket(state, shard, list.scope)?;
    let start = match &list.after {
        ListPosition::AfterUpload(position) => {
            let key = ObjectKey::parse(position.key.clone()).ok();
            key.map(|key| just_after(&upload_key(list.bucket(), &key, position.upload)))
        }
        _ => None,
    };
    let page = gather(state, shard, list, (Table::Upload, start), |row, raw, value| {
        let found: UploadRow = decode_row(raw, value)?;
        let upload = row.upload().ok_or_else(|| contradiction(raw, "not the key of an upload"))?;
        let position = UploadPosition { key: Bytes::copy_from_slice(row.key), upload, ..Default::default() };
        let entry = is_open(&share, &found).then_some(ListedUpload {
            key: object_key(row, raw)?,
            upload,
            initiated: found.initiated,
            initiator: found.initiator,
            owner: found.meta.owner,
            class: found.meta.class,
            checksum: found.checksum,
            ..ListedUpload::default()
        });
        Ok((ListPosition::AfterUpload(position), entry))
    })?;
    let Gathered { entries, prefixes, covered_to, ended, shard_end } = page;
    Ok(Answer::Uploads(UploadPage { entries, prefixes, covered_to, ended, shard_end, ..UploadPage::default() }))
}

/// The latest version of a key, if it is one and has any.
fn latest_of<S: CatalogRead>(state: &S, list: &PagedList, key: &Bytes) -> Result<Option<VersionOrder>, ReadError> {
    let Ok(key) = ObjectKey::parse(key.clone()) else { return Ok(None) };
    Ok(find_head(state, list.bucket(), &key)?.map(|head| head.latest))
}

fn listed_version(key: ObjectKey, version: VersionRow, latest: bool) -> ListedVersion {
    ListedVersion {
        key,
        order: version.order,
        null: version.null,
        latest,
        kind: version.kind,
        facts: version.facts,
        class: version.meta.class,
        owner: version.meta.owner,
        ..ListedVersion::default()
    }
}

/// Where the rows after a version position begin. After a null version that is gone the listing begins the key anew:
/// where it was among the key's versions is not known any more, and one who deletes what a listing shows, page by page,
/// must not miss the versions behind it.
fn resolve_version_position<S: CatalogRead>(
    state: &S,
    list: &PagedList,
) -> Result<(PagedList, Option<Bytes>), ReadError> {
    let ListPosition::AfterVersion(position) = &list.after else { return Ok((list.clone(), None)) };
    let key = ObjectKey::parse(position.key.clone()).ok();
    let order: Option<VersionOrder> = match (&key, position.order) {
        (Some(_), Some(order)) => Some(order),
        (Some(key), None) => find_head(state, list.bucket(), key)?.and_then(|head| head.null),
        (None, _) => None,
    };
    match (key, order) {
        (Some(key), Some(order)) => {
            let start = just_after(&version_key(list.bucket(), &key, order));
            Ok((list.clone(), Some(start)))
        }
        (Some(_), None) => Ok((PagedList { after: ListPosition::FromKey(position.key.clone()), ..list.clone() }, None)),
        (None, _) => Ok((PagedList { after: ListPosition::AfterKey(position.key.clone()), ..list.clone() }, None)),
    }
}

/// A page in the making.
struct Gathered<E> {
    entries: Vec<E>,
    prefixes: Vec<Bytes>,
    covered_to: ListPosition,
    ended: bool,
    shard_end: Option<Bytes>,
}

/// Walks over what `list` asks for in a table. `take` tells the position of a row, and its entry if it has one. `start`
/// is where rows begin, if not at the first key. One row more than is returned is looked at, so that `ended` is exact.
fn gather<E, S: CatalogRead>(
    state: &S,
    shard: &ShardContext,
    list: &PagedList,
    (table, start): (Table, Option<Bytes>),
    mut take: impl FnMut(&ObjectRowKey<'_>, &Bytes, Bytes) -> Result<(ListPosition, Option<E>), ReadError>,
) -> Result<Gathered<E>, Halt> {
    let first_key = list.first_key();
    if !shard.range.contains(list.bucket(), &first_key) {
        return refuse(Refusal::WrongShard);
    }
    let (end, shard_end) = end_of(table, shard, list);
    let place = raw_place(table, list.bucket(), &first_key);
    let from = start.unwrap_or_default().max(place);
    // No key holds a NUL; the rows of a key that ends before it would look like matches.
    let end = if list.prefix.contains(&0) { from.clone() } else { end };
    let mut walk = Walk::new(state, (from, end), list.prefix.len(), list.delimiter.clone());
    let max = (list.max as usize).min(ENTRIES_PER_QUERY_MAX);
    let mut page =
        Gathered { entries: Vec::new(), prefixes: Vec::new(), covered_to: list.after.clone(), ended: false, shard_end };
    while walk.passed < ROWS_PER_QUERY_MAX {
        let full = page.entries.len() + page.prefixes.len() >= max;
        match walk.step()? {
            Step::End => {
                page.ended = true;
                break;
            }
            Step::Prefix(_) if full => break,
            Step::Prefix(prefix) => {
                page.covered_to = ListPosition::AfterPrefix(prefix.clone());
                page.prefixes.push(prefix);
            }
            Step::Row(raw, value) => {
                let row =
                    ObjectRowKey::parse(&raw).ok_or_else(|| contradiction(&raw, "not the key of an object's row"))?;
                let (position, entry) = take(&row, &raw, value)?;
                if full && entry.is_some() {
                    break;
                }
                page.covered_to = position;
                page.entries.extend(entry);
            }
        }
    }
    if let Some(end) = page.shard_end.clone().filter(|_| page.ended) {
        page.covered_to = at_least(list, page.covered_to, end);
    }
    Ok(page)
}

/// The position, or the start of the shard that begins at `end` if that comes later.
fn at_least(list: &PagedList, position: ListPosition, end: Bytes) -> ListPosition {
    let asked = PagedList { after: position, ..list.clone() };
    if asked.first_key() < end { ListPosition::FromKey(end) } else { asked.after }
}

/// Where the rows that `list` asks for end in this shard, and, if that is the shard's end, the key of it.
fn end_of(table: Table, shard: &ShardContext, list: &PagedList) -> (Bytes, Option<Bytes>) {
    let mut prefix = KeyRange { start: KeyPosition::default(), end: None }.within(list.bucket());
    if let Some(after) = successor(&list.prefix) {
        prefix.end = Some(KeyPosition::new(list.bucket(), after));
    }
    let shard_end = shard.range.end_within(list.bucket());
    let cut = match (&shard_end, &prefix.end) {
        (Some(end), Some(wanted)) => KeyPosition::new(list.bucket(), end.clone()) < *wanted,
        (Some(_), None) => true,
        (None, _) => false,
    };
    if let Some(end) = shard_end.filter(|_| cut) {
        prefix.end = Some(KeyPosition::new(list.bucket(), end.clone()));
        return (object_range(table, &prefix).end, Some(end));
    }
    (object_range(table, &prefix).end, None)
}

fn object_key(row: &ObjectRowKey<'_>, raw: &Bytes) -> Result<ObjectKey, ReadError> {
    ObjectKey::parse(row.key.to_vec()).map_err(|_| contradiction(raw, "not an object key"))
}
