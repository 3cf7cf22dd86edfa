//! Each error, produced.

use cairn_types::{ErrorKind, HasKind, PerFragment};

use super::{blob, dirty_buffers, geometry};
use crate::blob_encoder::{BlobEncoder, EncoderError};
use crate::codec::ReconstructError;
use crate::layout::BlobLayout;
use crate::limits::{BLOB_BYTES_MAX, CELL_BYTES};
use crate::reed_solomon::codec;
use crate::stripe_number::StripeNumber;

#[test]
fn empty_and_overlong_blobs_have_no_layout() {
    for len in [0, BLOB_BYTES_MAX + 1, u64::MAX] {
        let refused = BlobLayout::new(geometry(4, 2), len).expect_err("out of range");
        assert_eq!(refused.kind(), ErrorKind::Invalid);
    }
}

#[test]
fn cells_that_do_not_belong_together_are_refused() {
    let two = geometry(2, 2);
    let index: Vec<_> = geometry(4, 2).indexes().collect();
    let reconstruct = |have: &[(usize, usize)], want: (usize, usize)| {
        let cells = [[7u8; 9]; 4];
        let have: Vec<_> = have.iter().map(|(place, len)| (index[*place], &cells[0][..*len])).collect();
        let mut out = vec![0; want.1];
        codec(two).reconstruct(&have, &mut [(index[want.0], &mut out)])
    };
    let refused = |result: Result<(), ReconstructError>, expected: ReconstructError, kind: ErrorKind| {
        assert_eq!(result, Err(expected));
        assert_eq!(expected.kind(), kind);
    };
    let too_few = ReconstructError::TooFewCells { have: 1, needed: 2 };
    refused(reconstruct(&[(1, 9)], (0, 9)), too_few, ErrorKind::Unavailable);
    let duplicate = ReconstructError::Duplicate { index: index[1] };
    refused(reconstruct(&[(1, 9), (1, 9)], (0, 9)), duplicate, ErrorKind::Bug);
    let wide = ReconstructError::NoSuchIndex { index: index[4], geometry: two };
    refused(reconstruct(&[(1, 9), (4, 9)], (0, 9)), wide, ErrorKind::Bug);
    refused(reconstruct(&[(1, 9), (2, 9)], (4, 9)), wide, ErrorKind::Bug);
    let short = |place: usize, len| ReconstructError::CellLength { index: index[place], len, expected: 9 };
    refused(reconstruct(&[(1, 9), (2, 8)], (0, 9)), short(2, 8), ErrorKind::Corrupt);
    refused(reconstruct(&[(1, 9), (2, 9)], (0, 8)), short(0, 8), ErrorKind::Corrupt);
    let empty = ReconstructError::CellLength { index: index[1], len: 0, expected: 1 };
    refused(reconstruct(&[(1, 0), (2, 0)], (0, 0)), empty, ErrorKind::Corrupt);
}

#[test]
fn an_encoder_without_room_is_refused() {
    let shape = geometry(2, 1);
    let short = PerFragment::from_fn(shape, |index| vec![0u8; CELL_BYTES - usize::from(index.get() == 2)]);
    let refused = BlobEncoder::new(blob(), shape, 2 * CELL_BYTES as u64, short).err().expect("too short");
    let index = shape.index(2).expect("the last of three");
    let expected = EncoderError::BufferTooShort { index, have: CELL_BYTES - 1, needed: CELL_BYTES };
    assert_eq!((refused, refused.kind()), (expected, ErrorKind::Bug));
}

#[test]
fn an_encoder_of_an_impossible_length_is_refused() {
    let shape = geometry(2, 1);
    let empty = BlobEncoder::new(blob(), shape, 0, dirty_buffers(shape, 1)).err().expect("no empty blob");
    assert!(matches!(empty, EncoderError::Layout(_)));
    assert_eq!(empty.kind(), ErrorKind::Invalid);
    let last = StripeNumber((BLOB_BYTES_MAX / BlobLayout::stripe_bytes_of(shape)) as u32 - 1);
    let len = BlobLayout::stripe_bytes_of(shape);
    assert!(BlobEncoder::resume(blob(), shape, last, len, dirty_buffers(shape, len)).is_ok());
    assert!(BlobEncoder::resume(blob(), shape, last.next(), len, dirty_buffers(shape, len)).is_err());
    assert!(BlobEncoder::resume(blob(), shape, StripeNumber(u32::MAX), 1, dirty_buffers(shape, 1)).is_err());
}

#[test]
fn nothing_pushed_is_no_blob() {
    let shape = geometry(2, 1);
    let encoder = BlobEncoder::new(blob(), shape, 10, dirty_buffers(shape, 10)).expect("buffers fit");
    assert!(encoder.is_empty() && encoder.finish().is_none());
}

#[test]
fn a_full_encoder_takes_no_more() {
    let shape = geometry(2, 1);
    let mut encoder = BlobEncoder::new(blob(), shape, 10, dirty_buffers(shape, 10)).expect("buffers fit");
    assert_eq!(encoder.push(&[1; 7]), 7);
    assert!(!encoder.is_full());
    assert_eq!(encoder.push(&[2; 7]), 3);
    assert!(encoder.is_full());
    assert_eq!(encoder.push(&[3; 7]), 0);
    assert_eq!(encoder.finish().expect("not empty").layout.blob_len(), 10);
}
