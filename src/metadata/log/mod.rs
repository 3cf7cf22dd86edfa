//! One log for all shards of a node.
//!
//! # Invariants
//! R7: a vote is durable before it is given. What a leader counts is durable: an append completes once its flush is
//! synced, in the order of the appends. R8: a log with damage below its synced end, or with a hole, quarantines its node.
//! A file is given back only when no shard needs an entry of it and votes, cuts and generations are in a later one.
//!
//! # Concurrency
//! The journal's writer is the one ordered writer: appends, votes, truncations and purges of all shards go through it in
//! the order of the calls, one write and one sync for all that wait. Entries that are not purged are in memory.
//!
//! # Crash
//! Replayed from the oldest file; votes and cuts are set again by each checkpoint, which is consistent with its place.
//!
//! The records are described in `docs/formats/raft.md`.

mod open;
mod reader;
mod records;
mod storage;
mod store;
mod tail;

pub use open::OpenLogError;
pub(crate) use open::{OpenedLog, open_log};
pub(crate) use records::GenerationRecord;
pub(crate) use storage::ShardLogStorage;
pub(crate) use store::{LogStore, ShardLog};
