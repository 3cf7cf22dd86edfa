//! Configuration: what an operator may set, from where it is taken, and what it means.
//!
//! Precedence is flag > environment > file > default. All faults are reported at once. The environment is read here and
//! nowhere else.

mod fault;
mod key;
mod keys;
mod nearest;
mod print;
mod resolve;
mod typed;
mod value;

pub(crate) use key::Role;
pub(crate) use keys::{keys_of, reference};
pub(crate) use print::print;
pub(crate) use resolve::{Resolved, resolve};
pub(crate) use typed::{
    Common, GatewayConfig, MetadataConfig, RootPairSource, S3Settings, Secret, ServerConfig, StorageConfig, check,
};
