//! Calls over HTTP/1.1: `POST /cairn/v1/<service>/<method>`, the body being the head followed by the payload.

mod client;
mod codec;
mod pool;
mod server;
#[cfg(test)]
mod tests;

pub use client::HttpTransport;
pub use server::serve_http;
