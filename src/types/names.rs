//! Names that clients choose.

use std::fmt;

use bytes::Bytes;

use crate::record::{Field, FieldError, Reader, Writer};

/// Longest object key in bytes (S3: `KeyTooLongError` above it).
pub const KEY_BYTES_MAX: usize = 1_024;

/// Why a name is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// S3: `InvalidBucketName`.
    #[error("not a bucket name")]
    Bucket,
    /// S3: `KeyTooLongError`.
    #[error("an object key has 1 to {KEY_BYTES_MAX} bytes")]
    KeyLength,
    /// S3: `InvalidURI`.
    #[error("an object key is UTF-8 without NUL")]
    KeyText,
}

/// A bucket's name as AWS allows it today: 3–63 of `a-z0-9.-`, labels that start and end with a letter or digit, not an
/// IPv4 address, none of the reserved prefixes and suffixes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct BucketName(String);

impl BucketName {
    /// Checks the rules.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let label = |label: &str| {
            let bytes = label.as_bytes();
            let edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
            edge(bytes.first()) && edge(bytes.last())
        };
        let letters = text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-'));
        let reserved = text.starts_with("xn--")
            || text.starts_with("sthree-")
            || text.starts_with("amzn-s3-demo-")
            || ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"].iter().any(|end| text.ends_with(end));
        let good = (3..=63).contains(&text.len())
            && letters
            && text.split('.').all(label)
            && !reserved
            && text.parse::<std::net::Ipv4Addr>().is_err();
        good.then(|| Self(text.to_owned())).ok_or(NameError::Bucket)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BucketName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Field for BucketName {
    fn is_absent(&self) -> bool {
        self.0.is_empty()
    }

    fn write(&self, tag: u32, out: &mut Writer) {
        out.bytes_field(tag, self.0.as_bytes());
    }

    fn merge(&mut self, reader: &mut Reader) -> Result<(), FieldError> {
        self.0 = reader.text()?;
        Ok(())
    }
}

/// An object's key: UTF-8 of 1 to 1,024 bytes without NUL, kept exactly as sent. Orders by bytes, as LIST does.
///
/// Cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ObjectKey(Bytes);

impl ObjectKey {
    /// Checks length and text.
    pub fn parse(bytes: impl Into<Bytes>) -> Result<Self, NameError> {
        let bytes = bytes.into();
        if bytes.is_empty() || bytes.len() > KEY_BYTES_MAX {
            return Err(NameError::KeyLength);
        }
        if bytes.contains(&0) || std::str::from_utf8(&bytes).is_err() {
            return Err(NameError::KeyText);
        }
        Ok(Self(bytes))
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("an object key is parsed as UTF-8")
    }

    /// The key as bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

impl Field for ObjectKey {
    fn is_absent(&self) -> bool {
        self.0.is_empty()
    }

    fn write(&self, tag: u32, out: &mut Writer) {
        out.bytes_field(tag, &self.0);
    }

    fn merge(&mut self, reader: &mut Reader) -> Result<(), FieldError> {
        *self = Self::parse(reader.bytes()?).map_err(|_| FieldError::OutOfRange)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{BucketName, NameError, ObjectKey};

    #[test]
    fn bucket_names_follow_the_s3_rules() {
        for name in ["abc", "my.bucket-1", "0ab", &"a".repeat(63)] {
            assert!(BucketName::parse(name).is_ok(), "{name}");
        }
        for name in [
            "ab",
            "",
            "Abc",
            "a_b",
            "-abc",
            "abc-",
            "a..b",
            "a.-b",
            "a-.b",
            "192.168.5.4",
            "xn--abc",
            "abc-s3alias",
            "sthree-x",
            &"a".repeat(64),
            "a/b",
            "日本語日本語",
        ] {
            assert_eq!(BucketName::parse(name), Err(NameError::Bucket), "{name}");
        }
    }

    #[test]
    fn keys_are_kept_as_sent() {
        for key in ["/", "a//b", "../x", " ", "\u{1}", "💾", &"k".repeat(1_024)] {
            assert_eq!(ObjectKey::parse(key.to_owned()).expect(key).as_str(), key);
        }
        assert_eq!(ObjectKey::parse(""), Err(NameError::KeyLength));
        assert_eq!(ObjectKey::parse("k".repeat(1_025)), Err(NameError::KeyLength));
        assert_eq!(ObjectKey::parse("a\0b"), Err(NameError::KeyText));
        assert_eq!(ObjectKey::parse(vec![0xff]), Err(NameError::KeyText));
    }
}
