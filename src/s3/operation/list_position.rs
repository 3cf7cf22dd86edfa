//! Where a listing goes on.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cairn_types::Digest128;

use super::ListScope;
use crate::error::S3Error;

/// Seed of the check bytes, so that bytes of another place never pass for a token.
const CHECK_SEED: u64 = 0x6c69_7374_746f_6b31;
const VERSION: u8 = 1;
const CHECK_BYTES: usize = 8;

/// The last entry that a client has seen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ListPosition {
    /// Go on with the first key after this one.
    AfterKey(String),
    /// Go on with the first key that does not begin so.
    AfterPrefix(String),
}

impl ListPosition {
    /// Reads a marker. The entries of a listing are ordered, common prefixes among them, and it goes on with the first
    /// entry greater than the marker: a common prefix that the marker begins with is not.
    pub fn from_marker(marker: &str, scope: &ListScope) -> Option<Self> {
        match scope.common_prefix(marker) {
            Some(prefix) => Some(Self::AfterPrefix(prefix.to_owned())),
            None if marker.is_empty() => None,
            None => Some(Self::AfterKey(marker.to_owned())),
        }
    }

    /// The text of the last entry.
    pub fn as_str(&self) -> &str {
        match self {
            Self::AfterKey(text) | Self::AfterPrefix(text) => text,
        }
    }

    /// An opaque token for a listing of `context` (a bucket's name, or nothing for the list of buckets): a version, what
    /// kind of entry it is, check bytes, the entry.
    pub fn to_token(&self, context: &str) -> String {
        let kind = match self {
            Self::AfterKey(_) => b'k',
            Self::AfterPrefix(_) => b'p',
        };
        let text = self.as_str().as_bytes();
        let mut token = Vec::with_capacity(2 + CHECK_BYTES + text.len());
        token.extend([VERSION, kind]);
        token.extend(check(kind, context, text));
        token.extend(text);
        URL_SAFE_NO_PAD.encode(token)
    }

    /// Inverse of [`ListPosition::to_token`].
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for garbage, for a token of another server or another bucket.
    pub fn from_token(token: &str, context: &str) -> Result<Self, S3Error> {
        decode(token, context).ok_or_else(|| {
            S3Error::invalid_argument("continuation-token", token, "The continuation token provided is incorrect")
        })
    }
}

fn decode(token: &str, context: &str) -> Option<ListPosition> {
    let raw = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (&[version, kind], rest) = raw.split_first_chunk::<2>()?;
    let (found, text) = rest.split_first_chunk::<CHECK_BYTES>()?;
    if version != VERSION || *found != check(kind, context, text) {
        return None;
    }
    let text = String::from_utf8(text.to_vec()).ok()?;
    match kind {
        b'k' => Some(ListPosition::AfterKey(text)),
        b'p' => Some(ListPosition::AfterPrefix(text)),
        _ => None,
    }
}

fn check(kind: u8, context: &str, text: &[u8]) -> [u8; CHECK_BYTES] {
    // A NUL is in no bucket name, so the parts cannot run into each other.
    let message = [&[VERSION, kind], context.as_bytes(), &[0], text].concat();
    let digest = Digest128::of(CHECK_SEED, &message).to_be_bytes();
    *digest.first_chunk().expect("a digest has 16 bytes")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    use super::{ListPosition, ListScope};
    use crate::error::S3ErrorCode;
    use crate::operation::KeyEncoding;

    #[test]
    fn a_token_of_today_is_understood_for_good() {
        let token = "AWt71Xw_IGyJBmEvYg";
        let position = ListPosition::AfterKey("a/b".to_owned());
        assert_eq!(position.to_token("bkt"), token);
        assert_eq!(ListPosition::from_token(token, "bkt"), Ok(position));
    }

    #[test]
    fn foreign_tokens_are_refused() {
        let token = ListPosition::AfterPrefix("a/".to_owned()).to_token("bkt");
        for (token, context) in [
            (token.as_str(), "other"),
            (&token.to_lowercase(), "bkt"),
            (&token[..token.len() - 4], "bkt"),
            ("", "bkt"),
            ("1ueGcxLPRx1Tr/XYExHnhbYLgveDs2J/wm36Hy4vbOwM=", "bkt"),
            ("]ZGVhZGJlZWY", "bkt"),
            ("../../etc/passwd", "bkt"),
        ] {
            let error = ListPosition::from_token(token, context).expect_err(token);
            assert_eq!(error.code, S3ErrorCode::InvalidArgument, "{token}");
        }
    }

    #[test]
    fn a_marker_in_a_common_prefix_skips_it() {
        let scope = ListScope { prefix: "a/".into(), delimiter: Some("/".into()), encoding: KeyEncoding::Plain };
        let after_key = |text: &str| Some(ListPosition::AfterKey(text.to_owned()));
        assert_eq!(ListPosition::from_marker("", &scope), None);
        for marker in ["a/b/", "a/b/c", "a/b/c/d"] {
            let after = Some(ListPosition::AfterPrefix("a/b/".to_owned()));
            assert_eq!(ListPosition::from_marker(marker, &scope), after, "{marker}");
        }
        assert_eq!(ListPosition::from_marker("a/b", &scope), after_key("a/b"));
        assert_eq!(ListPosition::from_marker("a/", &scope), after_key("a/"));
        assert_eq!(ListPosition::from_marker("z", &scope), after_key("z"));
    }

    proptest! {
        #[test]
        fn tokens_round_trip(text in "\\PC{0,60}", bucket in "[a-z]{3,9}") {
            for position in [ListPosition::AfterKey(text.clone()), ListPosition::AfterPrefix(text.clone())] {
                prop_assert_eq!(ListPosition::from_token(&position.to_token(&bucket), &bucket), Ok(position));
            }
        }

        #[test]
        fn no_text_panics(token in "[A-Za-z0-9_-]{0,60}") {
            prop_assert!(ListPosition::from_token(&token, "bkt").is_err());
        }
    }
}
