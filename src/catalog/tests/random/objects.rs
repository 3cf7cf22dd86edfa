//! Random commands that write, replace and delete versions.
#![allow(clippy::wildcard_imports, reason = "commands and rows are what every test speaks of")]

use cairn_catalog::command::*;
use cairn_catalog::reply::{Deleted, Refusal, Reply};
use cairn_catalog::rows::*;
use cairn_types::UnixMillis;

use super::world::{Conditional, KEYS, Lock, Version, World, atoms};
use crate::support::*;

/// Why a command should be refused.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Because {
    Failed,
    NoKey,
    Locked,
}

/// Whether a refusal is the expected one.
pub(crate) fn agrees(refusal: &Refusal, expected: Because) -> bool {
    match expected {
        Because::Failed => matches!(refusal, Refusal::PreconditionFailed(_)),
        Because::NoKey => matches!(refusal, Refusal::NoSuchKey(_)),
        Because::Locked => matches!(refusal, Refusal::Locked(_)),
    }
}

/// A precondition, and what should come of it where `present` is the version looked at.
pub(crate) fn precondition(when: Conditional, present: Option<&Version>) -> (Precondition, Option<Because>) {
    let nothing = Nothing::default;
    let unless = |there: bool, because| (!there).then_some(because);
    match when {
        Conditional::Absent => (Precondition::Absent(nothing()), unless(present.is_none(), Because::Failed)),
        Conditional::Exists => (Precondition::Exists(nothing()), unless(present.is_some(), Because::NoKey)),
        Conditional::Matches => {
            let asked = present.map_or("none", |version| &version.etag);
            (Precondition::Matches(etag(asked)), unless(present.is_some(), Because::NoKey))
        }
        Conditional::Differs => {
            let because = if present.is_some() { Because::Failed } else { Because::NoKey };
            (Precondition::Matches(etag("another")), Some(because))
        }
        Conditional::None => (Precondition::Unconditional(nothing()), None),
    }
}

fn delete_conditions(when: Conditional, present: Option<&Version>) -> (DeleteConditions, Option<Because>) {
    let mut conditions = DeleteConditions::default();
    let expected = match (when, present) {
        (Conditional::Exists, _) => {
            conditions.etag = Some(ETagCondition::Any(Nothing::default()));
            present.is_none().then_some(Because::NoKey)
        }
        (Conditional::Matches, Some(version)) => {
            conditions.etag = Some(ETagCondition::Is(etag(&version.etag)));
            conditions.size = Some(version.size);
            conditions.last_modified = Some(UnixMillis(version.order.time));
            None
        }
        (Conditional::Matches, None) => {
            conditions.size = Some(7);
            conditions.last_modified = Some(UnixMillis(1));
            None
        }
        (Conditional::Differs, _) => {
            conditions.etag = Some(ETagCondition::Is(etag("another")));
            Some(if present.is_some() { Because::Failed } else { Because::NoKey })
        }
        (Conditional::Absent, _) => {
            conditions.size = Some(u64::MAX);
            present.is_some().then_some(Because::Failed)
        }
        (Conditional::None, _) => None,
    };
    (conditions, expected)
}

impl World {
    pub(crate) fn put(&mut self, key: usize, staged: Option<(u8, u8)>, (when, lock): (Conditional, Lock)) {
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
        let (precondition, expected) = precondition(when, self.latest(key));
        let expected = expected.or_else(|| self.null_is_locked(key).then_some(Because::Locked));
        let mut command = put(KEYS[key], self.mode, &tag, body);
        command.precondition = precondition;
        command.meta.lock = self.lock(lock);
        let (size, body, lock) = (command.facts.size, atoms(&command.body), command.meta.lock.clone());
        match (self.send(publish(command)), expected) {
            (Reply::Refused(refusal), Some(expected)) if agrees(&refusal, expected) => {}
            (Reply::Published(done), None) => {
                let null = self.mode != VersioningMode::Enabled;
                assert_eq!(done.null, null);
                let version = Version { order: done.order, null, etag: tag, size, lock, body, ..Version::default() };
                self.add(key, version);
            }
            (reply, expected) => panic!("{reply:?}, expected {expected:?}"),
        }
    }

    pub(crate) fn delete(&mut self, key: usize, pick: Option<u8>, (when, bypass): (Conditional, bool)) {
        let target = match (pick, self.pick(key, pick)) {
            (None, _) => DeleteTarget::Latest(Nothing::default()),
            (Some(_), Some(version)) if !version.null => DeleteTarget::Ordered(version.order),
            (Some(_), _) => DeleteTarget::Null(Nothing::default()),
        };
        let marks = pick.is_none() && self.mode != VersioningMode::Off;
        let gone = self.pick(key, pick).filter(|version| !marks && (pick.is_some() || version.null));
        let present = self.pick(key, pick).filter(|version| !version.marker);
        let (conditions, expected) = delete_conditions(when, present.as_ref());
        let locked = match marks {
            true => self.null_is_locked(key),
            false => gone.as_ref().is_some_and(|version| version.is_locked(self.shard.now, bypass)),
        };
        let command = DeleteObject {
            scope: scope(KEYS[key]),
            versioning: self.mode,
            target,
            conditions,
            bypass_governance: bypass,
            ..DeleteObject::default()
        };
        let reply = self.send(CommandBody::DeleteObject(Box::new(command)));
        match (reply, expected.or_else(|| locked.then_some(Because::Locked))) {
            (Reply::Refused(refusal), Some(expected)) if agrees(&refusal, expected) => {}
            (Reply::Deleted(deleted), None) if marks => self.marked(key, &deleted),
            (Reply::Deleted(deleted), None) => {
                assert_eq!(deleted.version.map(|version| version.order), gone.as_ref().map(|version| version.order));
                assert_eq!(deleted.marker, gone.as_ref().is_some_and(|version| version.marker));
                if let Some(version) = gone {
                    self.remove(key, version.order);
                }
            }
            (reply, expected) => panic!("{reply:?}, expected {expected:?}"),
        }
    }

    fn marked(&mut self, key: usize, deleted: &Deleted) {
        let written = deleted.version.as_ref().expect("a marker");
        assert!(deleted.marker && deleted.written);
        let (order, null) = (written.order, written.null);
        assert_eq!(null, self.mode == VersioningMode::Suspended);
        self.add(key, Version { order, null, marker: true, ..Version::default() });
    }

    pub(crate) fn replace(&mut self, key: usize) {
        let Some(source) = self.pick(key, None) else { return };
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
        let replaceable = source.null && !source.marker && self.mode != VersioningMode::Enabled;
        match self.send(CommandBody::ReplaceMetadata(Box::new(command))) {
            Reply::Published(done) => {
                assert!(replaceable && !source.is_locked(self.shard.now, false));
                let version = Version { order: done.order, owner, tags: Vec::new(), lock: None, ..source };
                self.add(key, version);
            }
            Reply::Refused(Refusal::SourceChanged(_)) => assert!(!replaceable),
            Reply::Refused(Refusal::Locked(_)) => assert!(replaceable && source.is_locked(self.shard.now, false)),
            other => panic!("{other:?}"),
        }
    }
}
