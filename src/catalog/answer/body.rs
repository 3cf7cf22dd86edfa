//! Where the bytes of a body are.

use cairn_types::{BucketId, ObjectKey, RunId};

use crate::command::KeyScope;
use crate::keys::{inline_key, part_inline_key, part_key, run_key, run_page_key};
use crate::limits::STRETCHES_PER_ANSWER_MAX;
use crate::query::{BodyStretch, BodyWish};
use crate::rows::{BodyPlace, PartIndex, PartRow, RunPageRow, RunRow, UploadPlace, VersionRow};
use crate::state::{CatalogRead, ReadError, contradiction, named_row};

/// The stretches wished for, as many as an answer holds, and the stored length of the whole body.
pub(super) fn stretches<S: CatalogRead>(
    state: &S,
    scope: &KeyScope,
    version: &VersionRow,
    wish: &BodyWish,
) -> Result<(Vec<BodyStretch>, u64), ReadError> {
    let length = stored_length(&version.body);
    let Some(from) = first_byte(&version.body, wish, length) else { return Ok((Vec::new(), length)) };
    let home = version.body.home(&scope.key);
    let mut gather = Gather { state, bucket: scope.bucket, own: &scope.key, home, from, stretches: Vec::new() };
    match &version.body {
        BodyPlace::Absent(_) => {}
        BodyPlace::Inline(place) => {
            let key = inline_key(scope.bucket, &scope.key, version.order);
            gather.inline(&key, place.length, &Part::default())?;
        }
        BodyPlace::Runs(places) => {
            let mut offset = 0;
            for place in &places.runs {
                let part = Part { offset, ..Part::default() };
                gather.run((place.run, home), place.length, &part)?;
                offset += place.length;
            }
        }
        BodyPlace::Upload(place) => gather.parts(place)?,
    }
    Ok((gather.stretches, length))
}

fn stored_length(body: &BodyPlace) -> u64 {
    match body {
        BodyPlace::Absent(_) => 0,
        BodyPlace::Inline(place) => place.length,
        BodyPlace::Runs(places) => places.runs.iter().map(|run| run.length).sum(),
        BodyPlace::Upload(place) => place.parts.bytes(),
    }
}

/// The first byte wished for; `None` for no byte at all.
fn first_byte(body: &BodyPlace, wish: &BodyWish, length: u64) -> Option<u64> {
    match wish {
        BodyWish::Nothing(_) => None,
        BodyWish::From(offset) => Some(*offset),
        BodyWish::Tail(bytes) => Some(length - length.min(*bytes)),
        BodyWish::FromPart(ordinal) => match body {
            BodyPlace::Upload(place) => PartIndex::at(&place.parts, *ordinal).map(|part| part.offset),
            BodyPlace::Absent(_) | BodyPlace::Inline(_) | BodyPlace::Runs(_) => (*ordinal == 0).then_some(0),
        },
    }
}

/// The part that stretches belong to; a body without parts is one without a number.
#[derive(Default)]
struct Part {
    number: Option<u16>,
    offset: u64,
    salt: bytes::Bytes,
}

struct Gather<'a, S> {
    state: &'a S,
    bucket: BucketId,
    /// The version's key.
    own: &'a ObjectKey,
    /// Key that the body's runs or parts lie under.
    home: &'a ObjectKey,
    from: u64,
    stretches: Vec<BodyStretch>,
}

impl<S: CatalogRead> Gather<'_, S> {
    fn is_full(&self) -> bool {
        self.stretches.len() >= STRETCHES_PER_ANSWER_MAX
    }

    /// Whether bytes that end before `end` are wanted.
    fn wants(&self, end: u64) -> bool {
        !self.is_full() && end > self.from
    }

    fn parts(&mut self, place: &UploadPlace) -> Result<(), ReadError> {
        for part in place.parts.from_offset(self.from) {
            if self.is_full() {
                break;
            }
            if part.length == 0 {
                continue;
            }
            let key = part_key(self.bucket, self.home, place.upload, part.number);
            let row: PartRow = named_row(self.state, &key)?;
            if row.length != part.length {
                return Err(contradiction(&key, "the part is not as long as its version says"));
            }
            let about = Part { number: Some(part.number), offset: part.offset, salt: row.encryption_salt.clone() };
            match row.body.run(self.home) {
                None => {
                    let key = part_inline_key(self.bucket, self.home, place.upload, part.number);
                    self.inline(&key, part.length, &about)?;
                }
                Some(run) => self.run(run, part.length, &about)?,
            }
        }
        Ok(())
    }

    fn inline(&mut self, key: &bytes::Bytes, length: u64, part: &Part) -> Result<(), ReadError> {
        if !self.wants(part.offset + length) {
            return Ok(());
        }
        let bytes = self.state.get(key)?.ok_or_else(|| contradiction(key, "a row names it; it is not there"))?;
        if bytes.len() as u64 != length {
            return Err(contradiction(key, "the body is not as long as its row says"));
        }
        let stretch = BodyStretch { inline: Some(bytes), ..stretch(part, part.offset, length) };
        self.stretches.push(stretch);
        Ok(())
    }

    /// One stretch per page of the run.
    fn run(&mut self, (run, label): (RunId, &ObjectKey), length: u64, part: &Part) -> Result<(), ReadError> {
        if !self.wants(part.offset + length) {
            return Ok(());
        }
        let key = run_key(self.bucket, label, run);
        let row: RunRow = named_row(self.state, &key)?;
        let ends = row.pages.iter().copied().chain([row.length]);
        let starts = [0].into_iter().chain(row.pages.iter().copied());
        let mut first = Some(row.blobs);
        for (page, (start, end)) in (0u32..).zip(starts.zip(ends)) {
            let blobs = first.take();
            if !self.wants(part.offset + end) {
                continue;
            }
            let blobs = match blobs {
                Some(blobs) => blobs,
                None => {
                    let key = run_page_key(self.bucket, label, run, page);
                    named_row::<RunPageRow>(self.state, &key)?.blobs
                }
            };
            let length =
                end.checked_sub(start).ok_or_else(|| contradiction(&key, "pages of the run are out of order"))?;
            let label = (label != self.own).then(|| label.clone());
            self.stretches.push(BodyStretch { run, blobs, label, ..stretch(part, part.offset + start, length) });
        }
        Ok(())
    }
}

fn stretch(part: &Part, offset: u64, length: u64) -> BodyStretch {
    BodyStretch {
        offset,
        length,
        part: part.number,
        part_offset: part.offset,
        encryption_salt: part.salt.clone(),
        ..BodyStretch::default()
    }
}
