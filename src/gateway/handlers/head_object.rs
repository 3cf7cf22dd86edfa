//! `HeadObject`

use cairn_catalog::query::BodyWish;
use cairn_catalog::rows::Nothing;
use cairn_s3::S3Error;
use cairn_s3::operation::ObjectRead;

use super::get_object::part_facts;
use super::lookup::find_object;
use super::rows::facts;
use crate::pipeline::{Answer, Exchange, Governed};

/// `HEAD /b/k`
pub(crate) async fn head_object(
    exchange: &Exchange,
    bucket: &mut Governed,
    read: ObjectRead,
) -> Result<Answer, S3Error> {
    let wish = BodyWish::Nothing(Nothing::default());
    let found = find_object(exchange, bucket, (&read.key, read.version_id), wish).await?;
    let part = part_facts(exchange, bucket, &read, &found).await?;
    let answer = read.answer(&facts(bucket.bucket(), found.version()), |_| part)?;
    Ok(answer.into_head().into())
}
