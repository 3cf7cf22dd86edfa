//! Fragments that came over a network.

use std::collections::VecDeque;

use bytes::{Buf, Bytes};
use cairn_erasure::{BlobLayout, cell_seed};
use cairn_types::DigestBuilder;

use crate::error::StorageError;
use crate::service::PutFragment;

/// Refuses a fragment whose cells are not what their digests say: it was changed on the way, and must not be
/// acknowledged. The payload is looked at as it came, in pieces that are nowhere joined.
pub(crate) fn verify(fragment: &PutFragment) -> Result<(), StorageError> {
    let invalid = |text: &str| StorageError::Invalid(text.to_owned());
    let layout = BlobLayout::new(fragment.geometry, fragment.blob_bytes).map_err(|_| invalid("no such blob"))?;
    let len: usize = fragment.payload.iter().map(Bytes::len).sum();
    if len != layout.payload_len() || fragment.digests.len() != layout.stripe_count() as usize {
        return Err(invalid("lengths do not fit together"));
    }
    let mut pieces: VecDeque<Bytes> = fragment.payload.iter().cloned().collect();
    for (stripe, digest) in layout.stripes().zip(&fragment.digests) {
        let mut builder = DigestBuilder::new(cell_seed(fragment.blob, stripe, fragment.index));
        take(&mut pieces, layout.cell_len(stripe), &mut builder);
        if builder.finish() != *digest {
            return Err(invalid("a cell does not have its digest"));
        }
    }
    Ok(())
}

/// Moves `len` bytes from the pieces to the digest.
fn take(pieces: &mut VecDeque<Bytes>, mut len: usize, digest: &mut DigestBuilder) {
    while len > 0
        && let Some(piece) = pieces.front_mut()
    {
        let taken = piece.len().min(len);
        digest.update(&piece[..taken]);
        piece.advance(taken);
        len -= taken;
        if piece.is_empty() {
            pieces.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use cairn_types::Digest128;

    use super::verify;
    use crate::tests::fragment;

    #[test]
    fn a_fragment_is_good_in_whatever_pieces_it_comes() {
        let whole = fragment(1, 0, 1_000_000);
        assert_eq!(verify(&whole), Ok(()));
        for len in [1_000, 65_536, 70_000] {
            let mut cut = whole.clone();
            let all = cut.payload.concat();
            cut.payload = all.chunks(len).map(bytes::Bytes::copy_from_slice).collect();
            assert_eq!(verify(&cut), Ok(()));
        }
    }

    #[test]
    fn a_fragment_that_was_changed_is_refused() {
        let whole = fragment(1, 0, 1_000_000);
        let mut flipped = whole.clone();
        let mut bytes = flipped.payload.concat();
        bytes[70_000] ^= 1;
        flipped.payload = vec![bytes.into()];
        assert!(verify(&flipped).is_err());
        let mut other = whole.clone();
        other.blob = fragment(2, 0, 1_000_000).blob;
        assert!(verify(&other).is_err());
        let mut short = whole.clone();
        short.payload.pop();
        assert!(verify(&short).is_err());
        let mut digests = whole;
        digests.digests.push(Digest128(1));
        assert!(verify(&digests).is_err());
    }
}
