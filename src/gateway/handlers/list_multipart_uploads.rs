//! `ListMultipartUploads`

use bytes::Bytes;
use cairn_catalog::query::{ListPosition as RowPosition, ListedUpload, UploadPosition};
use cairn_s3::S3Error;
use cairn_s3::header::StorageClass;
use cairn_s3::operation::{ListMultipartUploads, ListPosition};
use cairn_s3::response::{ListMultipartUploadsOutput, UploadEntry, UploadListEntry};

use super::listing::{merged, request, row_position};
use super::rows::upload_checksum;
use crate::pipeline::{Answer, Exchange, Governed, Owners, governed};

/// `GET /b?uploads`
pub(crate) async fn list_multipart_uploads(
    exchange: &Exchange,
    bucket: &mut Governed,
    list: ListMultipartUploads,
) -> Result<Answer, S3Error> {
    let objects = exchange.gateway.objects();
    let wanted = request(&list.scope, begin(&list), list.max_uploads);
    let page = governed!(bucket, |view| objects.list_uploads(&view, wanted.clone()))?;
    let is_truncated = page.next.is_some();
    let ids = page.entries.iter().flat_map(|upload| [&upload.initiator, &upload.owner]).collect();
    let owners = Owners::of(exchange, ids).await;
    let kinds = (|upload| UploadListEntry::Upload(entry(upload, &owners)), UploadListEntry::CommonPrefix);
    let entries = merged(page.entries, page.prefixes, |upload| upload.key.as_bytes(), kinds);
    Ok(ListMultipartUploadsOutput { entries, is_truncated }.into_response(&list).into())
}

/// After an upload of the marked key, if one is named; else after the key.
fn begin(list: &ListMultipartUploads) -> RowPosition {
    match (list.position(), list.upload_marker()) {
        (Some(ListPosition::AfterKey(key)), Some(upload)) => {
            let position = UploadPosition { key: Bytes::from(key), upload, ..UploadPosition::default() };
            RowPosition::AfterUpload(position)
        }
        (position, _) => row_position(position),
    }
}

fn entry(listed: ListedUpload, owners: &Owners) -> UploadEntry {
    UploadEntry {
        key: listed.key.as_str().to_owned(),
        upload_id: listed.upload,
        initiator: owners.show(&listed.initiator),
        owner: owners.show(&listed.owner),
        initiated: listed.initiated,
        checksum: upload_checksum(listed.checksum.as_ref()),
        storage_class: StorageClass::Standard,
    }
}
