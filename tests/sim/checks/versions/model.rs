//! What S3 says of a family of keys: the versions of each, newest first, and what an act makes of them.

use crate::workload::versions::{Condition, FAMILIES, Keeps, LockChange, Name, Seen, Told, VersionAct, VersionEntry};

use super::super::search::Step;
use crate::workload::ETag;
use std::time::Duration;

/// A version of the model.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(in crate::checks) struct Version {
    name: Name,
    /// Absent: a delete marker.
    body: Option<ETag>,
    is_retained: bool,
    is_held: bool,
}

impl Version {
    fn new(name: Name, body: Option<ETag>) -> Self {
        Self { name, body, is_retained: false, is_held: false }
    }

    fn is_locked(&self) -> bool {
        self.is_retained || self.is_held
    }
}

/// The versions of each key of a family, newest first.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(in crate::checks) struct Versions(Vec<Vec<Version>>);

/// What may be called what: how a version is named that an act writes.
fn names(keeps: Keeps, told: Option<&Name>) -> Vec<Name> {
    match (told, keeps) {
        (Some(name), _) => vec![name.clone()],
        (None, Keeps::Nothing) => vec![Name::Null],
        (None, Keeps::All) => vec![Name::Untold],
        (None, Keeps::Sometimes) => vec![Name::Null, Name::Untold],
    }
}

impl Versions {
    /// Keys without versions.
    pub(super) fn none(family: usize) -> Self {
        Self(FAMILIES[family].keys.iter().map(|_| Vec::new()).collect())
    }

    fn latest(&self, key: usize) -> Option<&Version> {
        self.0[key].first()
    }

    fn latest_body(&self, key: usize) -> Option<&ETag> {
        self.latest(key)?.body.as_ref()
    }

    fn holds(&self, key: usize, condition: &Condition) -> bool {
        match condition {
            Condition::Unconditional => true,
            Condition::Absent => self.latest_body(key).is_none(),
            Condition::Matches(etag) => self.latest_body(key) == Some(etag),
        }
    }

    fn find(&self, key: usize, name: &Name) -> Option<usize> {
        self.0[key].iter().position(|version| version.name == *name)
    }

    /// With a version as the latest. A null version takes the place of the null version before, unless a lock is in the way.
    fn with(&self, key: usize, version: Version) -> Option<Self> {
        let mut after = self.clone();
        let versions = &mut after.0[key];
        if version.name == Name::Null {
            if versions.iter().any(|before| before.name == Name::Null && before.is_locked()) {
                return None;
            }
            versions.retain(|before| before.name != Name::Null);
        }
        versions.insert(0, version);
        Some(after)
    }

    fn without(&self, key: usize, place: usize) -> Self {
        let mut after = self.clone();
        after.0[key].remove(place);
        after
    }

    fn null_is_locked(&self, key: usize) -> bool {
        self.0[key].iter().any(|version| version.name == Name::Null && version.is_locked())
    }

    fn write(&self, key: usize, body: &ETag, name: Name) -> Option<Self> {
        self.with(key, Version::new(name, Some(body.clone())))
    }

    /// Without the latest version's body: by a marker where versions are kept.
    fn delete(&self, key: usize, keeps: Keeps, marker: Name) -> Option<Self> {
        match (keeps, self.0[key].is_empty()) {
            (Keeps::Nothing, true) => Some(self.clone()),
            (Keeps::Nothing, false) => Some(self.without(key, 0)),
            (Keeps::All | Keeps::Sometimes, _) => self.with(key, Version::new(marker, None)),
        }
    }

    fn rename(&self, (from, to): (usize, usize), keeps: Keeps, name: Name) -> Option<Self> {
        let version = self.latest(from).filter(|version| !version.is_locked())?;
        let body = version.body.clone()?;
        let taken = self.without(from, 0);
        // The marker that it leaves is named as it is: both are decided under one configuration.
        let marker = if name == Name::Null { Name::Null } else { Name::Untold };
        let left = match keeps {
            Keeps::Nothing => taken,
            Keeps::All | Keeps::Sometimes => taken.with(from, Version::new(marker, None))?,
        };
        left.write(to, &body, name)
    }

    fn lock(&self, key: usize, place: usize, change: LockChange) -> Self {
        let mut after = self.clone();
        let version = &mut after.0[key][place];
        match change {
            LockChange::Retain => version.is_retained = true,
            LockChange::Hold => version.is_held = true,
            LockChange::Release => version.is_held = false,
        }
        after
    }

    /// If the version at a place is as it was seen: what is known from then on.
    fn seen(&self, key: usize, place: usize, seen: &Seen) -> Option<Self> {
        let version = self.0[key].get(place)?;
        let name = seen.name().filter(|_| version.body.as_ref() == seen.body())?;
        if version.name == *name {
            return Some(self.clone());
        }
        // Names are told once: what has one already is another version.
        let is_news = version.name == Name::Untold && *name != Name::Null && self.find(key, name).is_none();
        is_news.then(|| {
            let mut after = self.clone();
            after.0[key][place].name = name.clone();
            after
        })
    }

    fn listed(&self, lists: &[Vec<Seen>]) -> Option<Self> {
        let mut after = self.clone();
        for (key, list) in lists.iter().enumerate() {
            if list.len() != self.0[key].len() {
                return None;
            }
            for (place, seen) in list.iter().enumerate() {
                after = after.seen(key, place, seen)?;
            }
        }
        Some(after)
    }
}

impl Step for VersionEntry {
    type State = Versions;

    fn began(&self) -> Duration {
        self.began
    }

    fn ended(&self) -> Duration {
        self.ended
    }

    fn is_unknown(&self) -> bool {
        self.told == Told::Unknown
    }

    fn after(&self, state: &Versions) -> Vec<Versions> {
        let same = |fits: bool| if fits { vec![state.clone()] } else { Vec::new() };
        match self.told {
            Told::Done | Told::Unknown => done(self, state),
            Told::Refused => same(is_refused(self, state)),
            Told::Locked => same(is_locked(self, state)),
        }
    }
}

/// The states after an act that happened.
fn done(entry: &VersionEntry, state: &Versions) -> Vec<Versions> {
    let (key, keeps) = (entry.key, FAMILIES[entry.family].keeps);
    let each = |told: &Option<Name>, act: &dyn Fn(Name) -> Option<Versions>| -> Vec<Versions> {
        names(keeps, told.as_ref()).into_iter().filter_map(act).collect()
    };
    let one = |after: Option<Versions>| after.into_iter().collect();
    match &entry.act {
        VersionAct::Write { condition, .. } | VersionAct::Delete { condition, .. } if !state.holds(key, condition) => {
            Vec::new()
        }
        VersionAct::Write { body, name, .. } => each(name, &|name| state.write(key, body, name)),
        VersionAct::Delete { marker, .. } => each(marker, &|marker| state.delete(key, keeps, marker)),
        VersionAct::Rename { to, name } => each(name, &|name| state.rename((key, *to), keeps, name)),
        VersionAct::DeleteVersion { name, was_marker } => one(delete_version(entry, state, (name, *was_marker))),
        VersionAct::ReadLatest(Seen::Nothing) => one(state.0[key].is_empty().then(|| state.clone())),
        VersionAct::ReadLatest(seen) => one(state.seen(key, 0, seen)),
        VersionAct::ReadVersion(name, Seen::Nothing) => one(state.find(key, name).is_none().then(|| state.clone())),
        VersionAct::ReadVersion(name, seen) => {
            one(state.find(key, name).and_then(|place| state.seen(key, place, seen)))
        }
        VersionAct::Lock(name, change) => one(state.find(key, name).map(|place| state.lock(key, place, *change))),
        VersionAct::List(lists) => one(state.listed(lists)),
    }
}

fn delete_version(entry: &VersionEntry, state: &Versions, (name, was_marker): (&Name, bool)) -> Option<Versions> {
    let is_told = entry.told == Told::Done;
    match state.find(entry.key, name) {
        None => (!is_told || !was_marker).then(|| state.clone()),
        Some(place) => {
            let version = &state.0[entry.key][place];
            let fits = !version.is_locked() && (!is_told || version.body.is_none() == was_marker);
            fits.then(|| state.without(entry.key, place))
        }
    }
}

fn is_refused(entry: &VersionEntry, state: &Versions) -> bool {
    match &entry.act {
        VersionAct::Write { condition, .. } | VersionAct::Delete { condition, .. } => {
            !state.holds(entry.key, condition)
        }
        VersionAct::Rename { .. } => state.latest_body(entry.key).is_none(),
        VersionAct::Lock(name, _) => state.find(entry.key, name).is_none(),
        VersionAct::DeleteVersion { .. }
        | VersionAct::ReadLatest(_)
        | VersionAct::ReadVersion(..)
        | VersionAct::List(_) => false,
    }
}

fn is_locked(entry: &VersionEntry, state: &Versions) -> bool {
    let key = entry.key;
    match &entry.act {
        VersionAct::DeleteVersion { name, .. } => {
            state.find(key, name).is_some_and(|place| state.0[key][place].is_locked())
        }
        VersionAct::Write { .. } | VersionAct::Delete { .. } => state.null_is_locked(key),
        VersionAct::Rename { to, .. } => {
            let latest = state.latest(key).is_some_and(Version::is_locked);
            latest || state.null_is_locked(key) || state.null_is_locked(*to)
        }
        VersionAct::Lock(..) | VersionAct::ReadLatest(_) | VersionAct::ReadVersion(..) | VersionAct::List(_) => false,
    }
}
