//! Which host a request is for.

use http::HeaderMap;
use http::header::HOST;

use crate::error::{S3Error, S3ErrorCode};
use crate::head::RequestHead;

/// The host as sent, port included. HTTP/1.1 wants exactly one, and it must not contradict the target's own.
pub fn request_host<'a>(head: &RequestHead<'a>) -> Result<&'a str, S3Error> {
    match (header_host(head.headers)?, head.authority) {
        (Some(host), Some(authority)) if !host.eq_ignore_ascii_case(authority) => {
            Err(refused("The Host header does not match the host of the request target"))
        }
        (Some(host), _) => Ok(host),
        (None, Some(authority)) => Ok(authority),
        (None, None) => Err(refused("Missing required header for this request: Host")),
    }
}

fn header_host(headers: &HeaderMap) -> Result<Option<&str>, S3Error> {
    let mut values = headers.get_all(HOST).iter();
    let first = values.next();
    if values.next().is_some() {
        return Err(refused("Only one Host header is allowed"));
    }
    let text = first.map(|host| host.to_str().map_err(|_| refused("The Host header is not text"))).transpose()?;
    match text {
        Some("") => Err(refused("The Host header is empty")),
        other => Ok(other),
    }
}

fn refused(message: &'static str) -> S3Error {
    S3Error::with_message(S3ErrorCode::InvalidRequest, message)
}
