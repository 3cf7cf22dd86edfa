//! openraft, kept behind this module: its types, the runtime it runs on, and how its messages are encoded.

mod codec;
mod config;
mod messages;
mod runtime;
mod types;
mod watch;

pub use codec::{
    EntryRecord, LogIdRecord, MembershipRecord, PayloadRecord, StoredMembershipRecord, VoteRecord, VoterSet,
};
pub(crate) use config::raft_config;
pub use messages::{AppendAnswer, AppendCall, VoteAnswer, VoteCall};
pub(crate) use types::{
    Entry, LogId, Membership, Outcome, Proposal, RaftSnapshot, RaftTypes, SnapshotMeta, StoredMembership, Vote,
};

#[cfg(test)]
mod codec_tests;
