//! E5: what was acknowledged to switch a bucket's versioning governs every write that is asked for afterwards: with
//! versioning a version has an id of its own, without it is `null`.

use crate::workload::versions::{FAMILIES, Keeps, Name, Switch, Told, VersionEntry};

use super::made;

/// Checks every version that was made where versioning is switched.
pub(super) fn the_acknowledged_configuration_governs(
    entries: &[VersionEntry],
    switches: &[Switch],
) -> Result<(), String> {
    let switched = entries.iter().filter(|entry| FAMILIES[entry.family].keeps == Keeps::Sometimes);
    for entry in switched {
        let Some((_, name)) = made(entry) else { continue };
        let is_on = *name != Name::Null;
        if !may_be(switches, entry, is_on) {
            let is_on = if is_on { "on" } else { "suspended" };
            return Err(format!("{:?} at {:?} found versioning {is_on}", entry.act, entry.began));
        }
    }
    Ok(())
}

/// Whether versioning may have been so at some moment of an act.
fn may_be(switches: &[Switch], entry: &VersionEntry, is_on: bool) -> bool {
    let may_govern = |switch: &&Switch| {
        switch.told != Told::Refused
            && switch.began <= entry.ended
            && (switch.ended >= entry.began || switch.told == Told::Unknown)
    };
    let before = switches.iter().filter(|switch| switch.told == Told::Done && switch.ended < entry.began);
    let last = before.max_by_key(|switch| switch.ended);
    switches.iter().filter(may_govern).chain(last).any(|switch| switch.is_on == is_on)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::tests::{SWITCHED, write};
    use super::*;

    fn switch(is_on: bool, told: Told, second: u64) -> Switch {
        let began = Duration::from_secs(second);
        Switch { is_on, told, began, ended: began + Duration::from_millis(500) }
    }

    #[test]
    fn a_write_under_what_governed_before_is_found() {
        let switches = [switch(true, Told::Done, 1), switch(false, Told::Done, 3)];
        let wrote =
            |name, second| the_acknowledged_configuration_governs(&[write(SWITCHED, ("one", name), second)], &switches);
        assert!(wrote("1", 2).is_ok() && wrote("null", 2).is_err());
        assert!(wrote("1", 3).is_ok() && wrote("null", 3).is_ok(), "during the change either is right");
        assert!(wrote("1", 4).is_err() && wrote("null", 4).is_ok());
    }

    #[test]
    fn a_change_without_an_answer_may_come_late() {
        let switches = [switch(true, Told::Done, 1), switch(false, Told::Unknown, 3)];
        for name in ["1", "null"] {
            let wrote = [write(SWITCHED, ("one", name), 9)];
            assert!(the_acknowledged_configuration_governs(&wrote, &switches).is_ok());
        }
    }
}
