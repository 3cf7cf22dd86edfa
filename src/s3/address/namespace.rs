//! Namespaces of bucket names.
//!
//! Bucket names are unique in the cluster, but an account may have a namespace of its own. Its requests mean that one; from
//! outside `namespace:bucket` names a bucket of it, and `:bucket` one that all accounts share. S3 has no `:` in names, so
//! nothing that S3 means is taken for it.

use std::fmt;

/// Longest namespace, as of a bucket's name.
const NAMESPACE_BYTES_MAX: usize = 63;

/// A namespace; empty is the one that all accounts share.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Namespace(String);

/// Text that is no namespace.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a namespace is 1 to {NAMESPACE_BYTES_MAX} of a-z, 0-9 and -, first and last a letter or digit")]
pub struct NamespaceError;

impl Namespace {
    /// The one that all accounts share.
    pub fn shared() -> Self {
        Self::default()
    }

    /// Checks a name; empty is the shared one.
    pub fn parse(text: &str) -> Result<Self, NamespaceError> {
        let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let edge = |edge: Option<u8>| edge.is_none_or(|byte| byte != b'-');
        let is_good = text.len() <= NAMESPACE_BYTES_MAX
            && text.bytes().all(good)
            && edge(text.bytes().next())
            && edge(text.bytes().next_back());
        if is_good { Ok(Self(text.to_owned())) } else { Err(NamespaceError) }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Namespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Namespace;

    #[test]
    fn a_namespace_is_a_short_name() {
        for text in ["", "a", "team-1", "0", &"a".repeat(63)] {
            assert_eq!(Namespace::parse(text).as_ref().map(Namespace::as_str), Ok(text));
        }
        for text in ["-", "-a", "a-", "A", "a.b", "a_b", "a:b", "a/b", "é", "a\0", &"a".repeat(64)] {
            assert!(Namespace::parse(text).is_err(), "{text:?}");
        }
    }
}
