//! `GetBucketAcl` and `PutBucketAcl`

use cairn_catalog::rows::BucketSettings;
use cairn_s3::S3Error;
use cairn_s3::acl::AclChange;
use cairn_s3::operation::{BucketConfiguration, PutBucketAcl};
use cairn_s3::response::Response;
use http::StatusCode;

use super::acl::{Given, shown};
use super::bucket_configuration::{Change, apply};
use crate::pipeline::{Answer, Exchange, Governed, governed};

/// `GET /b?acl`
pub(crate) async fn get_bucket_acl(exchange: &Exchange, bucket: &Governed) -> Answer {
    let access = &bucket.bucket().access;
    // Where ACLs are off, what was granted before says nothing.
    let acl = access.acl.as_ref().filter(|_| access.ownership.has_acls());
    shown(exchange, &access.owner, acl).await.into_response().into()
}

/// `PUT /b?acl`: returns once every shard refuses what was decided under the ACL before.
pub(crate) async fn put_bucket_acl(
    exchange: &Exchange,
    bucket: &mut Governed,
    put: PutBucketAcl,
    document: &[u8],
) -> Result<Answer, S3Error> {
    put.proof.verify(document)?;
    let given = Given::of_change(exchange, AclChange::new(put.acl, document)?).await?;
    governed!(bucket, |_view| async {
        let acl = given.for_bucket(&bucket.bucket().access)?;
        let change = Change::settings(BucketSettings { acl, ..bucket.bucket().settings.clone() });
        // The kind names a document, and this changes none.
        apply(exchange, bucket, BucketConfiguration::OwnershipControls, change).await
    })?;
    Ok(Response::empty(StatusCode::OK).into())
}
