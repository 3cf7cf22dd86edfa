//! The bytes of today's format, as they must stay readable.

use bytes::Bytes;

use crate::compose::Composer;
use crate::file_header::FileHeader;
use crate::flush::FlushHeader;
use crate::position::FileId;
use crate::record::{Payload, Record};
use crate::recovery::seal_sector;

const SALT: u64 = 0x0123_4567_89ab_cdef;

/// A file with one flush of three records and a seal.
fn golden_file() -> Vec<u8> {
    let mut file = FileHeader { id: FileId(7), purpose: 1, salt: SALT }.encode().to_vec();
    let mut composer = Composer::new(FileId(7), SALT, 4_096);
    composer.push(&Record::of_head(3, Bytes::from_static(b"head alone")));
    let plain = Payload::Plain(vec![Bytes::from_static(b"small "), Bytes::from_static(b"payload")]);
    composer.push(&Record { kind: 4, head: Bytes::from_static(b"packed"), payload: plain });
    let covered = Payload::Covered(vec![vec![0x5a; 65_541].into()]);
    composer.push(&Record { kind: 5, head: Bytes::from_static(b"aligned"), payload: covered });
    let (header, pieces) = composer.finish(1, 0);
    pieces.iter().for_each(|piece| file.extend_from_slice(piece));
    assert_eq!(file.len() as u64, 4_096 + header.len);
    let offset = file.len() as u64;
    file.extend_from_slice(&seal_sector(FlushHeader::seal(2), SALT, offset));
    file
}

#[test]
fn a_file_is_written_as_the_golden_one() {
    let golden = include_bytes!("testdata/journal-v1.bin");
    assert!(golden_file() == golden, "the format changed: old files must stay readable, so this needs a new version");
}

#[test]
fn headers_refuse_other_places_salts_and_bytes() {
    let file = golden_file();
    let sector = &file[..4_096];
    assert_eq!(FileHeader::decode(sector).map(|header| header.id), Some(FileId(7)));
    let mut damaged = sector.to_vec();
    damaged[30] ^= 1;
    assert_eq!(FileHeader::decode(&damaged), None);
    let flush = &file[4_096..8_192];
    assert_eq!(FlushHeader::decode(flush, SALT, 4_096).map(|header| header.records), Some(3));
    assert_eq!(FlushHeader::decode(flush, SALT, 8_192), None);
    assert_eq!(FlushHeader::decode(flush, SALT + 1, 4_096), None);
}
