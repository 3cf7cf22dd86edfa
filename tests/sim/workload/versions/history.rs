//! What clients asked of versions and saw, with times.

use std::sync::Arc;
use std::time::Duration;

use cairn_runtime::sim::SimWorld;
use parking_lot::Mutex;

use super::super::ETag;

/// What a version is called.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Name {
    /// `null`; all that a bucket without versioning has.
    Null,
    /// An id of its own.
    Id(String),
    /// An id of its own that nobody was told.
    Untold,
}

impl Name {
    /// As an answer spells it.
    pub(crate) fn of(text: &str) -> Self {
        if text == "null" { Self::Null } else { Self::Id(text.to_owned()) }
    }

    /// As a request spells it.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Null => "null",
            Self::Id(id) => id,
            Self::Untold => panic!("nobody asks for what nobody was told"),
        }
    }
}

/// What a client saw of a version.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Seen {
    /// No version.
    Nothing,
    /// One with this body.
    Object(ETag, Name),
    /// A delete marker.
    Marker(Name),
}

impl Seen {
    /// What it is called.
    pub(crate) fn name(&self) -> Option<&Name> {
        match self {
            Self::Nothing => None,
            Self::Object(_, name) | Self::Marker(name) => Some(name),
        }
    }

    /// Its body.
    pub(crate) fn body(&self) -> Option<&ETag> {
        match self {
            Self::Object(etag, _) => Some(etag),
            Self::Nothing | Self::Marker(_) => None,
        }
    }
}

/// What a write asks of the latest version. A delete marker counts as none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Condition {
    Unconditional,
    /// There is none.
    Absent,
    /// It has this body.
    Matches(ETag),
}

/// What becomes of the lock of a version.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum LockChange {
    /// Retention beyond the end of the run, of the kind that nobody lifts.
    Retain,
    Hold,
    Release,
}

/// What was asked of a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum VersionAct {
    /// A version with this body becomes the latest: PUT, Complete. Its name, if it was told.
    Write { body: ETag, condition: Condition, name: Option<Name> },
    /// The key is deleted: by a marker where versions are kept.
    Delete { condition: Condition, marker: Option<Name> },
    /// One version is deleted.
    DeleteVersion { name: Name, was_marker: bool },
    /// What the key's latest version was.
    ReadLatest(Seen),
    /// What the version of that name was.
    ReadVersion(Name, Seen),
    /// A version's lock changes.
    Lock(Name, LockChange),
    /// The latest version goes to the other key of the family, at this place. The name it gets, if it was told.
    Rename { to: usize, name: Option<Name> },
    /// All versions of all keys of the family, newest first.
    List(Vec<Vec<Seen>>),
}

/// What the client was told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Told {
    /// It happened.
    Done,
    /// The condition did not hold, or what was asked for is not there.
    Refused,
    /// A lock is in the way.
    Locked,
    /// Nothing that says: it may have happened, or may still.
    Unknown,
}

/// One act of one client.
#[derive(Clone, Debug)]
pub(crate) struct VersionEntry {
    pub(crate) client: usize,
    /// Place of the family, and of the key in it.
    pub(crate) family: usize,
    pub(crate) key: usize,
    pub(crate) act: VersionAct,
    pub(crate) told: Told,
    pub(crate) began: Duration,
    pub(crate) ended: Duration,
}

/// A bucket's versioning was switched on, or suspended.
#[derive(Clone, Debug)]
pub(crate) struct Switch {
    pub(crate) is_on: bool,
    pub(crate) told: Told,
    pub(crate) began: Duration,
    pub(crate) ended: Duration,
}

/// All of a run; cheap to clone.
#[derive(Clone)]
pub(crate) struct VersionHistory {
    world: SimWorld,
    seen: Arc<Mutex<(Vec<VersionEntry>, Vec<Switch>)>>,
}

impl VersionHistory {
    pub(crate) fn new(world: &SimWorld) -> Self {
        Self { world: world.clone(), seen: Arc::default() }
    }

    pub(crate) fn now(&self) -> Duration {
        self.world.elapsed()
    }

    /// Notes an act that began at `began` and ends now.
    pub(crate) fn note(
        &self,
        client: usize,
        (family, key): (usize, usize),
        act: VersionAct,
        told: Told,
        began: Duration,
    ) {
        let entry = VersionEntry { client, family, key, act, told, began, ended: self.now() };
        self.seen.lock().0.push(entry);
    }

    /// Notes a change of the bucket whose versioning is switched, that ends now.
    pub(crate) fn note_switch(&self, is_on: bool, told: Told, began: Duration) {
        let ended = self.now();
        self.seen.lock().1.push(Switch { is_on, told, began, ended });
    }

    pub(crate) fn entries(&self) -> Vec<VersionEntry> {
        self.seen.lock().0.clone()
    }

    pub(crate) fn switches(&self) -> Vec<Switch> {
        self.seen.lock().1.clone()
    }
}
