//! Random commands against a naive model: maps of keys to lists of versions.
#![allow(clippy::wildcard_imports, reason = "commands, queries and rows are what every test speaks of")]

mod support;

use std::collections::BTreeMap;

use bytes::Bytes;
use cairn_catalog::command::*;
use cairn_catalog::keys::Table;
use cairn_catalog::query::*;
use cairn_catalog::reply::{Refusal, Reply};
use cairn_catalog::rows::*;
use cairn_types::{Label, UploadId, VersionOrder};
use proptest::prelude::*;
use support::*;

const KEYS: [&str; 6] = ["a", "a/1", "a/2", "a/2/x", "b", "ba"];
const SESSION: u64 = 7;

#[derive(Clone, Debug)]
enum Op {
    Put { key: usize, staged: Option<(u8, u8)>, when: u8 },
    Delete { key: usize, pick: Option<u8> },
    Replace { key: usize },
    Create { key: usize },
    Part { pick: u8, number: u16, staged: bool },
    Complete { pick: u8, subset: u8, late: bool },
    Abort { pick: u8 },
    Mode { enabled: bool },
    Repeat { pick: u8 },
    Clock { back: bool },
    Fragment { pick: u8, index: u8, present: bool },
    Collect,
}

fn op() -> impl Strategy<Value = Op> {
    let key = 0..KEYS.len();
    prop_oneof![
        6 => (key.clone(), any::<Option<(u8, u8)>>(), 0..4u8).prop_map(|(key, staged, when)| Op::Put { key, staged, when }),
        4 => (key.clone(), any::<Option<u8>>()).prop_map(|(key, pick)| Op::Delete { key, pick }),
        2 => key.clone().prop_map(|key| Op::Replace { key }),
        2 => key.prop_map(|key| Op::Create { key }),
        4 => (any::<u8>(), 1..4u16, any::<bool>()).prop_map(|(pick, number, staged)| Op::Part { pick, number, staged }),
        2 => (any::<u8>(), any::<u8>(), any::<bool>())
            .prop_map(|(pick, subset, late)| Op::Complete { pick, subset, late }),
        1 => any::<u8>().prop_map(|pick| Op::Abort { pick }),
        1 => any::<bool>().prop_map(|enabled| Op::Mode { enabled }),
        2 => any::<u8>().prop_map(|pick| Op::Repeat { pick }),
        1 => any::<bool>().prop_map(|back| Op::Clock { back }),
        2 => (any::<u8>(), 0..6u8, any::<bool>())
            .prop_map(|(pick, index, present)| Op::Fragment { pick, index, present }),
        1 => Just(Op::Collect),
    ]
}

#[derive(Clone, Debug, PartialEq)]
struct Version {
    order: VersionOrder,
    null: bool,
    marker: bool,
    etag: String,
    size: u64,
    owner: String,
}

#[derive(Clone, Debug, Default)]
struct Upload {
    key: usize,
    parts: BTreeMap<u16, (AttemptId, u64)>,
    done: bool,
}

struct World {
    shard: Shard,
    mode: VersioningMode,
    number: u64,
    sequence: u64,
    /// Oldest first.
    keys: BTreeMap<usize, Vec<Version>>,
    uploads: Vec<(UploadId, Upload)>,
    sent: Vec<(u64, CommandBody, Reply)>,
}

impl World {
    fn new() -> Self {
        Self {
            shard: Shard::with_bucket(),
            mode: VersioningMode::Off,
            number: 0,
            sequence: 0,
            keys: BTreeMap::new(),
            uploads: Vec::new(),
            sent: Vec::new(),
        }
    }

    fn send(&mut self, body: CommandBody) -> Reply {
        self.number += 1;
        let reply = self.shard.send(SESSION, self.number, body.clone());
        self.sent.push((self.number, body, reply.clone()));
        reply
    }

    fn staged(&mut self, count: u64, length: u64) -> StagedRun {
        let first = self.sequence + 1;
        self.sequence += count;
        run(SESSION, first, count, length)
    }

    fn latest(&self, key: usize) -> Option<&Version> {
        self.keys.get(&key).and_then(|versions| versions.last()).filter(|version| !version.marker)
    }

    fn add(&mut self, key: usize, version: Version) {
        let versions = self.keys.entry(key).or_default();
        if let Some(last) = versions.last() {
            assert!(last.order < version.order, "C3: the latest never goes back");
        }
        if version.null {
            versions.retain(|version| !version.null);
        }
        versions.push(version);
    }

    fn step(&mut self, op: Op) {
        match op {
            Op::Put { key, staged, when } => self.put(key, staged, when),
            Op::Delete { key, pick } => self.delete(key, pick),
            Op::Replace { key } => self.replace(key),
            Op::Create { key } => self.create(key),
            Op::Part { pick, number, staged } => self.part(pick, number, staged),
            Op::Complete { pick, subset, late } => self.complete(pick, subset, late),
            Op::Abort { pick } => self.abort(pick),
            Op::Mode { enabled } => {
                self.mode = if enabled { VersioningMode::Enabled } else { VersioningMode::Suspended };
            }
            Op::Repeat { pick } => self.repeat(pick),
            Op::Clock { back } => {
                self.shard.now = if back { self.shard.now.saturating_sub(500) } else { self.shard.now + 700 }
            }
            Op::Fragment { pick, index, present } => self.fragment(pick, index, present),
            Op::Collect => {
                self.collect();
                self.check_bodies();
            }
        }
    }

    fn put(&mut self, key: usize, staged: Option<(u8, u8)>, when: u8) {
        let tag = format!("e{}", self.number);
        let body = match staged {
            None => inline(&tag),
            Some((blobs, missing)) => {
                let mut staged = self.staged(1 + u64::from(blobs) % 70, 10);
                let place = staged.blobs.last_mut().expect("a blob");
                place.missing = place.geometry.indexes().filter(|index| missing & 1 << index.get() != 0).collect();
                Body::Run(staged)
            }
        };
        let present = self.latest(key).map(|version| version.etag.clone());
        let (precondition, expected) = match when {
            0 => (Precondition::Absent(Nothing::default()), present.is_some().then_some("failed")),
            1 => (Precondition::Exists(Nothing::default()), present.is_none().then_some("no key")),
            2 => {
                let asked = present.clone().unwrap_or_else(|| "none".into());
                (Precondition::Matches(etag(&asked)), present.is_none().then_some("no key"))
            }
            _ => (Precondition::Unconditional(Nothing::default()), None),
        };
        let mut command = put(KEYS[key], self.mode, &tag, body);
        command.precondition = precondition;
        let size = command.facts.size;
        match (self.send(publish(command)), expected) {
            (Reply::Refused(Refusal::PreconditionFailed(_)), Some("failed")) => {}
            (Reply::Refused(Refusal::NoSuchKey(_)), Some("no key")) => {}
            (Reply::Published(done), None) => {
                let null = self.mode != VersioningMode::Enabled;
                assert_eq!(done.null, null);
                self.add(
                    key,
                    Version { order: done.order, null, marker: false, etag: tag, size, owner: String::new() },
                );
            }
            (reply, expected) => panic!("{reply:?}, expected {expected:?}"),
        }
    }

    fn delete(&mut self, key: usize, pick: Option<u8>) {
        let versions = self.keys.get(&key).cloned().unwrap_or_default();
        let target = match pick {
            None => DeleteTarget::Latest(Nothing::default()),
            Some(_) if versions.is_empty() => DeleteTarget::Null(Nothing::default()),
            Some(pick) => {
                let version = &versions[usize::from(pick) % versions.len()];
                match version.null {
                    true => DeleteTarget::Null(Nothing::default()),
                    false => DeleteTarget::Ordered(version.order),
                }
            }
        };
        let Reply::Deleted(deleted) = self.send(delete(KEYS[key], self.mode, target.clone())) else {
            panic!("refused")
        };
        match (target, self.mode) {
            (DeleteTarget::Latest(_), VersioningMode::Enabled | VersioningMode::Suspended) => {
                let written = deleted.version.expect("a marker");
                assert!(deleted.marker && deleted.written);
                let (order, null) = (written.order, written.null);
                self.add(
                    key,
                    Version { order, null, marker: true, etag: String::new(), size: 0, owner: String::new() },
                );
            }
            (target, _) => {
                let gone = |version: &Version| match &target {
                    DeleteTarget::Latest(_) | DeleteTarget::Null(_) => version.null,
                    DeleteTarget::Ordered(order) => version.order == *order,
                };
                let expected = versions.iter().find(|version| gone(version));
                assert_eq!(deleted.version.map(|version| version.order), expected.map(|version| version.order));
                assert_eq!(deleted.marker, expected.is_some_and(|version| version.marker));
                let versions = self.keys.entry(key).or_default();
                versions.retain(|version| !gone(version));
                if versions.is_empty() {
                    self.keys.remove(&key);
                }
            }
        }
    }

    fn replace(&mut self, key: usize) {
        let Some(source) = self.keys.get(&key).and_then(|versions| versions.last()).cloned() else { return };
        let owner = format!("o{}", self.number);
        let meta = ObjectMeta {
            owner: cairn_types::CanonicalId { digits: owner.clone() },
            class: StorageClass::StandardIa,
            ..ObjectMeta::default()
        };
        let command = ReplaceMetadata {
            scope: scope(KEYS[key]),
            versioning: self.mode,
            source: source.order,
            meta,
            ..ReplaceMetadata::default()
        };
        match self.send(CommandBody::ReplaceMetadata(Box::new(command))) {
            Reply::Published(done) => {
                assert!(source.null && !source.marker && self.mode != VersioningMode::Enabled);
                self.add(key, Version { order: done.order, owner, ..source });
            }
            Reply::Refused(Refusal::SourceChanged(_)) => {
                assert!(!source.null || source.marker || self.mode == VersioningMode::Enabled);
            }
            other => panic!("{other:?}"),
        }
    }

    fn create(&mut self, key: usize) {
        let id = UploadId((self.number as u128 + 1).to_be_bytes());
        let command = CreateUpload { scope: scope(KEYS[key]), upload: id, ..CreateUpload::default() };
        assert_eq!(self.send(CommandBody::CreateUpload(Box::new(command))), Reply::done());
        self.uploads.push((id, Upload { key, ..Upload::default() }));
    }

    fn picked(&self, pick: u8) -> Option<usize> {
        (!self.uploads.is_empty()).then(|| usize::from(pick) % self.uploads.len())
    }

    fn part(&mut self, pick: u8, number: u16, staged: bool) {
        let Some(place) = self.picked(pick) else { return };
        let length = 5 * 1024 * 1024;
        let (body, size) = match staged {
            true => (Body::Run(self.staged(2, length / 2)), length),
            false => (inline("small"), length),
        };
        let (id, upload) = self.uploads[place].clone();
        let command = PublishPart {
            scope: scope(KEYS[upload.key]),
            upload: id,
            number,
            facts: facts(size, "p"),
            body,
            ..PublishPart::default()
        };
        match self.send(CommandBody::PublishPart(Box::new(command))) {
            Reply::PartPublished(done) => {
                assert!(!upload.done);
                self.uploads[place].1.parts.insert(number, (done.attempt, size));
            }
            Reply::Refused(Refusal::NoSuchUpload(_)) => assert!(upload.done),
            other => panic!("{other:?}"),
        }
    }

    fn complete(&mut self, pick: u8, subset: u8, late: bool) {
        let Some(place) = self.picked(pick) else { return };
        let (id, upload) = self.uploads[place].clone();
        let chosen: Vec<_> = upload.parts.iter().filter(|(number, _)| subset & 1 << **number == 0).collect();
        let stale = AttemptId::default();
        let parts: Vec<_> = chosen
            .iter()
            .map(|(number, (attempt, _))| ListedPart {
                number: **number,
                attempt: Some(if late { stale } else { *attempt }),
            })
            .collect();
        let size: u64 = chosen.iter().map(|(_, (_, size))| size).sum();
        let tag = format!("c{}", self.number);
        let command = CompleteUpload {
            scope: scope(KEYS[upload.key]),
            versioning: self.mode,
            upload: id,
            parts,
            facts: facts(size, &tag),
            ..CompleteUpload::default()
        };
        match self.send(CommandBody::CompleteUpload(Box::new(command))) {
            Reply::Completed(done) if upload.done => {
                // A repeat: answered by the version that the upload made.
                let latest = self.latest(upload.key).expect("the version");
                assert_eq!((done.version.order, &done.facts.etag.text), (latest.order, &latest.etag));
            }
            Reply::Completed(done) => {
                assert!(!late && !chosen.is_empty());
                self.uploads[place].1.done = true;
                let null = self.mode != VersioningMode::Enabled;
                let (order, owner) = (done.version.order, String::new());
                self.add(upload.key, Version { order, null, marker: false, etag: tag, size, owner });
            }
            Reply::Refused(Refusal::NoSuchUpload(_)) => assert!(upload.done),
            Reply::Refused(Refusal::OutOfBounds(_)) => assert!(chosen.is_empty()),
            Reply::Refused(Refusal::PartChanged(_)) => assert!(late),
            other => panic!("{other:?}"),
        }
    }

    fn abort(&mut self, pick: u8) {
        let Some(place) = self.picked(pick) else { return };
        let (id, upload) = self.uploads[place].clone();
        let command = AbortUpload { scope: scope(KEYS[upload.key]), upload: id, ..AbortUpload::default() };
        match self.send(CommandBody::AbortUpload(command)) {
            Reply::Done(_) => assert!(!upload.done),
            Reply::Refused(Refusal::NoSuchUpload(_)) => assert!(upload.done),
            other => panic!("{other:?}"),
        }
        self.uploads[place].1.done = true;
    }

    /// E1: a repeat of any earlier command gets the first reply and changes nothing.
    fn repeat(&mut self, pick: u8) {
        let Some((number, body, reply)) = self.sent.get(usize::from(pick) % self.sent.len().max(1)).cloned() else {
            return;
        };
        let before = self.shard.state.clone();
        assert_eq!(self.shard.send(SESSION, number, body), reply);
        assert_eq!(before, self.shard.state);
    }

    fn fragment(&mut self, pick: u8, index: u8, present: bool) {
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

    fn collect(&mut self) {
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

    fn check(&self) {
        recount::everything(&self.shard);
        self.check_versions();
        self.check_listing();
        self.check_bodies();
    }

    fn check_versions(&self) {
        let mut expected = Vec::new();
        for (key, versions) in &self.keys {
            for (age, version) in versions.iter().rev().enumerate() {
                expected.push((KEYS[*key].to_owned(), version.clone(), age == 0));
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

    fn check_bodies(&self) {
        for (place, versions) in &self.keys {
            for version in versions {
                let target = VersionTarget::Exact(version.order);
                let answer = self.shard.ask(lookup(KEYS[*place], target, BodyWish::From(0)));
                let Answer::Version(found) = answer else { panic!("{answer:?}") };
                assert_eq!(found.version.facts.size, version.size);
                let mut at = 0;
                for stretch in &found.stretches {
                    assert_eq!(stretch.offset, at, "stretches are consecutive");
                    let held: u64 = match &stretch.inline {
                        Some(bytes) => bytes.len() as u64,
                        None => stretch.blobs.iter().map(|blob| blob.length).sum(),
                    };
                    assert_eq!(stretch.length, held);
                    at += held;
                }
                assert_eq!(at, found.stored_length);
            }
        }
    }

    /// When everything is deleted and collected, nothing is left of it.
    fn empty(&mut self) {
        for place in 0..self.uploads.len() {
            if !self.uploads[place].1.done {
                self.abort(place as u8);
            }
        }
        self.mode = if self.mode == VersioningMode::Off { self.mode } else { VersioningMode::Enabled };
        for place in 0..KEYS.len() {
            while self.keys.contains_key(&place) {
                self.delete(place, Some(0));
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
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn random_commands_agree_with_a_naive_model(ops in prop::collection::vec(op(), 1..60)) {
        let mut world = World::new();
        for op in ops {
            world.step(op);
            recount::everything(&world.shard);
        }
        world.check();
        world.empty();
    }
}
