//! Conditions on what a rename replaces.

use cairn_types::UnixMillis;

use super::WritePrecondition;
use crate::error::S3Error;
use crate::header::{RequestHeaders, parse_date};

/// What must be true of the new key.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct RenamePreconditions {
    /// `If-Match`, `If-None-Match`.
    pub entity: WritePrecondition,
    /// `If-Modified-Since`.
    pub if_modified_since: Option<UnixMillis>,
    /// `If-Unmodified-Since`.
    pub if_unmodified_since: Option<UnixMillis>,
}

impl RenamePreconditions {
    /// Reads them. A date that is none is refused: a write must not go on without its condition.
    pub(crate) fn parse(headers: &RequestHeaders<'_>) -> Result<Self, S3Error> {
        let date = |name: &'static str| match headers.nonempty(name)? {
            None => Ok(None),
            Some(text) => parse_date(text)
                .map(Some)
                .ok_or_else(|| S3Error::invalid_argument(name, text, format!("{name} is not a date"))),
        };
        Ok(Self {
            entity: WritePrecondition::of_entity(headers)?,
            if_modified_since: date("if-modified-since")?,
            if_unmodified_since: date("if-unmodified-since")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use http::header::HeaderValue;

    use super::{RenamePreconditions, RequestHeaders, WritePrecondition};
    use crate::error::S3ErrorCode;
    use crate::query::Query;

    fn parse(name: &'static str, value: &'static str) -> Result<RenamePreconditions, S3ErrorCode> {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_static(value));
        let headers = RequestHeaders::new(&headers, &Query::default()).expect("small");
        RenamePreconditions::parse(&headers).map_err(|error| error.code)
    }

    #[test]
    fn a_rename_knows_four_preconditions() {
        let date = "Fri, 20 Nov 2026 12:00:00 GMT";
        assert_eq!(parse("if-none-match", "*").expect("good").entity, WritePrecondition::Absent);
        assert!(parse("if-modified-since", date).expect("good").if_modified_since.is_some());
        assert!(parse("if-unmodified-since", date).expect("good").if_unmodified_since.is_some());
        assert_eq!(parse("if-unmodified-since", "soon"), Err(S3ErrorCode::InvalidArgument));
        assert_eq!(parse("if-none-match", "\"e\""), Err(S3ErrorCode::NotImplemented));
    }
}
