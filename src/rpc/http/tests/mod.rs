//! The transport over the simulated network.

mod server;
mod support;
mod transport;
