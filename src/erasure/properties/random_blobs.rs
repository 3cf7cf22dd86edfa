//! The encoder against the naive one, and back to the bytes.

use cairn_types::{Geometry, PerFragment};
use proptest::prelude::{any, prop_assert_eq, prop_oneof, proptest};
use proptest::strategy::Strategy;

use super::{blob, bytes, cases, dirty_buffers, encode, geometry, naive};
use crate::blob_encoder::{BlobEncoder, EncodedBlob};
use crate::layout::BlobLayout;
use crate::limits::CELL_BYTES;
use crate::reed_solomon::codec;
use crate::stripe_number::StripeNumber;

fn shapes() -> impl Strategy<Value = Geometry> {
    let shape = |data, parity| proptest::strategy::Just(geometry(data, parity));
    prop_oneof![shape(1, 0), shape(1, 2), shape(2, 2), shape(3, 2), shape(4, 2), shape(8, 4)]
}

/// Tiny, around cells and stripes, and a few stripes.
fn lengths() -> impl Strategy<Value = usize> {
    let edge = (1..5usize, 0..7usize).prop_map(|(cells, off)| cells * CELL_BYTES + off - 3);
    prop_oneof![1..40usize, edge, 1..600_000usize]
}

fn payloads(encoded: EncodedBlob<Vec<u8>>) -> Vec<(Vec<u8>, Vec<cairn_types::Digest128>)> {
    let fragments = encoded.fragments.into_vec().into_iter();
    fragments.map(|part| (part.buffer[..part.payload_len].to_vec(), part.digests)).collect()
}

/// Reads the blob back from `k` of its fragments, stripe by stripe.
fn decode(layout: BlobLayout, fragments: &[Vec<u8>], kept: &[usize]) -> Vec<u8> {
    let geometry = layout.geometry();
    let mut body = Vec::new();
    for stripe in layout.stripes() {
        let cell = layout.cell_in_payload(stripe);
        let index = |place: usize| geometry.index(place as u8).expect("in range");
        let have: Vec<_> = kept.iter().map(|place| (index(*place), &fragments[*place][cell.clone()])).collect();
        let mut outs = PerFragment::from_fn(geometry, |_| vec![0xee; cell.len()]);
        let data = outs.iter_mut().filter(|(index, _)| geometry.is_data(*index));
        let mut want: Vec<_> = data.map(|(index, out)| (index, out.as_mut_slice())).collect();
        codec(geometry).reconstruct(&have, &mut want).expect("k cells");
        for (index, out) in want {
            let range = layout.cell_in_blob(stripe, index);
            body.extend_from_slice(&out[..(range.end - range.start) as usize]);
        }
    }
    body
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn the_encoder_gives_what_the_naive_one_gives(
        shape in shapes(), len in lengths(), spare in prop_oneof![0..1u64, 1..300_000u64], piece in 1..200_000usize,
        seed in any::<u64>(),
    ) {
        let body = bytes(seed, len);
        let encoded = encode(shape, &body, len as u64 + spare, piece.max(len / 64));
        prop_assert_eq!(encoded.layout.blob_len(), len as u64);
        prop_assert_eq!(payloads(encoded), naive::fragments(shape, &body));
    }

    #[test]
    fn any_k_fragments_give_the_blob(shape in shapes(), len in lengths(), seed in any::<u64>()) {
        let body = bytes(seed, len);
        let encoded = encode(shape, &body, len as u64, len);
        let layout = encoded.layout;
        let fragments: Vec<_> = payloads(encoded).into_iter().map(|(payload, _)| payload).collect();
        let mut kept: Vec<usize> = (0..fragments.len()).collect();
        kept.sort_by_key(|place| seed.rotate_left(5 * *place as u32) % 101);
        kept.truncate(usize::from(shape.data()));
        prop_assert_eq!(decode(layout, &fragments, &kept), body);
    }

    #[test]
    fn stretches_join_to_the_blob(shape in shapes(), stripes in 1..3u32, len in 1..700_000usize, seed in any::<u64>()) {
        let body = bytes(seed, len);
        let stretch = BlobLayout::stripe_bytes_of(shape) * u64::from(stripes);
        let mut joined = vec![(Vec::new(), Vec::new()); usize::from(shape.fragments())];
        let mut first = StripeNumber(0);
        let mut layout = None;
        for part in body.chunks(stretch as usize) {
            let buffers = dirty_buffers(shape, stretch);
            let mut encoder = BlobEncoder::resume(blob(), shape, first, stretch, buffers).expect("buffers fit");
            encoder.push(part);
            let encoded = encoder.finish().expect("not empty");
            prop_assert_eq!(encoded.first_stripe, first);
            layout = Some(encoded.layout);
            for ((payload, digests), (more, more_digests)) in joined.iter_mut().zip(payloads(encoded)) {
                payload.extend(more);
                digests.extend(more_digests);
            }
            first.0 += stripes;
        }
        prop_assert_eq!(layout, BlobLayout::new(shape, len as u64).ok());
        prop_assert_eq!(joined, naive::fragments(shape, &body));
    }
}

#[test]
fn every_short_blob_is_resplit_right() {
    for shape in [geometry(1, 2), geometry(2, 2), geometry(3, 2), geometry(4, 2), geometry(5, 1)] {
        for len_max in 1..24 {
            for len in 1..=len_max {
                let body = bytes(len, len as usize);
                let encoded = encode(shape, &body, len_max, 5);
                assert_eq!(payloads(encoded), naive::fragments(shape, &body), "{shape}: {len} of {len_max}");
            }
        }
    }
}
