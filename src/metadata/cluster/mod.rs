//! Making a cluster, and changing who its metadata members are. Every step may be repeated.

mod create;
mod members;

pub use create::{CreateClusterError, Founder, NewCluster, create_cluster};
pub use members::{MemberError, add_member, remove_member};
