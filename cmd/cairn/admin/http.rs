//! One request to an admin listener, and its answer.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use anyhow::{Context, Result};

/// Longest wait for a connection.
const CONNECT_WAIT_MAX: Duration = Duration::from_secs(5);
/// Longest wait for an answer.
const ANSWER_WAIT_MAX: Duration = Duration::from_secs(120);

/// A request; what the connection needs is added to it.
pub(super) struct Request<'a> {
    /// The method.
    pub(super) method: &'a str,
    /// The path.
    pub(super) path: &'a str,
    /// Headers, `host` not among them.
    pub(super) headers: Vec<(String, String)>,
    /// The body.
    pub(super) body: &'a [u8],
}

/// An answer.
pub(super) struct Answer {
    /// The status.
    pub(super) status: u16,
    /// The first line, for messages.
    pub(super) line: String,
    /// The body.
    pub(super) body: String,
}

/// The host and port of an endpoint, as the `Host` header has them.
pub(super) fn host(endpoint: &str) -> &str {
    endpoint.strip_prefix("http://").unwrap_or(endpoint).trim_end_matches('/')
}

/// Asks an admin listener.
pub(super) fn exchange(endpoint: &str, request: &Request<'_>) -> Result<Answer> {
    let answer = send(host(endpoint), request).with_context(|| format!("ask {endpoint}"))?;
    let (head, body) = answer.split_once("\r\n\r\n").context("the answer is not HTTP")?;
    let line = head.lines().next().unwrap_or_default().to_owned();
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).context("the answer is not HTTP")?;
    Ok(Answer { status, line, body: body.to_owned() })
}

/// HTTP/1.0: the answer ends with the connection.
fn send(host: &str, request: &Request<'_>) -> Result<String> {
    let address = host.to_socket_addrs()?.next().context("no address")?;
    let mut stream = TcpStream::connect_timeout(&address, CONNECT_WAIT_MAX)?;
    stream.set_read_timeout(Some(ANSWER_WAIT_MAX))?;
    let Request { method, path, body, .. } = request;
    let mut head = format!("{method} {path} HTTP/1.0\r\nhost: {host}\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in &request.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(format!("{head}\r\n").as_bytes())?;
    stream.write_all(body)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
