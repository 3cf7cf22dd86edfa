//! Access policies: who may do what.
//!
//! # Invariants
//! Default deny: whatever no rule allows is refused.
//!
//! # Not here
//! Proving who somebody is (`cairn-s3`), and looking up what belongs to whom (`cairn-gateway`).

mod action;
mod decide;
mod principal;

pub use action::Action;
pub use decide::{Decision, Resource, decide};
pub use principal::Principal;
