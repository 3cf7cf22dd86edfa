//! Entity tags.

use std::fmt;

use crate::error::{S3Error, S3ErrorCode};
use crate::limits::CONDITION_ETAGS_MAX;

/// An entity tag without its quotes. S3's are opaque: the MD5 of the bytes, or `md5-N` of a multipart object.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct ETag(String);

impl ETag {
    /// From the text that stands between the quotes.
    pub fn new(unquoted: impl Into<String>) -> Self {
        Self(unquoted.into())
    }

    /// Reads one as clients write it: quoted or bare, with or without `W/`. Empty is none.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix("W/").unwrap_or(text);
        let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
        if inner.is_empty() { None } else { Some(Self(inner.to_owned())) }
    }

    /// The text without quotes.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text with quotes, as headers and most documents show it.
    pub fn quoted(&self) -> String {
        format!("\"{}\"", self.0)
    }
}

impl fmt::Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which entity tags satisfy `If-Match` or fail `If-None-Match`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ETagMatch {
    /// `*`: whatever exists.
    Any,
    /// One of these.
    OneOf(Vec<ETag>),
}

impl ETagMatch {
    /// Reads a header's list.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for more tags than a request may compare.
    pub fn parse(name: &'static str, text: &str) -> Result<Self, S3Error> {
        if text.trim() == "*" {
            return Ok(Self::Any);
        }
        let tags: Vec<ETag> = text.split(',').take(CONDITION_ETAGS_MAX + 1).filter_map(ETag::parse).collect();
        if tags.len() > CONDITION_ETAGS_MAX {
            let message = format!("{name} lists too many entity tags");
            return Err(S3Error::with_message(S3ErrorCode::InvalidArgument, message));
        }
        Ok(Self::OneOf(tags))
    }

    /// Whether an object that exists with this tag is meant.
    pub fn contains(&self, etag: &ETag) -> bool {
        match self {
            Self::Any => true,
            Self::OneOf(tags) => tags.contains(etag),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ETag, ETagMatch};
    use crate::error::S3ErrorCode;

    #[test]
    fn tags_compare_with_and_without_quotes() {
        let stored = ETag::new("abc-2");
        for text in ["\"abc-2\"", "abc-2", " \"abc-2\" ", "W/\"abc-2\"", "\"x\", \"abc-2\"", "*", "x,abc-2"] {
            assert!(ETagMatch::parse("If-Match", text).expect("few").contains(&stored), "{text}");
        }
        for text in ["\"abc\"", "", "\"\"", "ABC-2", "\"*\""] {
            assert!(!ETagMatch::parse("If-Match", text).expect("few").contains(&stored), "{text}");
        }
        assert_eq!(stored.quoted(), "\"abc-2\"");
    }

    #[test]
    fn long_lists_are_refused() {
        let refused = ETagMatch::parse("If-Match", &"a,".repeat(4_000)).expect_err("long");
        assert_eq!(refused.code, S3ErrorCode::InvalidArgument);
    }
}
