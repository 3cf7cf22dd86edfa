//! `GetObjectTagging`, `PutObjectTagging`, `DeleteObjectTagging`

use cairn_catalog::command::{TagSet as RowTags, VersionChange};
use cairn_s3::S3Error;
use cairn_s3::operation::{OnObject, PutObjectDocument};
use cairn_s3::response::Response;
use cairn_s3::tagging::{TagHolder, TagSet};
use http::StatusCode;

use super::lookup::{find_version, update_version};
use super::rows::shown_id;
use crate::pipeline::{Answer, Exchange, Governed};

/// `GET /b/k?tagging`
pub(crate) async fn get_object_tagging(
    exchange: &Exchange,
    bucket: &mut Governed,
    object: OnObject,
) -> Result<Answer, S3Error> {
    let found = find_version(exchange, bucket, &object).await?;
    let version = found.version();
    let tags = TagSet::from_stored(version.meta.tags.clone());
    let mut response = Response::xml(StatusCode::OK, tags.to_xml());
    response.head.show_version(shown_id(bucket.bucket(), version.id()));
    Ok(response.into())
}

/// `PUT /b/k?tagging`
pub(crate) async fn put_object_tagging(
    exchange: &Exchange,
    bucket: &mut Governed,
    put: PutObjectDocument,
    document: &[u8],
) -> Result<Answer, S3Error> {
    put.proof.verify(document)?;
    let tags = TagSet::parse_document(TagHolder::Object, document)?;
    replace(exchange, bucket, &put.object, (tags, StatusCode::OK)).await
}

/// `DELETE /b/k?tagging`
pub(crate) async fn delete_object_tagging(
    exchange: &Exchange,
    bucket: &mut Governed,
    object: OnObject,
) -> Result<Answer, S3Error> {
    replace(exchange, bucket, &object, (TagSet::default(), StatusCode::NO_CONTENT)).await
}

async fn replace(
    exchange: &Exchange,
    bucket: &mut Governed,
    object: &OnObject,
    (tags, status): (TagSet, StatusCode),
) -> Result<Answer, S3Error> {
    let tags = RowTags { tags: tags.into_pairs(), ..RowTags::default() };
    let changed = update_version(exchange, bucket, object, VersionChange::Tags(tags)).await?;
    let mut response = Response::empty(status);
    response.head.show_version(shown_id(bucket.bucket(), changed.id()));
    Ok(response.into())
}
