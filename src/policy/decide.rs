//! The decision.

use cairn_types::CanonicalId;

use crate::{Action, Principal};

/// What an action is on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Resource<'a> {
    /// The caller's own account: listing and making buckets, asking who one is.
    OwnAccount,
    /// A bucket or something in it, which belongs to this account.
    Of(&'a CanonicalId),
}

/// What came of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decision {
    /// It may be done.
    Allow,
    /// It may not.
    Deny,
}

/// Whether `principal` may do `action` on `resource`. An account may do everything with what it owns; nobody else may do
/// anything, and a user may do nothing until a policy says so.
pub fn decide(principal: &Principal, _action: Action, resource: Resource<'_>) -> Decision {
    match (principal, resource) {
        (Principal::Account { .. }, Resource::OwnAccount) => Decision::Allow,
        (Principal::Account { id, .. }, Resource::Of(owner)) if id == owner => Decision::Allow,
        (Principal::Anonymous | Principal::Account { .. } | Principal::User { .. }, _) => Decision::Deny,
    }
}

#[cfg(test)]
mod tests {
    use cairn_types::{AccountId, CanonicalId};

    use super::{Action, Decision, Principal, Resource, decide};

    fn id(digit: &str) -> CanonicalId {
        CanonicalId { digits: digit.repeat(64) }
    }

    #[test]
    fn an_account_may_do_everything_with_its_own_and_nothing_with_others() {
        let account = Principal::Account { id: id("a"), account: AccountId { number: 7 } };
        for action in [Action::GetObject, Action::DeleteBucket] {
            assert_eq!(decide(&account, action, Resource::Of(&id("a"))), Decision::Allow);
            assert_eq!(decide(&account, action, Resource::Of(&id("b"))), Decision::Deny);
        }
        assert_eq!(decide(&account, Action::ListAllMyBuckets, Resource::OwnAccount), Decision::Allow);
    }

    #[test]
    fn what_no_rule_allows_is_denied() {
        let (name, user_id) = ("u".to_owned(), "AIDA".to_owned());
        let user = Principal::User { id: id("a"), account: AccountId { number: 7 }, name, user_id };
        for principal in [Principal::Anonymous, user] {
            assert_eq!(decide(&principal, Action::GetObject, Resource::Of(&id("a"))), Decision::Deny);
            assert_eq!(decide(&principal, Action::ListAllMyBuckets, Resource::OwnAccount), Decision::Deny);
        }
    }
}
