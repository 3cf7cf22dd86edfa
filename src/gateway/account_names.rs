//! Names of accounts by canonical id.

use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_types::CanonicalId;
use parking_lot::RwLock;

use crate::limits::ACCOUNT_NAMES_KEPT_MAX;

/// The names that were seen. An id is given to one account, and that keeps its name: what was seen once stays true.
#[derive(Default)]
pub(crate) struct AccountNames(RwLock<BTreeMap<CanonicalId, Arc<str>>>);

impl AccountNames {
    /// The name, if it was seen.
    pub(crate) fn get(&self, id: &CanonicalId) -> Option<Arc<str>> {
        self.0.read().get(id).cloned()
    }

    /// Remembers a name.
    pub(crate) fn keep(&self, id: CanonicalId, name: &str) -> Arc<str> {
        let name = Arc::<str>::from(name);
        let mut names = self.0.write();
        if names.len() >= ACCOUNT_NAMES_KEPT_MAX {
            // Rare, and what is lost is one lookup for each account in use.
            names.clear();
        }
        names.insert(id, Arc::clone(&name));
        name
    }
}

#[cfg(test)]
mod tests {
    use cairn_types::CanonicalId;

    use super::AccountNames;
    use crate::limits::ACCOUNT_NAMES_KEPT_MAX;

    #[test]
    fn names_are_kept_and_bounded() {
        let names = AccountNames::default();
        let id = |number: usize| CanonicalId { digits: number.to_string() };
        assert_eq!(names.get(&id(0)), None);
        (0..ACCOUNT_NAMES_KEPT_MAX).for_each(|number| drop(names.keep(id(number), "someone")));
        assert_eq!(names.get(&id(0)).as_deref(), Some("someone"));
        names.keep(id(ACCOUNT_NAMES_KEPT_MAX), "one more");
        assert_eq!(names.0.read().len(), 1);
        assert_eq!(names.get(&id(ACCOUNT_NAMES_KEPT_MAX)).as_deref(), Some("one more"));
    }
}
