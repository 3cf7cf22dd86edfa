//! The `cairn` binary: reads the configuration, builds the components of a role, runs and stops them; and the commands of
//! administrators and clients.

mod admin;
mod bench;
mod braces;
mod cli;
mod cluster;
mod config;
mod credentials;
mod directories;
mod founding;
mod roles;
mod telemetry;

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    match cli::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cairn: {error:#}");
            ExitCode::FAILURE
        }
    }
}
