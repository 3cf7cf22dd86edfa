//! Buckets.

use cairn_types::BucketName;
use http::StatusCode;

use super::Response;
use crate::xml::XmlWriter;

/// A new bucket.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CreateBucketOutput {
    /// Its name.
    pub bucket: BucketName,
}

/// A bucket that exists.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HeadBucketOutput {
    /// Its name.
    pub bucket: BucketName,
    /// Its region.
    pub region: String,
}

/// Where a bucket lies.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GetBucketLocationOutput {
    /// Its region.
    pub region: String,
}

/// 204: deletes and aborts that have nothing to tell.
pub fn no_content() -> Response {
    Response::empty(StatusCode::NO_CONTENT)
}

impl CreateBucketOutput {
    /// The answer.
    pub fn into_response(self) -> Response {
        let mut response = Response::empty(StatusCode::OK);
        response.head.text("location", &format!("/{}", self.bucket));
        response.head.text("x-amz-bucket-arn", &format!("arn:aws:s3:::{}", self.bucket));
        response
    }
}

impl HeadBucketOutput {
    /// The answer.
    pub fn into_response(self) -> Response {
        let mut response = Response::empty(StatusCode::OK);
        response.head.text("content-type", "application/xml");
        response.head.text("x-amz-bucket-region", &self.region);
        response.head.text("x-amz-bucket-arn", &format!("arn:aws:s3:::{}", self.bucket));
        response.head.text("x-amz-access-point-alias", "false");
        response
    }
}

impl GetBucketLocationOutput {
    /// The answer. The first region of S3 has no name here.
    pub fn into_response(self) -> Response {
        let region = if self.region == "us-east-1" { "" } else { self.region.as_str() };
        let mut xml = XmlWriter::new("LocationConstraint");
        xml.content(region);
        Response::document(xml)
    }
}

#[cfg(test)]
mod tests {
    use cairn_types::BucketName;

    use super::{CreateBucketOutput, GetBucketLocationOutput, HeadBucketOutput, no_content};

    #[test]
    fn buckets_answer_in_headers() {
        let bucket = BucketName::parse("bkt").expect("name");
        let created = CreateBucketOutput { bucket: bucket.clone() }.into_response();
        assert_eq!(created.head.headers["location"], "/bkt");
        assert_eq!(created.head.headers["x-amz-bucket-arn"], "arn:aws:s3:::bkt");
        let head = HeadBucketOutput { bucket, region: "eu-1".into() }.into_response();
        assert_eq!(head.head.headers["x-amz-bucket-region"], "eu-1");
        assert_eq!(no_content().head.status.as_u16(), 204);
    }

    #[test]
    fn the_first_region_has_no_name() {
        let location = |region: &str| GetBucketLocationOutput { region: region.into() }.into_response().bare();
        assert_eq!(location("us-east-1"), "<LocationConstraint></LocationConstraint>");
        assert_eq!(location("eu-1"), "<LocationConstraint>eu-1</LocationConstraint>");
    }
}
