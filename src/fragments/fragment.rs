//! A fragment as it is given to a disk.

use bytes::Bytes;
use cairn_erasure::{BlobLayout, cell_digest};
use cairn_types::{BlobId, Digest128, Epoch, FragmentIndex, Geometry, GroupId, Label};

use crate::error::FragmentError;

/// All cells of a blob at one index, with what a disk must know of them.
#[derive(Clone, Debug)]
pub struct Fragment {
    /// Where the run of its blob has its row.
    pub label: Label,
    /// The blob.
    pub blob: BlobId,
    /// Its place in the stripes.
    pub index: FragmentIndex,
    /// Shape of the stripes.
    pub geometry: Geometry,
    /// Placement group.
    pub group: GroupId,
    /// Epoch of the group as the sender knows it.
    pub epoch: Epoch,
    /// Bytes of the blob, from which the lengths of all cells follow.
    pub blob_bytes: u64,
    /// All cells, one after the other, in any pieces. Whole sectors of aligned pieces are written without a copy.
    pub payload: Vec<Bytes>,
    /// Digest of each cell, in order.
    pub digests: Vec<Digest128>,
}

impl Fragment {
    /// Shape of its blob, if lengths, geometry and digests fit together.
    pub fn layout(&self) -> Result<BlobLayout, FragmentError> {
        if self.geometry.index(self.index.get()).is_none() {
            return Err(FragmentError::Index { index: self.index, geometry: self.geometry });
        }
        let layout =
            BlobLayout::new(self.geometry, self.blob_bytes).map_err(|_| FragmentError::BlobBytes(self.blob_bytes))?;
        let (expected, found) = (layout.payload_len(), self.payload.iter().map(Bytes::len).sum());
        if expected != found {
            return Err(FragmentError::PayloadLen { expected, found });
        }
        let (expected, found) = (layout.stripe_count() as usize, self.digests.len());
        if expected != found {
            return Err(FragmentError::Digests { expected, found });
        }
        Ok(layout)
    }

    /// Whether every cell has its digest: for those who got it over a network.
    pub fn verify(&self) -> Result<(), FragmentError> {
        let layout = self.layout()?;
        let whole: Bytes = match self.payload.as_slice() {
            [one] => one.clone(),
            pieces => pieces.concat().into(),
        };
        for (stripe, digest) in layout.stripes().zip(&self.digests) {
            let cell = whole.get(layout.cell_in_payload(stripe)).unwrap_or_default();
            if cell_digest(self.blob, stripe, self.index, cell) != *digest {
                return Err(FragmentError::CellDigest { stripe: stripe.0 });
            }
        }
        Ok(())
    }
}
