//! The headers that a signature covers.

use http::HeaderMap;

use super::refusal;
use crate::error::S3Error;

/// The list of a claim. Invariant: names of lower-case header characters, each once.
pub(super) struct SignedHeaders<'a> {
    text: &'a str,
    sorted: Vec<&'a str>,
}

impl<'a> SignedHeaders<'a> {
    /// Reads `host;x-amz-date;…`.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let mut sorted: Vec<&str> = text.split(';').collect();
        sorted.sort_unstable();
        let well_formed = sorted.iter().all(|name| is_header_name(name));
        let repeated = sorted.iter().zip(sorted.iter().skip(1)).any(|(one, next)| one == next);
        (well_formed && !repeated).then_some(Self { text, sorted })
    }

    /// The list as the client wrote it: its order is part of what is signed.
    pub(super) fn as_str(&self) -> &'a str {
        self.text
    }

    /// The names in the client's order.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> {
        self.text.split(';')
    }

    pub(super) fn covers(&self, name: &str) -> bool {
        self.sorted.binary_search(&name).is_ok()
    }

    /// Whether the list names a header that the request does not have: no honest client signs that.
    pub(super) fn names_absent_header(&self, headers: &HeaderMap) -> bool {
        self.names().any(|name| !headers.contains_key(name))
    }

    /// Checks that `host` and all `x-amz-*` headers are signed.
    ///
    /// # Errors
    ///
    /// `AccessDenied` with the names that are not.
    pub(super) fn check_coverage(&self, headers: &HeaderMap) -> Result<(), S3Error> {
        let present = headers.keys().map(|name| name.as_str()).filter(|name| name.starts_with("x-amz-"));
        let unsigned: Vec<&str> = ["host"].into_iter().chain(present).filter(|name| !self.covers(name)).collect();
        if unsigned.is_empty() { Ok(()) } else { Err(refusal::headers_not_signed(&unsigned)) }
    }
}

fn is_header_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::SignedHeaders;

    #[test]
    fn a_list_has_each_name_once_in_lower_case() {
        assert!(SignedHeaders::parse("host;x-amz-date").is_some());
        for bad in ["", ";", "host;", "Host", "host;host", "host;x amz", "a:b"] {
            assert!(SignedHeaders::parse(bad).is_none(), "{bad}");
        }
    }
}
