//! Percent-encoding as signatures define it.

use std::borrow::Cow;

use crate::error::{S3Error, S3ErrorCode};

const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// Encodes every byte but `A-Z a-z 0-9 - . _ ~`.
pub fn uri_encode(text: &[u8]) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 2);
    text.iter().for_each(|byte| push_encoded(&mut out, *byte));
    out
}

/// As [`uri_encode`], but keeps slashes: for the path of a key.
pub fn uri_encode_path(text: &[u8]) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 2);
    for byte in text {
        match byte {
            b'/' => out.push('/'),
            other => push_encoded(&mut out, *other),
        }
    }
    out
}

/// The canonical form of a received path: each byte encoded once, whatever the client encoded of it. An encoded slash stays
/// encoded.
pub(super) fn canonical_path(raw: &str) -> Result<Cow<'_, str>, S3Error> {
    encoded_once(raw, EncodedSlash::Kept)
}

/// As [`canonical_path`], with a slash for an encoded one: as other clients sign the same key.
pub(super) fn canonical_path_of_slashes(raw: &str) -> Result<Cow<'_, str>, S3Error> {
    encoded_once(raw, EncodedSlash::Decoded)
}

/// What becomes of an encoded slash.
#[derive(Clone, Copy, PartialEq, Eq)]
enum EncodedSlash {
    Kept,
    Decoded,
}

fn encoded_once(raw: &str, slash: EncodedSlash) -> Result<Cow<'_, str>, S3Error> {
    if raw.is_empty() {
        return Ok(Cow::Borrowed("/"));
    }
    if raw.bytes().all(|byte| is_unreserved(byte) || byte == b'/') {
        return Ok(Cow::Borrowed(raw));
    }
    let mut out = String::with_capacity(raw.len() + 16);
    for unit in units(raw) {
        match unit? {
            Unit::Plain(b'/') => out.push('/'),
            Unit::Escaped(b'/') if slash == EncodedSlash::Decoded => out.push('/'),
            Unit::Plain(byte) | Unit::Escaped(byte) => push_encoded(&mut out, byte),
        }
    }
    Ok(Cow::Owned(out))
}

/// The canonical form of a name or value in a received query, where a plus stands for a space.
pub(super) fn canonical_component(raw: &str) -> Result<Cow<'_, str>, S3Error> {
    if raw.bytes().all(is_unreserved) {
        return Ok(Cow::Borrowed(raw));
    }
    let mut out = String::with_capacity(raw.len() + 16);
    for unit in units(raw) {
        match unit? {
            Unit::Plain(b'+') => out.push_str("%20"),
            Unit::Plain(byte) | Unit::Escaped(byte) => push_encoded(&mut out, byte),
        }
    }
    Ok(Cow::Owned(out))
}

/// The bytes that a canonical component stands for.
pub(super) fn decode_component(canonical: &str) -> Vec<u8> {
    let bytes = units(canonical).flatten().map(|unit| match unit {
        Unit::Plain(byte) | Unit::Escaped(byte) => byte,
    });
    bytes.collect()
}

enum Unit {
    Plain(u8),
    Escaped(u8),
}

fn units(raw: &str) -> impl Iterator<Item = Result<Unit, S3Error>> {
    let mut bytes = raw.bytes();
    std::iter::from_fn(move || match bytes.next()? {
        b'%' => {
            let pair = bytes.next().and_then(hex_digit).zip(bytes.next().and_then(hex_digit));
            let unit = pair.map(|(high, low)| Unit::Escaped(high << 4 | low));
            Some(unit.ok_or_else(|| S3Error::new(S3ErrorCode::InvalidURI)))
        }
        byte => Some(Ok(Unit::Plain(byte))),
    })
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

fn push_encoded(out: &mut String, byte: u8) {
    if is_unreserved(byte) {
        out.push(char::from(byte));
        return;
    }
    let digit = |nibble: u8| char::from(HEX[usize::from(nibble)]);
    out.push('%');
    out.push(digit(byte >> 4));
    out.push(digit(byte & 15));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert_eq, proptest};

    use super::{
        canonical_component, canonical_path, canonical_path_of_slashes, decode_component, uri_encode, uri_encode_path,
    };
    use crate::error::S3ErrorCode;

    #[test]
    fn a_path_is_encoded_once_whatever_the_client_encoded() {
        for (raw, canonical) in [
            ("", "/"),
            ("/a/b", "/a/b"),
            ("/a$b", "/a%24b"),
            ("/a%24b", "/a%24b"),
            ("/%61%7e", "/a~"),
            ("/a%2fb", "/a%2Fb"),
            ("/a%252Fb", "/a%252Fb"),
            ("/a+b", "/a%2Bb"),
            ("//a/../b", "//a/../b"),
        ] {
            assert_eq!(canonical_path(raw).expect(raw), canonical, "{raw}");
        }
    }

    #[test]
    fn an_encoded_slash_may_be_signed_as_a_slash() {
        assert_eq!(canonical_path_of_slashes("/a%2fb%252F$").expect("valid"), "/a/b%252F%24");
    }

    #[test]
    fn broken_escapes_are_no_uri() {
        for bad in ["/%", "/%4", "/%zz", "/a%g0"] {
            assert_eq!(canonical_path(bad).expect_err(bad).code, S3ErrorCode::InvalidURI, "{bad}");
            assert_eq!(canonical_component(bad).expect_err(bad).code, S3ErrorCode::InvalidURI, "{bad}");
        }
    }

    #[test]
    fn a_plus_is_a_space_in_a_query_alone() {
        assert_eq!(canonical_component("a+b%2B").expect("valid"), "a%20b%2B");
    }

    proptest! {
        #[test]
        fn encoding_is_canonical_and_reversible(bytes in any::<Vec<u8>>()) {
            let encoded = uri_encode(&bytes);
            prop_assert_eq!(canonical_component(&encoded).expect("valid"), encoded.as_str());
            prop_assert_eq!(decode_component(&encoded), bytes.clone());
            let path = format!("/{}", uri_encode_path(&bytes));
            prop_assert_eq!(canonical_path(&path).expect("valid"), path.as_str());
        }
    }
}
