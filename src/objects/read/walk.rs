//! From a range of a body to windows of its blobs.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use cairn_catalog::command::KeyScope;
use cairn_catalog::query::{Answer, BodyStretch, BodyWish, LookupVersion, Query, VersionTarget};
use cairn_catalog::reply::Refusal;
use cairn_catalog::rows::BlobPlace;
use cairn_erasure::BlobLayout;
use cairn_metadata::MetadataError;
use cairn_types::{Label, ObjectKey, RunId, VersionOrder};
use parking_lot::Mutex;

use crate::error::ReadError;
use crate::limits::WINDOW_BYTES;
use crate::objects::{Core, unexpected};

/// A stretch of a body that is fetched at once.
pub(super) enum Window {
    /// Inline bytes.
    Inline(Bytes),
    /// Bytes of a blob.
    Blob(BlobWindow),
}

/// Some bytes of a blob.
pub(super) struct BlobWindow {
    /// Its run.
    pub(super) run: RunId,
    /// Key of the run's label, where it is not the version's.
    pub(super) label: Option<ObjectKey>,
    /// The blob.
    pub(super) place: BlobPlace,
    /// Its shape.
    pub(super) layout: BlobLayout,
    /// The bytes.
    pub(super) range: Range<u64>,
    /// Place of the first of them in the body.
    pub(super) offset: u64,
}

/// Goes through a range of one version's body.
pub(super) struct Walk {
    version: Arc<VersionReader>,
    stretches: VecDeque<BodyStretch>,
    position: u64,
    end: u64,
    /// Of the part that the last window lies in.
    salt: Bytes,
}

/// Asks for more of the manifest of one version.
pub(super) struct VersionReader {
    core: Arc<Core>,
    scope: Mutex<KeyScope>,
    order: VersionOrder,
}

impl Walk {
    pub(super) fn new(
        core: Arc<Core>,
        (scope, order): (KeyScope, VersionOrder),
        stretches: Vec<BodyStretch>,
        range: Range<u64>,
    ) -> Self {
        let version = Arc::new(VersionReader { core, scope: Mutex::new(scope), order });
        Self { version, stretches: stretches.into(), position: range.start, end: range.end, salt: Bytes::new() }
    }

    /// Who asks for more.
    pub(super) fn version(&self) -> Arc<VersionReader> {
        Arc::clone(&self.version)
    }

    /// The next window; `None` at the end.
    pub(super) async fn next(&mut self) -> Result<Option<Window>, ReadError> {
        if self.position >= self.end {
            return Ok(None);
        }
        self.skip_passed();
        if self.stretches.is_empty() {
            self.stretches = self.version.stretches_from(self.position).await?.into();
            self.skip_passed();
        }
        let stretch = self.stretches.front().ok_or(ReadError::Manifest)?;
        let window = window_of(stretch, self.position..self.end)?;
        self.salt = stretch.encryption_salt.clone();
        self.position += window.len();
        Ok(Some(window))
    }

    /// The salt of the part that the last window lies in; no window lies in two.
    pub(super) fn salt(&self) -> Bytes {
        self.salt.clone()
    }

    /// Drops what lies before the position, or does not hold it.
    fn skip_passed(&mut self) {
        let holds = |stretch: &BodyStretch| {
            stretch.offset <= self.position && self.position < stretch.offset.saturating_add(stretch.length)
        };
        while self.stretches.front().is_some_and(|stretch| !holds(stretch)) {
            self.stretches.pop_front();
        }
    }
}

impl Window {
    fn len(&self) -> u64 {
        match self {
            Self::Inline(bytes) => bytes.len() as u64,
            Self::Blob(window) => window.range.end - window.range.start,
        }
    }
}

/// The first window of `range`, which begins in `stretch`.
pub(super) fn window_of(stretch: &BodyStretch, range: Range<u64>) -> Result<Window, ReadError> {
    if let Some(bytes) = &stretch.inline {
        let start = usize::try_from(range.start - stretch.offset).map_err(|_| ReadError::Manifest)?;
        let end = bytes.len().min(start.saturating_add((range.end - range.start) as usize));
        return if start < end { Ok(Window::Inline(bytes.slice(start..end))) } else { Err(ReadError::Manifest) };
    }
    let mut blob_start = stretch.offset;
    for place in &stretch.blobs {
        let blob_end = blob_start.saturating_add(place.length);
        if (blob_start..blob_end).contains(&range.start) {
            return blob_window(stretch, place, blob_start, range);
        }
        blob_start = blob_end;
    }
    Err(ReadError::Manifest)
}

fn blob_window(
    stretch: &BodyStretch,
    place: &BlobPlace,
    blob_start: u64,
    range: Range<u64>,
) -> Result<Window, ReadError> {
    let layout = BlobLayout::new(place.geometry, place.length).map_err(|_| ReadError::Manifest)?;
    // Windows end at multiples of whole stripes, so that a long read asks for every cell once.
    let stripe = layout.stripe_bytes();
    let step = stripe.max(WINDOW_BYTES - WINDOW_BYTES % stripe);
    let start = range.start - blob_start;
    let end = (start / step + 1) * step;
    let end = end.min(place.length).min(range.end - blob_start);
    let (run, label) = (stretch.run, stretch.label.clone());
    let window = BlobWindow { run, label, place: place.clone(), layout, range: start..end, offset: range.start };
    Ok(Window::Blob(window))
}

impl VersionReader {
    /// What the reads belong to.
    pub(super) fn core(&self) -> &Arc<Core> {
        &self.core
    }

    /// Where the run of a window has its row.
    pub(super) fn label(&self, window: &BlobWindow) -> Label {
        let scope = self.scope.lock();
        let key = window.label.as_ref().unwrap_or(&scope.key).clone();
        Label { bucket: scope.bucket, key, run: window.run }
    }

    /// Stretches of the body, the first of which holds byte `offset`; of this version or none.
    pub(super) async fn stretches_from(&self, offset: u64) -> Result<Vec<BodyStretch>, ReadError> {
        loop {
            let scope = self.scope.lock().clone();
            let lookup = LookupVersion {
                scope: scope.clone(),
                target: VersionTarget::Exact(self.order),
                body: BodyWish::From(offset),
                ..LookupVersion::default()
            };
            match self.core.ask(&scope, Query::LookupVersion(lookup)).await {
                Ok(Answer::Version(found)) => return Ok(found.stretches),
                Ok(_) => return Err(ReadError::Metadata(unexpected())),
                // What is being read was decided on when the read began.
                Err(MetadataError::Refused(Refusal::StaleConfiguration(current))) if current > scope.config_version => {
                    self.scope.lock().config_version = current;
                }
                Err(MetadataError::Refused(
                    Refusal::NoSuchKey(_) | Refusal::NoSuchVersion(_) | Refusal::BucketSealed(_),
                )) => return Err(ReadError::VersionGone),
                Err(error) => return Err(ReadError::Metadata(error)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use cairn_types::{BlobId, BlobSequence, Geometry, SessionId};

    use super::{BlobPlace, BodyStretch, Bytes, ReadError, WINDOW_BYTES, Window, window_of};

    fn stretch(lengths: &[u64]) -> BodyStretch {
        let place = |(sequence, length): (u64, &u64)| BlobPlace {
            blob: BlobId::new(SessionId(1), BlobSequence(sequence)),
            geometry: Geometry::new(4, 2).unwrap(),
            length: *length,
            ..BlobPlace::default()
        };
        BodyStretch {
            offset: 100,
            length: lengths.iter().sum(),
            blobs: (1..).zip(lengths).map(place).collect(),
            ..BodyStretch::default()
        }
    }

    #[test]
    fn windows_cover_a_range_without_gaps_and_stay_within_blobs() {
        let stretch = stretch(&[3 << 20, 1, 700_000]);
        let end = 100 + stretch.length;
        let mut position = 100;
        while position < end {
            let Window::Blob(window) = window_of(&stretch, position..end).unwrap() else { panic!("a blob") };
            assert_eq!(window.offset, position);
            assert!(window.range.end <= window.place.length);
            assert!(window.range.end - window.range.start <= WINDOW_BYTES);
            position += window.range.end - window.range.start;
        }
        assert_eq!(position, end);
        assert!(matches!(window_of(&stretch, end..end + 1), Err(ReadError::Manifest)));
    }

    #[test]
    fn a_window_of_inline_bytes_is_a_slice_of_them() {
        let inline = Some(Bytes::from_static(b"hello world"));
        let stretch = BodyStretch { offset: 5, length: 11, inline, ..BodyStretch::default() };
        let Window::Inline(bytes) = window_of(&stretch, 11..14).unwrap() else { panic!("inline") };
        assert_eq!(bytes, "wor");
    }
}
