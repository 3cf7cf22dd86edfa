//! Which operation a request is.
//!
//! The order: who is meant, which sub-resource, which method, then every parameter accounted for. A name in the query
//! that the chosen operation does not read ends in 501, so no operation ever answers for another.

use cairn_types::{BucketName, ObjectKey};
use http::Method;
use http::header::CONTENT_TYPE;

use super::parameters::Parts;
use super::{
    AbortMultipartUpload, BucketConfiguration, CompleteMultipartUpload, CopyObject, CreateBucket,
    CreateMultipartUpload, DeleteBucketConfiguration, DeleteObject, DeleteObjects, DocumentProof,
    GetBucketConfiguration, GetObjectAttributes, ListBuckets, ListMultipartUploads, ListObjectVersions, ListObjects,
    ListObjectsV2, ListParts, ListResourceTags, ListScope, ObjectConfiguration, ObjectRead, OnBucket, OnObject,
    Operation, PostObject, PreflightRequest, PutBucketAcl, PutBucketConfiguration, PutObject, PutObjectAcl,
    PutObjectDocument, PutObjectRetention, RenameObject, ResponseOverrides, S3Request, UntagResource, UploadPart,
    UploadPartCopy, unread,
};
use crate::address::{Address, Addressing, Namespace, Resource, request_host};
use crate::cors::Preflight;
use crate::error::S3Error;
use crate::form::FormBoundary;
use crate::head::RequestHead;
use crate::header::{RequestHeaders, is_hoisted, refuse_unknown};
use crate::query::Query;

/// Names that narrow or page an operation. Every other name is taken for a sub-resource.
const PLAIN: [&str; 33] = [
    "bucket",
    "bucket-region",
    "continuation-token",
    "delimiter",
    "encoding-type",
    "etag",
    "fetch-owner",
    "id",
    "key",
    "key-marker",
    "list-type",
    "marker",
    "max-buckets",
    "max-keys",
    "max-parts",
    "max-uploads",
    "part-number-marker",
    "partNumber",
    "prefix",
    "response-cache-control",
    "response-content-disposition",
    "response-content-encoding",
    "response-content-language",
    "response-content-type",
    "response-expires",
    "start-after",
    "tagKeys",
    "upload-id-marker",
    "version-id-marker",
    "versionId",
    "x-id",
    "Action",
    "Version",
];

/// Sub-resources that S3 has, beside the configurations of buckets. Two in one request contradict each other.
const SUB_RESOURCES: [&str; 18] = [
    "acl",
    "annotation",
    "attributes",
    "delete",
    "legal-hold",
    "location",
    "metadataInventoryTable",
    "metadataJournalTable",
    "renameObject",
    "restore",
    "retention",
    "select",
    "session",
    "torrent",
    "uploadId",
    "uploads",
    "versions",
    "append",
];

/// What a page is told that a form leads to after its upload. The page may be the bucket itself.
const REDIRECTED: [&str; 3] = ["bucket", "etag", "key"];

pub(super) fn parse(head: &RequestHead<'_>, addressing: &Addressing) -> Result<S3Request, S3Error> {
    let query = Query::parse(head.query)?;
    let headers = RequestHeaders::new(head.headers, &query)?;
    let parts = Parts { query: &query, headers: &headers };
    let (namespace, operation) = operation(head, addressing, parts)?;
    let payer = parts.headers.nonempty("x-amz-request-payer")?;
    Ok(S3Request {
        operation,
        namespace,
        expected_bucket_owner: parts.owner("x-amz-expected-bucket-owner")?,
        is_requester_paying: payer.is_some_and(|text| text.eq_ignore_ascii_case("requester")),
    })
}

fn operation(
    head: &RequestHead<'_>,
    addressing: &Addressing,
    parts: Parts<'_>,
) -> Result<(Option<Namespace>, Operation), S3Error> {
    if let Some(rest) = control_path(head, parts) {
        request_host(head)?;
        return control(head.method, rest, parts).map(|operation| (None, operation));
    }
    let Address { namespace, resource } = addressing.resolve(head)?;
    let sub_resource = sub_resource(parts.query)?;
    if *head.method == Method::OPTIONS {
        return preflight(resource, parts).map(|operation| (namespace, operation));
    }
    refuse_unknown(parts.headers)?;
    let operation = match resource {
        Resource::Service => service(head.method, sub_resource, parts),
        Resource::Bucket(bucket) => in_bucket(head.method, sub_resource, parts, bucket),
        Resource::Object { bucket, key } => on_object(head.method, sub_resource, parts, bucket, key),
    }?;
    unread::refuse(&operation, parts)?;
    Ok((namespace, operation))
}

/// The one sub-resource that the query names.
fn sub_resource(query: &Query) -> Result<Option<&str>, S3Error> {
    let mut found: Option<&str> = None;
    for (name, _) in query.iter().filter(|(name, _)| !PLAIN.contains(name) && !is_hoisted(name)) {
        if !SUB_RESOURCES.contains(&name) && BucketConfiguration::from_name(name).is_none() {
            return Err(S3Error::not_implemented_operation());
        }
        if let Some(first) = found.replace(name) {
            let message = format!("Conflicting query string parameters: {first}, {name}");
            return Err(S3Error::invalid_argument("ResourceType", first, message));
        }
    }
    Ok(found)
}

/// Refuses every parameter that none of these lists holds.
fn only(parts: Parts<'_>, known: &[&[&str]]) -> Result<(), S3Error> {
    for (name, _) in parts.query.iter() {
        let is_known = name == "x-id" || is_hoisted(name) || known.iter().any(|list| list.contains(&name));
        if !is_known {
            return Err(match name {
                "versionId" => {
                    S3Error::invalid_argument("versionId", "", "This operation does not accept a version-id.")
                }
                _ => S3Error::not_implemented_operation(),
            });
        }
    }
    Ok(())
}

fn service(method: &Method, sub_resource: Option<&str>, parts: Parts<'_>) -> Result<Operation, S3Error> {
    match (method, sub_resource) {
        (&Method::GET, None) => {
            only(parts, &[&ListBuckets::PARAMETERS])?;
            ListBuckets::parse(parts).map(Operation::ListBuckets)
        }
        (&Method::POST, None) if is_form(parts) => {
            only(parts, &[])?;
            Ok(Operation::Sts)
        }
        (&Method::GET | &Method::HEAD | &Method::POST | &Method::PUT | &Method::DELETE, Some(_)) => {
            Err(S3Error::not_implemented_operation())
        }
        _ => Err(S3Error::method_not_allowed(method.as_str(), "SERVICE", "GET")),
    }
}

fn in_bucket(
    method: &Method,
    sub_resource: Option<&str>,
    parts: Parts<'_>,
    bucket: BucketName,
) -> Result<Operation, S3Error> {
    match (method, sub_resource) {
        (&Method::GET, sub_resource) => read_bucket(sub_resource, parts, bucket),
        (&Method::HEAD, None) => {
            only(parts, &[])?;
            Ok(Operation::HeadBucket(OnBucket { bucket }))
        }
        (&Method::PUT, None) => {
            only(parts, &[])?;
            CreateBucket::parse(parts, bucket).map(Operation::CreateBucket)
        }
        (&Method::DELETE, None) => {
            only(parts, &[])?;
            Ok(Operation::DeleteBucket(OnBucket { bucket }))
        }
        (&Method::POST, Some("delete")) => {
            only(parts, &[&DeleteObjects::PARAMETERS])?;
            DeleteObjects::parse(parts, bucket).map(Operation::DeleteObjects)
        }
        (&Method::POST, None) => {
            only(parts, &[])?;
            let boundary =
                FormBoundary::of_content_type(parts.headers.text(CONTENT_TYPE.as_str())?.unwrap_or_default())?;
            let boundary = boundary.ok_or_else(S3Error::not_implemented_operation)?;
            if DocumentProof::parse(parts)? != DocumentProof::default() {
                return Err(S3Error::not_implemented_header("Content-MD5"));
            }
            Ok(Operation::PostObject(PostObject { bucket, boundary }))
        }
        (&Method::PUT | &Method::DELETE, Some(name)) => write_bucket(method, name, parts, bucket),
        (&Method::POST | &Method::HEAD, _) => Err(S3Error::not_implemented_operation()),
        _ => Err(S3Error::method_not_allowed(method.as_str(), "BUCKET", "GET, HEAD, PUT, POST, DELETE")),
    }
}

fn read_bucket(sub_resource: Option<&str>, parts: Parts<'_>, bucket: BucketName) -> Result<Operation, S3Error> {
    let scope = &ListScope::PARAMETERS;
    match sub_resource {
        None => list_objects(parts, bucket),
        Some("location") => {
            only(parts, &[&["location"]])?;
            Ok(Operation::GetBucketLocation(OnBucket { bucket }))
        }
        Some("acl") => {
            only(parts, &[&["acl"]])?;
            Ok(Operation::GetBucketAcl(OnBucket { bucket }))
        }
        Some("versions") => {
            only(parts, &[&ListObjectVersions::PARAMETERS, scope])?;
            ListObjectVersions::parse(parts, bucket).map(Operation::ListObjectVersions)
        }
        Some("uploads") => {
            only(parts, &[&ListMultipartUploads::PARAMETERS, scope])?;
            ListMultipartUploads::parse(parts, bucket).map(Operation::ListMultipartUploads)
        }
        Some(name) => {
            let kind = BucketConfiguration::from_name(name).ok_or_else(S3Error::not_implemented_operation)?;
            let several: &[&str] = if kind.has_ids() { &GetBucketConfiguration::PARAMETERS } else { &[] };
            only(parts, &[&[name], several])?;
            Ok(Operation::GetBucketConfiguration(GetBucketConfiguration::parse(parts, bucket, kind)))
        }
    }
}

fn write_bucket(method: &Method, name: &str, parts: Parts<'_>, bucket: BucketName) -> Result<Operation, S3Error> {
    let is_put = *method == Method::PUT;
    if name == "acl" && is_put {
        only(parts, &[&["acl"]])?;
        return PutBucketAcl::parse(parts, bucket).map(Operation::PutBucketAcl);
    }
    let kind = BucketConfiguration::from_name(name).ok_or_else(S3Error::not_implemented_operation)?;
    let operation_name = if is_put { kind.put_operation_name() } else { kind.delete_operation_name() };
    operation_name.ok_or_else(S3Error::not_implemented_operation)?;
    only(parts, &[&[name], if kind.has_ids() { &["id"] } else { &[] }])?;
    if is_put {
        return PutBucketConfiguration::parse(parts, bucket, kind).map(Operation::PutBucketConfiguration);
    }
    Ok(Operation::DeleteBucketConfiguration(DeleteBucketConfiguration::parse(parts, bucket, kind)))
}

fn list_objects(parts: Parts<'_>, bucket: BucketName) -> Result<Operation, S3Error> {
    let scope = &ListScope::PARAMETERS;
    match parts.query.get("list-type") {
        None => {
            only(parts, &[&ListObjects::PARAMETERS, scope, &REDIRECTED])?;
            ListObjects::parse(parts, bucket).map(Operation::ListObjects)
        }
        Some("2") => {
            only(parts, &[&ListObjectsV2::PARAMETERS, scope])?;
            ListObjectsV2::parse(parts, bucket).map(Operation::ListObjectsV2)
        }
        Some(other) => Err(S3Error::invalid_argument("list-type", other, "Invalid List Type specified in Request")),
    }
}

fn on_object(
    method: &Method,
    sub_resource: Option<&str>,
    parts: Parts<'_>,
    bucket: BucketName,
    key: ObjectKey,
) -> Result<Operation, S3Error> {
    match (method, sub_resource) {
        (&Method::GET, sub_resource) => read_object(sub_resource, parts, bucket, key),
        (&Method::HEAD, None) => {
            only(parts, &[&ObjectRead::PARAMETERS, &ResponseOverrides::PARAMETERS])?;
            ObjectRead::parse(parts, bucket, key).map(Operation::HeadObject)
        }
        (&Method::PUT, sub_resource) => write_object(sub_resource, parts, bucket, key),
        (&Method::POST, Some("uploads")) => {
            only(parts, &[&CreateMultipartUpload::PARAMETERS])?;
            CreateMultipartUpload::parse(parts, bucket, key).map(Operation::CreateMultipartUpload)
        }
        (&Method::POST, Some("uploadId")) => {
            only(parts, &[&CompleteMultipartUpload::PARAMETERS])?;
            CompleteMultipartUpload::parse(parts, bucket, key).map(Operation::CompleteMultipartUpload)
        }
        (&Method::DELETE, None) => {
            only(parts, &[&DeleteObject::PARAMETERS])?;
            DeleteObject::parse(parts, bucket, key).map(Operation::DeleteObject)
        }
        (&Method::DELETE, Some("uploadId")) => {
            only(parts, &[&AbortMultipartUpload::PARAMETERS])?;
            AbortMultipartUpload::parse(parts, bucket, key).map(Operation::AbortMultipartUpload)
        }
        (&Method::DELETE, Some("tagging")) => {
            only(parts, &[&["tagging", "versionId"]])?;
            Ok(Operation::DeleteObjectTagging(OnObject { bucket, key, version_id: parts.version_id()? }))
        }
        (&Method::HEAD | &Method::POST | &Method::DELETE, Some(_)) => Err(S3Error::not_implemented_operation()),
        _ => Err(S3Error::method_not_allowed(method.as_str(), "OBJECT", "GET, HEAD, PUT, DELETE")),
    }
}

fn read_object(
    sub_resource: Option<&str>,
    parts: Parts<'_>,
    bucket: BucketName,
    key: ObjectKey,
) -> Result<Operation, S3Error> {
    match sub_resource {
        None => {
            only(parts, &[&ObjectRead::PARAMETERS, &ResponseOverrides::PARAMETERS])?;
            return ObjectRead::parse(parts, bucket, key).map(Operation::GetObject);
        }
        Some("uploadId") => {
            only(parts, &[&ListParts::PARAMETERS])?;
            return ListParts::parse(parts, bucket, key).map(Operation::ListParts);
        }
        Some("attributes") => {
            only(parts, &[&GetObjectAttributes::PARAMETERS])?;
            return GetObjectAttributes::parse(parts, bucket, key).map(Operation::GetObjectAttributes);
        }
        Some(name) => only(parts, &[&[name, "versionId"]])?,
    }
    let name = sub_resource.unwrap_or_default();
    let object = OnObject { bucket, key, version_id: parts.version_id()? };
    match (name, ObjectConfiguration::from_name(name)) {
        ("acl", _) => Ok(Operation::GetObjectAcl(object)),
        ("tagging", _) => Ok(Operation::GetObjectTagging(object)),
        (_, Some(kind)) => Ok(Operation::GetObjectConfiguration(object, kind)),
        (_, None) => Err(S3Error::not_implemented_operation()),
    }
}

fn write_object(
    sub_resource: Option<&str>,
    parts: Parts<'_>,
    bucket: BucketName,
    key: ObjectKey,
) -> Result<Operation, S3Error> {
    let is_copy = parts.headers.has("x-amz-copy-source");
    match sub_resource {
        None => {
            if parts.query.has("partNumber") {
                let message = "This operation needs both partNumber and uploadId";
                return Err(S3Error::invalid_argument("uploadId", "", message));
            }
            only(parts, &[])?;
            if parts.headers.has("x-amz-copy-source-range") {
                let message = "x-amz-copy-source-range is only for copies into a part";
                return Err(S3Error::invalid_argument("x-amz-copy-source-range", "", message));
            }
            if is_copy {
                CopyObject::parse(parts, bucket, key).map(Operation::CopyObject)
            } else {
                PutObject::parse(parts, bucket, key).map(Operation::PutObject)
            }
        }
        Some("uploadId") => {
            only(parts, &[&UploadPart::PARAMETERS])?;
            if is_copy {
                UploadPartCopy::parse(parts, bucket, key).map(Operation::UploadPartCopy)
            } else {
                UploadPart::parse(parts, bucket, key).map(Operation::UploadPart)
            }
        }
        Some("renameObject") => {
            only(parts, &[&RenameObject::PARAMETERS])?;
            RenameObject::parse(parts, bucket, key).map(Operation::RenameObject)
        }
        Some(name @ ("acl" | "tagging" | "retention" | "legal-hold")) => {
            only(parts, &[&[name, "versionId"]])?;
            write_setting(name, parts, OnObject { bucket, key, version_id: parts.version_id()? })
        }
        Some(_) => Err(S3Error::not_implemented_operation()),
    }
}

fn write_setting(name: &str, parts: Parts<'_>, object: OnObject) -> Result<Operation, S3Error> {
    match name {
        "acl" => PutObjectAcl::parse(parts, object).map(Operation::PutObjectAcl),
        "tagging" => PutObjectDocument::parse(parts, object).map(Operation::PutObjectTagging),
        "retention" => PutObjectRetention::parse(parts, object).map(Operation::PutObjectRetention),
        _ => PutObjectDocument::parse(parts, object).map(Operation::PutObjectLegalHold),
    }
}

/// The path behind the control API's, if the request is for it.
fn control_path<'a>(head: &RequestHead<'a>, parts: Parts<'_>) -> Option<&'a str> {
    head.path.strip_prefix(ListResourceTags::CONTROL_PATH).filter(|_| parts.headers.has("x-amz-account-id"))
}

fn control(method: &Method, rest: &str, parts: Parts<'_>) -> Result<Operation, S3Error> {
    match *method {
        Method::GET => {
            only(parts, &[])?;
            ListResourceTags::parse(rest).map(Operation::ListResourceTags)
        }
        Method::POST => {
            only(parts, &[])?;
            ListResourceTags::parse(rest).map(Operation::TagResource)
        }
        Method::DELETE => {
            only(parts, &[&UntagResource::PARAMETERS])?;
            UntagResource::parse(rest, parts).map(Operation::UntagResource)
        }
        _ => Err(S3Error::not_implemented_operation()),
    }
}

/// A faulty question is told so, whatever it is about; nobody has rules for the service.
fn preflight(resource: Resource, parts: Parts<'_>) -> Result<Operation, S3Error> {
    let asked = Preflight::of_headers(parts.headers)?;
    match resource {
        Resource::Service => Err(Preflight::without_bucket()),
        Resource::Bucket(bucket) | Resource::Object { bucket, .. } => {
            Ok(Operation::Preflight(PreflightRequest { bucket, asked }))
        }
    }
}

fn is_form(parts: Parts<'_>) -> bool {
    let kind = parts.headers.all().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let kind = kind.split(';').next().unwrap_or("").trim();
    kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

#[cfg(test)]
mod tests;
