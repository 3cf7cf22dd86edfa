//! Configurations of a bucket: documents in and out.
//!
//! # Invariants
//!
//! An unknown element is `MalformedXML`: a rule that is dropped in silence would widen what the others allow. What a type
//! here writes, it reads back as the same.
//!
//! # Not here
//!
//! Tags ([`crate::tagging`]), ACLs ([`crate::acl`]), CORS ([`crate::cors`]), object lock ([`crate::lock`]) and default
//! encryption ([`crate::encryption`]), which are more than a document.

mod ownership_controls;
mod policy_text;
mod public_access_block;
mod request_payment;
mod versioning;

pub use ownership_controls::OwnershipControls;
pub use policy_text::{BucketPolicyText, PolicyStatus};
pub use public_access_block::PublicAccessBlock;
pub use request_payment::{Payer, RequestPayment};
pub use versioning::{VersioningConfiguration, VersioningStatus};

#[cfg(test)]
mod tests;
