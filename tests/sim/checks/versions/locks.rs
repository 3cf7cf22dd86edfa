//! A version under retention, or under a legal hold, stays: no delete of it succeeds, and every read and listing shows it.

use std::time::Duration;

use crate::workload::versions::{FAMILIES, LockChange, Name, Seen, Told, VersionAct, VersionEntry};

use super::{may_have_happened, place_of};

/// A version that is certainly locked for a while.
struct Locked<'a> {
    family: usize,
    key: usize,
    name: &'a Name,
    from: Duration,
    until: Duration,
}

/// Checks everything that was told while a version was certainly locked.
pub(super) fn locked_versions_stay(entries: &[VersionEntry]) -> Result<(), String> {
    for locked in entries.iter().filter_map(|entry| certainly(entries, entry)) {
        let during = |entry: &&VersionEntry| {
            entry.family == locked.family && entry.began > locked.from && entry.ended < locked.until
        };
        if let Some(entry) = entries.iter().filter(during).find(|entry| is_gone(entry, &locked)) {
            let key = FAMILIES[locked.family].keys[locked.key];
            return Err(format!("{:?} of {key:?} was locked at {:?}, but: {:?}", locked.name, locked.from, entry.act));
        }
    }
    Ok(())
}

/// How long a lock lasts for certain, if the act is one that was told.
fn certainly<'a>(entries: &[VersionEntry], entry: &'a VersionEntry) -> Option<Locked<'a>> {
    let VersionAct::Lock(name, change) = &entry.act else { return None };
    let release = VersionAct::Lock(name.clone(), LockChange::Release);
    let may_release = |other: &&VersionEntry| {
        (other.family, other.key) == (entry.family, entry.key)
            && other.act == release
            && may_have_happened(other)
            && (other.ended >= entry.began || other.told == Told::Unknown)
    };
    let until = match change {
        _ if entry.told != Told::Done => return None,
        LockChange::Release => return None,
        LockChange::Retain => Duration::MAX,
        LockChange::Hold => entries.iter().filter(may_release).map(|other| other.began).min().unwrap_or(Duration::MAX),
    };
    Some(Locked { family: entry.family, key: entry.key, name, from: entry.ended, until })
}

fn is_gone(entry: &VersionEntry, locked: &Locked<'_>) -> bool {
    let is_of_key = entry.key == locked.key;
    match &entry.act {
        VersionAct::DeleteVersion { name, .. } => is_of_key && name == locked.name && entry.told == Told::Done,
        VersionAct::ReadVersion(name, seen) => is_of_key && name == locked.name && *seen == Seen::Nothing,
        VersionAct::List(lists) => place_of(&lists[locked.key], locked.name).is_none(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{KEPT, delete_version, list, lock, object};
    use super::*;

    #[test]
    fn a_locked_version_that_goes_is_found() {
        for change in [LockChange::Hold, LockChange::Retain] {
            let locked = lock("1", change, 1);
            let then = |entry| locked_versions_stay(&[locked.clone(), entry]);
            assert!(then(delete_version(KEPT, "1", Told::Locked, 2)).is_ok());
            assert!(then(delete_version(KEPT, "1", Told::Done, 2)).is_err());
            assert!(then(list(KEPT, vec![vec![object("one", "1")], Vec::new()], 2)).is_ok());
            assert!(then(list(KEPT, vec![Vec::new(), Vec::new()], 2)).is_err());
        }
    }

    #[test]
    fn a_hold_that_may_be_released_binds_nobody_and_retention_does() {
        let released = lock("1", LockChange::Release, 2);
        let deleted = delete_version(KEPT, "1", Told::Done, 3);
        let with = |change| locked_versions_stay(&[lock("1", change, 1), released.clone(), deleted.clone()]);
        assert!(with(LockChange::Hold).is_ok());
        assert!(with(LockChange::Retain).is_err());
    }
}
