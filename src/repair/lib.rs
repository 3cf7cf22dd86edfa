//! Collects what nothing references.
//!
//! [`DegradedMarks`] notes the fragments that disks found damaged.
//!
//! A [`Collector`] deletes the fragments of runs on the garbage tables of the shards, sweeps disks for fragments that no
//! row names (of crashed writers, of disks that were away), and has late fragments counted. It remembers nothing that
//! matters: started anew, or twice at once, it does the same.
//!
//! # Invariants
//! D5: a fragment is deleted only if a garbage row holds its run, or its owning shard answered, as of a time after the
//! fragment was listed, that no run row names its blob and none ever will. No age, no clock and nothing remembered
//! decides it. D8: after quiescence one complete round leaves no orphan on the disks that are up. E10: a garbage row waits
//! for readers a day at most, and never for a disk that is down.
//!
//! # Crash
//! Fragments are deleted before the row that names them. Cut off anywhere, the row is still there and the next round
//! deletes what is left; deleting a fragment twice is the same as once.
//!
//! # Limits
//! [`limits`].
//!
//! # Not here
//! Seals of deleted buckets are forgotten by the leader of the root shard (`cairn-metadata`); space of deleted fragments
//! is given back by compaction (`cairn-storage`).

mod collected;
mod collector;
mod degraded;
mod disks;
mod election;
mod error;
mod garbage;
pub mod limits;
mod marks;
mod pace;
mod places;
mod round;
mod run;
mod settings;
mod sweep;

#[cfg(test)]
mod tests;

pub use collected::Collected;
pub use collector::Collector;
pub use error::{CollectError, DiskStep, ShardStep};
pub use marks::DegradedMarks;
pub use settings::CollectorSettings;
