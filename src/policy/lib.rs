//! Access decisions: who may do what. Policies are parsed and compiled here, ACLs are documents of this crate, and
//! [`decide()`] is the one place that decides.
//!
//! # Invariants
//! Default deny: whatever no rule allows is refused, and an explicit deny outweighs every allow.
//! A document that is not understood to its last element is refused, never applied in part.
//!
//! # Limits
//! Those of [`limits`]. The time of a decision is bounded by the size of the policies, whatever their patterns.
//!
//! # Not here
//! Proving who somebody is (`cairn-s3`), looking up what belongs to whom and what a request says (`cairn-gateway`), and
//! reading ACLs and configurations from XML (`cairn-s3`).

mod acl;
mod action;
mod arn;
mod condition;
mod context;
mod decide;
mod document;
pub mod limits;
mod ownership;
mod pattern;
mod principal;
mod public_access;

pub use acl::{Acl, AclError, AclTarget, CannedAcl, Grant, Grantee, Group, Permission};
pub use action::{Action, ActionScope, ActionSet};
pub use arn::BucketRef;
pub use context::{ConditionKey, NoContext, RequestContext, Value, Values};
pub use decide::{Allowed, BucketAccess, Decision, Denied, ObjectState, Question, Resource, decide};
pub use document::{BucketPolicy, IdentityPolicy, NamedPrincipal, PolicyError};
pub use ownership::{GivenAcl, Ownership};
pub use principal::Principal;
pub use public_access::PublicAccessBlock;
