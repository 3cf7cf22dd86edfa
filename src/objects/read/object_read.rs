//! A version that was found.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use cairn_catalog::command::KeyScope;
use cairn_catalog::query::VersionFound;
use cairn_catalog::rows::{BodyPlace, PartIndex, PartPlace, UploadPlace, VersionRow};
use cairn_encryption::{SealingKey, SegmentLengths};
use cairn_metadata::OpenRead;

use super::body::BodyStream;
use super::opening::Opening;
use super::sealed_range::{SealedRange, layers_of, plain_part};
use super::walk::Walk;
use crate::error::ReadError;
use crate::objects::Core;

/// A version that was found, with the beginning of its manifest. While it or a stream of it lives, garbage that is made
/// of its bytes waits.
pub struct ObjectRead {
    core: Arc<Core>,
    scope: KeyScope,
    found: VersionFound,
    open: Option<Arc<OpenRead>>,
    /// Of an encrypted body that was unlocked.
    key: Option<SealingKey>,
}

impl ObjectRead {
    pub(super) fn new(core: Arc<Core>, scope: KeyScope, found: VersionFound, open: Option<Arc<OpenRead>>) -> Self {
        Self { core, scope, found, open, key: None }
    }

    /// Hands in the key of an encrypted body: without it no byte is read.
    #[must_use]
    pub fn unlocked(self, key: Option<SealingKey>) -> Self {
        Self { key, ..self }
    }

    /// Its row; may be a delete marker.
    pub fn version(&self) -> &VersionRow {
        &self.found.version
    }

    /// Whether it is the key's latest.
    pub fn is_latest(&self) -> bool {
        self.found.latest
    }

    /// Bytes of its body, as clients see it.
    pub fn size(&self) -> u64 {
        self.found.version.facts.size
    }

    /// The parts that it was made of, if it was made of parts.
    pub fn parts(&self) -> Option<&PartIndex> {
        self.in_parts().map(|place| &place.parts)
    }

    /// Where its parts are, if it was made of parts.
    pub fn in_parts(&self) -> Option<&UploadPlace> {
        match &self.found.version.body {
            BodyPlace::Upload(place) => Some(place),
            BodyPlace::Absent(_) | BodyPlace::Inline(_) | BodyPlace::Runs(_) => None,
        }
    }

    /// The part at `ordinal`, counted from 0: `partNumber` less 1, placed as clients see the body. Of a body without parts
    /// the first is the whole.
    pub fn part(&self, ordinal: u32) -> Option<PartPlace> {
        match self.parts() {
            Some(parts) => {
                let stored = (ordinal < parts.count()).then(|| parts.at(ordinal)).flatten()?;
                let Some(lengths) = self.segment_lengths() else { return Some(stored) };
                plain_part((&self.found.version.body, self.found.stored_length), lengths, stored).ok()
            }
            None if ordinal == 0 => Some(PartPlace { number: 1, offset: 0, length: self.size(), ordinal: 0 }),
            None => None,
        }
    }

    /// The bytes of a range, if they are inline and as they came: nothing is to be waited for.
    pub fn inline(&self, range: Range<u64>) -> Option<Bytes> {
        if self.found.version.meta.encryption.is_some() {
            return None;
        }
        let [stretch] = self.found.stretches.as_slice() else { return None };
        let bytes = stretch.inline.as_ref().filter(|_| stretch.offset == 0)?;
        let range = usize::try_from(range.start).ok()?..usize::try_from(range.end).ok()?;
        (range.start <= range.end && range.end <= bytes.len()).then(|| bytes.slice(range))
    }

    /// Where the first bytes that came with the version are, if they are in a blob.
    #[cfg(test)]
    pub(crate) fn first_blob(&self) -> Option<&cairn_catalog::rows::BlobPlace> {
        self.found.stretches.first()?.blobs.first()
    }

    /// The bytes of a range of the body, in order. What lies beyond the end is left out.
    ///
    /// # Cancel safety
    /// Dropping the stream drops the reads that are under way.
    pub fn stream(&self, range: Range<u64>) -> BodyStream {
        match self.opening(range.start..range.end.min(self.size())) {
            Ok(Some((stored, opening))) => self.stored(stored, Some(opening)),
            Ok(None) => self.stored(range.start..range.end.min(self.found.stored_length), None),
            Err(error) => BodyStream::failed(error),
        }
    }

    fn stored(&self, range: Range<u64>, opening: Option<Opening>) -> BodyStream {
        let walk = Walk::new(
            Arc::clone(&self.core),
            (self.scope.clone(), self.found.version.order),
            self.found.stretches.clone(),
            range.clone(),
        );
        BodyStream::new(Arc::clone(&self.core), (walk, range), opening, self.open.clone())
    }

    /// The stored bytes that hold a range of an encrypted body, and what decrypts them.
    fn opening(&self, range: Range<u64>) -> Result<Option<(Range<u64>, Opening)>, ReadError> {
        let Some(lengths) = self.segment_lengths() else { return Ok(None) };
        let key = self.key.clone().ok_or(ReadError::Locked)?;
        let body = (&self.found.version.body, self.found.stored_length);
        let sealed = SealedRange::of(body, lengths, &range)?;
        Ok(Some((sealed.stored.clone(), Opening::new(key, sealed))))
    }

    fn segment_lengths(&self) -> Option<SegmentLengths> {
        let encryption = self.found.version.meta.encryption.as_ref()?;
        Some(SegmentLengths::of(layers_of(encryption.mode)))
    }
}
