//! The catalog under Raft: shard server, log store, router client.
//!
//! A [`MetadataNode`] holds one member of every shard: one log for all of them, one engine for their rows. Whoever needs
//! the catalog asks through a [`MetadataClient`]; whoever writes objects holds a [`WriterSession`], which numbers its
//! commands and blobs.
//!
//! # Invariants
//! R1–R8 of Raft, E1 (a command takes effect at most once, whatever is lost on the way), E4 (one shard answers for a
//! key), E5 (an acknowledged configuration governs), E7 (equal index, equal state).
//!
//! # Crash
//! What was acknowledged is synced in the logs of a majority. Rows are derived from the log and may be behind it; the
//! log is cut only below what is flushed. Damage below the synced end of a log quarantines its node.
//!
//! # Limits
//! [`limits`].
//!
//! # Not here
//! What commands mean (`cairn-catalog`), the bytes of the log's files (`cairn-journal`).

mod buckets;
mod client;
mod cluster;
mod error;
pub mod limits;
mod log;
mod network;
mod node;
mod raft;
mod root;
mod rounds;
mod service;
mod session;
mod state;

pub use buckets::{NewBucket, create_bucket, delete_bucket, record_configuration, set_bucket_document};
pub use client::{MetadataClient, Route};
pub use cluster::{CreateClusterError, Founder, MemberError, NewCluster, add_member, create_cluster, remove_member};
pub use error::MetadataError;
pub use log::OpenLogError;
pub use node::{
    MetadataNode, NodeIdentity, NodeParts, NodeSettings, OpenNodeError, RecoverError, Recovered, RecoveredShard,
    StartError, recover,
};
pub use raft::{
    AppendAnswer, AppendCall, EntryRecord, LogIdRecord, MembershipRecord, PayloadRecord, StoredMembershipRecord,
    VoteAnswer, VoteCall, VoteRecord, VoterSet,
};
pub use service::{
    Answered, ChangeMembersCall, DigestAt, Directory, HelloAnswer, HelloCall, HostedShard, JoinAnswer, JoinCall,
    MemberChange, MemberStatus, MetadataHandler, MetadataService, NodeStatus, RemoteMetadata, RenewAnswer, RenewCall,
    RowRecord, SERVICE_NAME, ServiceError, ShardStatus, SnapshotAnswer, SnapshotCall, SnapshotMetaRecord, SubmitCall,
    TransferCall,
};
pub use session::{BlobTicket, OpenRead, SessionOwner, WriterSession};

#[cfg(test)]
mod simulation;
