//! `ListObjects`

use cairn_s3::S3Error;
use cairn_s3::operation::ListObjects;
use cairn_s3::response::ListObjectsOutput;

use super::listing::{object_entries, owners_of, request, row_position};
use crate::pipeline::{Answer, Exchange, Governed, Owners, governed};

/// `GET /b`
pub(crate) async fn list_objects(
    exchange: &Exchange,
    bucket: &mut Governed,
    list: ListObjects,
) -> Result<Answer, S3Error> {
    let objects = exchange.gateway.objects();
    let wanted = request(&list.scope, row_position(list.position()), list.max_keys);
    let page = governed!(bucket, |view| objects.list_objects(&view, wanted.clone()))?;
    let is_truncated = page.next.is_some();
    let owners = Owners::of(exchange, owners_of(&page)).await;
    let output = ListObjectsOutput { entries: object_entries(page, Some(&owners)), is_truncated };
    Ok(output.into_response(&list).into())
}
