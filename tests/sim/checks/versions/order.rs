//! C3: a listing shows a version above every version of its key that was acknowledged before it was asked for, whatever
//! clocks say.

use crate::workload::versions::{FAMILIES, Name, Seen, VersionEntry};

use super::{lists, made, place_of};

/// Checks every listing against what was acknowledged.
pub(super) fn listings_show_the_order_of_acknowledgement(entries: &[VersionEntry]) -> Result<(), String> {
    for family in 0..FAMILIES.len() {
        for (_, shown) in lists(entries, family) {
            for (key, list) in shown.iter().enumerate() {
                in_order(entries, (family, key), list)?;
            }
        }
    }
    Ok(())
}

fn in_order(entries: &[VersionEntry], (family, key): (usize, usize), list: &[Seen]) -> Result<(), String> {
    let made_here = entries.iter().filter(|entry| entry.family == family).filter_map(|entry| {
        let (_, name) = made(entry).filter(|(at, name)| *at == key && **name != Name::Null)?;
        Some((entry, name, place_of(list, name)?))
    });
    let made_here: Vec<_> = made_here.collect();
    for (older, older_name, below) in &made_here {
        for (newer, newer_name, above) in &made_here {
            if older.ended < newer.began && below < above {
                return Err(format!(
                    "{older_name:?} is listed above {newer_name:?}, but was acknowledged before that was asked for"
                ));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{KEPT, list, object, write};
    use super::*;

    #[test]
    fn a_version_below_one_that_was_acknowledged_before_is_found() {
        let (one, two) = (|| object("one", "1"), || object("two", "2"));
        let listed = |versions| {
            let history = [write(KEPT, ("one", "1"), 1), write(KEPT, ("two", "2"), 2), list(KEPT, vec![versions], 3)];
            listings_show_the_order_of_acknowledgement(&history)
        };
        assert!(listed(vec![two(), one()]).is_ok());
        assert!(listed(vec![one(), two()]).is_err());
    }
}
