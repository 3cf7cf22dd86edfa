//! `ListParts`

use cairn_catalog::query::PartWithNumber;
use cairn_catalog::rows::UploadRow;
use cairn_objects::wire_value;
use cairn_s3::S3Error;
use cairn_s3::header::StorageClass;
use cairn_s3::operation::ListParts;
use cairn_s3::range::PartNumber;
use cairn_s3::response::{ListPartsOutput, PartEntry};

use super::rows::{etag, upload_checksum};
use crate::pipeline::{Answer, Exchange, Governed, Owners, governed};

/// `GET /b/k?uploadId`
pub(crate) async fn list_parts(exchange: &Exchange, bucket: &mut Governed, list: ListParts) -> Result<Answer, S3Error> {
    let objects = exchange.gateway.objects();
    let after = u16::try_from(list.part_number_marker).unwrap_or(u16::MAX);
    // Even an empty page is of an upload that must exist.
    let window = (after, list.max_parts.max(1));
    let mut page = governed!(bucket, |view| objects.list_parts(&view, &list.key, list.upload_id, window))?;
    page.parts.truncate(list.max_parts as usize);
    let (initiator, owner) = (&page.upload.initiator, &page.upload.meta.owner);
    let owners = Owners::of(exchange, [initiator, owner].into_iter().collect()).await;
    let output = ListPartsOutput {
        initiator: owners.show(initiator),
        owner: owners.show(owner),
        checksum: upload_checksum(page.upload.checksum.as_ref()),
        storage_class: StorageClass::Standard,
        parts: page.parts.into_iter().filter_map(|part| entry(&page.upload, part)).collect(),
        is_truncated: page.more && list.max_parts > 0,
    };
    Ok(output.into_response(&list).into())
}

/// A part, with the checksum that the upload promised.
fn entry(upload: &UploadRow, listed: PartWithNumber) -> Option<PartEntry> {
    let promised = upload.checksum.map(|form| form.algorithm);
    let checksum = listed.part.checksums.iter().find(|checksum| Some(checksum.algorithm) == promised);
    Some(PartEntry {
        number: PartNumber::new(listed.number)?,
        last_modified: listed.part.modified,
        etag: etag(&listed.part.etag),
        size: listed.part.size,
        checksum: checksum.and_then(wire_value),
    })
}
