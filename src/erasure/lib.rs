//! Stripes, Reed–Solomon and cell digests: how a blob becomes fragments, and how any `k` of them become the blob again.
//!
//! # Invariants
//! The same blob id, geometry and bytes give the same fragments and digests on every machine and in every version
//! (`docs/formats/erasure.md`, golden vectors in the tests). A cell verifies only at its own place: blob, stripe and
//! index are in the seed of its digest.
//!
//! # Limits
//! [`limits`]: cells of 64 KiB, blobs of at most 64 MiB. Nothing is allocated per stripe.
//!
//! # Not here
//! Which disks hold the fragments (`cairn-placement`), how they get there (`cairn-storage`), what is done when too few
//! are readable (`cairn-objects`).

mod blob_encoder;
mod cell_digest;
mod cell_slices;
mod codec;
mod cpu;
mod decode_matrix;
mod layout;
pub mod limits;
mod reed_solomon;
mod resplit;
mod stripe_number;

pub use blob_encoder::{BlobEncoder, EncodedBlob, EncodedFragment, EncoderError};
pub use cell_digest::{cell_digest, cell_seed};
pub use cell_slices::{CellSlice, CellSlices};
pub use codec::{Codec, ReconstructError};
pub use cpu::{UnsupportedCpu, cpu_is_supported};
pub use layout::{BlobLayout, LayoutError};
pub use reed_solomon::codec;
pub use stripe_number::StripeNumber;

#[cfg(test)]
mod properties;
