//! Calls between the processes of a cluster.
//!
//! A call is a method, an encoded head and payload bytes that are never encoded. Two transports carry it: gRPC (tonic)
//! for control, HTTP/1.1 for fragments, and in simulation HTTP/1.1 for both (tonic and h2 keep clocks and random choices
//! of their own). Services know neither: they implement [`Handler`] on one side and call [`Transport`] on the other.
//!
//! # Invariants
//! L3: no call outlives its deadline. A failure says whether the call may have happened: [`CallError`].
//!
//! # Limits
//! `limits.rs`: message sizes, connections per peer, bytes being received per process.

mod grpc;
mod handler;
mod http;
pub mod limits;
mod message;
mod transport;

pub use grpc::{GrpcTransport, serve_grpc};
pub use handler::{Handler, Router};
pub use http::{HttpTransport, serve_http};
pub use message::{Failure, Message, Method};
pub use transport::{CallError, Transport};
