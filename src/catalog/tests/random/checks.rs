//! What the shard answers is what the model holds.
#![allow(clippy::wildcard_imports, reason = "commands, queries and rows are what every test speaks of")]

use std::collections::BTreeMap;

use bytes::Bytes;
use cairn_catalog::command::*;
use cairn_catalog::keys::Table;
use cairn_catalog::query::*;
use cairn_catalog::reply::Reply;
use cairn_catalog::rows::*;
use cairn_types::{Label, VersionOrder};

use super::world::{Atom, Conditional, KEYS, Version, World};
use crate::support::*;

impl World {
    pub(crate) fn fragment(&mut self, pick: u8, index: u8, present: bool) {
        let runs = recount::table::<RunRow>(&self.shard, Table::Run);
        let Some((raw, run)) = runs.get(usize::from(pick) % runs.len().max(1)) else { return };
        let parsed = cairn_catalog::keys::ObjectRowKey::parse(raw).expect("a run");
        let id = cairn_types::BlobId::from_be_bytes(parsed.suffix.try_into().expect("16 bytes"));
        let text = std::str::from_utf8(parsed.key).expect("text");
        let label = Label { bucket: BUCKET, key: key(text), run: cairn_types::RunId(id) };
        let blob = run.blobs[usize::from(pick) % run.blobs.len()].blob;
        let note = FragmentNote { label, blob, index, ..FragmentNote::default() };
        let body = if present { CommandBody::ClearDegraded(note) } else { CommandBody::MarkDegraded(note) };
        assert_eq!(self.shard.internal(body), Reply::done());
    }

    pub(crate) fn collect(&mut self) {
        loop {
            let garbage = self.shard.ask(Query::ListGarbage(ListGarbage { max: 30, ..ListGarbage::default() }));
            let Answer::Garbage(page) = garbage else { panic!("{garbage:?}") };
            if page.entries.is_empty() {
                return;
            }
            let (runs, others): (Vec<_>, Vec<_>) =
                page.entries.into_iter().partition(|entry| matches!(entry.row, GarbageRow::Run(_)));
            let rows = runs.into_iter().map(|entry| entry.id).collect();
            let done = CommandBody::GarbageDone(GarbageDone { rows, ..GarbageDone::default() });
            assert_eq!(self.shard.internal(done), Reply::done());
            for entry in others {
                self.shard.internal(CommandBody::UnrollGarbage(UnrollGarbage { row: entry.id }));
            }
        }
    }

    pub(crate) fn check(&self) {
        recount::everything(&self.shard);
        self.check_versions();
        self.check_listing();
        self.check_bodies();
    }

    fn check_versions(&self) {
        let mut expected = Vec::new();
        for (key, versions) in &self.keys {
            for (age, version) in versions.iter().rev().enumerate() {
                expected.push((KEYS[*key].to_owned(), listed(version), age == 0));
            }
        }
        let mut found = Vec::new();
        let mut after = ListPosition::default();
        loop {
            let list = list("", "", after, 3);
            let Answer::Versions(page) =
                self.shard.ask(Query::ListVersions(ListVersions { list, ..Default::default() }))
            else {
                panic!("refused")
            };
            for entry in page.entries {
                let version = Version {
                    order: entry.order,
                    null: entry.null,
                    marker: entry.kind == VersionKind::DeleteMarker,
                    etag: entry.facts.etag.text,
                    size: entry.facts.size,
                    owner: entry.owner.digits,
                    ..Version::default()
                };
                found.push((entry.key.as_str().to_owned(), version, entry.latest));
            }
            after = page.covered_to;
            if page.ended {
                break;
            }
        }
        assert_eq!(found, expected);
    }

    fn check_listing(&self) {
        for (prefix, delimiter) in [("", ""), ("", "/"), ("a/", "/"), ("a", ""), ("b", "a")] {
            let mut expected: BTreeMap<Bytes, Option<VersionOrder>> = BTreeMap::new();
            for (place, text) in KEYS.iter().enumerate() {
                let Some(latest) = self.latest(place).filter(|_| text.starts_with(prefix)) else { continue };
                let rest = &text[prefix.len()..];
                let cut = (!delimiter.is_empty()).then(|| rest.find(delimiter)).flatten();
                match cut {
                    Some(at) => expected.insert(text[..prefix.len() + at + 1].into(), None),
                    None => expected.insert((*text).into(), Some(latest.order)),
                };
            }
            for max in [1, 2, 1_000] {
                let mut found: Vec<(Bytes, Option<VersionOrder>)> = Vec::new();
                let mut after = ListPosition::default();
                loop {
                    let list = list(prefix, delimiter, after, max);
                    let Answer::Objects(page) =
                        self.shard.ask(Query::ListObjects(ListObjects { list, ..Default::default() }))
                    else {
                        panic!("refused")
                    };
                    assert!(page.entries.len() + page.prefixes.len() <= max as usize);
                    let mut both: Vec<_> = page.prefixes.into_iter().map(|prefix| (prefix, None)).collect();
                    both.extend(
                        page.entries
                            .iter()
                            .map(|entry| (Bytes::copy_from_slice(entry.key.as_bytes()), Some(entry.order))),
                    );
                    both.sort();
                    found.extend(both);
                    after = page.covered_to;
                    if page.ended {
                        break;
                    }
                }
                assert_eq!(found, expected.clone().into_iter().collect::<Vec<_>>(), "{prefix:?} {delimiter:?} {max}");
            }
        }
    }

    pub(crate) fn check_bodies(&self) {
        for (place, versions) in &self.keys {
            for version in versions {
                let found = self.found(*place, version.order, 0);
                assert_eq!(found.version.facts.size, version.size);
                assert_eq!((&found.version.meta.tags, &found.version.meta.lock), (&version.tags, &version.lock));
                assert_eq!(found.version.appends, version.appends);
                assert_eq!(self.read(*place, version.order), version.body);
            }
        }
    }

    /// What a body is made of, read to its end.
    fn read(&self, place: usize, order: VersionOrder) -> Vec<Atom> {
        let mut made_of = Vec::new();
        let mut at = 0;
        loop {
            let found = self.found(place, order, at);
            for stretch in &found.stretches {
                assert_eq!(stretch.offset, at, "stretches are consecutive");
                let held: u64 = match &stretch.inline {
                    Some(bytes) => bytes.len() as u64,
                    None => stretch.blobs.iter().map(|blob| blob.length).sum(),
                };
                assert_eq!(stretch.length, held);
                made_of.extend(stretch.inline.clone().map(Atom::Bytes));
                made_of.extend(stretch.blobs.iter().map(|blob| Atom::Blob(blob.blob)));
                at += held;
            }
            if at == found.stored_length {
                return made_of;
            }
        }
    }

    fn found(&self, place: usize, order: VersionOrder, from: u64) -> VersionFound {
        let answer = self.shard.ask(lookup(KEYS[place], VersionTarget::Exact(order), BodyWish::From(from)));
        let Answer::Version(found) = answer else { panic!("{answer:?}") };
        *found
    }

    /// When everything is deleted and collected, nothing is left of it.
    pub(crate) fn empty(&mut self) {
        for place in 0..self.uploads.len() {
            if !self.uploads[place].1.done {
                self.abort(place as u8);
            }
        }
        self.mode = if self.mode == VersioningMode::Off { self.mode } else { VersioningMode::Enabled };
        // Retention runs out; holds are lifted.
        self.shard.now += 1_000_000;
        for place in 0..KEYS.len() {
            while let Some(version) = self.pick(place, Some(0)) {
                if version.lock.is_some_and(|lock| lock.legal_hold) {
                    self.lift(place, version.order, version.null);
                }
                self.delete(place, Some(0), (Conditional::None, false));
            }
        }
        self.collect();
        self.check();
        let left: Vec<_> = Table::OF_OBJECTS
            .into_iter()
            .chain([Table::Garbage, Table::Degraded])
            .filter(|table| self.shard.state.rows().any(|(key, _)| key[0] == table.byte()))
            .collect();
        assert_eq!(left, []);
        assert_eq!(self.shard.usage().usage, Usage::default());
    }

    fn lift(&mut self, place: usize, order: VersionOrder, null: bool) {
        let target = match null {
            true => UpdateTarget::Null(Nothing::default()),
            false => UpdateTarget::Ordered(order),
        };
        let command = UpdateVersion {
            scope: scope(KEYS[place]),
            target,
            object_lock: true,
            changes: vec![VersionChange::LegalHold(false)],
            ..UpdateVersion::default()
        };
        assert!(matches!(self.send(CommandBody::UpdateVersion(Box::new(command))), Reply::Published(_)));
        self.keys.get_mut(&place).expect("the key")[0].lock = None;
    }
}

/// What a listing shows of a version.
fn listed(version: &Version) -> Version {
    let (etag, owner) = (version.etag.clone(), version.owner.clone());
    let Version { order, null, marker, size, .. } = *version;
    Version { order, null, marker, etag, size, owner, ..Version::default() }
}
