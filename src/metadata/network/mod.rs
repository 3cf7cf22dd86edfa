//! How the members of a shard speak with each other: Raft's calls over [`MetadataService`](crate::MetadataService).

mod peer;
mod snapshot;

pub(crate) use peer::{NetworkParts, PeerFactory};
