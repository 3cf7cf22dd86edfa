//! What every listing of keys is narrowed by.

use super::parameters::Parts;
use crate::error::S3Error;

/// How keys are written into a document.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum KeyEncoding {
    /// As they are. XML cannot write control characters, so a client that has such keys asks for the other.
    #[default]
    Plain,
    /// `encoding-type=url`.
    Url,
}

/// Prefix, delimiter and encoding.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct ListScope {
    /// Only keys that begin so.
    pub prefix: String,
    /// Keys that share the stretch from the prefix to the next delimiter are one entry. Never empty.
    pub delimiter: Option<String>,
    /// How keys are written.
    pub encoding: KeyEncoding,
}

impl ListScope {
    pub(super) const PARAMETERS: [&'static str; 3] = ["prefix", "delimiter", "encoding-type"];

    pub(super) fn parse(parts: Parts<'_>) -> Result<Self, S3Error> {
        let encoding = match parts.query.nonempty("encoding-type") {
            None => KeyEncoding::Plain,
            Some("url") => KeyEncoding::Url,
            Some(other) => {
                let message = "Invalid Encoding Method specified in Request";
                return Err(S3Error::invalid_argument("encoding-type", other, message));
            }
        };
        Ok(Self {
            prefix: parts.query.get("prefix").unwrap_or("").to_owned(),
            delimiter: parts.query.nonempty("delimiter").map(str::to_owned),
            encoding,
        })
    }

    /// The common prefix that a key belongs to, if it does.
    pub fn common_prefix<'k>(&self, key: &'k str) -> Option<&'k str> {
        let delimiter = self.delimiter.as_deref()?;
        let rest = key.strip_prefix(self.prefix.as_str())?;
        let end = self.prefix.len() + rest.find(delimiter)? + delimiter.len();
        key.get(..end)
    }
}

#[cfg(test)]
mod tests {
    use super::{KeyEncoding, ListScope};

    #[test]
    fn a_common_prefix_ends_with_the_first_delimiter_after_the_prefix() {
        let scope = |prefix: &str, delimiter: Option<&str>| ListScope {
            prefix: prefix.to_owned(),
            delimiter: delimiter.map(str::to_owned),
            encoding: KeyEncoding::Plain,
        };
        for (prefix, delimiter, key, expected) in [
            ("", Some("/"), "a/b/c", Some("a/")),
            ("a/", Some("/"), "a/b/c", Some("a/b/")),
            ("a", Some("/"), "a/b/c", Some("a/")),
            ("a/b/", Some("/"), "a/b/c", None),
            ("", Some("/"), "/a", Some("/")),
            ("", Some("ab"), "xxabab", Some("xxab")),
            ("é", Some("é"), "éaé", Some("éaé")),
            ("b", Some("/"), "a/b", None),
            ("", None, "a/b", None),
        ] {
            assert_eq!(scope(prefix, delimiter).common_prefix(key), expected, "{prefix} {key}");
        }
    }
}
