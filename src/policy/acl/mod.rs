//! Access control lists.

mod canned;
mod document;
mod rights;

pub use canned::{AclTarget, CannedAcl};
pub use document::{Acl, AclError, Grant, Grantee, Group, Permission};
pub(crate) use rights::Granted;
