//! `?tagging`, and the same tags in the control API.

use bytes::Bytes;
use cairn_s3::S3Error;
use cairn_s3::operation::{BucketConfiguration, UntagResource, parse_resource_tags};
use cairn_s3::response::Response;
use cairn_s3::tagging::{TagHolder, TagSet};
use http::StatusCode;

use super::{Change, apply};
use crate::buckets::Bucket;
use crate::pipeline::{Answer, Exchange, Governed, governed};

const KIND: BucketConfiguration = BucketConfiguration::Tagging;

/// The document of a bucket's tags as it is kept; none of no tags.
pub(in crate::handlers) fn kept(tags: &TagSet) -> Option<Bytes> {
    (!tags.is_empty()).then(|| Bytes::from(tags.to_xml()))
}

/// The bucket with other tags.
pub(super) fn change(document: &[u8]) -> Result<Change, S3Error> {
    let tags = TagSet::parse_document(TagHolder::Bucket, document)?;
    Ok(Change::document(Bytes::from(tags.to_xml())))
}

/// `GET /v20180820/tags/{arn}`
pub(crate) fn list_resource_tags(bucket: &Governed) -> Result<Answer, S3Error> {
    let tags = TagSet::from_stored(pairs(bucket.bucket())?);
    Ok(Response::xml(StatusCode::OK, tags.to_resource_xml()).into())
}

/// `POST /v20180820/tags/{arn}`: adds tags, or gives them another value.
pub(crate) async fn tag_resource(
    exchange: &Exchange,
    bucket: &mut Governed,
    document: &[u8],
) -> Result<Answer, S3Error> {
    let added = parse_resource_tags(document)?.into_pairs();
    edit(exchange, bucket, |pairs| {
        for (key, value) in &added {
            match pairs.iter_mut().find(|(known, _)| known == key) {
                Some(known) => known.1.clone_from(value),
                None => pairs.push((key.clone(), value.clone())),
            }
        }
    })
    .await
}

/// `DELETE /v20180820/tags/{arn}`
pub(crate) async fn untag_resource(
    exchange: &Exchange,
    bucket: &mut Governed,
    untag: &UntagResource,
) -> Result<Answer, S3Error> {
    edit(exchange, bucket, |pairs| pairs.retain(|(key, _)| !untag.keys.contains(key))).await
}

/// Changes some of the tags, and leaves the others as they are when that happens.
async fn edit(
    exchange: &Exchange,
    bucket: &mut Governed,
    make: impl Fn(&mut Vec<(String, String)>),
) -> Result<Answer, S3Error> {
    governed!(bucket, |_view| async {
        let mut pairs = pairs(bucket.bucket())?;
        make(&mut pairs);
        let change = match kept(&TagSet::new(TagHolder::Bucket, pairs)?) {
            Some(document) => Change::document(document),
            None => Change::removal(),
        };
        apply(exchange, bucket, KIND, change).await
    })?;
    Ok(Response::empty(StatusCode::NO_CONTENT).into())
}

/// Keys and values of a bucket.
fn pairs(bucket: &Bucket) -> Result<Vec<(String, String)>, S3Error> {
    let Some(document) = bucket.document(KIND.parameter()) else { return Ok(Vec::new()) };
    TagSet::parse_document(TagHolder::Bucket, document).map(TagSet::into_pairs)
}
