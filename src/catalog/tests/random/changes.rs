//! Random commands that change a version in place, append to it, or give it another key.
#![allow(clippy::wildcard_imports, reason = "commands, queries and rows are what every test speaks of")]

use cairn_catalog::command::*;
use cairn_catalog::query::*;
use cairn_catalog::reply::{Refusal, Reply};
use cairn_catalog::rows::*;
use cairn_types::{UnixMillis, UploadId};

use super::objects::{Because, agrees, precondition};
use super::world::{Conditional, KEYS, Lock, Version, World, atoms};
use crate::support::*;

/// Conditions of a rename on one of its keys, and what should come of them.
fn http(when: Conditional, present: Option<&Version>) -> (HttpConditions, Option<Because>) {
    let mut conditions = HttpConditions::default();
    let any = || Some(ETagCondition::Any(Nothing::default()));
    let expected = match when {
        Conditional::None => None,
        Conditional::Absent => {
            conditions.differs = any();
            present.is_some().then_some(Because::Failed)
        }
        Conditional::Exists => {
            conditions.matches = any();
            present.is_none().then_some(Because::NoKey)
        }
        Conditional::Matches => {
            let time = present.map_or(0, |version| version.order.time);
            conditions.unmodified_since = Some(UnixMillis(time));
            conditions.differs = Some(ETagCondition::Is(etag("another")));
            None
        }
        Conditional::Differs => {
            let time = present.map_or(0, |version| version.order.time);
            conditions.modified_since = Some(UnixMillis(time));
            present.is_some().then_some(Because::Failed)
        }
    };
    (conditions, expected)
}

impl World {
    pub(crate) fn update(&mut self, (key, pick): (usize, Option<u8>), when: Conditional, (lock, flag): (Lock, bool)) {
        let Some(mut version) = self.pick(key, pick) else { return };
        let (precondition, expected) = precondition(when, Some(&version).filter(|version| !version.marker));
        let tags = vec![("n".to_owned(), self.number.to_string())];
        let mut changes = vec![VersionChange::Tags(TagSet { tags: tags.clone(), ..TagSet::default() })];
        let wanted = self.lock(lock);
        let retention = wanted.as_ref().and_then(|lock| lock.retention);
        match lock {
            Lock::Hold => changes.push(VersionChange::LegalHold(flag)),
            Lock::None | Lock::Governance | Lock::Compliance => {
                let change = RetentionChange { retention, bypass_governance: flag, ..RetentionChange::default() };
                changes.push(VersionChange::Retention(change));
            }
        }
        let object_lock = !self.number.is_multiple_of(8);
        let target = match pick {
            None => UpdateTarget::Latest(Nothing::default()),
            Some(_) if version.null => UpdateTarget::Null(Nothing::default()),
            Some(_) => UpdateTarget::Ordered(version.order),
        };
        let (scope, order) = (scope(KEYS[key]), version.order);
        let command = UpdateVersion { scope, target, precondition, object_lock, changes, ..UpdateVersion::default() };
        let mut after = version.lock.take().unwrap_or_default();
        let weaker = match after.retention.filter(|retention| retention.until.0 > self.shard.now) {
            Some(Retention { mode: RetentionMode::Governance, .. }) if flag => false,
            Some(lasting) => retention.is_none_or(|new| new.mode != lasting.mode || new.until < lasting.until),
            None => false,
        };
        match lock {
            Lock::Hold => after.legal_hold = flag,
            Lock::None | Lock::Governance | Lock::Compliance => after.retention = retention,
        }
        match (self.send(CommandBody::UpdateVersion(Box::new(command))), expected) {
            (Reply::Refused(Refusal::IsDeleteMarker(_)), _) => assert!(version.marker),
            (Reply::Refused(refusal), Some(expected)) if agrees(&refusal, expected) => {}
            (Reply::Refused(Refusal::ObjectLockOff(_)), None) => assert!(!object_lock),
            (Reply::Refused(Refusal::Locked(_)), None) => assert!(weaker && lock != Lock::Hold),
            (Reply::Published(done), None) => {
                assert!(!version.marker && object_lock && (lock == Lock::Hold || !weaker));
                assert_eq!(done.order, order, "the version keeps its id");
                let lock = Some(after).filter(|after| lock == Lock::Hold || *after != ObjectLock::default());
                let versions = self.keys.get_mut(&key).expect("the key");
                let place = versions.iter_mut().find(|version| version.order == order).expect("the version");
                (place.tags, place.lock) = (tags, lock);
            }
            (reply, expected) => panic!("{reply:?}, expected {expected:?}"),
        }
    }

    /// `fault` 0 names another offset, 1 another source.
    pub(crate) fn append(&mut self, key: usize, staged: bool, fault: u8) {
        let source = self.latest(key).cloned();
        let size = source.as_ref().map_or(0, |version| version.size);
        let offset = if fault == 0 { size + 1 } else { size };
        let read = source.as_ref().map(|version| version.order).filter(|_| fault != 1);
        let tag = format!("p{}", self.number);
        let body = if staged { Body::Run(self.staged(2, 10)) } else { inline(&tag) };
        let part = put(KEYS[key], self.mode, &tag, body.clone()).facts;
        let size = offset + part.size;
        let mut upload = [0xff; 16];
        upload[8..].copy_from_slice(&self.number.to_be_bytes());
        let command = AppendObject {
            scope: scope(KEYS[key]),
            versioning: self.mode,
            offset,
            source: read,
            whole: facts(size, &tag),
            part,
            body: body.clone(),
            upload: UploadId(upload),
            ..AppendObject::default()
        };
        let is_stale = read != source.as_ref().map(|version| version.order);
        match self.send(CommandBody::AppendObject(Box::new(command))) {
            Reply::Published(done) => {
                assert!(done.null && fault != 0 && !is_stale && !self.null_is_locked(key));
                let appends = source.as_ref().map_or(0, |version| version.appends + 1);
                let mut version = Version { null: true, ..source.unwrap_or_default() };
                version.body.extend(atoms(&body));
                self.add(key, Version { order: done.order, etag: tag, size, appends, upload: None, ..version });
            }
            Reply::Refused(Refusal::VersionedBucket(_)) => assert_ne!(self.mode, VersioningMode::Off),
            Reply::Refused(Refusal::InvalidWriteOffset(present)) => {
                assert_eq!((fault, present), (0, source.map_or(0, |version| version.size)));
            }
            Reply::Refused(Refusal::SourceChanged(_)) => assert!(is_stale),
            Reply::Refused(Refusal::Locked(_)) => assert!(self.null_is_locked(key)),
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn rename(&mut self, (from, to): (usize, usize), (source, target): (Conditional, Conditional)) {
        let before = self.latest(from).cloned();
        let (source_conditions, because) = http(source, before.as_ref());
        let (conditions, because_target) = http(target, self.latest(to));
        let command = RenameObject {
            scope: scope(KEYS[to]),
            source: key(KEYS[from]),
            versioning: self.mode,
            source_conditions,
            conditions,
            ..RenameObject::default()
        };
        let locked = |version: &Version| version.is_locked(self.shard.now, false);
        // Where the version leaves a marker behind, that one may meet a locked null version too.
        let kept =
            self.keys.get(&from).is_some_and(|versions| versions.iter().any(|version| version.null && locked(version)));
        let left = self.mode == VersioningMode::Suspended && kept;
        let is_locked = before.as_ref().is_some_and(locked) || self.null_is_locked(to) || left;
        let missing = before.is_none().then_some(Because::NoKey);
        let expected = missing.or(because).or(because_target).or_else(|| is_locked.then_some(Because::Locked));
        match (self.send(CommandBody::RenameObject(Box::new(command))), expected) {
            (Reply::Refused(Refusal::OutOfBounds(_)), _) => assert_eq!(from, to),
            (Reply::Refused(refusal), Some(expected)) if agrees(&refusal, expected) => {}
            (Reply::Published(done), None) => {
                let before = before.expect("the source");
                self.remove(from, before.order);
                if self.mode != VersioningMode::Off {
                    self.left_behind(from);
                }
                let null = self.mode != VersioningMode::Enabled;
                self.add(to, Version { order: done.order, null, upload: None, ..before });
            }
            (reply, expected) => panic!("{reply:?}, expected {expected:?}"),
        }
    }

    /// A rename under versioning left a marker, whose order only the shard knows.
    fn left_behind(&mut self, key: usize) {
        let latest = VersionTarget::Latest(Nothing::default());
        let answer = self.shard.ask(lookup(KEYS[key], latest, BodyWish::default()));
        let Answer::Version(found) = answer else { panic!("{answer:?}") };
        assert!(found.version.is_marker() && found.latest);
        let (order, null) = (found.version.order, found.version.null);
        self.add(key, Version { order, null, marker: true, ..Version::default() });
    }
}
