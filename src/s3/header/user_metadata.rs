//! `x-amz-meta-*`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};

use crate::error::{S3Error, S3ErrorCode};
use crate::limits::USER_METADATA_BYTES_MAX;

const PREFIX: &str = "x-amz-meta-";
const MISSING: HeaderName = HeaderName::from_static("x-amz-missing-meta");

/// What a client keeps with an object: names in lower case without the prefix, in order, and values as sent.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct UserMetadata(Vec<(String, Bytes)>);

impl UserMetadata {
    /// From names and values that were taken from a request before.
    pub fn from_pairs(pairs: Vec<(String, Bytes)>) -> Self {
        Self(pairs)
    }

    /// Names and values.
    pub fn pairs(&self) -> &[(String, Bytes)] {
        &self.0
    }

    /// Names and values, to be stored.
    pub fn into_pairs(self) -> Vec<(String, Bytes)> {
        self.0
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes it from a request. Values of one name are joined with commas; names and values together have a limit.
    pub(crate) fn from_request(headers: &HeaderMap) -> Result<Self, S3Error> {
        let mut pairs: Vec<(String, Bytes)> = Vec::new();
        for name in headers.keys() {
            let Some(short) = name.as_str().strip_prefix(PREFIX) else { continue };
            if short.is_empty() {
                return Err(S3Error::invalid_argument(PREFIX, "", "User metadata needs a name"));
            }
            let values: Vec<&[u8]> = headers.get_all(name).iter().map(HeaderValue::as_bytes).collect();
            pairs.push((short.to_owned(), Bytes::from(values.join(&b","[..]))));
        }
        let size: usize = pairs.iter().map(|(name, value)| name.len() + value.len()).sum();
        if size > USER_METADATA_BYTES_MAX {
            return Err(S3Error::new(S3ErrorCode::MetadataTooLarge)
                .element("Size", size.to_string())
                .element("MaxSizeAllowed", USER_METADATA_BYTES_MAX.to_string()));
        }
        // The order of a header map depends on the map; what is stored must not.
        pairs.sort();
        Ok(Self(pairs))
    }

    /// Writes it into a response. A value of printable ASCII goes as it came (RFC 2047 words included), other UTF-8 as
    /// an RFC 2047 word, and what is neither is only counted, as S3 does.
    pub(crate) fn write(&self, headers: &mut HeaderMap) {
        let mut missing = 0u32;
        for (name, value) in &self.0 {
            let name = HeaderName::from_bytes(format!("{PREFIX}{name}").as_bytes());
            match (name, header_value(value)) {
                (Ok(name), Some(value)) => drop(headers.insert(name, value)),
                _ => missing += 1,
            }
        }
        if missing > 0 {
            headers.insert(MISSING, HeaderValue::from(missing));
        }
    }
}

fn header_value(value: &Bytes) -> Option<HeaderValue> {
    if value.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\t')) {
        return HeaderValue::from_maybe_shared(value.clone()).ok();
    }
    let text = std::str::from_utf8(value).ok()?;
    HeaderValue::from_maybe_shared(Bytes::from(encoded_words(text))).ok()
}

/// RFC 2047 allows 75 characters to a word, so a long text becomes several.
fn encoded_words(text: &str) -> String {
    const TEXT_BYTES_MAX: usize = 45;
    let mut words = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (word, after) = rest.split_at(rest.floor_char_boundary(TEXT_BYTES_MAX));
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str("=?UTF-8?B?");
        STANDARD.encode_string(word, &mut words);
        words.push_str("?=");
        rest = after;
    }
    words
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::HeaderMap;
    use http::header::HeaderValue;
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    use super::{UserMetadata, encoded_words};
    use crate::error::S3ErrorCode;

    fn meta(value: &[u8]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("x-amz-meta-k", HeaderValue::from_bytes(value).expect("value"));
        headers
    }

    #[test]
    fn printable_values_come_back_as_sent() {
        for value in [&b"v"[..], b"", b"a  b", b"=?UTF-8?Q?=C3=A9?=", b"tab\tbed"] {
            let mut back = HeaderMap::new();
            UserMetadata::from_request(&meta(value)).expect("good").write(&mut back);
            assert_eq!(back, meta(value));
        }
    }

    #[test]
    fn other_values_are_encoded_or_counted() {
        let mut back = HeaderMap::new();
        UserMetadata::from_request(&meta("é".as_bytes())).expect("good").write(&mut back);
        assert_eq!(back.get("x-amz-meta-k"), Some(&HeaderValue::from_static("=?UTF-8?B?w6k=?=")));
        let mut back = HeaderMap::new();
        UserMetadata::from_request(&meta(b"\xff")).expect("good").write(&mut back);
        assert_eq!(back.get("x-amz-missing-meta"), Some(&HeaderValue::from_static("1")));
        assert!(!back.contains_key("x-amz-meta-k"));
    }

    #[test]
    fn repeated_names_are_joined_and_names_are_in_order() {
        let mut headers = HeaderMap::new();
        for (name, value) in [("x-amz-meta-z", "1"), ("x-amz-meta-a", "2"), ("x-amz-meta-z", "3"), ("x-amz-acl", "x")] {
            headers.append(name, HeaderValue::from_static(value));
        }
        let metadata = UserMetadata::from_request(&headers).expect("good");
        let expected = [("a".to_owned(), Bytes::from("2")), ("z".to_owned(), Bytes::from("1,3"))];
        assert_eq!(metadata.pairs(), expected);
    }

    #[test]
    fn more_than_2_kib_is_too_large() {
        assert!(UserMetadata::from_request(&meta(&[b'v'; 2_047])).is_ok());
        let refused = UserMetadata::from_request(&meta(&[b'v'; 2_048])).expect_err("large");
        assert_eq!(refused.code, S3ErrorCode::MetadataTooLarge);
    }

    #[test]
    fn a_name_is_needed() {
        let mut headers = HeaderMap::new();
        headers.insert("x-amz-meta-", HeaderValue::from_static("v"));
        assert_eq!(UserMetadata::from_request(&headers).expect_err("bad").code, S3ErrorCode::InvalidArgument);
    }

    proptest! {
        #[test]
        fn encoded_words_are_short_and_hold_the_text(text in "\\PC{1,120}") {
            use base64::Engine;
            let words = encoded_words(&text);
            let mut back = Vec::new();
            for word in words.split(' ') {
                prop_assert!(word.len() <= 75);
                let inner = word.strip_prefix("=?UTF-8?B?").and_then(|word| word.strip_suffix("?=")).expect("a word");
                back.extend(super::STANDARD.decode(inner).expect("base64"));
            }
            prop_assert_eq!(back, text.into_bytes());
        }
    }
}
