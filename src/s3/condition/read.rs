//! `If-*` on reads and on the sources of copies.

use cairn_types::UnixMillis;

use super::{ETag, ETagMatch};
use crate::error::{S3Error, S3ErrorCode};
use crate::header::{RequestHeaders, parse_date, parse_http_date};

/// The four conditions of a read.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct ReadConditions {
    /// `If-Match`.
    pub if_match: Option<ETagMatch>,
    /// `If-None-Match`.
    pub if_none_match: Option<ETagMatch>,
    /// `If-Modified-Since`.
    pub if_modified_since: Option<UnixMillis>,
    /// `If-Unmodified-Since`.
    pub if_unmodified_since: Option<UnixMillis>,
}

/// Why a condition does not hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unmet {
    /// The client has these bytes already: 304 on a read.
    NotModified(&'static str),
    /// The object is not the one the client means: 412.
    Failed(&'static str),
}

impl ReadConditions {
    /// Those of a read. A date that is none is ignored, as HTTP wants.
    pub(crate) fn of_read(headers: &RequestHeaders<'_>) -> Result<Self, S3Error> {
        let date = |name| Ok::<_, S3Error>(headers.text(name)?.and_then(parse_http_date));
        Ok(Self {
            if_match: etags(headers, "if-match")?,
            if_none_match: etags(headers, "if-none-match")?,
            if_modified_since: date("if-modified-since")?,
            if_unmodified_since: date("if-unmodified-since")?,
        })
    }

    /// Those of a copy's source. A date that is none is refused: a write must not go on without its condition.
    pub(crate) fn of_copy_source(headers: &RequestHeaders<'_>) -> Result<Self, S3Error> {
        Self::of_source(
            headers,
            [
                "x-amz-copy-source-if-match",
                "x-amz-copy-source-if-none-match",
                "x-amz-copy-source-if-modified-since",
                "x-amz-copy-source-if-unmodified-since",
            ],
        )
    }

    /// Those of a rename's source, read as a copy's.
    pub(crate) fn of_rename_source(headers: &RequestHeaders<'_>) -> Result<Self, S3Error> {
        Self::of_source(
            headers,
            [
                "x-amz-rename-source-if-match",
                "x-amz-rename-source-if-none-match",
                "x-amz-rename-source-if-modified-since",
                "x-amz-rename-source-if-unmodified-since",
            ],
        )
    }

    fn of_source(headers: &RequestHeaders<'_>, names: [&'static str; 4]) -> Result<Self, S3Error> {
        let [if_match, if_none_match, if_modified_since, if_unmodified_since] = names;
        let date = |name: &'static str| match headers.nonempty(name)? {
            None => Ok(None),
            Some(text) => parse_date(text)
                .map(Some)
                .ok_or_else(|| S3Error::invalid_argument(name, text, format!("{name} is not a date"))),
        };
        Ok(Self {
            if_match: etags(headers, if_match)?,
            if_none_match: etags(headers, if_none_match)?,
            if_modified_since: date(if_modified_since)?,
            if_unmodified_since: date(if_unmodified_since)?,
        })
    }

    /// Decides by S3's precedence: a tag that matches outweighs a date that does not, on either side. Dates compare by
    /// whole seconds, since that is all a client was told.
    pub fn evaluate(&self, etag: &ETag, last_modified: UnixMillis) -> Result<(), Unmet> {
        let seconds = last_modified.seconds();
        match (&self.if_match, self.if_unmodified_since) {
            (Some(tags), _) if !tags.contains(etag) => return Err(Unmet::Failed("If-Match")),
            (None, Some(limit)) if seconds > limit.seconds() => return Err(Unmet::Failed("If-Unmodified-Since")),
            _ => {}
        }
        match (&self.if_none_match, self.if_modified_since) {
            (Some(tags), _) if tags.contains(etag) => Err(Unmet::NotModified("If-None-Match")),
            (None, Some(limit)) if seconds <= limit.seconds() => Err(Unmet::NotModified("If-Modified-Since")),
            _ => Ok(()),
        }
    }

    /// As [`ReadConditions::evaluate`], for a copy's source: whatever does not hold is a failed precondition.
    pub fn evaluate_copy_source(&self, etag: &ETag, last_modified: UnixMillis) -> Result<(), S3Error> {
        self.evaluate(etag, last_modified).map_err(|unmet| {
            let (Unmet::NotModified(condition) | Unmet::Failed(condition)) = unmet;
            failed(format!("x-amz-copy-source-{condition}"))
        })
    }
}

impl From<Unmet> for S3Error {
    fn from(unmet: Unmet) -> Self {
        match unmet {
            Unmet::NotModified(_) => S3ErrorCode::NotModified.into(),
            Unmet::Failed(condition) => failed(condition),
        }
    }
}

fn failed(condition: impl Into<String>) -> S3Error {
    S3Error::new(S3ErrorCode::PreconditionFailed).element("Condition", condition)
}

fn etags(headers: &RequestHeaders<'_>, name: &'static str) -> Result<Option<ETagMatch>, S3Error> {
    headers.nonempty(name)?.map(|text| ETagMatch::parse(name, text)).transpose()
}

#[cfg(test)]
mod tests {
    use cairn_types::UnixMillis;
    use http::HeaderMap;
    use http::header::HeaderValue;

    use super::{ETag, ReadConditions, RequestHeaders, S3Error, Unmet};
    use crate::error::S3ErrorCode;
    use crate::query::Query;

    const MODIFIED: &str = "Fri, 20 Nov 2026 12:00:00 GMT";
    const BEFORE: &str = "Fri, 20 Nov 2026 11:59:59 GMT";
    const AFTER: &str = "Fri, 20 Nov 2026 12:00:01 GMT";

    fn map(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().expect("name"), HeaderValue::from_static(value))).collect()
    }

    fn object() -> (ETag, UnixMillis) {
        let modified = super::parse_http_date(MODIFIED).expect("date");
        (ETag::new("e"), UnixMillis(modified.0 + 500))
    }

    fn read(pairs: &[(&'static str, &'static str)]) -> Result<(), Unmet> {
        let headers = map(pairs);
        let headers = RequestHeaders::new(&headers, &Query::default()).expect("small");
        let (etag, modified) = object();
        ReadConditions::of_read(&headers).expect("good").evaluate(&etag, modified)
    }

    #[test]
    fn reads_follow_the_precedence_of_s3() {
        let (m, nm, ms, us) = ("if-match", "if-none-match", "if-modified-since", "if-unmodified-since");
        for (pairs, expected) in [
            (vec![], Ok(())),
            (vec![(m, "\"e\"")], Ok(())),
            (vec![(m, "*")], Ok(())),
            (vec![(m, "\"x\"")], Err(Unmet::Failed("If-Match"))),
            (vec![(nm, "\"x\"")], Ok(())),
            (vec![(nm, "\"e\"")], Err(Unmet::NotModified("If-None-Match"))),
            (vec![(nm, "*")], Err(Unmet::NotModified("If-None-Match"))),
            (vec![(ms, BEFORE)], Ok(())),
            (vec![(ms, MODIFIED)], Err(Unmet::NotModified("If-Modified-Since"))),
            (vec![(ms, AFTER)], Err(Unmet::NotModified("If-Modified-Since"))),
            (vec![(us, BEFORE)], Err(Unmet::Failed("If-Unmodified-Since"))),
            (vec![(us, MODIFIED)], Ok(())),
            (vec![(us, AFTER)], Ok(())),
            // A tag that matches outweighs a date that does not.
            (vec![(m, "\"e\""), (us, BEFORE)], Ok(())),
            (vec![(m, "\"x\""), (us, AFTER)], Err(Unmet::Failed("If-Match"))),
            (vec![(nm, "\"e\""), (ms, BEFORE)], Err(Unmet::NotModified("If-None-Match"))),
            (vec![(nm, "\"x\""), (ms, AFTER)], Ok(())),
            (vec![(m, "\"e\""), (nm, "\"e\"")], Err(Unmet::NotModified("If-None-Match"))),
            (vec![(m, "\"x\""), (nm, "\"e\"")], Err(Unmet::Failed("If-Match"))),
            (vec![(us, BEFORE), (ms, AFTER)], Err(Unmet::Failed("If-Unmodified-Since"))),
            // No condition: HTTP ignores what is no date.
            (vec![(ms, "soon"), (us, "never"), (m, "")], Ok(())),
        ] {
            assert_eq!(read(&pairs), expected, "{pairs:?}");
        }
    }

    #[test]
    fn an_unmet_condition_has_its_status() {
        assert_eq!(S3Error::from(Unmet::NotModified("If-None-Match")).code, S3ErrorCode::NotModified);
        let failed = S3Error::from(Unmet::Failed("If-Match"));
        assert_eq!(failed.code, S3ErrorCode::PreconditionFailed);
        assert_eq!(failed.elements(), [("Condition", "If-Match".to_owned())]);
    }

    #[test]
    fn sources_of_copies_fail_with_412_only() {
        for (name, value, good) in [
            ("x-amz-copy-source-if-match", "e", true),
            ("x-amz-copy-source-if-match", "x", false),
            ("x-amz-copy-source-if-none-match", "e", false),
            ("x-amz-copy-source-if-modified-since", AFTER, false),
            ("x-amz-copy-source-if-unmodified-since", BEFORE, false),
            ("x-amz-copy-source-if-unmodified-since", AFTER, true),
        ] {
            let headers = map(&[(name, value)]);
            let headers = RequestHeaders::new(&headers, &Query::default()).expect("small");
            let (etag, modified) = object();
            let conditions = ReadConditions::of_copy_source(&headers).expect("good");
            let verdict = conditions.evaluate_copy_source(&etag, modified).map_err(|error| error.code);
            assert_eq!(verdict, if good { Ok(()) } else { Err(S3ErrorCode::PreconditionFailed) }, "{name}: {value}");
        }
    }

    #[test]
    fn a_copy_does_not_go_on_without_its_condition() {
        let headers = map(&[("x-amz-copy-source-if-unmodified-since", "soon")]);
        let headers = RequestHeaders::new(&headers, &Query::default()).expect("small");
        assert_eq!(ReadConditions::of_copy_source(&headers).expect_err("bad").code, S3ErrorCode::InvalidArgument);
    }
}
