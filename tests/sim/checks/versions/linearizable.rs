//! C1, with versions: there is one order of all acts on a family of keys that agrees with real time and explains every
//! answer. So the latest version never goes back, conditions are decided on what is there, a marker stays until it is
//! deleted, a reader meets a renamed object at one of its names, and listings show versions in the order they were made.

use crate::workload::versions::{FAMILIES, Told, VersionAct, VersionEntry};

use super::super::search::Search;
use super::model::Versions;

/// Checks every family on its own.
pub(super) fn families_are_linearizable(entries: &[VersionEntry]) -> Result<(), String> {
    for (place, family) in FAMILIES.iter().enumerate() {
        let of_family = entries.iter().filter(|entry| entry.family == place && says_something(entry));
        let mut acts: Vec<VersionEntry> = of_family.cloned().collect();
        acts.sort_by_key(|act| (act.began, act.ended));
        if !Search::new(&acts).succeeds(Versions::none(place))? {
            let acts: Vec<String> = acts.iter().map(show).collect();
            return Err(format!("no order of the acts on {family:?} explains what was seen:\n{}", acts.join("\n")));
        }
    }
    Ok(())
}

fn says_something(entry: &VersionEntry) -> bool {
    let reads = matches!(entry.act, VersionAct::ReadLatest(_) | VersionAct::ReadVersion(..) | VersionAct::List(_));
    entry.told != Told::Unknown || !reads
}

fn show(entry: &VersionEntry) -> String {
    let VersionEntry { client, key, act, told, began, ended, .. } = entry;
    let (began, ended) = (began.as_secs_f64(), ended.as_secs_f64());
    format!("{began:>10.4} – {ended:>10.4} client {client} key {key}: {act:?} {told:?}")
}

#[cfg(test)]
mod tests {
    use super::super::tests::{
        KEPT, PLAIN, SWITCHED, act, delete, delete_version, id, latest, list, lock, object, write,
    };
    use super::*;
    use crate::workload::versions::{Condition, LockChange, Seen};

    fn fits(entries: &[VersionEntry]) -> bool {
        families_are_linearizable(entries).is_ok()
    }

    fn rename(family: usize, name: &str, second: u64) -> VersionEntry {
        act(family, VersionAct::Rename { to: 1, name: Some(id(name)) }, Told::Done, second)
    }

    #[test]
    fn versions_are_listed_newest_first_and_the_latest_is_read() {
        let wrote = [write(KEPT, ("one", "1"), 1), write(KEPT, ("two", "2"), 2)];
        let then = |entry| fits(&[wrote.as_slice(), &[entry]].concat());
        let (one, two) = (|| object("one", "1"), || object("two", "2"));
        assert!(then(latest(KEPT, two(), 3)) && !then(latest(KEPT, one(), 3)));
        assert!(then(list(KEPT, vec![vec![two(), one()], Vec::new()], 3)));
        assert!(!then(list(KEPT, vec![vec![one(), two()], Vec::new()], 3)));
        assert!(!then(list(KEPT, vec![vec![two()], Vec::new()], 3)));
    }

    #[test]
    fn a_suspended_write_replaces_the_null_version_alone() {
        let wrote = [write(SWITCHED, ("one", "1"), 1), write(SWITCHED, ("two", "null"), 2)];
        let again = [wrote.as_slice(), &[write(SWITCHED, ("three", "null"), 3)]].concat();
        let listed = |versions: Vec<Seen>| fits(&[again.as_slice(), &[list(SWITCHED, vec![versions], 4)]].concat());
        assert!(listed(vec![object("three", "null"), object("one", "1")]));
        assert!(!listed(vec![object("three", "null"), object("two", "null"), object("one", "1")]));
    }

    #[test]
    fn a_marker_that_a_conditional_delete_told_of_is_there() {
        let condition = Condition::Matches("one".to_owned());
        let marked = VersionAct::Delete { condition, marker: Some(id("m")) };
        let history = [write(KEPT, ("one", "1"), 1), act(KEPT, marked, Told::Done, 2)];
        let then = |seen| fits(&[history.as_slice(), &[latest(KEPT, seen, 3)]].concat());
        assert!(then(Seen::Marker(id("m"))) && !then(object("one", "1")));
    }

    #[test]
    fn a_condition_that_held_is_not_refused() {
        let condition = Condition::Matches("one".to_owned());
        let refused = |body: &str| {
            let act_of = VersionAct::Delete { condition: condition.clone(), marker: None };
            fits(&[write(KEPT, (body, "1"), 1), act(KEPT, act_of, Told::Refused, 2)])
        };
        assert!(refused("another") && !refused("one"));
    }

    #[test]
    fn a_delete_without_an_answer_leaves_a_marker_of_any_name_or_none() {
        let unknown = VersionAct::Delete { condition: Condition::Unconditional, marker: None };
        let history = [write(KEPT, ("one", "1"), 1), act(KEPT, unknown, Told::Unknown, 2)];
        let then = |entries: &[VersionEntry]| fits(&[history.as_slice(), entries].concat());
        assert!(then(&[latest(KEPT, object("one", "1"), 3), latest(KEPT, Seen::Marker(id("m")), 4)]));
        assert!(!then(&[latest(KEPT, Seen::Marker(id("m")), 3), latest(KEPT, Seen::Marker(id("n")), 4)]));
    }

    #[test]
    fn a_locked_version_is_not_deleted_and_an_unlocked_one_is() {
        let kept = [write(KEPT, ("one", "1"), 1), lock("1", LockChange::Hold, 2)];
        let deleted = |told| fits(&[kept.as_slice(), &[delete_version(KEPT, "1", told, 3)]].concat());
        assert!(deleted(Told::Locked) && !deleted(Told::Done));
        let released = [kept.as_slice(), &[lock("1", LockChange::Release, 3)]].concat();
        let deleted = |told| fits(&[released.as_slice(), &[delete_version(KEPT, "1", told, 4)]].concat());
        assert!(!deleted(Told::Locked) && deleted(Told::Done));
    }

    #[test]
    fn a_renamed_object_is_at_one_of_its_names() {
        let renamed = [write(PLAIN, ("one", "null"), 1), rename(PLAIN, "null", 2)];
        let listed = |lists| fits(&[renamed.as_slice(), &[list(PLAIN, lists, 3)]].concat());
        let one = || object("one", "null");
        assert!(listed(vec![Vec::new(), vec![one()]]));
        assert!(!listed(vec![vec![one()], vec![one()]]) && !listed(vec![Vec::new(), Vec::new()]));
    }

    #[test]
    fn a_rename_under_versioning_leaves_a_marker() {
        let renamed = [write(KEPT, ("one", "1"), 1), rename(KEPT, "2", 2)];
        let listed = |lists| fits(&[renamed.as_slice(), &[list(KEPT, lists, 3)]].concat());
        assert!(listed(vec![vec![Seen::Marker(id("m"))], vec![object("one", "2")]]));
        assert!(!listed(vec![vec![Seen::Marker(id("m")), object("one", "1")], vec![object("one", "2")]]));
    }

    #[test]
    fn a_delete_of_the_only_version_leaves_nothing() {
        let deleted = [write(PLAIN, ("one", "null"), 1), delete(PLAIN, "null", 2)];
        let then = |seen| fits(&[deleted.as_slice(), &[latest(PLAIN, seen, 3)]].concat());
        assert!(then(Seen::Nothing) && !then(object("one", "null")));
    }
}
