//! Names of keys.

use std::fmt;

/// Longest name.
const KEY_NAME_BYTES_MAX: usize = 128;

/// The key of requests that name none; made when the first one comes.
const DEFAULT: &str = "default";

/// Name of a key: 1 to 128 of `A-Z a-z 0-9 _ - . /`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(crate) struct KeyName(String);

impl KeyName {
    /// Reads a name as an administrator gives it.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let good = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./".contains(&byte);
        let fits = (1..=KEY_NAME_BYTES_MAX).contains(&text.len()) && text.bytes().all(good);
        fits.then(|| Self(text.to_owned()))
    }

    /// Reads what a request says: a name, `alias/NAME`, or an ARN that ends in `:key/NAME` or `:alias/NAME`.
    pub(crate) fn of_request(text: &str) -> Option<Self> {
        let local = match text.strip_prefix("arn:") {
            Some(arn) => {
                let (_, local) = arn.rsplit_once(':')?;
                local.strip_prefix("key/").or_else(|| local.strip_prefix("alias/"))?
            }
            None => text.strip_prefix("alias/").unwrap_or(text),
        };
        Self::parse(local)
    }

    /// The key of requests that name none.
    pub(crate) fn default_key() -> Self {
        Self(DEFAULT.to_owned())
    }

    /// Whether it is that one.
    pub(crate) fn is_default(&self) -> bool {
        self.0 == DEFAULT
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::KeyName;

    #[test]
    fn a_key_goes_by_its_name_an_alias_and_an_arn() {
        for text in ["k/1", "alias/k/1", "arn:aws:kms:us-east-1:123456789012:key/k/1", "arn:aws:kms:r:1:alias/k/1"] {
            assert_eq!(KeyName::of_request(text), KeyName::parse("k/1"), "{text}");
        }
        for text in ["", "a b", "k\0", "arn:aws:kms:r:1:other/k", "arn:", &"k".repeat(129)] {
            assert_eq!(KeyName::of_request(text), None, "{text}");
        }
    }
}
