//! What must be true of versions: one file per promise.

mod configuration;
mod counters;
mod ids;
mod linearizable;
mod locks;
mod markers;
mod model;
mod one_holder;
mod order;
mod retained;

use crate::workload::versions::{FAMILIES, Keeps, Name, Seen, Switch, Told, VersionAct, VersionEntry};

pub(crate) use self::counters::counters_equal_the_versions;
pub(crate) use self::retained::retained_versions_are_left_when_all_is_deleted;

/// Every promise that a history alone can break, with what breaks it.
pub(crate) fn broken(entries: &[VersionEntry], switches: &[Switch]) -> Vec<(&'static str, String)> {
    let results = [
        ("C3 ids", ids::ids_are_unique(entries)),
        ("C3 order", order::listings_show_the_order_of_acknowledgement(entries)),
        ("C3 markers", markers::markers_are_not_lost(entries)),
        ("locks", locks::locked_versions_stay(entries)),
        ("E2", one_holder::bodies_have_one_holder(entries)),
        ("E5", configuration::the_acknowledged_configuration_governs(entries, switches)),
        ("C1", linearizable::families_are_linearizable(entries)),
    ];
    results.into_iter().filter_map(|(promise, result)| Some((promise, result.err()?))).collect()
}

/// Whether it has happened, or may have.
fn may_have_happened(entry: &VersionEntry) -> bool {
    matches!(entry.told, Told::Done | Told::Unknown)
}

/// The version that an act made, if its client was told: place of its key in the family, and its name.
fn made(entry: &VersionEntry) -> Option<(usize, &Name)> {
    let keeps = FAMILIES[entry.family].keeps;
    match &entry.act {
        _ if entry.told != Told::Done => None,
        VersionAct::Write { name, .. } => Some((entry.key, name.as_ref()?)),
        VersionAct::Rename { to, name } => Some((*to, name.as_ref()?)),
        VersionAct::Delete { marker, .. } if keeps != Keeps::Nothing => Some((entry.key, marker.as_ref()?)),
        _ => None,
    }
}

/// Listings of a family, each with its act.
fn lists(entries: &[VersionEntry], family: usize) -> impl Iterator<Item = (&VersionEntry, &Vec<Vec<Seen>>)> {
    entries.iter().filter(move |entry| entry.family == family).filter_map(|entry| match &entry.act {
        VersionAct::List(lists) => Some((entry, lists)),
        _ => None,
    })
}

/// Where a version is in a list.
fn place_of(list: &[Seen], name: &Name) -> Option<usize> {
    list.iter().position(|seen| seen.name() == Some(name))
}

/// Histories to try checks with.
#[cfg(test)]
pub(super) mod tests {
    use std::time::Duration;

    use crate::workload::versions::{Condition, LockChange, Name, Seen, Told, VersionAct, VersionEntry};

    /// Families of [`FAMILIES`](super::FAMILIES), by what they keep.
    pub(in crate::checks) const PLAIN: usize = 0;
    pub(in crate::checks) const KEPT: usize = 2;
    pub(in crate::checks) const SWITCHED: usize = 3;

    pub(in crate::checks) fn id(name: &str) -> Name {
        Name::of(name)
    }

    pub(in crate::checks) fn object(body: &str, name: &str) -> Seen {
        Seen::Object(body.to_owned(), id(name))
    }

    /// An act of one client on the first key of a family that began at a second and ended half a second later.
    pub(in crate::checks) fn act(family: usize, act: VersionAct, told: Told, second: u64) -> VersionEntry {
        let began = Duration::from_secs(second);
        VersionEntry { client: 0, family, key: 0, act, told, began, ended: began + Duration::from_millis(500) }
    }

    pub(in crate::checks) fn write(family: usize, (body, name): (&str, &str), second: u64) -> VersionEntry {
        let condition = Condition::Unconditional;
        act(family, VersionAct::Write { body: body.to_owned(), condition, name: Some(id(name)) }, Told::Done, second)
    }

    pub(in crate::checks) fn delete(family: usize, marker: &str, second: u64) -> VersionEntry {
        let condition = Condition::Unconditional;
        act(family, VersionAct::Delete { condition, marker: Some(id(marker)) }, Told::Done, second)
    }

    pub(in crate::checks) fn delete_version(family: usize, name: &str, told: Told, second: u64) -> VersionEntry {
        act(family, VersionAct::DeleteVersion { name: id(name), was_marker: false }, told, second)
    }

    pub(in crate::checks) fn lock(name: &str, change: LockChange, second: u64) -> VersionEntry {
        act(KEPT, VersionAct::Lock(id(name), change), Told::Done, second)
    }

    pub(in crate::checks) fn list(family: usize, lists: Vec<Vec<Seen>>, second: u64) -> VersionEntry {
        act(family, VersionAct::List(lists), Told::Done, second)
    }

    pub(in crate::checks) fn latest(family: usize, seen: Seen, second: u64) -> VersionEntry {
        act(family, VersionAct::ReadLatest(seen), Told::Done, second)
    }
}
