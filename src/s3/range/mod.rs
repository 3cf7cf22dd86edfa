//! Ranges of bytes.

mod byte_range;
mod copy_range;
mod part_number;
mod request_range;

pub use byte_range::ByteRange;
pub use copy_range::CopyRange;
pub use part_number::PartNumber;
pub use request_range::RequestRange;
