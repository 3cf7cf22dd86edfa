//! Where the server listens.

use std::str::FromStr;

use anyhow::{Context, bail};

/// The authority of an `http://` endpoint: what is connected to, and the `Host` of every request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    host: String,
    port: u16,
}

impl Endpoint {
    /// `host:port`, to connect to.
    pub fn address(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// The `Host` header: without the port where it is the default, as clients write it.
    pub fn host_header(&self) -> String {
        if self.port == 80 { self.host.clone() } else { self.address() }
    }
}

impl FromStr for Endpoint {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let Some(rest) = text.strip_prefix("http://") else {
            bail!("{text:?} is not an http:// endpoint (TLS is not measured)");
        };
        let authority = rest.trim_end_matches('/');
        if authority.is_empty() || authority.contains('/') {
            bail!("{text:?} is not http://host:port");
        }
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().with_context(|| format!("the port of {text:?}"))?),
            None => (authority, 80),
        };
        Ok(Self { host: host.to_owned(), port })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_a_host_and_a_port() {
        let endpoint: Endpoint = "http://127.0.0.1:9000/".parse().unwrap();
        assert_eq!(
            (endpoint.address().as_str(), endpoint.host_header().as_str()),
            ("127.0.0.1:9000", "127.0.0.1:9000")
        );
        let endpoint: Endpoint = "http://s3.example.org".parse().unwrap();
        assert_eq!(
            (endpoint.address().as_str(), endpoint.host_header().as_str()),
            ("s3.example.org:80", "s3.example.org")
        );
    }

    #[test]
    fn what_is_no_endpoint_is_refused() {
        for text in ["https://a", "a:9000", "http://", "http://a/b", "http://a:x"] {
            assert!(text.parse::<Endpoint>().is_err(), "{text}");
        }
    }
}
