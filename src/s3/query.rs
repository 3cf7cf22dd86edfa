//! The query string, decoded.

use crate::address::form_decode;
use crate::error::{S3Error, S3ErrorCode};
use crate::limits::QUERY_PARAMETERS_MAX;

/// Names and values in the order sent. `?acl` and `?acl=` are the same, as for S3.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct Query {
    pairs: Vec<(String, String)>,
}

impl Query {
    /// Decodes what follows the `?`. A name that comes twice is refused, so that no two readers of a request can pick
    /// different values; those of a signature are refused by who checks it, with a code of its own.
    pub(crate) fn parse(raw: Option<&str>) -> Result<Self, S3Error> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for pair in raw.unwrap_or("").split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decoded(name)?, decoded(value)?);
            if is_signature(&name) {
                continue;
            }
            // `UntagResource` lists its keys by repeating the name; nothing else may.
            if name != "tagKeys" && pairs.iter().any(|(known, _)| *known == name) {
                let message = format!("The query parameter {name} was given more than once");
                return Err(S3Error::with_message(S3ErrorCode::InvalidArgument, message));
            }
            if pairs.len() == QUERY_PARAMETERS_MAX {
                return Err(S3Error::with_message(S3ErrorCode::InvalidArgument, "Too many query parameters"));
            }
            pairs.push((name, value));
        }
        Ok(Self { pairs })
    }

    /// The value of a parameter; empty if it has none.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value of a parameter, where an empty one counts as absent.
    pub(crate) fn nonempty(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// Whether a parameter is there, with or without a value.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// All parameters, those of signatures left out.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// Whether a parameter belongs to a presigned URL's signature.
fn is_signature(name: &str) -> bool {
    const NAMES: [&str; 7] = [
        "X-Amz-Algorithm",
        "X-Amz-Credential",
        "X-Amz-Date",
        "X-Amz-Expires",
        "X-Amz-SignedHeaders",
        "X-Amz-Signature",
        "X-Amz-Security-Token",
    ];
    // SigV2's; its token is spelt in lower case.
    const OLD_NAMES: [&str; 3] = ["AWSAccessKeyId", "Signature", "Expires"];
    NAMES.iter().any(|known| known.eq_ignore_ascii_case(name)) || OLD_NAMES.contains(&name)
}

fn decoded(text: &str) -> Result<String, S3Error> {
    let bytes = form_decode(text).map_err(|_| S3ErrorCode::InvalidURI)?;
    let text = String::from_utf8(bytes.into_owned()).map_err(|_| S3ErrorCode::InvalidURI)?;
    // No key holds a NUL, so no prefix or marker needs one, and no reader behind has to think of it.
    if text.contains('\0') { Err(S3ErrorCode::InvalidURI.into()) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use super::Query;
    use crate::error::S3ErrorCode;

    #[test]
    fn names_and_values_are_decoded() {
        let query = Query::parse(Some("acl&prefix=a+b%2Bc&&max-keys=&%70=1=2")).expect("good");
        assert_eq!(query.get("acl"), Some(""));
        assert_eq!(query.get("prefix"), Some("a b+c"));
        assert_eq!(query.get("max-keys"), Some(""));
        assert_eq!(query.nonempty("max-keys"), None);
        assert_eq!(query.get("p"), Some("1=2"));
        assert!(!query.has("uploads"));
    }

    #[test]
    fn signatures_are_left_to_who_checks_them() {
        let query = Query::parse(Some("X-Amz-Signature=a&X-Amz-Signature=b&x-id=GetObject&Expires=1")).expect("good");
        assert_eq!(query.iter().collect::<Vec<_>>(), [("x-id", "GetObject")]);
    }

    #[test]
    fn broken_queries_are_refused() {
        let many: String = (0..70).map(|n| format!("p{n}&")).collect();
        for (raw, code) in [
            ("prefix=%zz", S3ErrorCode::InvalidURI),
            ("prefix=%ff", S3ErrorCode::InvalidURI),
            ("prefix=a%00b", S3ErrorCode::InvalidURI),
            ("%=1", S3ErrorCode::InvalidURI),
            ("prefix=a&prefix=b", S3ErrorCode::InvalidArgument),
            ("acl&acl", S3ErrorCode::InvalidArgument),
            (&many, S3ErrorCode::InvalidArgument),
        ] {
            assert_eq!(Query::parse(Some(raw)).expect_err(raw).code, code, "{raw}");
        }
    }
}
