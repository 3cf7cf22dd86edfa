//! `If-Match` and `If-None-Match` on writes.

use super::ETag;
use crate::error::{S3Error, S3ErrorCode};
use crate::header::RequestHeaders;

/// What must be true of the key for a write to take effect.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub enum WritePrecondition {
    /// Nothing.
    #[default]
    None,
    /// `If-None-Match: *`: there is no object; a delete marker counts as none.
    Absent,
    /// `If-Match: *`: there is an object.
    Exists,
    /// `If-Match`: the object has this tag.
    Matches(ETag),
}

impl WritePrecondition {
    /// Reads them. Forms that S3 does not know for writes are not implemented rather than ignored.
    pub(crate) fn parse(headers: &RequestHeaders<'_>) -> Result<Self, S3Error> {
        for name in ["if-modified-since", "if-unmodified-since"] {
            if headers.has(name) {
                return Err(S3Error::not_implemented_header(name));
            }
        }
        Self::of_entity(headers)
    }

    /// Reads those on entity tags alone.
    pub(super) fn of_entity(headers: &RequestHeaders<'_>) -> Result<Self, S3Error> {
        match (headers.nonempty("if-match")?, headers.nonempty("if-none-match")?) {
            (None, None) => Ok(Self::None),
            (None, Some("*")) => Ok(Self::Absent),
            (Some("*"), None) => Ok(Self::Exists),
            (Some(tag), None) if !tag.contains(',') => {
                let invalid = || S3Error::invalid_argument("If-Match", tag, "The entity tag is empty");
                ETag::parse(tag).map(Self::Matches).ok_or_else(invalid)
            }
            (Some(_), None) => Err(S3Error::not_implemented_header("If-Match")),
            (_, Some(_)) => Err(S3Error::not_implemented_header("If-None-Match")),
        }
    }

    /// The refusal of a write to a key without an object: what should have matched is not there.
    pub fn failed_where_absent(&self) -> S3Error {
        match self {
            Self::Exists | Self::Matches(_) => S3ErrorCode::NoSuchKey.into(),
            Self::None | Self::Absent => self.failed(),
        }
    }

    /// The refusal of a write whose precondition does not hold.
    pub fn failed(&self) -> S3Error {
        let condition = match self {
            Self::Absent => "If-None-Match",
            Self::None | Self::Exists | Self::Matches(_) => "If-Match",
        };
        S3Error::new(S3ErrorCode::PreconditionFailed).element("Condition", condition)
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use http::header::HeaderValue;

    use super::{ETag, RequestHeaders, WritePrecondition};
    use crate::error::S3ErrorCode;
    use crate::query::Query;

    fn parse(pairs: &[(&'static str, &'static str)]) -> Result<WritePrecondition, S3ErrorCode> {
        let headers: HeaderMap =
            pairs.iter().map(|(name, value)| (name.parse().expect("name"), HeaderValue::from_static(value))).collect();
        let headers = RequestHeaders::new(&headers, &Query::default()).expect("small");
        WritePrecondition::parse(&headers).map_err(|error| error.code)
    }

    #[test]
    fn writes_know_three_preconditions() {
        let tag = WritePrecondition::Matches(ETag::new("e"));
        for (pairs, expected) in [
            (vec![], Ok(WritePrecondition::None)),
            (vec![("if-none-match", "*")], Ok(WritePrecondition::Absent)),
            (vec![("if-match", "*")], Ok(WritePrecondition::Exists)),
            (vec![("if-match", "\"e\"")], Ok(tag.clone())),
            (vec![("if-match", "e")], Ok(tag)),
            (vec![("if-none-match", "\"e\"")], Err(S3ErrorCode::NotImplemented)),
            (vec![("if-match", "e"), ("if-none-match", "*")], Err(S3ErrorCode::NotImplemented)),
            (vec![("if-match", "a, b")], Err(S3ErrorCode::NotImplemented)),
            (vec![("if-match", "\"\"")], Err(S3ErrorCode::InvalidArgument)),
            (vec![("if-unmodified-since", "x")], Err(S3ErrorCode::NotImplemented)),
            (vec![("if-modified-since", "x")], Err(S3ErrorCode::NotImplemented)),
        ] {
            assert_eq!(parse(&pairs), expected, "{pairs:?}");
        }
    }

    #[test]
    fn a_failed_precondition_names_its_header() {
        assert_eq!(WritePrecondition::Absent.failed().elements(), [("Condition", "If-None-Match".to_owned())]);
        assert_eq!(WritePrecondition::Exists.failed().code, S3ErrorCode::PreconditionFailed);
        assert_eq!(WritePrecondition::Exists.failed_where_absent().code, S3ErrorCode::NoSuchKey);
    }
}
