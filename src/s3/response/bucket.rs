//! Buckets.

use cairn_types::BucketName;
use http::StatusCode;

use super::Response;
use crate::operation::ObjectOwnership;
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

/// Who owns objects in a bucket, where its creator said so.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GetBucketOwnershipControlsOutput {
    /// The rule.
    pub object_ownership: ObjectOwnership,
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

impl GetBucketOwnershipControlsOutput {
    /// The answer.
    pub fn into_response(self) -> Response {
        let mut xml = XmlWriter::new("OwnershipControls");
        xml.open("Rule").text("ObjectOwnership", self.object_ownership.as_str()).close();
        Response::document(xml)
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

    use super::{
        CreateBucketOutput, GetBucketLocationOutput, GetBucketOwnershipControlsOutput, HeadBucketOutput,
        ObjectOwnership, no_content,
    };

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
    fn ownership_is_a_rule() {
        let output = GetBucketOwnershipControlsOutput { object_ownership: ObjectOwnership::ObjectWriter };
        let rule =
            "<OwnershipControls><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></OwnershipControls>";
        assert_eq!(output.into_response().bare(), rule);
    }

    #[test]
    fn the_first_region_has_no_name() {
        let location = |region: &str| GetBucketLocationOutput { region: region.into() }.into_response().bare();
        assert_eq!(location("us-east-1"), "<LocationConstraint></LocationConstraint>");
        assert_eq!(location("eu-1"), "<LocationConstraint>eu-1</LocationConstraint>");
    }
}
