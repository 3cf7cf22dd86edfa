//! Storage node: the fragment service, and its client.

mod error;
mod service;

pub use error::StorageError;
pub use service::{
    Cells, DiskStatus, FoundFragment, FragmentService, FragmentServices, Hold, PutFragment, ReadCells, Reservation,
};
