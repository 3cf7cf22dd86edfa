//! `DeleteObject`

use cairn_objects::DeleteRequest;
use cairn_s3::S3Error;
use cairn_s3::operation::DeleteObject;
use cairn_s3::response::DeleteObjectOutput;

use super::object_lock::may_bypass;
use super::rows::{delete_conditions, delete_target, shown_id};
use crate::pipeline::{Answer, Exchange, Governed, governed};

/// `DELETE /b/k`
pub(crate) async fn delete_object(
    exchange: &Exchange,
    bucket: &mut Governed,
    delete: DeleteObject,
) -> Result<Answer, S3Error> {
    let bypass_governance = may_bypass(bucket, delete.bypass, (&delete.key, delete.version_id)).await?;
    let request = DeleteRequest {
        key: delete.key,
        target: delete_target(delete.version_id),
        conditions: delete_conditions(delete.conditions)?,
        bypass_governance,
        owner: exchange.writer(),
    };
    let objects = exchange.gateway.objects();
    let deleted = governed!(bucket, |view| objects.delete(&view, request.clone()))?;
    let output = DeleteObjectOutput {
        version_id: deleted.version.and_then(|version| shown_id(bucket.bucket(), version.id())),
        delete_marker: deleted.marker,
    };
    Ok(output.into_response().into())
}
