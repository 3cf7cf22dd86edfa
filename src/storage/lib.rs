//! Storage node: the fragment service, and its client.

mod directory;
mod error;
mod handler;
pub mod limits;
mod maintenance;
mod messages;
mod node;
mod remote;
mod service;
mod wire_error;

pub use directory::StorageDirectory;
pub use error::StorageError;
pub use handler::StorageHandler;
pub use maintenance::maintain;
pub use node::{MountedDisk, StorageNode};
pub use remote::RemoteStorage;
pub use service::{
    Cells, DiskStatus, FoundFragment, FragmentService, FragmentServices, Hold, PutFragment, ReadCells, Reservation,
};
