//! A version that was found.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use cairn_catalog::command::KeyScope;
use cairn_catalog::query::VersionFound;
use cairn_catalog::rows::{BodyPlace, PartIndex, PartPlace, VersionRow};
use cairn_metadata::OpenRead;

use super::body::BodyStream;
use super::walk::Walk;
use crate::objects::Core;

/// A version that was found, with the beginning of its manifest. While it or a stream of it lives, garbage that is made
/// of its bytes waits.
pub struct ObjectRead {
    core: Arc<Core>,
    scope: KeyScope,
    found: VersionFound,
    open: Option<Arc<OpenRead>>,
}

impl ObjectRead {
    pub(super) fn new(core: Arc<Core>, scope: KeyScope, found: VersionFound, open: Option<Arc<OpenRead>>) -> Self {
        Self { core, scope, found, open }
    }

    /// Its row; may be a delete marker.
    pub fn version(&self) -> &VersionRow {
        &self.found.version
    }

    /// Whether it is the key's latest.
    pub fn is_latest(&self) -> bool {
        self.found.latest
    }

    /// Bytes of its body.
    pub fn size(&self) -> u64 {
        self.found.version.facts.size
    }

    /// The parts that it was made of, if it was made of parts.
    pub fn parts(&self) -> Option<&PartIndex> {
        match &self.found.version.body {
            BodyPlace::Upload(place) => Some(&place.parts),
            BodyPlace::Absent(_) | BodyPlace::Inline(_) | BodyPlace::Runs(_) => None,
        }
    }

    /// The part at `ordinal`, counted from 0: `partNumber` less 1. Of a body without parts the first is the whole.
    pub fn part(&self, ordinal: u32) -> Option<PartPlace> {
        match self.parts() {
            Some(parts) => (ordinal < parts.count()).then(|| parts.at(ordinal)).flatten(),
            None if ordinal == 0 => Some(PartPlace { number: 1, offset: 0, length: self.size(), ordinal: 0 }),
            None => None,
        }
    }

    /// The bytes of a range, if they are inline: nothing is to be waited for.
    pub fn inline(&self, range: Range<u64>) -> Option<Bytes> {
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
        let range = range.start..range.end.min(self.found.stored_length);
        let walk = Walk::new(
            Arc::clone(&self.core),
            (self.scope.clone(), self.found.version.order),
            self.found.stretches.clone(),
            range.clone(),
        );
        BodyStream::new(Arc::clone(&self.core), walk, range, self.open.clone())
    }
}
