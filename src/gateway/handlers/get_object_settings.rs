//! `GetObjectTagging`, `GetObjectRetention`, `GetObjectLegalHold`: what an object has none of, or only one
//! of.

use cairn_catalog::query::BodyWish;
use cairn_catalog::rows::Nothing;
use cairn_objects::ObjectRead;
use cairn_s3::S3Error;
use cairn_s3::operation::{ObjectConfiguration, OnObject};
use cairn_s3::response::empty_tag_set;

use super::lookup::find_object;
use crate::pipeline::{Answer, Exchange, Governed};

/// `GET /b/k?tagging`
pub(crate) async fn get_object_tagging(
    exchange: &Exchange,
    bucket: &mut Governed,
    object: OnObject,
) -> Result<Answer, S3Error> {
    find(exchange, bucket, &object).await?;
    Ok(empty_tag_set().into())
}

/// `GET /b/k?retention`, `?legal-hold`
pub(crate) async fn get_object_configuration(
    exchange: &Exchange,
    bucket: &mut Governed,
    object: OnObject,
    kind: ObjectConfiguration,
) -> Result<Answer, S3Error> {
    find(exchange, bucket, &object).await?;
    Err(kind.absent())
}

async fn find(exchange: &Exchange, bucket: &mut Governed, object: &OnObject) -> Result<ObjectRead, S3Error> {
    let wish = BodyWish::Nothing(Nothing::default());
    find_object(exchange, bucket, (&object.key, object.version_id), wish).await
}
