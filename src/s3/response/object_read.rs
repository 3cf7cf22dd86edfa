//! `GetObject` and `HeadObject`: from what was asked and what is there to the answer.

use http::StatusCode;
use http::header::{ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, ETAG, HeaderValue, LAST_MODIFIED};

use super::checksum_fields::{checksum_headers, value_header};
use super::{ObjectFacts, PartFacts, Response, ResponseBody, ResponseHead};
use crate::error::{S3Error, S3ErrorCode};
use crate::header::format_http_date;
use crate::operation::{ChecksumMode, ObjectRead, Selection};
use crate::range::{ByteRange, PartNumber};

/// Headers, and the bytes that follow them for `GET`.
#[derive(Clone, PartialEq, Debug)]
pub struct ReadAnswer {
    /// Status and headers, `Content-Length` included.
    pub head: ResponseHead,
    /// The bytes.
    pub bytes: ByteRange,
}

impl ReadAnswer {
    /// As a response to `GET`.
    pub fn into_get(self) -> Response {
        Response { head: self.head, body: ResponseBody::Object(self.bytes) }
    }

    /// As a response to `HEAD`.
    pub fn into_head(self) -> Response {
        Response { head: self.head, body: ResponseBody::Empty }
    }
}

/// The bytes that a selection means.
struct Selected {
    bytes: ByteRange,
    is_partial: bool,
    part: Option<PartFacts>,
}

impl ObjectRead {
    /// Decides the whole answer: conditions first, then the range. `part` finds a part of a multipart object by number;
    /// it is asked only where the object has parts.
    ///
    /// # Errors
    ///
    /// `NotModified` and `PreconditionFailed`, with the headers that a cache wants; `InvalidRange`; `InvalidPartNumber`.
    pub fn answer(
        &self,
        object: &ObjectFacts,
        part: impl FnOnce(PartNumber) -> Option<PartFacts>,
    ) -> Result<ReadAnswer, S3Error> {
        let verdict = self.conditions.evaluate(&object.etag, object.last_modified);
        verdict.map_err(|unmet| with_validators(unmet.into(), object))?;
        let selected = self.select(object, part)?;
        let mut head = ResponseHead::new(StatusCode::OK);
        object.headers.write(&mut head.headers);
        object.user_metadata.write(&mut head.headers);
        validators(object).into_iter().for_each(|(name, value)| drop(head.headers.insert(name, value)));
        head.headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        head.headers.insert(CONTENT_LENGTH, HeaderValue::from(selected.bytes.len));
        head.show_version(object.version_id);
        object.settings.write(&mut head);
        if selected.is_partial {
            head.status = StatusCode::PARTIAL_CONTENT;
            if selected.bytes.len > 0 {
                head.headers.insert(CONTENT_RANGE, selected.bytes.content_range(object.size));
            }
        }
        if let (Selection::Part(_), Some(count)) = (self.selection, object.parts_count) {
            head.text("x-amz-mp-parts-count", &count.to_string());
        }
        self.write_checksum(&mut head, object, &selected);
        for (name, value) in self.overrides.headers() {
            head.headers.insert(name.clone(), value.clone());
        }
        Ok(ReadAnswer { head, bytes: selected.bytes })
    }

    fn select(
        &self,
        object: &ObjectFacts,
        part: impl FnOnce(PartNumber) -> Option<PartFacts>,
    ) -> Result<Selected, S3Error> {
        let whole = ByteRange::whole(object.size);
        let is_meant = |read: &Self| {
            read.if_range.as_ref().is_none_or(|condition| condition.holds(&object.etag, object.last_modified))
        };
        match (self.selection, object.parts_count) {
            (Selection::Range(range), _) if is_meant(self) => {
                Ok(Selected { bytes: range.resolve(object.size)?, is_partial: true, part: None })
            }
            (Selection::Whole | Selection::Range(_), _) => Ok(Selected { bytes: whole, is_partial: false, part: None }),
            (Selection::Part(number), Some(count)) => {
                let part = part(number).ok_or_else(|| number.not_there(count))?;
                Ok(Selected { bytes: part.bytes, is_partial: true, part: Some(part) })
            }
            (Selection::Part(number), None) if number.get() == 1 => {
                Ok(Selected { bytes: whole, is_partial: true, part: None })
            }
            (Selection::Part(number), None) => Err(number.not_there(1)),
        }
    }

    /// A checksum is of all bytes or of a whole part; a range has none.
    fn write_checksum(&self, head: &mut ResponseHead, object: &ObjectFacts, selected: &Selected) {
        let is_range = selected.is_partial && matches!(self.selection, Selection::Range(_));
        if self.checksum_mode == ChecksumMode::Off || is_range {
            return;
        }
        match (&selected.part, &object.checksum) {
            (Some(PartFacts { checksum: Some(value), .. }), checksum) => {
                value_header(head, value);
                head.optional("x-amz-checksum-type", checksum.map(|checksum| checksum.kind().as_str().to_owned()));
            }
            (None, Some(checksum)) => checksum_headers(head, checksum),
            (Some(_), _) | (None, None) => {}
        }
    }
}

fn validators(object: &ObjectFacts) -> Vec<(http::HeaderName, HeaderValue)> {
    let date = format_http_date(object.last_modified);
    [(ETAG, object.etag.quoted()), (LAST_MODIFIED, date)]
        .into_iter()
        .filter_map(|(name, text)| Some((name, HeaderValue::try_from(text).ok()?)))
        .collect()
}

/// A 304 tells the cache what it is that has not changed.
fn with_validators(mut error: S3Error, object: &ObjectFacts) -> S3Error {
    if error.code != S3ErrorCode::NotModified {
        return error;
    }
    for (name, value) in validators(object) {
        error = error.header(name, value);
    }
    let mut kept = http::HeaderMap::new();
    object.headers.write(&mut kept);
    for name in [http::header::CACHE_CONTROL, http::header::EXPIRES] {
        if let Some(value) = kept.remove(&name) {
            error = error.header(name, value);
        }
    }
    let id = object.version_id.and_then(|id| HeaderValue::try_from(id.to_string()).ok());
    match id {
        Some(id) => error.header(http::HeaderName::from_static("x-amz-version-id"), id),
        None => error,
    }
}

#[cfg(test)]
mod tests;
