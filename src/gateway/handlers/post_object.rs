//! `PostObject`

use cairn_s3::address::{encode_key, request_host};
use cairn_s3::form::{PostedAs, SuccessAction};
use cairn_s3::operation::PutObject;
use cairn_s3::{RequestHead, S3Error};

use super::put_object::{Stored, stored};
use crate::pipeline::{Answer, Exchange, Governed, Payload};

/// The URL of a bucket, as the page that posted to it knows it.
pub(crate) struct PostedPlace(String);

impl PostedPlace {
    /// By the request's own URL, on a port that speaks plain HTTP.
    pub(crate) fn of(head: &RequestHead<'_>) -> Result<Self, S3Error> {
        Ok(Self(format!("http://{}{}", request_host(head)?, head.path.trim_end_matches('/'))))
    }
}

/// `POST /b`: returns after the version is durable and visible, in the words that the form asked for.
pub(crate) async fn post_object(
    exchange: &Exchange,
    bucket: &mut Governed,
    (put, success): (PutObject, SuccessAction),
    file: Payload<'_>,
    place: PostedPlace,
) -> Result<Answer, S3Error> {
    let key = put.key.clone();
    let Stored { output, encryption } = stored(exchange, bucket, put, file).await?;
    let location = format!("{}/{}", place.0, encode_key(key.as_str()));
    let etag = output.etag.clone();
    let posted = PostedAs { location: &location, bucket: bucket.name().as_str(), key: key.as_str(), etag: &etag };
    let mut response = success.into_response(&posted);
    for (name, value) in &output.into_response().encrypted(encryption.as_ref()).head.headers {
        response.head.headers.entry(name).or_insert_with(|| value.clone());
    }
    Ok(response.into())
}
