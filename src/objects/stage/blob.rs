//! A blob that is being filled.

use std::sync::Arc;

use bytes::Bytes;
use cairn_erasure::limits::CELL_BYTES;
use cairn_erasure::{BlobEncoder, BlobLayout, EncodedBlob, StripeNumber};
use cairn_runtime::buffers::{AlignedBuffer, BufferPool};
use cairn_runtime::limits::BUFFER_BYTES_MIN;
use cairn_runtime::permits::BytePermit;
use cairn_types::{BlobId, Digest128, DigestBuilder, FragmentIndex, Geometry, PerFragment};

use crate::limits::STRETCH_BYTES;

/// A few stripes of a blob, encoded.
pub(super) struct Stretch {
    layout: BlobLayout,
    first: StripeNumber,
    fragments: PerFragment<(Bytes, Vec<Digest128>)>,
}

/// A blob with all its fragments, in memory.
pub(super) struct EncodedBody {
    pub(super) blob: BlobId,
    pub(super) layout: BlobLayout,
    pub(super) digest: Digest128,
    pub(super) memory: Arc<BytePermit>,
    stretches: Vec<Stretch>,
}

/// Fills a blob of up to `len_max` bytes, stretch by stretch.
pub(super) struct BlobFiller<'a> {
    pool: &'a BufferPool,
    blob: BlobId,
    geometry: Geometry,
    len_max: u64,
    len: u64,
    encoder: Option<BlobEncoder<AlignedBuffer>>,
    stretches: Vec<Stretch>,
    digest: DigestBuilder,
}

impl<'a> BlobFiller<'a> {
    /// Begins `blob`; `len_max` is its length if the body is long enough, else the blob ends with the body.
    pub(super) fn new(pool: &'a BufferPool, blob: BlobId, geometry: Geometry, len_max: u64) -> Self {
        let digest = DigestBuilder::new(blob.digest_seed());
        Self { pool, blob, geometry, len_max, len: 0, encoder: None, stretches: Vec::new(), digest }
    }

    /// Takes bytes from the front of `bytes` and returns how many; whether a stretch became full is seen by
    /// [`BlobFiller::last_stretch`].
    pub(super) fn push(&mut self, bytes: &[u8]) -> usize {
        if self.is_full() {
            return 0;
        }
        let mut encoder = self.encoder.take().unwrap_or_else(|| self.next_encoder());
        let taken = encoder.push(bytes);
        self.digest.update(&bytes[..taken]);
        self.len += taken as u64;
        if encoder.is_full() {
            self.seal(encoder)
        } else {
            self.encoder = Some(encoder)
        }
        taken
    }

    /// Whether the blob takes no more.
    pub(super) fn is_full(&self) -> bool {
        self.len == self.len_max
    }

    /// Bytes taken so far.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// Stretches that are complete.
    pub(super) fn stretch_count(&self) -> usize {
        self.stretches.len()
    }

    /// The bytes of the last complete stretch, in order.
    pub(super) fn last_stretch(&self) -> Vec<Bytes> {
        self.stretches.last().map(|stretch| stretch.data().collect()).unwrap_or_default()
    }

    /// The blob; `None` if nothing was pushed.
    pub(super) fn finish(mut self, memory: Arc<BytePermit>) -> Option<EncodedBody> {
        if let Some(encoder) = self.encoder.take() {
            self.seal(encoder);
        }
        let layout = self.stretches.last()?.layout;
        let (blob, stretches) = (self.blob, self.stretches);
        Some(EncodedBody { blob, layout, digest: self.digest.finish(), memory, stretches })
    }

    /// Seals the stretch that is not full: the body has ended.
    pub(super) fn end(&mut self) {
        if let Some(encoder) = self.encoder.take() {
            self.seal(encoder);
            self.len_max = self.len;
        }
    }

    fn next_encoder(&self) -> BlobEncoder<AlignedBuffer> {
        let len = stretch_bytes(self.geometry).min(self.len_max - self.len);
        let bytes = BlobEncoder::<AlignedBuffer>::buffer_bytes(self.geometry, len);
        let bytes = bytes.expect("a stretch is never empty and shorter than a blob");
        let buffers = PerFragment::from_fn(self.geometry, |_| self.pool.take(bytes));
        let stripes = self.len / BlobLayout::stripe_bytes_of(self.geometry);
        let first = StripeNumber(u32::try_from(stripes).expect("a blob has few stripes"));
        let encoder = BlobEncoder::resume(self.blob, self.geometry, first, len, buffers);
        encoder.expect("the buffers were made for the stretch, and the blob's length was checked")
    }

    fn seal(&mut self, encoder: BlobEncoder<AlignedBuffer>) {
        let Some(EncodedBlob { layout, first_stripe: first, fragments }) = encoder.finish() else { return };
        let mut frozen = fragments.into_vec().into_iter();
        let fragments = PerFragment::from_fn(self.geometry, |_| {
            let fragment = frozen.next().expect("one fragment for each index");
            (fragment.buffer.freeze(fragment.payload_len), fragment.digests)
        });
        self.stretches.push(Stretch { layout, first, fragments });
    }
}

impl Stretch {
    /// The blob's bytes of the stretch, in order and without padding.
    fn data(&self) -> impl Iterator<Item = Bytes> + '_ {
        let stripes = self.first.0..self.layout.stripe_count();
        stripes.flat_map(move |stripe| {
            let data = self.layout.geometry().indexes().take(usize::from(self.layout.geometry().data()));
            data.filter_map(move |index| self.cell(StripeNumber(stripe), index))
        })
    }

    fn cell(&self, stripe: StripeNumber, index: FragmentIndex) -> Option<Bytes> {
        let range = self.layout.cell_in_blob(stripe, index);
        let start = (stripe.0 - self.first.0) as usize * CELL_BYTES;
        let len = (range.end - range.start) as usize;
        (len > 0).then(|| self.fragments[index].0.slice(start..start + len))
    }
}

impl EncodedBody {
    /// The payload of one fragment in pieces, and the digests of its cells.
    pub(super) fn fragment(&self, index: FragmentIndex) -> (Vec<Bytes>, Vec<Digest128>) {
        let payload = self.stretches.iter().map(|stretch| stretch.fragments[index].0.clone()).collect();
        let digests = self.stretches.iter().flat_map(|stretch| stretch.fragments[index].1.iter().copied()).collect();
        (payload, digests)
    }

    /// The same bytes as another blob, perhaps in another geometry: digests are salted with the blob's id.
    pub(super) fn again(&self, pool: &BufferPool, blob: BlobId, geometry: Geometry) -> Option<Self> {
        let mut filler = BlobFiller::new(pool, blob, geometry, self.layout.blob_len());
        for piece in self.stretches.iter().flat_map(Stretch::data) {
            let mut rest = &piece[..];
            while !rest.is_empty() {
                let taken = filler.push(rest);
                rest = &rest[taken..];
            }
        }
        filler.finish(Arc::clone(&self.memory))
    }
}

/// Bytes of a stretch: whole stripes.
pub(super) fn stretch_bytes(geometry: Geometry) -> u64 {
    let stripe = BlobLayout::stripe_bytes_of(geometry);
    stripe.max(STRETCH_BYTES - STRETCH_BYTES % stripe)
}

/// Memory that the fragments of a blob take, as the pool rounds it.
pub(super) fn memory_of(geometry: Geometry, len: u64) -> u64 {
    let stretch = stretch_bytes(geometry);
    let buffer = |len: u64| match BlobLayout::new(geometry, len) {
        Ok(layout) => layout.payload_len().max(BUFFER_BYTES_MIN).next_power_of_two() as u64,
        Err(_) => 0,
    };
    let fragments = u64::from(geometry.fragments());
    fragments * (len / stretch * buffer(stretch) + buffer(len % stretch))
}

#[cfg(test)]
mod tests {
    use cairn_runtime::permits::ByteBudget;
    use cairn_types::{BlobSequence, SessionId};

    use super::{Arc, BlobFiller, BlobId, BufferPool, Geometry, StripeNumber, memory_of, stretch_bytes};

    fn blob(sequence: u64) -> BlobId {
        BlobId::new(SessionId(3), BlobSequence(sequence))
    }

    fn bytes(len: usize) -> Vec<u8> {
        (0..len).map(|place| (place * 31 % 251) as u8).collect()
    }

    #[test]
    fn a_blob_of_several_stretches_is_the_blob_in_one() {
        let (pool, budget) = (BufferPool::new(0), ByteBudget::new(1 << 20));
        for (data, parity) in [(1, 0), (1, 2), (2, 2), (4, 2), (6, 4)] {
            let geometry = Geometry::new(data, parity).unwrap();
            for len in [1, 65_536, 300_000, stretch_bytes(geometry) as usize + 1, 3 << 20] {
                let body = bytes(len);
                let mut filler = BlobFiller::new(&pool, blob(1), geometry, len as u64);
                let mut seen = Vec::new();
                let mut rest = &body[..];
                while !rest.is_empty() {
                    let before = filler.stretch_count();
                    let taken = filler.push(&rest[..rest.len().min(70_001)]);
                    rest = &rest[taken..];
                    if filler.stretch_count() > before {
                        filler.last_stretch().iter().for_each(|piece| seen.extend_from_slice(piece));
                    }
                }
                assert_eq!(seen, body);
                let memory = Arc::new(budget.try_take(1).unwrap());
                let filled = filler.finish(memory).unwrap();
                assert_eq!(filled.layout.blob_len(), len as u64);
                for index in geometry.indexes() {
                    let (payload, digests) = filled.fragment(index);
                    let payload = payload.concat();
                    assert_eq!(payload.len(), filled.layout.payload_len());
                    for stripe in filled.layout.stripes() {
                        let cell = &payload[filled.layout.cell_in_payload(stripe)];
                        let digest = cairn_erasure::cell_digest(blob(1), stripe, index, cell);
                        assert_eq!(digest, digests[stripe.0 as usize]);
                    }
                }
                let again = filled.again(&pool, blob(2), Geometry::new(1, parity).unwrap()).unwrap();
                let first = again.layout.geometry().index(0).unwrap();
                assert_eq!(again.fragment(first).0.concat(), body);
                assert_eq!(again.layout.cell_in_payload(StripeNumber(0)).start, 0);
            }
        }
    }

    #[test]
    fn memory_counts_what_the_pool_gives() {
        let geometry = Geometry::new(4, 2).unwrap();
        assert_eq!(memory_of(geometry, 16 << 20), 24 << 20);
        assert_eq!(memory_of(geometry, 1), 6 * 64 * 1024);
        assert_eq!(memory_of(geometry, (16 << 20) + 1), (24 << 20) + 6 * 64 * 1024);
    }
}
