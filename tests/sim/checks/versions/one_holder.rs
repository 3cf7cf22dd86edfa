//! E2, as clients see it: the bytes of one write are held by one version. No listing shows them twice: not under two names
//! after a rename, not as two versions.

use std::collections::BTreeMap;

use crate::workload::versions::{FAMILIES, VersionEntry};

use super::lists;

/// Checks every listing. No run sends the same bytes twice, and none of these copies.
pub(super) fn bodies_have_one_holder(entries: &[VersionEntry]) -> Result<(), String> {
    for (place, family) in FAMILIES.iter().enumerate() {
        for (_, shown) in lists(entries, place) {
            let mut holders = BTreeMap::new();
            for (key, seen) in shown.iter().enumerate().flat_map(|(key, list)| list.iter().map(move |seen| (key, seen)))
            {
                let Some(body) = seen.body() else { continue };
                let holder = (family.keys[key], seen.name());
                if let Some(other) = holders.insert(body, holder) {
                    return Err(format!("{body} is held by {other:?} and by {holder:?} of {}", family.bucket));
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{PLAIN, list, object};
    use super::*;

    #[test]
    fn a_second_holder_is_found() {
        let one = || object("one", "null");
        assert!(bodies_have_one_holder(&[list(PLAIN, vec![vec![one()], Vec::new()], 1)]).is_ok());
        assert!(bodies_have_one_holder(&[list(PLAIN, vec![vec![one()], vec![one()]], 1)]).is_err());
    }
}
