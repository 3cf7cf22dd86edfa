//! C3: a delete marker that a client was told of is in every later listing, until somebody deletes it by its id.
//!
//! A marker named `null` goes with the next null version: only the linearizable check judges those.

use crate::workload::versions::{FAMILIES, Name, VersionAct, VersionEntry};

use super::{lists, made, may_have_happened, place_of};

/// Checks every marker that was told.
pub(super) fn markers_are_not_lost(entries: &[VersionEntry]) -> Result<(), String> {
    for marked in entries.iter().filter(|entry| matches!(entry.act, VersionAct::Delete { .. })) {
        let Some((key, name)) = made(marked).filter(|(_, name)| **name != Name::Null) else { continue };
        for (listing, shown) in lists(entries, marked.family).filter(|(listing, _)| listing.began > marked.ended) {
            let may_delete = |entry: &&VersionEntry| {
                (entry.family, entry.key) == (marked.family, key)
                    && matches!(&entry.act, VersionAct::DeleteVersion { name: deleted, .. } if deleted == name)
                    && may_have_happened(entry)
                    && entry.began <= listing.ended
            };
            if place_of(&shown[key], name).is_none() && !entries.iter().any(|entry| may_delete(&entry)) {
                let key = FAMILIES[marked.family].keys[key];
                return Err(format!("a listing lacks the marker {name:?} of {key:?}, told at {:?}", marked.ended));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{KEPT, delete, delete_version, id, list};
    use super::*;
    use crate::workload::versions::{Seen, Told};

    #[test]
    fn a_marker_that_is_gone_and_that_nobody_deleted_is_found() {
        let marked = delete(KEPT, "m", 1);
        let listed = |versions| list(KEPT, vec![versions, Vec::new()], 5);
        assert!(markers_are_not_lost(&[marked.clone(), listed(vec![Seen::Marker(id("m"))])]).is_ok());
        assert!(markers_are_not_lost(&[marked.clone(), listed(Vec::new())]).is_err());
        let deleted = delete_version(KEPT, "m", Told::Unknown, 3);
        assert!(markers_are_not_lost(&[marked, deleted, listed(Vec::new())]).is_ok());
    }
}
