//! Calls over gRPC, for control: `proto/cairn/rpc/v1/peer.proto`.

mod client;
mod server;
#[cfg(test)]
mod tests;

pub use client::GrpcTransport;
pub use server::serve_grpc;

#[allow(missing_docs, unreachable_pub, clippy::all, reason = "generated from proto/")]
mod proto {
    tonic::include_proto!("cairn.rpc.v1");
}
