//! Bytes that must never change: disks hold them.

use super::{bytes, encode, geometry};

const BODY: &[u8] = b"Cairns mark the way home.";

/// `payload digest` in hexadecimal, one line per fragment of the blob 3 of session 7.
fn assert_golden(data: u8, parity: u8, golden: &[&str]) {
    let encoded = encode(geometry(data, parity), BODY, BODY.len() as u64, BODY.len());
    let hex = |payload: &[u8]| payload.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let fragments = encoded.fragments.iter();
    let lines = fragments.map(|(_, part)| format!("{} {:?}", hex(&part.buffer[..part.payload_len]), part.digests[0]));
    assert_eq!(lines.collect::<Vec<_>>(), golden, "{data}+{parity}");
}

#[test]
fn fragments_of_a_small_blob_stay_what_they_are() {
    assert_golden(1, 0, &["436169726e73206d61726b207468652077617920686f6d652e ce92fcbfe54fa26739c83f9a8424f7e2"]);
    assert_golden(
        1,
        2,
        &[
            "436169726e73206d61726b207468652077617920686f6d652e ce92fcbfe54fa26739c83f9a8424f7e2",
            "436169726e73206d61726b207468652077617920686f6d652e 82779a59db2764a7778106538079ee18",
            "436169726e73206d61726b207468652077617920686f6d652e 23640e6a2bb5da78e30c05c76c917e37",
        ],
    );
    assert_golden(
        2,
        2,
        &[
            "436169726e73206d61726b2074 baa3f13627e92da3bac430460fa1bac5",
            "68652077617920686f6d652e00 3f6eddd6a42e29ce81460eff3773b0f7",
            "1569fb78706720677d4c773c9c d5085525d2618f80de23b3f91b7dac1c",
            "3e6db27d7f6d206273537932e8 64f3cefad5433ed89439ffdc3930dc81",
        ],
    );
    assert_golden(
        4,
        2,
        &[
            "436169726e7320 83963003a48c96e893260042ef5c7482",
            "6d61726b207468 10d8503e8af372b430e171a11760c313",
            "65207761792068 295d2998549197fb53472f2bf27f7cf9",
            "6f6d652e000000 43a07b5219be4ed6f45b3017c8ce7f67",
            "1077419cdd6a4d f6afeef4bc3d4b21ce4396dcb3daf6fc",
            "e6c46c6c21bfc5 2c3156038d1024c1903356cfc0710085",
        ],
    );
    assert_golden(
        8,
        4,
        &[
            "43616972 407c210acd22b694a9e1e2478d06052c",
            "6e73206d d75436dd58c2856b8ca9c94cf1feb62c",
            "61726b20 8637f88868d793cc6597c41640622fcf",
            "74686520 d627c4b5746ffff0e43a824be4656f12",
            "77617920 6e6a3affbcfa69cf1946b00672625a78",
            "686f6d65 1110b78915844171892d7474576bd333",
            "2e000000 c902e95ee6e362b17c218bcfc738cfc9",
            "00000000 221d7b6100f3e7bf73b29693bd765f7f",
            "5c44bc52 c67a929756876f7f78ccac1eda318e72",
            "48d8ef39 9c339bd8c7ac34fda1dab1d76bfd4a0a",
            "59d335a4 bde648038ad183bf3c178e11cdaf7781",
            "d3338fd8 94ddcb2dd392e33d048e7717fbdc69be",
        ],
    );
}

/// Two stripes, the second short; its digests stand for the cells.
#[test]
fn digests_of_a_longer_blob_stay_what_they_are() {
    let encoded = encode(geometry(4, 2), &bytes(1, 400_001), 500_000, 1000);
    let golden: [[u128; 2]; 6] = [
        [0xdcaa16174d3877d82c2f364d805a3924, 0x8fc6a04c96a6769fd7f2283d9b1af20c],
        [0xf896e613f4e28b5547c8fdd482c9aa4e, 0x82e292a6c390b5b583db1a85b3d5f91e],
        [0x275d2381c6c303060b26b510dd030b80, 0x96dc63182c40aa6f5ad0f930edd1c6d2],
        [0xed935b4886e2ac3a3249601b51428411, 0x9b31b40079d032068ed5ae46947fcf98],
        [0xed67476f248816445c27f53b383dd1fb, 0xb3cf66c6528fd3de9a3e32e0ccfdd50e],
        [0x18a6d90eadd23bd3c6976c9aba17cb2b, 0xe5876ef8abf4f1969ef660d9b4aacc0e],
    ];
    for ((_, part), golden) in encoded.fragments.iter().zip(golden) {
        assert_eq!(part.payload_len, 100_001);
        assert_eq!(part.digests.iter().map(|digest| digest.0).collect::<Vec<_>>(), golden);
    }
}
