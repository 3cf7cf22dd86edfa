//! ETag, size and checksums of an object from those of its parts.

use cairn_catalog::rows::{
    BodyFacts, Checksum, ChecksumAlgorithm as Row, ChecksumKind, ChecksumOrigin, ETag, ETagKind, PartRow, UploadRow,
};
use cairn_s3::checksum::{
    ChecksumAlgorithm, ChecksumType, ChecksumValue, Md5Digest, ObjectChecksum, PartChecksum, UploadChecksum,
    multipart_etag,
};
use crc_fast::{CrcAlgorithm, checksum_combine};

use crate::checksum_rows::{row, row_algorithm, row_kind, wire_algorithm, wire_kind, wire_value};
use crate::error::UploadError;

/// Facts of the object, and the checksum that the upload promised, if it did.
pub(super) fn object_facts(
    upload: &UploadRow,
    parts: &[(u16, &PartRow)],
) -> Result<(BodyFacts, Option<ObjectChecksum>), UploadError> {
    let mut md5s = Vec::with_capacity(parts.len());
    for (number, part) in parts {
        md5s.push(parse_md5(&part.etag.text).ok_or(UploadError::InvalidPart(*number))?);
    }
    let promised = promised(upload);
    let sum = match promised {
        Some(promised) => Some(promised_sum(promised, parts)?),
        None => nvme_sum(parts),
    };
    let origin = if promised.is_some() { ChecksumOrigin::Sent } else { ChecksumOrigin::Computed };
    let checksums = sum.iter().map(|sum| row(&sum.value(), row_kind(sum.kind()), origin)).collect();
    let facts = BodyFacts {
        size: parts.iter().map(|(_, part)| part.size).sum(),
        etag: ETag { kind: ETagKind::Composite, text: multipart_etag(md5s) },
        checksums,
        crc64_xz: crc64_xz(parts),
        ..BodyFacts::default()
    };
    Ok((facts, sum.filter(|_| promised.is_some())))
}

/// A checksum of the object that was computed without having been promised.
pub(super) fn computed_sum(facts: &BodyFacts, algorithm: ChecksumAlgorithm) -> Option<ChecksumValue> {
    let full = |sum: &&Checksum| sum.kind == ChecksumKind::FullObject && sum.algorithm == row_algorithm(algorithm);
    facts.checksums.iter().find(full).and_then(wire_value)
}

/// Whether a part has this checksum.
pub(super) fn has_sum(sums: &[Checksum], value: ChecksumValue) -> bool {
    let algorithm = row_algorithm(value.algorithm());
    sums.iter().any(|sum| sum.algorithm == algorithm && sum.value == value.as_bytes())
}

fn promised(upload: &UploadRow) -> Option<UploadChecksum> {
    let form = upload.checksum?;
    UploadChecksum::new(wire_algorithm(form.algorithm)?, wire_kind(form.kind)).ok()
}

fn promised_sum(promised: UploadChecksum, parts: &[(u16, &PartRow)]) -> Result<ObjectChecksum, UploadError> {
    let algorithm = row_algorithm(promised.algorithm());
    let mut sums = Vec::with_capacity(parts.len());
    for (number, part) in parts {
        sums.push(part_sum(part, algorithm).ok_or(UploadError::ChecksumMissing(*number))?);
    }
    let last = parts.last().map(|(number, _)| *number).unwrap_or_default();
    ObjectChecksum::from_parts(promised, sums).ok_or(UploadError::ChecksumMissing(last))
}

/// CRC-64/NVME of the whole: S3 gives it to every object that was promised nothing else.
fn nvme_sum(parts: &[(u16, &PartRow)]) -> Option<ObjectChecksum> {
    let form = UploadChecksum::new(ChecksumAlgorithm::Crc64Nvme, ChecksumType::FullObject).ok()?;
    let sums: Option<Vec<PartChecksum>> = parts.iter().map(|(_, part)| part_sum(part, Row::Crc64Nvme)).collect();
    ObjectChecksum::from_parts(form, sums?)
}

fn part_sum(part: &PartRow, algorithm: Row) -> Option<PartChecksum> {
    let sum = part.checksums.iter().find(|sum| sum.algorithm == algorithm)?;
    Some(PartChecksum { value: wire_value(sum)?, len: part.size })
}

fn crc64_xz(parts: &[(u16, &PartRow)]) -> Option<u64> {
    let mut parts = parts.iter().map(|(_, part)| part.crc64_xz.map(|crc| (crc, part.size)));
    let (first, _) = parts.next()??;
    parts.try_fold(first, |whole, part| {
        let (crc, size) = part?;
        Some(checksum_combine(CrcAlgorithm::Crc64Xz, whole, crc, size))
    })
}

fn parse_md5(text: &str) -> Option<Md5Digest> {
    if text.len() != 32 || !text.is_ascii() {
        return None;
    }
    let mut digest = [0; 16];
    for (place, byte) in digest.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * place..2 * place + 2)?, 16).ok()?;
    }
    Some(Md5Digest(digest))
}

#[cfg(test)]
mod tests {
    use super::{CrcAlgorithm, Md5Digest, PartRow, UploadRow, crc64_xz, multipart_etag, object_facts, parse_md5};
    use crate::stage::measure;

    fn part(bytes: &[u8]) -> PartRow {
        let measured = measure(bytes);
        let facts = measured.part_facts(None);
        PartRow {
            size: facts.size,
            etag: facts.etag,
            checksums: facts.checksums,
            crc64_xz: facts.crc64_xz,
            ..PartRow::default()
        }
    }

    #[test]
    fn sums_of_parts_combine_to_those_of_the_whole() {
        let (first, second) = (vec![7; 100_000], vec![9; 12_345]);
        let rows = [part(&first), part(&second)];
        let parts = [(1, &rows[0]), (5, &rows[1])];
        let whole = [first.clone(), second.clone()].concat();
        assert_eq!(crc64_xz(&parts), Some(crc_fast::checksum(CrcAlgorithm::Crc64Xz, &whole)));
        let (facts, promised) = object_facts(&UploadRow::default(), &parts).unwrap();
        assert!(promised.is_none());
        assert_eq!(facts.size, whole.len() as u64);
        assert_eq!(facts.etag.text, multipart_etag([Md5Digest::of(&first), Md5Digest::of(&second)]));
        assert_eq!(facts.checksums, measure(&whole).body_facts(None).checksums);
    }

    #[test]
    fn an_etag_that_is_no_md5_is_not_read_as_one() {
        assert!(parse_md5("d41d8cd98f00b204e9800998ecf8427e").is_some());
        assert!(parse_md5("d41d8cd98f00b204e9800998ecf8427e-2").is_none());
        assert!(parse_md5("zz1d8cd98f00b204e9800998ecf8427e").is_none());
    }
}
