//! C3: an id is given to one version of a key, once, and names the same bytes wherever it is shown.

use std::collections::BTreeMap;

use crate::workload::ETag;
use crate::workload::versions::{Name, Seen, VersionAct, VersionEntry};

use super::made;

/// A key of a family, and an id there.
type Id<'a> = (usize, usize, &'a Name);

/// Checks what clients were told that they made, and what they saw.
pub(super) fn ids_are_unique(entries: &[VersionEntry]) -> Result<(), String> {
    let mut given: BTreeMap<Id<'_>, &VersionEntry> = BTreeMap::new();
    let mut bodies: BTreeMap<Id<'_>, Option<&ETag>> = BTreeMap::new();
    for entry in entries {
        if let Some((key, name)) = made(entry).filter(|(_, name)| **name != Name::Null)
            && let Some(before) = given.insert((entry.family, key, name), entry)
        {
            return Err(format!("{name:?} was given to {:?} and to {:?}", before.act, entry.act));
        }
        for (key, seen) in shown(entry) {
            let Some(name) = seen.name().filter(|name| **name != Name::Null) else { continue };
            let before = bodies.insert((entry.family, key, name), seen.body());
            if before.is_some_and(|before| before != seen.body()) {
                return Err(format!("{name:?} names {:?} and {before:?}", seen.body()));
            }
        }
    }
    Ok(())
}

/// Everything that an act shows, with the key.
fn shown<'a>(entry: &'a VersionEntry) -> Vec<(usize, &'a Seen)> {
    match &entry.act {
        VersionAct::ReadLatest(seen) | VersionAct::ReadVersion(_, seen) => vec![(entry.key, seen)],
        VersionAct::List(lists) => {
            let of = |(key, list): (usize, &'a Vec<Seen>)| list.iter().map(move |seen| (key, seen));
            lists.iter().enumerate().flat_map(of).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{KEPT, latest, object, write};
    use super::*;

    #[test]
    fn an_id_given_twice_and_an_id_of_two_bodies_are_found() {
        let one = write(KEPT, ("one", "1"), 1);
        assert!(ids_are_unique(&[one.clone(), write(KEPT, ("two", "2"), 2)]).is_ok());
        assert!(ids_are_unique(&[one, write(KEPT, ("two", "1"), 2)]).is_err());
        let reads = [latest(KEPT, object("one", "1"), 3), latest(KEPT, object("two", "1"), 4)];
        assert!(ids_are_unique(&reads).is_err());
    }
}
