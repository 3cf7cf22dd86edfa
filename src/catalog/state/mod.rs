//! How the state machine sees the engine that keeps its rows.

mod memory;
mod overlay;
mod read;
mod running_digest;
mod write;

pub use memory::MemoryState;
pub use overlay::Overlay;
pub use read::{CatalogRead, ReadError, RowScan, Rows};
pub(crate) use read::{contradiction, decode_row, named_row, read_row};
pub use running_digest::running_digest;
pub use write::{Applied, Write};
