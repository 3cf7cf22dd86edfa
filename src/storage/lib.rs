//! Storage node: the fragment service, and its client.
//!
//! # Invariants
//! D2: a put that returned is durable. D6: cells travel with their digests; who uses them verifies them, and a fragment
//! that came over a network is verified before it is stored. P2: a put under an older epoch of its group is refused.
//!
//! # Crash
//! Promised room is gone, stored fragments are there: nothing else is kept.
//!
//! # Limits
//! [`limits`]: a disk holds a bounded number of bytes on their way in, whoever sends them.
//!
//! # Not here
//! Segments and their index (`cairn-fragments`), which disks a blob goes to (`cairn-placement`, `cairn-objects`).

mod directory;
mod error;
mod handler;
pub mod limits;
mod lost;
mod maintenance;
mod messages;
mod node;
mod received;
mod remote;
mod scrub;
mod service;
#[cfg(test)]
mod tests;
mod watch;
mod wire_error;

pub use directory::StorageDirectory;
pub use error::StorageError;
pub use handler::StorageHandler;
pub use lost::{LostFragment, LostFragments, Noted};
pub use maintenance::maintain;
pub use node::{MountedDisk, StorageNode};
pub use remote::RemoteStorage;
pub use service::{
    Cells, DiskStatus, FoundFragment, FragmentService, FragmentServices, Hold, PutFragment, ReadCells, Reservation,
};
