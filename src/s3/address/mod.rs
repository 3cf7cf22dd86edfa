//! From host and raw path to bucket and key.
//!
//! # Invariants
//!
//! A key is decoded exactly once, and the same decoded key is authorised and stored: no second normalisation, so that
//! `%252F` names the key `%2F`, `+` is a plus, and `//`, `.`, a trailing or a leading slash are part of the key.

mod addressing;
mod copy_source;
mod host;
mod namespace;
mod percent;
mod resource;

pub use addressing::{AddressStyles, Addressing, AddressingError};
pub use copy_source::CopySource;
pub use host::request_host;
pub use namespace::{Namespace, NamespaceError};
pub use percent::{PercentError, encode_key, percent_decode};
pub use resource::{Address, Resource};

pub(crate) use percent::form_decode;
pub(crate) use resource::{parse_bucket, parse_key};
