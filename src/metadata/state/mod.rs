//! Rows of the shards: the state machine that Raft applies entries to.
//!
//! # Invariants
//! E7: equal index, equal rows: an entry's changes, the running digest and the applied id are one batch. R6: purged ≤
//! flushed ≤ applied: what Raft calls a snapshot covers only what the engine has flushed. A refusal is a reply; an error
//! while applying stops the member.
//!
//! # Crash
//! The engine falls back to some batch; the log has the entries behind it. A received snapshot takes the place of all
//! rows of the shard in one step, or not at all.
//!
//! # Concurrency
//! Entries are applied on the state machine's task, reading memory alone; what memory cannot tell is applied again where
//! blocking is allowed.

mod apply;
mod machine;
mod rows;
mod shard_state;
mod snapshot;
mod view;

pub(crate) use machine::{FlushRounds, ShardMachine};
pub(crate) use shard_state::{ShardState, StateParts};
pub(crate) use snapshot::{ShardSnapshot, SnapshotReader, rows_digest};
