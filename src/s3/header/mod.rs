//! Headers as S3 reads them.

mod date;
mod known;
mod request_headers;
mod standard;
mod storage_class;
mod user_metadata;
mod website_redirect;

pub use date::{format_http_date, parse_http_date, parse_iso_date};
pub use standard::StandardHeaders;
pub use storage_class::StorageClass;
pub use user_metadata::UserMetadata;
pub use website_redirect::WebsiteRedirect;

pub(crate) use date::parse_date;
pub(crate) use known::refuse_unknown;
pub(crate) use request_headers::{RequestHeaders, is_hoisted};
