//! Headers as S3 reads them.

mod date;
mod request_headers;
mod standard;
mod unbuilt;
mod user_metadata;

pub use date::{format_http_date, parse_http_date};
pub use standard::StandardHeaders;
pub use user_metadata::UserMetadata;

pub(crate) use date::parse_date;
pub(crate) use request_headers::{RequestHeaders, is_hoisted};
pub(crate) use unbuilt::refuse_unbuilt;
