//! One error for each family of operations; what shards refuse becomes the variant that the family has for it.

mod bucket;
mod delete;
mod list;
mod lookup;
mod put;
mod read;
mod stage;
mod update;
mod upload;

pub use bucket::BucketRefusal;
pub use delete::DeleteError;
pub use list::ListError;
pub use lookup::LookupError;
pub use put::PutError;
pub use read::ReadError;
pub use stage::{BlobError, StageError};
pub use update::UpdateError;
pub use upload::UploadError;
