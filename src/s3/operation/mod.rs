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
mod copy_tags;
mod create_bucket;
mod create_multipart_upload;
mod customer_keys;
mod delete_object;
mod delete_objects;
mod dispatch;
mod document_proof;
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
mod object_settings;
mod parameters;
mod post_object;
mod preflight;
mod put_object;
mod rename_object;
mod resource_tags;
mod sts;
mod unbuilt;
mod unread;
mod upload_part;
mod upload_part_copy;
mod write_bucket_configuration;
mod write_object_setting;

use cairn_types::{AccountId, BucketName, ObjectKey, VersionId};

pub use abort_multipart_upload::AbortMultipartUpload;
pub use bucket_configuration::{AbsentAnswer, BucketConfiguration, GetBucketConfiguration};
pub use complete_multipart_upload::{CompleteMultipartUpload, CompletedPart};
pub use copy_object::{CopyMetadata, CopyObject};
pub use copy_tags::CopyTags;
pub use create_bucket::{CreateBucket, CreateBucketConfiguration, ObjectOwnership};
pub use create_multipart_upload::CreateMultipartUpload;
pub use delete_object::DeleteObject;
pub use delete_objects::{DeleteEntry, DeleteObjects, DeleteTarget, DeleteTargets};
pub use document_proof::DocumentProof;
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
pub use object_settings::ObjectSettings;
pub use post_object::PostObject;
pub use preflight::PreflightRequest;
pub use put_object::PutObject;
pub use rename_object::RenameObject;
pub use resource_tags::{ListResourceTags, UntagResource, parse_resource_tags};
pub use sts::StsAction;
pub use upload_part::UploadPart;
pub use upload_part_copy::UploadPartCopy;
pub use write_bucket_configuration::{DeleteBucketConfiguration, PutBucketAcl, PutBucketConfiguration};
pub use write_object_setting::{PutObjectAcl, PutObjectDocument, PutObjectRetention};

use crate::acl::RequestedAcl;
use crate::address::{Addressing, Namespace};
use crate::error::{S3Error, S3ErrorCode};
use crate::head::RequestHead;
use crate::limits;
use crate::lock::RequestedLock;

/// One request, understood.
#[derive(Clone, PartialEq, Debug)]
pub struct S3Request {
    /// What it asks for.
    pub operation: Operation,
    /// The namespace of its bucket's name, where one is named; else it is the sender's own.
    pub namespace: Option<Namespace>,
    /// Who must own the bucket (`x-amz-expected-bucket-owner`), else the answer is `AccessDenied`.
    pub expected_bucket_owner: Option<AccountId>,
    /// Whether its sender pays for it (`x-amz-request-payer: requester`).
    pub is_requester_paying: bool,
}

impl S3Request {
    /// Understands a request that the cluster can serve, or says exactly why not. What it cannot do yet is
    /// `NotImplemented`.
    pub fn parse(head: &RequestHead<'_>, addressing: &Addressing) -> Result<Self, S3Error> {
        let request = Self::understand(head, addressing)?;
        unbuilt::refuse(&request.operation)?;
        request.operation.refuse_unproved_lock()?;
        Ok(request)
    }

    /// Understands a request of S3, whether the cluster can serve it or not.
    pub(crate) fn understand(head: &RequestHead<'_>, addressing: &Addressing) -> Result<Self, S3Error> {
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
    /// `POST /v20180820/tags/{arn}`: the tags are in the body ([`parse_resource_tags`]).
    TagResource(ListResourceTags),
    /// `DELETE /v20180820/tags/{arn}?tagKeys`
    UntagResource(UntagResource),
    /// `OPTIONS`
    Preflight(PreflightRequest),

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
    /// `PUT /b?x` of a configuration.
    PutBucketConfiguration(PutBucketConfiguration),
    /// `DELETE /b?x` of a configuration.
    DeleteBucketConfiguration(DeleteBucketConfiguration),
    /// `PUT /b?acl`
    PutBucketAcl(PutBucketAcl),
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
    /// `POST /b` with a form
    PostObject(PostObject),

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
    /// `PUT /b/k?acl`
    PutObjectAcl(PutObjectAcl),
    /// `PUT /b/k?tagging`
    PutObjectTagging(PutObjectDocument),
    /// `DELETE /b/k?tagging`
    DeleteObjectTagging(OnObject),
    /// `PUT /b/k?retention`
    PutObjectRetention(PutObjectRetention),
    /// `PUT /b/k?legal-hold`
    PutObjectLegalHold(PutObjectDocument),
    /// `PUT /b/k?renameObject`
    RenameObject(RenameObject),

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
    /// A form, streamed: fields, then the object's bytes.
    Form,
}

impl Operation {
    /// The operation's name in S3's API, for logs and metrics.
    pub fn name(&self) -> &'static str {
        match self {
            Self::ListBuckets(_) => "ListBuckets",
            Self::Sts => "Sts",
            Self::ListResourceTags(_) => "ListTagsForResource",
            Self::TagResource(_) => "TagResource",
            Self::UntagResource(_) => "UntagResource",
            Self::Preflight(_) => "Preflight",
            Self::CreateBucket(_) => "CreateBucket",
            Self::HeadBucket(_) => "HeadBucket",
            Self::DeleteBucket(_) => "DeleteBucket",
            Self::GetBucketLocation(_) => "GetBucketLocation",
            Self::GetBucketAcl(_) => "GetBucketAcl",
            Self::GetBucketConfiguration(request) => request.kind.operation_name(),
            Self::PutBucketConfiguration(request) => request.kind.put_operation_name().unwrap_or("Unknown"),
            Self::DeleteBucketConfiguration(request) => request.kind.delete_operation_name().unwrap_or("Unknown"),
            Self::PutBucketAcl(_) => "PutBucketAcl",
            Self::ListObjects(_) => "ListObjects",
            Self::ListObjectsV2(_) => "ListObjectsV2",
            Self::ListObjectVersions(_) => "ListObjectVersions",
            Self::ListMultipartUploads(_) => "ListMultipartUploads",
            Self::DeleteObjects(_) => "DeleteObjects",
            Self::PostObject(_) => "PostObject",
            Self::PutObject(_) => "PutObject",
            Self::CopyObject(_) => "CopyObject",
            Self::GetObject(_) => "GetObject",
            Self::HeadObject(_) => "HeadObject",
            Self::DeleteObject(_) => "DeleteObject",
            Self::GetObjectAttributes(_) => "GetObjectAttributes",
            Self::GetObjectAcl(_) => "GetObjectAcl",
            Self::GetObjectTagging(_) => "GetObjectTagging",
            Self::GetObjectConfiguration(_, kind) => kind.operation_name(),
            Self::PutObjectAcl(_) => "PutObjectAcl",
            Self::PutObjectTagging(_) => "PutObjectTagging",
            Self::DeleteObjectTagging(_) => "DeleteObjectTagging",
            Self::PutObjectRetention(_) => "PutObjectRetention",
            Self::PutObjectLegalHold(_) => "PutObjectLegalHold",
            Self::RenameObject(_) => "RenameObject",
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
            Self::ListResourceTags(request) | Self::TagResource(request) => request.bucket.as_ref(),
            Self::UntagResource(request) => request.bucket.as_ref(),
            Self::Preflight(request) => Some(&request.bucket),
            Self::CreateBucket(request) => Some(&request.bucket),
            Self::HeadBucket(request)
            | Self::DeleteBucket(request)
            | Self::GetBucketLocation(request)
            | Self::GetBucketAcl(request) => Some(&request.bucket),
            Self::GetBucketConfiguration(request) => Some(&request.bucket),
            Self::PutBucketConfiguration(request) => Some(&request.bucket),
            Self::DeleteBucketConfiguration(request) => Some(&request.bucket),
            Self::PutBucketAcl(request) => Some(&request.bucket),
            Self::PostObject(request) => Some(&request.bucket),
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
            | Self::DeleteObjectTagging(request)
            | Self::GetObjectConfiguration(request, _) => (&request.bucket, &request.key),
            Self::PutObjectAcl(PutObjectAcl { object, .. })
            | Self::PutObjectTagging(PutObjectDocument { object, .. })
            | Self::PutObjectLegalHold(PutObjectDocument { object, .. })
            | Self::PutObjectRetention(PutObjectRetention { object, .. }) => (&object.bucket, &object.key),
            Self::RenameObject(request) => (&request.bucket, &request.key),
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
            Self::CreateBucket(_)
            | Self::PutBucketConfiguration(_)
            | Self::PutBucketAcl(_)
            | Self::PutObjectAcl(_)
            | Self::PutObjectTagging(_)
            | Self::PutObjectRetention(_)
            | Self::PutObjectLegalHold(_)
            | Self::TagResource(_) => RequestBody::Document { bytes_max: limits::CONFIGURATION_BODY_BYTES_MAX },
            Self::PostObject(_) => RequestBody::Form,
            Self::DeleteObjects(_) => RequestBody::Document { bytes_max: limits::DELETE_OBJECTS_BODY_BYTES_MAX },
            Self::CompleteMultipartUpload(_) => RequestBody::Document { bytes_max: limits::COMPLETE_BODY_BYTES_MAX },
            _ => RequestBody::None,
        }
    }

    /// What the object that it makes is to have; none for an operation that makes no object of its own.
    pub fn settings(&self) -> Option<&ObjectSettings> {
        match self {
            Self::PutObject(request) => Some(&request.settings),
            Self::CopyObject(request) => Some(&request.settings),
            Self::CreateMultipartUpload(request) => Some(&request.settings),
            _ => None,
        }
    }

    /// The ACL that its headers ask for, where it reads any.
    pub fn acl(&self) -> Option<&RequestedAcl> {
        match self {
            Self::CreateBucket(request) => Some(&request.acl),
            Self::PutBucketAcl(request) => Some(&request.acl),
            Self::PutObjectAcl(request) => Some(&request.acl),
            other => other.settings().map(|settings| &settings.acl),
        }
    }

    /// A body whose object will be locked must be proved, else a flipped bit would stay for years.
    fn refuse_unproved_lock(&self) -> Result<(), S3Error> {
        match self {
            Self::PutObject(put) if !put.settings.lock.is_none() && !put.is_proved() => {
                Err(RequestedLock::unproved_body())
            }
            _ => Ok(()),
        }
    }

    /// Whether it changes anything. What does not may be repeated and answered by any gateway.
    pub fn is_write(&self) -> bool {
        matches!(
            self,
            Self::CreateBucket(_)
                | Self::TagResource(_)
                | Self::UntagResource(_)
                | Self::PutBucketConfiguration(_)
                | Self::DeleteBucketConfiguration(_)
                | Self::PutBucketAcl(_)
                | Self::PostObject(_)
                | Self::PutObjectAcl(_)
                | Self::PutObjectTagging(_)
                | Self::DeleteObjectTagging(_)
                | Self::PutObjectRetention(_)
                | Self::PutObjectLegalHold(_)
                | Self::RenameObject(_)
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
