//! `ListObjectsV2`

use cairn_s3::S3Error;
use cairn_s3::operation::ListObjectsV2;
use cairn_s3::response::ListObjectsV2Output;

use super::listing::{object_entries, owners_of, request, row_position};
use crate::pipeline::{Answer, Exchange, Governed, Owners, governed};

/// `GET /b?list-type=2`
pub(crate) async fn list_objects_v2(
    exchange: &Exchange,
    bucket: &mut Governed,
    list: ListObjectsV2,
) -> Result<Answer, S3Error> {
    let objects = exchange.gateway.objects();
    let wanted = request(&list.scope, row_position(list.position()), list.max_keys);
    let page = governed!(bucket, |view| objects.list_objects(&view, wanted.clone()))?;
    let is_truncated = page.next.is_some();
    let owners = match list.fetch_owner {
        true => Some(Owners::of(exchange, owners_of(&page)).await),
        false => None,
    };
    let output = ListObjectsV2Output { entries: object_entries(page, owners.as_ref()), is_truncated };
    Ok(output.into_response(&list).into())
}
