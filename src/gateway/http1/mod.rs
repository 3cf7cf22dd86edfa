//! HTTP/1.1 over any stream.
//!
//! hyper speaks the protocol. Before it sees a request, the [`Gate`](gate::Gate) has looked at the head: hyper answers
//! what it cannot read with an empty 400, and hides a `Content-Length` that comes with `Transfer-Encoding`, while S3 has an
//! error document for each. A head that is refused is replaced by a harmless one whose answer is that document.
//!
//! # Limits
//! Heads, waits and connections are bounded ([`crate::limits`]); a body is read no faster than it is used.

mod connection;
mod gate;
mod head_check;
mod link;
mod patience;
mod request_body;
mod response_body;

pub(crate) use connection::serve_connection;
pub(crate) use link::Link;
pub(crate) use request_body::RequestBody;
pub(crate) use response_body::{BodyCut, ResponseBody};
