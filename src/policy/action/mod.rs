//! What is asked for.

mod names;
mod set;
mod wish;

pub use names::Action;
pub use set::ActionSet;
pub(crate) use wish::{actions_matching, is_action_text};

/// What an action is done to, and so which resources a statement about it must name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ActionScope {
    /// The caller's own account.
    Account,
    /// A bucket.
    Bucket,
    /// An object, or the key that one is to have.
    Object,
}
