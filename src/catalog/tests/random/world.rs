//! The model: what a shard should hold.
#![allow(clippy::wildcard_imports, reason = "commands and rows are what every test speaks of")]

use std::collections::BTreeMap;

use bytes::Bytes;
use cairn_catalog::command::*;
use cairn_catalog::reply::Reply;
use cairn_catalog::rows::*;
use cairn_types::{BlobId, UnixMillis, UploadId, VersionOrder};

use crate::support::*;

pub(crate) const KEYS: [&str; 6] = ["a", "a/1", "a/2", "a/2/x", "b", "ba"];
const SESSION: u64 = 7;

/// What a command asks of the latest or addressed version.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Conditional {
    Absent,
    Exists,
    Matches,
    Differs,
    None,
}

/// A lock to set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Lock {
    None,
    Governance,
    Compliance,
    Hold,
}

#[derive(Clone, Debug)]
pub(crate) enum Op {
    Put { key: usize, staged: Option<(u8, u8)>, when: Conditional, lock: Lock },
    Delete { key: usize, pick: Option<u8>, when: Conditional, bypass: bool },
    Replace { key: usize },
    Update { key: usize, pick: Option<u8>, when: Conditional, lock: Lock, flag: bool },
    Append { key: usize, staged: bool, fault: u8 },
    Rename { from: usize, to: usize, source: Conditional, target: Conditional },
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

/// What a body is made of.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Atom {
    Bytes(Bytes),
    Blob(BlobId),
}

#[derive(Clone, Debug, PartialEq, Default)]
pub(crate) struct Version {
    pub(crate) order: VersionOrder,
    pub(crate) null: bool,
    pub(crate) marker: bool,
    pub(crate) etag: String,
    pub(crate) size: u64,
    pub(crate) owner: String,
    pub(crate) tags: Vec<(String, String)>,
    pub(crate) lock: Option<ObjectLock>,
    pub(crate) appends: u32,
    pub(crate) upload: Option<UploadId>,
    pub(crate) body: Vec<Atom>,
}

impl Version {
    pub(crate) fn is_locked(&self, now: u64, bypass: bool) -> bool {
        let Some(lock) = &self.lock else { return false };
        let lasts = |retention: Retention| retention.until.0 > now;
        let firm = |retention: Retention| retention.mode == RetentionMode::Compliance || !bypass;
        lock.legal_hold || lock.retention.is_some_and(|retention| lasts(retention) && firm(retention))
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Upload {
    pub(crate) key: usize,
    pub(crate) parts: BTreeMap<u16, (AttemptId, u64, Vec<Atom>)>,
    pub(crate) done: bool,
}

pub(crate) struct World {
    pub(crate) shard: Shard,
    pub(crate) mode: VersioningMode,
    pub(crate) number: u64,
    sequence: u64,
    /// Oldest first.
    pub(crate) keys: BTreeMap<usize, Vec<Version>>,
    pub(crate) uploads: Vec<(UploadId, Upload)>,
    sent: Vec<(u64, CommandBody, Reply)>,
}

impl World {
    pub(crate) fn new() -> Self {
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

    pub(crate) fn step(&mut self, op: Op) {
        match op {
            Op::Put { key, staged, when, lock } => self.put(key, staged, (when, lock)),
            Op::Delete { key, pick, when, bypass } => self.delete(key, pick, (when, bypass)),
            Op::Replace { key } => self.replace(key),
            Op::Update { key, pick, when, lock, flag } => self.update((key, pick), when, (lock, flag)),
            Op::Append { key, staged, fault } => self.append(key, staged, fault),
            Op::Rename { from, to, source, target } => self.rename((from, to), (source, target)),
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

    pub(crate) fn send(&mut self, body: CommandBody) -> Reply {
        self.number += 1;
        let reply = self.shard.send(SESSION, self.number, body.clone());
        self.sent.push((self.number, body, reply.clone()));
        reply
    }

    pub(crate) fn staged(&mut self, count: u64, length: u64) -> StagedRun {
        let first = self.sequence + 1;
        self.sequence += count;
        run(SESSION, first, count, length)
    }

    pub(crate) fn latest(&self, key: usize) -> Option<&Version> {
        self.keys.get(&key).and_then(|versions| versions.last()).filter(|version| !version.marker)
    }

    /// Whether what writes a null version under `key` meets a locked one.
    pub(crate) fn null_is_locked(&self, key: usize) -> bool {
        let null = self.keys.get(&key).and_then(|versions| versions.iter().find(|version| version.null));
        self.mode != VersioningMode::Enabled && null.is_some_and(|version| version.is_locked(self.shard.now, false))
    }

    /// Adds the latest version of a key.
    pub(crate) fn add(&mut self, key: usize, version: Version) {
        let versions = self.keys.entry(key).or_default();
        if let Some(last) = versions.last() {
            assert!(last.order < version.order, "C3: the latest never goes back");
        }
        if version.null {
            versions.retain(|version| !version.null);
        }
        versions.push(version);
    }

    pub(crate) fn remove(&mut self, key: usize, order: VersionOrder) {
        let versions = self.keys.entry(key).or_default();
        versions.retain(|version| version.order != order);
        if versions.is_empty() {
            self.keys.remove(&key);
        }
    }

    /// The version that `pick` picks (the latest if it is absent), and whether it is the latest.
    pub(crate) fn pick(&self, key: usize, pick: Option<u8>) -> Option<Version> {
        let versions = self.keys.get(&key)?;
        match pick {
            None => versions.last().cloned(),
            Some(pick) => Some(versions[usize::from(pick) % versions.len()].clone()),
        }
    }

    pub(crate) fn lock(&self, lock: Lock) -> Option<ObjectLock> {
        let until = UnixMillis(self.shard.now + 1_000);
        let retained = |mode| ObjectLock { retention: Some(Retention { mode, until }), ..ObjectLock::default() };
        match lock {
            Lock::None => None,
            Lock::Governance => Some(retained(RetentionMode::Governance)),
            Lock::Compliance => Some(retained(RetentionMode::Compliance)),
            Lock::Hold => Some(ObjectLock { legal_hold: true, ..ObjectLock::default() }),
        }
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
}

/// What a body of a command is made of.
pub(crate) fn atoms(body: &Body) -> Vec<Atom> {
    match body {
        Body::Inline(bytes) => vec![Atom::Bytes(bytes.clone())],
        Body::Run(staged) => staged.blobs.iter().map(|blob| Atom::Blob(blob.blob)).collect(),
    }
}
