//! D1, D2: what was acknowledged is there at the end, byte by byte, unless something later may have replaced it.
//!
//! The bytes themselves are compared by every read of a run (`workload/actor.rs`).

use std::time::Duration;

use crate::workload::{Act, ETag, Entry, Outcome};

/// Checks the last acknowledged change of each key against what is read after the run.
pub(crate) fn acknowledged_writes_survive(entries: &[Entry], end: &[(&str, Option<ETag>)]) -> Result<(), String> {
    for (key, found) in end {
        let changes: Vec<&Entry> = entries.iter().filter(|entry| entry.key == *key && may_change(entry)).collect();
        let told = changes.iter().filter(|change| change.outcome == Outcome::Done);
        let Some(last) = told.max_by_key(|change| change.began) else { continue };
        let later = |change: &&Entry| change.outcome == Outcome::Unknown || ends_after(change, last.began);
        if changes.iter().filter(|change| !same(change, last)).any(later) {
            // Another change ran at the same time or later: the linearizable check decides.
            continue;
        }
        let expected = after(&last.act);
        if found.as_ref() != expected {
            return Err(format!("{key:?} was {:?} and reads {found:?}", last.act));
        }
    }
    Ok(())
}

fn may_change(entry: &Entry) -> bool {
    entry.outcome != Outcome::Refused && !matches!(entry.act, Act::Read(_))
}

fn ends_after(entry: &Entry, time: Duration) -> bool {
    entry.ended >= time
}

fn same(one: &Entry, other: &Entry) -> bool {
    std::ptr::eq(one, other)
}

fn after(act: &Act) -> Option<&ETag> {
    match act {
        Act::Write(etag) | Act::Create(etag) | Act::Replace(_, etag) => Some(etag),
        Act::Delete | Act::Read(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::linearizable::tests::{at, entry};
    use super::*;

    #[test]
    fn a_lost_write_is_found() {
        let put = entry("k", Act::Write("one".into()), Outcome::Done, 1, 2);
        assert!(acknowledged_writes_survive(std::slice::from_ref(&put), &[("k", Some("one".into()))]).is_ok());
        assert!(acknowledged_writes_survive(std::slice::from_ref(&put), &[("k", None)]).is_err());
        let deleted = [put.clone(), entry("k", Act::Delete, Outcome::Done, 3, 4)];
        assert!(acknowledged_writes_survive(&deleted, &[("k", Some("one".into()))]).is_err());
        let unknown = [put, entry("k", Act::Delete, Outcome::Unknown, 3, 4)];
        assert!(acknowledged_writes_survive(&unknown, &[("k", None)]).is_ok());
        assert_eq!(at(1), Duration::from_secs(1));
    }
}
