//! Path style and virtual-hosted style.

use cairn_types::BucketName;

use super::resource::{Address, Resource, parse_bucket};
use crate::error::{S3Error, S3ErrorCode};
use crate::head::RequestHead;

/// Which of the two styles a listener takes.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum AddressStyles {
    /// Both, as AWS.
    #[default]
    Both,
    /// Only `host/bucket/key`.
    PathOnly,
    /// Only `bucket.domain/key`.
    VirtualHostedOnly,
}

/// How a listener reads addresses: its domains and the styles it takes.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Addressing {
    domains: Vec<String>,
    styles: AddressStyles,
}

/// Why a configuration of domains is refused.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AddressingError {
    /// Not a host name.
    #[error("'{0}' is not a domain: want a host name without scheme and port")]
    NotADomain(String),
    /// Without a domain no bucket has a virtual host.
    #[error("virtual-hosted style alone needs at least one domain")]
    NoDomain,
}

impl Addressing {
    /// Checks the domains under which buckets are virtual hosts.
    pub fn new(domains: impl IntoIterator<Item = String>, styles: AddressStyles) -> Result<Self, AddressingError> {
        let mut checked = Vec::new();
        for domain in domains {
            let good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
            if domain.is_empty() || domain.starts_with('.') || !domain.bytes().all(good) {
                return Err(AddressingError::NotADomain(domain));
            }
            checked.push(domain.trim_end_matches('.').to_ascii_lowercase());
        }
        if checked.is_empty() && styles == AddressStyles::VirtualHostedOnly {
            return Err(AddressingError::NoDomain);
        }
        // The longest suffix that fits decides.
        checked.sort_by_key(|domain| std::cmp::Reverse(domain.len()));
        Ok(Self { domains: checked, styles })
    }

    /// What the request is about.
    pub fn resolve(&self, head: &RequestHead<'_>) -> Result<Address, S3Error> {
        let host = super::request_host(head)?;
        let Some(bucket) = self.bucket_of_host(host)? else {
            return self.path_style(head.path);
        };
        if self.styles == AddressStyles::PathOnly {
            return Err(refused("Virtual-hosted style requests are not accepted here: name the bucket in the path"));
        }
        let resource = Resource::in_bucket(bucket, head.path.strip_prefix('/').unwrap_or(head.path))?;
        Ok(Address { namespace: None, resource })
    }

    fn path_style(&self, path: &str) -> Result<Address, S3Error> {
        let address = Address::from_path(path)?;
        if self.styles == AddressStyles::VirtualHostedOnly && address.resource != Resource::Service {
            return Err(refused("Path style requests are not accepted here: name the bucket in the host"));
        }
        Ok(address)
    }

    /// The bucket that the host names, if it lies under one of the domains.
    fn bucket_of_host(&self, host: &str) -> Result<Option<BucketName>, S3Error> {
        let host = without_port(host).trim_end_matches('.').to_ascii_lowercase();
        let label = self.domains.iter().find_map(|domain| {
            let before = host.strip_suffix(domain.as_str())?;
            if before.is_empty() { Some("") } else { before.strip_suffix('.') }
        });
        match label {
            None | Some("") => Ok(None),
            Some(bucket) => parse_bucket(bucket.as_bytes()).map(Some),
        }
    }
}

/// The host without its port; an IPv6 address keeps its brackets.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

fn refused(message: &'static str) -> S3Error {
    S3Error::with_message(S3ErrorCode::InvalidRequest, message)
}

#[cfg(test)]
mod tests;
