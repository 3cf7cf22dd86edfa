//! `GetObject`

use cairn_catalog::query::BodyWish;
use cairn_objects::{BodyStream, ObjectRead as Found, wire_value};
use cairn_s3::S3Error;
use cairn_s3::operation::{ChecksumMode, ObjectRead, Selection};
use cairn_s3::range::{ByteRange, RequestRange};
use cairn_s3::response::PartFacts;
use futures::StreamExt;

use super::encryption::unlocked;
use super::lookup::find_object;
use super::object_shown::show_settings;
use super::rows::facts_for;
use crate::http1::{BodyCut, ResponseBody};
use crate::pipeline::{Answer, Exchange, Governed, Refused, governed};

/// `GET /b/k`
pub(crate) async fn get_object(
    exchange: &Exchange,
    bucket: &mut Governed,
    read: ObjectRead,
) -> Result<Answer, S3Error> {
    let wish = body_wish(&read.selection);
    let found = find_object(exchange, bucket, (&read.key, read.version_id), wish).await?;
    let found = unlocked(exchange, found, read.customer_key.as_ref()).await?;
    let part = part_facts(exchange, bucket, &read, &found).await?;
    let mut facts = facts_for(bucket.bucket(), found.version(), read.customer_key.as_ref());
    show_settings(bucket, (&read.key, read.version_id), found.version(), &mut facts.settings).await?;
    let answer = read.answer(&facts, |_| part)?;
    let body = bytes_of(&found, answer.bytes).await?;
    Ok(Answer { head: answer.head, body })
}

/// Where reading will begin.
fn body_wish(selection: &Selection) -> BodyWish {
    match selection {
        Selection::Whole => BodyWish::From(0),
        Selection::Range(RequestRange::FromTo(first, _) | RequestRange::From(first)) => BodyWish::From(*first),
        Selection::Range(RequestRange::Last(count)) => BodyWish::Tail(*count),
        Selection::Part(number) => BodyWish::FromPart(u32::from(number.get()) - 1),
    }
}

/// The part that a request names, counted among those that the object was made of. Its checksum is asked for only where it
/// is wanted.
pub(super) async fn part_facts(
    exchange: &Exchange,
    bucket: &mut Governed,
    read: &ObjectRead,
    found: &Found,
) -> Result<Option<PartFacts>, S3Error> {
    let Selection::Part(number) = read.selection else { return Ok(None) };
    let Some(place) = found.parts().and_then(|_| found.part(u32::from(number.get()) - 1)) else { return Ok(None) };
    let bytes = ByteRange { offset: place.offset, len: place.length };
    let in_parts = found.in_parts().filter(|_| read.checksum_mode == ChecksumMode::Enabled);
    let Some(in_parts) = in_parts else { return Ok(Some(PartFacts { bytes, checksum: None })) };
    let objects = exchange.gateway.objects();
    let after = place.number - 1;
    let rows = governed!(bucket, |view| objects.object_parts(&view, &read.key, in_parts, (after, 1)))?;
    let promised = found.version().facts.checksums.first().map(|checksum| checksum.algorithm);
    let row = rows.parts.into_iter().find(|row| row.number == place.number);
    let checksums = row.map(|row| row.part.checksums).unwrap_or_default();
    let checksum = checksums.iter().find(|checksum| Some(checksum.algorithm) == promised).and_then(wire_value);
    Ok(Some(PartFacts { bytes, checksum }))
}

/// The bytes of a range. The first of them are waited for: as long as the status is not sent, what cannot be read is an
/// error like any other.
async fn bytes_of(found: &Found, range: ByteRange) -> Result<ResponseBody, S3Error> {
    let ends = range.offset..range.offset.saturating_add(range.len);
    if range.len == 0 {
        return Ok(ResponseBody::Empty);
    }
    if let Some(bytes) = found.inline(ends.clone()) {
        return Ok(ResponseBody::Whole(bytes));
    }
    let mut stream: BodyStream = found.stream(ends);
    let first = stream.next().await.transpose().map_err(|error| Refused::from(error).into_answer())?;
    match first {
        Some(first) if first.len() as u64 == range.len => Ok(ResponseBody::Whole(first)),
        first => {
            let rest = stream.map(|piece| {
                piece.map_err(|error| {
                    tracing::warn!(%error, "a body is cut");
                    BodyCut
                })
            });
            Ok(ResponseBody::Stream { first, rest: Box::pin(rest), left: range.len })
        }
    }
}
