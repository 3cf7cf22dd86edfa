//! `HeadObject`

use cairn_catalog::query::BodyWish;
use cairn_catalog::rows::Nothing;
use cairn_s3::S3Error;
use cairn_s3::operation::ObjectRead;

use super::get_object::part_facts;
use super::lookup::find_object;
use super::object_shown::show_settings;
use super::rows::facts_for;
use crate::encryption::check_customer_key;
use crate::pipeline::{Answer, Exchange, Governed};

/// `HEAD /b/k`
pub(crate) async fn head_object(
    exchange: &Exchange,
    bucket: &mut Governed,
    read: ObjectRead,
) -> Result<Answer, S3Error> {
    let wish = BodyWish::Nothing(Nothing::default());
    let found = find_object(exchange, bucket, (&read.key, read.version_id), wish).await?;
    check_customer_key(found.version().meta.encryption.as_ref(), read.customer_key.as_ref())?;
    let part = part_facts(exchange, bucket, &read, &found).await?;
    let mut facts = facts_for(bucket.bucket(), found.version(), read.customer_key.as_ref());
    show_settings(bucket, (&read.key, read.version_id), found.version(), &mut facts.settings).await?;
    let answer = read.answer(&facts, |_| part)?;
    Ok(answer.into_head().into())
}
