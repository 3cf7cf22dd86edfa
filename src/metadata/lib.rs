//! The catalog under Raft: shard server, log store, router client.

mod raft;
