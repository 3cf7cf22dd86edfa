//! Sets of actions.

use super::Action;

/// A set of actions: one bit each.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct ActionSet(u128);

const _: () = assert!(Action::ALL.len() <= u128::BITS as usize, "every action has a bit");

impl ActionSet {
    /// All actions.
    pub fn all() -> Self {
        Action::ALL.iter().copied().collect()
    }

    /// With the actions of both.
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// With the actions that are not in it.
    pub fn complement(self) -> Self {
        Self(Self::all().0 & !self.0)
    }

    /// Whether `action` is in it.
    pub fn contains(self, action: Action) -> bool {
        self.0 & Self::bit(action) != 0
    }

    /// Whether nothing is in it.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The actions in it.
    pub fn iter(self) -> impl Iterator<Item = Action> {
        Action::ALL.iter().copied().filter(move |action| self.contains(*action))
    }

    fn bit(action: Action) -> u128 {
        1 << action as u32
    }
}

impl FromIterator<Action> for ActionSet {
    fn from_iter<I: IntoIterator<Item = Action>>(actions: I) -> Self {
        Self(actions.into_iter().fold(0, |bits, action| bits | Self::bit(action)))
    }
}

#[cfg(test)]
mod tests {
    use super::{Action, ActionSet};

    #[test]
    fn a_set_holds_what_was_put_in_and_its_complement_the_rest() {
        let set: ActionSet = [Action::GetObject, Action::ListAllMyBuckets].into_iter().collect();
        for action in Action::ALL {
            let is_in = matches!(action, Action::GetObject | Action::ListAllMyBuckets);
            assert_eq!(set.contains(*action), is_in, "{action:?}");
            assert_eq!(set.complement().contains(*action), !is_in, "{action:?}");
        }
        assert_eq!(set.iter().count(), 2);
        assert!(ActionSet::all().complement().is_empty());
    }
}
