//! Policies as documents: read strictly, once, into what decisions evaluate.

mod actions;
mod elements;
mod error;
mod json;
mod policy;
mod principals;
mod resources;
mod statement;

pub use error::PolicyError;
pub use policy::{BucketPolicy, IdentityPolicy};
pub(crate) use policy::{Found, Policy};
pub(crate) use principals::Grip;
pub use principals::NamedPrincipal;
pub(crate) use statement::{Effect, Probe, Statement};
