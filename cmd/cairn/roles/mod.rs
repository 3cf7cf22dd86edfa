//! The roles: which components a process is made of, in what order they start, and how they stop.

mod disks;
mod embedded;
mod finder;
mod frame;
mod gateway;
mod growth;
mod metadata;
mod register;
mod s3_edge;
mod status;
mod storage;

use std::sync::Arc;

use anyhow::Result;
use cairn_runtime::Entropy;
use cairn_runtime::entropy::EntropySource;

use crate::config::{GatewayConfig, MetadataConfig, Resolved, Role, ServerConfig, StorageConfig};

pub(crate) use finder::find;
pub(crate) use frame::client as run_client;
pub(crate) use growth::grow_when;
pub(crate) use register::profile;

/// Runs a role until it is told to stop.
pub(crate) fn run(role: Role, resolved: &Resolved) -> Result<()> {
    match role {
        Role::Server => {
            let config = ServerConfig::from_resolved(resolved)?;
            frame::run(&config.common.clone(), async |process| embedded::start(process, config).await)
        }
        Role::Metadata => {
            let config = MetadataConfig::from_resolved(resolved)?;
            frame::run(&config.common.clone(), async |process| metadata::start(process, config).await)
        }
        Role::Storage => {
            let config = StorageConfig::from_resolved(resolved)?;
            frame::run(&config.common.clone(), async |process| storage::start(process, config).await)
        }
        Role::Gateway => {
            let config = GatewayConfig::from_resolved(resolved)?;
            frame::run(&config.common.clone(), async |process| gateway::start(process, config).await)
        }
    }
}

/// Randomness of the system, for commands that run no role.
pub(crate) fn entropy() -> Entropy {
    struct System;

    impl EntropySource for System {
        fn fill(&self, bytes: &mut [u8]) {
            let mut filled = 0;
            while filled < bytes.len() {
                match rustix::rand::getrandom(&mut bytes[filled..], rustix::rand::GetRandomFlags::empty()) {
                    Ok(count) => filled += count,
                    Err(rustix::io::Errno::INTR) => {}
                    Err(error) => panic!("the system gives no randomness: {error}"),
                }
            }
        }
    }

    Entropy::new(Arc::new(System))
}
