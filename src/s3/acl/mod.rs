//! Access control lists: canned, in headers and as documents.
//!
//! # Invariants
//!
//! What a request asks of an ACL comes from one place: a canned name, headers or a document, never two. Grantees are
//! named, not looked up: whether an id or an e-mail address is somebody's is the caller's to find out
//! (`UnresolvableGrantByEmailAddress`, `InvalidArgument`).

mod canned;
mod change;
mod document;
mod grant;
mod grant_header;
mod requested;

pub use canned::CannedAcl;
pub use change::AclChange;
pub use document::AccessControlPolicy;
pub use grant::{AclGroup, Grant, Grantee, Permission};
pub use requested::RequestedAcl;

#[cfg(test)]
mod tests;
