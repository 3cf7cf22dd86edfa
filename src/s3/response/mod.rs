//! Answers: one typed output per operation, turned into status, headers and a document.
//!
//! # Invariants
//!
//! Outputs are plain values that the gateway fills from its own data; nothing here decides what is true. Elements stand in
//! AWS's order. Entity tags are quoted, times are ISO 8601 in documents and RFC 1123 in headers, and whoever asked for
//! `encoding-type=url` gets every key, prefix, delimiter and marker encoded.

mod access_control;
mod body;
mod bucket;
mod checksum_fields;
mod complete_multipart_upload;
mod copy;
mod create_multipart_upload;
mod delete_object;
mod delete_objects;
mod error_response;
mod list_buckets;
mod list_entries;
mod list_multipart_uploads;
mod list_object_versions;
mod list_objects;
mod list_objects_v2;
mod list_parts;
mod object_attributes;
mod object_facts;
mod object_read;
mod owner;
mod put_object;
mod shown_settings;
mod sts;

pub use access_control::{AccessControlOutput, ShownGrant, ShownGrantee};
pub use body::{Response, ResponseBody, ResponseHead};
pub use bucket::{
    CreateBucketOutput, GetBucketLocationOutput, GetBucketOwnershipControlsOutput, HeadBucketOutput, no_content,
};
pub use complete_multipart_upload::CompleteMultipartUploadOutput;
pub use copy::{CopyObjectOutput, UploadPartCopyOutput};
pub use create_multipart_upload::CreateMultipartUploadOutput;
pub use delete_object::DeleteObjectOutput;
pub use delete_objects::{DeleteObjectsOutput, DeleteOutcome, DeleteResult};
pub use list_buckets::{BucketEntry, ListBucketsOutput};
pub use list_entries::{ListEntry, ObjectEntry};
pub use list_multipart_uploads::{ListMultipartUploadsOutput, UploadEntry, UploadListEntry};
pub use list_object_versions::{ListObjectVersionsOutput, VersionEntry, VersionListEntry};
pub use list_objects::ListObjectsOutput;
pub use list_objects_v2::ListObjectsV2Output;
pub use list_parts::{ListPartsOutput, PartEntry};
pub use object_attributes::{AttributesPart, GetObjectAttributesOutput};
pub use object_facts::{ObjectFacts, PartFacts};
pub use object_read::ReadAnswer;
pub use owner::Owner;
pub use put_object::{PutObjectOutput, UploadPartOutput};
pub use shown_settings::ShownSettings;
pub use sts::{GetCallerIdentityOutput, sts_error_response};

#[cfg(test)]
mod listing_tests;
