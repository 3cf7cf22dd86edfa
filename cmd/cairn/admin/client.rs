//! The commands that ask an admin listener.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::text::text;

/// Longest wait for an answer.
const ANSWER_WAIT_MAX: Duration = Duration::from_secs(120);

/// Prints how the cluster stands.
pub(crate) fn status(endpoint: &str, json: bool) -> Result<()> {
    let body = ask(endpoint, "GET", "/admin/v1/status")?;
    if json {
        println!("{body}");
        return Ok(());
    }
    print!("{}", text(&serde_json::from_str(&body).context("read the answer")?));
    Ok(())
}

/// Collects and prints what came of it.
pub(crate) fn collect(endpoint: &str, json: bool) -> Result<()> {
    let body = ask(endpoint, "POST", "/admin/v1/collect")?;
    if json {
        println!("{body}");
        return Ok(());
    }
    let counts: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&body).context("read the answer")?;
    counts.iter().for_each(|(what, count)| println!("{what}: {count}"));
    Ok(())
}

/// One request to an admin listener; its body.
fn ask(endpoint: &str, method: &str, path: &str) -> Result<String> {
    let host = endpoint.strip_prefix("http://").unwrap_or(endpoint).trim_end_matches('/');
    let exchange = || -> Result<String> {
        let address = host.to_socket_addrs()?.next().context("no address")?;
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(5))?;
        stream.set_read_timeout(Some(ANSWER_WAIT_MAX))?;
        write!(stream, "{method} {path} HTTP/1.0\r\nhost: {host}\r\ncontent-length: 0\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    let answer = exchange().with_context(|| format!("ask {endpoint}"))?;
    let (head, body) = answer.split_once("\r\n\r\n").context("the answer is not HTTP")?;
    if head.split(' ').nth(1).is_none_or(|status| status != "200") {
        bail!("{endpoint} answers {}: {}", head.lines().next().unwrap_or_default(), body.trim_end());
    }
    Ok(body.to_owned())
}
