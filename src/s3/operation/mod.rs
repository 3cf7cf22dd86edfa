//! Requests as typed operations: one file per S3 operation.
//!
//! # Invariants
//!
//! X1: what a request asks for is understood completely or refused. Every query parameter and every `x-amz-*` header is
//! either read by the operation, harmless, or answered `501 NotImplemented`; an unknown sub-resource is never served as
//! another operation. What leaves here is trusted: names, numbers and ids are parsed, not checked later.
//!
//! # Not here
//!
//! Signatures (`auth`), bodies of objects (`payload`), and whatever needs the bucket or the object to decide.

mod abort_multipart_upload;
mod bucket_configuration;
mod complete_multipart_upload;
mod copy_object;
mod create_bucket;
mod create_multipart_upload;
mod delete_object;
mod delete_objects;
mod dispatch;
mod get_object;
mod get_object_attributes;
mod list_buckets;
mod list_multipart_uploads;
mod list_object_versions;
mod list_objects;
mod list_objects_v2;
mod list_parts;
mod list_position;
mod list_scope;
mod object_absent;
mod parameters;
mod put_object;
mod resource_tags;
mod sts;
mod upload_part;
mod upload_part_copy;

use cairn_types::{AccountId, BucketName, ObjectKey, VersionId};

pub use abort_multipart_upload::AbortMultipartUpload;
pub use bucket_configuration::{AbsentAnswer, BucketConfiguration, GetBucketConfiguration};
pub use complete_multipart_upload::{CompleteMultipartUpload, CompletedPart};
pub use copy_object::{CopyMetadata, CopyObject};
pub use create_bucket::{CreateBucket, CreateBucketConfiguration, ObjectOwnership};
pub use create_multipart_upload::CreateMultipartUpload;
pub use delete_object::DeleteObject;
pub use delete_objects::{DeleteEntry, DeleteObjects, DeleteTarget, DeleteTargets};
pub use get_object::{ChecksumMode, IfRange, ObjectRead, ResponseOverrides, Selection};
pub use get_object_attributes::{GetObjectAttributes, ObjectAttribute};
pub use list_buckets::ListBuckets;
pub use list_multipart_uploads::ListMultipartUploads;
pub use list_object_versions::ListObjectVersions;
pub use list_objects::ListObjects;
pub use list_objects_v2::ListObjectsV2;
pub use list_parts::ListParts;
pub use list_position::ListPosition;
pub use list_scope::{KeyEncoding, ListScope};
pub use object_absent::ObjectConfiguration;
pub use put_object::PutObject;
pub use resource_tags::ListResourceTags;
pub use sts::StsAction;
pub use upload_part::UploadPart;
pub use upload_part_copy::UploadPartCopy;

use crate::address::Addressing;
use crate::error::{S3Error, S3ErrorCode};
use crate::head::RequestHead;
use crate::limits;

/// One request, understood.
#[derive(Clone, PartialEq, Debug)]
pub struct S3Request {
    /// What it asks for.
    pub operation: Operation,
    /// Who must own the bucket (`x-amz-expected-bucket-owner`), else the answer is `AccessDenied`.
    pub expected_bucket_owner: Option<AccountId>,
}

impl S3Request {
    /// Understands a request, or says exactly why not.
    pub fn parse(head: &RequestHead<'_>, addressing: &Addressing) -> Result<Self, S3Error> {
        dispatch::parse(head, addressing)
    }
}

/// A bucket-level operation that takes nothing but the bucket.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OnBucket {
    /// The bucket.
    pub bucket: BucketName,
}

/// An object-level operation that takes nothing but the object and perhaps a version.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OnObject {
    /// The bucket.
    pub bucket: BucketName,
    /// The key.
    pub key: ObjectKey,
    /// The version; the latest without one.
    pub version_id: Option<VersionId>,
}

/// What a request asks for.
// One of these lives per request, on the stack of its handler: a box per large variant would cost an allocation to save
// bytes nobody stores.
#[allow(clippy::large_enum_variant)]
#[derive(Clone, PartialEq, Debug)]
pub enum Operation {
    /// `GET /`
    ListBuckets(ListBuckets),
    /// `POST /` with a form: the action is in the body ([`StsAction::parse`]).
    Sts,
    /// `GET /v20180820/tags/{arn}`
    ListResourceTags(ListResourceTags),

    /// `PUT /b`
    CreateBucket(CreateBucket),
    /// `HEAD /b`
    HeadBucket(OnBucket),
    /// `DELETE /b`
    DeleteBucket(OnBucket),
    /// `GET /b?location`
    GetBucketLocation(OnBucket),
    /// `GET /b?acl`
    GetBucketAcl(OnBucket),
    /// `GET /b?x` of a configuration.
    GetBucketConfiguration(GetBucketConfiguration),
    /// `GET /b`
    ListObjects(ListObjects),
    /// `GET /b?list-type=2`
    ListObjectsV2(ListObjectsV2),
    /// `GET /b?versions`
    ListObjectVersions(ListObjectVersions),
    /// `GET /b?uploads`
    ListMultipartUploads(ListMultipartUploads),
    /// `POST /b?delete`
    DeleteObjects(DeleteObjects),

    /// `PUT /b/k`
    PutObject(PutObject),
    /// `PUT /b/k` with `x-amz-copy-source`
    CopyObject(CopyObject),
    /// `GET /b/k`
    GetObject(ObjectRead),
    /// `HEAD /b/k`
    HeadObject(ObjectRead),
    /// `DELETE /b/k`
    DeleteObject(DeleteObject),
    /// `GET /b/k?attributes`
    GetObjectAttributes(GetObjectAttributes),
    /// `GET /b/k?acl`
    GetObjectAcl(OnObject),
    /// `GET /b/k?tagging`
    GetObjectTagging(OnObject),
    /// `GET /b/k?retention`, `?legal-hold`
    GetObjectConfiguration(OnObject, ObjectConfiguration),

    /// `POST /b/k?uploads`
    CreateMultipartUpload(CreateMultipartUpload),
    /// `PUT /b/k?partNumber&uploadId`
    UploadPart(UploadPart),
    /// `PUT /b/k?partNumber&uploadId` with `x-amz-copy-source`
    UploadPartCopy(UploadPartCopy),
    /// `POST /b/k?uploadId`
    CompleteMultipartUpload(CompleteMultipartUpload),
    /// `DELETE /b/k?uploadId`
    AbortMultipartUpload(AbortMultipartUpload),
    /// `GET /b/k?uploadId`
    ListParts(ListParts),
}

/// What a request's body is to its operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RequestBody {
    /// None is read.
    None,
    /// A document, read whole. Longer ones are `MaxMessageLengthExceeded`, an absent one is the parser's to judge.
    Document {
        /// The most bytes to read.
        bytes_max: usize,
    },
    /// The object's or part's bytes, streamed.
    Payload,
}

impl Operation {
    /// The operation's name in S3's API, for logs and metrics.
    pub fn name(&self) -> &'static str {
        match self {
            Self::ListBuckets(_) => "ListBuckets",
            Self::Sts => "Sts",
            Self::ListResourceTags(_) => "ListTagsForResource",
            Self::CreateBucket(_) => "CreateBucket",
            Self::HeadBucket(_) => "HeadBucket",
            Self::DeleteBucket(_) => "DeleteBucket",
            Self::GetBucketLocation(_) => "GetBucketLocation",
            Self::GetBucketAcl(_) => "GetBucketAcl",
            Self::GetBucketConfiguration(request) => request.kind.operation_name(),
            Self::ListObjects(_) => "ListObjects",
            Self::ListObjectsV2(_) => "ListObjectsV2",
            Self::ListObjectVersions(_) => "ListObjectVersions",
            Self::ListMultipartUploads(_) => "ListMultipartUploads",
            Self::DeleteObjects(_) => "DeleteObjects",
            Self::PutObject(_) => "PutObject",
            Self::CopyObject(_) => "CopyObject",
            Self::GetObject(_) => "GetObject",
            Self::HeadObject(_) => "HeadObject",
            Self::DeleteObject(_) => "DeleteObject",
            Self::GetObjectAttributes(_) => "GetObjectAttributes",
            Self::GetObjectAcl(_) => "GetObjectAcl",
            Self::GetObjectTagging(_) => "GetObjectTagging",
            Self::GetObjectConfiguration(_, kind) => kind.operation_name(),
            Self::CreateMultipartUpload(_) => "CreateMultipartUpload",
            Self::UploadPart(_) => "UploadPart",
            Self::UploadPartCopy(_) => "UploadPartCopy",
            Self::CompleteMultipartUpload(_) => "CompleteMultipartUpload",
            Self::AbortMultipartUpload(_) => "AbortMultipartUpload",
            Self::ListParts(_) => "ListParts",
        }
    }

    /// The bucket it is about.
    pub fn bucket(&self) -> Option<&BucketName> {
        match self {
            Self::ListBuckets(_) | Self::Sts => None,
            Self::ListResourceTags(request) => request.bucket.as_ref(),
            Self::CreateBucket(request) => Some(&request.bucket),
            Self::HeadBucket(request)
            | Self::DeleteBucket(request)
            | Self::GetBucketLocation(request)
            | Self::GetBucketAcl(request) => Some(&request.bucket),
            Self::GetBucketConfiguration(request) => Some(&request.bucket),
            Self::ListObjects(request) => Some(&request.bucket),
            Self::ListObjectsV2(request) => Some(&request.bucket),
            Self::ListObjectVersions(request) => Some(&request.bucket),
            Self::ListMultipartUploads(request) => Some(&request.bucket),
            Self::DeleteObjects(request) => Some(&request.bucket),
            other => other.object().map(|(bucket, _)| bucket),
        }
    }

    /// The object it is about.
    pub fn object(&self) -> Option<(&BucketName, &ObjectKey)> {
        let (bucket, key) = match self {
            Self::PutObject(request) => (&request.bucket, &request.key),
            Self::CopyObject(request) => (&request.bucket, &request.key),
            Self::GetObject(request) | Self::HeadObject(request) => (&request.bucket, &request.key),
            Self::DeleteObject(request) => (&request.bucket, &request.key),
            Self::GetObjectAttributes(request) => (&request.bucket, &request.key),
            Self::GetObjectAcl(request)
            | Self::GetObjectTagging(request)
            | Self::GetObjectConfiguration(request, _) => (&request.bucket, &request.key),
            Self::CreateMultipartUpload(request) => (&request.bucket, &request.key),
            Self::UploadPart(request) => (&request.bucket, &request.key),
            Self::UploadPartCopy(request) => (&request.bucket, &request.key),
            Self::CompleteMultipartUpload(request) => (&request.bucket, &request.key),
            Self::AbortMultipartUpload(request) => (&request.bucket, &request.key),
            Self::ListParts(request) => (&request.bucket, &request.key),
            _ => return None,
        };
        Some((bucket, key))
    }

    /// What its body is.
    pub fn body(&self) -> RequestBody {
        match self {
            Self::PutObject(_) | Self::UploadPart(_) => RequestBody::Payload,
            Self::Sts => RequestBody::Document { bytes_max: limits::STS_BODY_BYTES_MAX },
            Self::CreateBucket(_) => RequestBody::Document { bytes_max: limits::CONFIGURATION_BODY_BYTES_MAX },
            Self::DeleteObjects(_) => RequestBody::Document { bytes_max: limits::DELETE_OBJECTS_BODY_BYTES_MAX },
            Self::CompleteMultipartUpload(_) => RequestBody::Document { bytes_max: limits::COMPLETE_BODY_BYTES_MAX },
            _ => RequestBody::None,
        }
    }

    /// Whether it changes anything. What does not may be repeated and answered by any gateway.
    pub fn is_write(&self) -> bool {
        matches!(
            self,
            Self::CreateBucket(_)
                | Self::DeleteBucket(_)
                | Self::DeleteObjects(_)
                | Self::PutObject(_)
                | Self::CopyObject(_)
                | Self::DeleteObject(_)
                | Self::CreateMultipartUpload(_)
                | Self::UploadPart(_)
                | Self::UploadPartCopy(_)
                | Self::CompleteMultipartUpload(_)
                | Self::AbortMultipartUpload(_)
        )
    }
}

/// The refusal of a document that is larger than its operation takes.
pub fn document_too_large(bytes_max: usize) -> S3Error {
    S3Error::new(S3ErrorCode::MaxMessageLengthExceeded).element("MaxMessageLengthBytes", bytes_max.to_string())
}
