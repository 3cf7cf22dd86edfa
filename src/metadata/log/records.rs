//! What the journal of a metadata node holds (docs/formats/raft.md).

use bytes::Bytes;
use cairn_journal::{Payload, Record as JournalRecord};
use cairn_types::record::{FieldError, Record, record, record_enum};
use cairn_types::{Generation, NodeId, ShardId};
use openraft::EntryPayload;

use crate::raft::{Entry, LogIdRecord, MembershipRecord, Proposal, VoteRecord};

/// An entry: head [`EntryHead`], payload the command or the members.
pub(crate) const ENTRY: u16 = 1;
/// A vote: head [`VoteHead`].
pub(crate) const VOTE: u16 = 2;
/// A truncation: head [`CutHead`], the last entry kept.
pub(crate) const TRUNCATE: u16 = 3;
/// A purge: head [`CutHead`], the last entry purged.
pub(crate) const PURGE: u16 = 4;
/// Votes, purges and generations of the node: head [`CheckpointHead`].
pub(crate) const CHECKPOINT: u16 = 5;
/// A start of a peer or of the node itself: head [`GenerationRecord`].
pub(crate) const GENERATION: u16 = 6;

record_enum! {
    /// What an entry's payload is.
    pub enum EntryKind {
        /// There is none.
        1 => Blank,
        /// A command.
        2 => Command,
        /// Members.
        3 => Membership,
    }
}

record! {
    /// Head of an entry.
    #[derive(Copy, Eq)]
    pub struct EntryHead without unknown {
        /// The shard.
        1 => pub shard: ShardId,
        /// Place in its log.
        2 => pub log_id: LogIdRecord,
        /// What the payload is.
        3 => pub kind: EntryKind,
    }
}

record! {
    /// Head of a vote.
    #[derive(Copy, Eq)]
    pub struct VoteHead without unknown {
        /// The shard.
        1 => pub shard: ShardId,
        /// The vote.
        2 => pub vote: VoteRecord,
    }
}

record! {
    /// Head of a truncation or purge.
    #[derive(Copy, Eq)]
    pub struct CutHead without unknown {
        /// The shard.
        1 => pub shard: ShardId,
        /// The entry at the cut; absent: before the first.
        2 => pub at: Option<LogIdRecord>,
    }
}

record! {
    /// A start of a node.
    #[derive(Eq)]
    pub struct GenerationRecord {
        /// The node.
        1 => pub node: NodeId,
        /// Its generation.
        2 => pub generation: Generation,
        /// Random bytes of that start.
        3 => pub start: Bytes,
    }
}

record! {
    /// A shard in a checkpoint.
    #[derive(Copy, Eq)]
    pub struct ShardCheckpoint without unknown {
        /// The shard.
        1 => pub shard: ShardId,
        /// Its vote.
        2 => pub vote: Option<VoteRecord>,
        /// Last entry purged.
        3 => pub purged: Option<LogIdRecord>,
    }
}

record! {
    /// Head of a checkpoint.
    #[derive(Eq)]
    pub struct CheckpointHead {
        /// Shards by id.
        1 => pub shards: Vec<ShardCheckpoint>,
        /// Last known starts by node.
        2 => pub generations: Vec<GenerationRecord>,
    }
}

/// An entry as a record; the command's bytes are shared.
pub(crate) fn entry_record(shard: ShardId, entry: &Entry) -> JournalRecord {
    let (kind, payload) = match &entry.payload {
        EntryPayload::Blank => (EntryKind::Blank, Bytes::new()),
        EntryPayload::Normal(proposal) => (EntryKind::Command, proposal.0.clone()),
        EntryPayload::Membership(membership) => (EntryKind::Membership, MembershipRecord::of(membership).encode()),
    };
    let head = EntryHead { shard, log_id: LogIdRecord::of(entry.log_id), kind };
    let payload = if payload.is_empty() { Payload::None } else { Payload::Plain(vec![payload]) };
    JournalRecord { kind: ENTRY, head: head.encode(), payload }
}

/// Inverse of [`entry_record`].
pub(crate) fn decode_entry(head: Bytes, payload: Bytes) -> Result<(ShardId, Entry), FieldError> {
    let head = EntryHead::decode(head)?;
    let payload = match head.kind {
        EntryKind::Blank => EntryPayload::Blank,
        EntryKind::Command => EntryPayload::Normal(Proposal(payload)),
        EntryKind::Membership => EntryPayload::Membership(MembershipRecord::decode(payload)?.into_membership()),
    };
    Ok((head.shard, Entry { log_id: head.log_id.to_log_id()?, payload }))
}

/// A record that is all head.
pub(crate) fn head_record(kind: u16, head: &impl Record) -> JournalRecord {
    JournalRecord::of_head(kind, head.encode())
}
