//! Which rights an operation needs.

use cairn_policy::Action;
use cairn_s3::acl::RequestedAcl;
use cairn_s3::lock::RequestedLock;
use cairn_s3::operation::{
    BucketConfiguration, CopyTags, CreateBucket, ObjectConfiguration, ObjectSettings, Operation,
};
use cairn_types::{ObjectKey, UploadId};

use super::right::{Look, On, Right};
use crate::buckets::Seen;

/// Reading an object, the latest or a version.
pub(crate) const READ: (Action, Action) = (Action::GetObject, Action::GetObjectVersion);
/// Reading its tags.
pub(crate) const READ_TAGS: (Action, Action) = (Action::GetObjectTagging, Action::GetObjectVersionTagging);
/// Removing an object, or one version of it.
pub(crate) const DELETE: (Action, Action) = (Action::DeleteObject, Action::DeleteObjectVersion);

/// Everything that must be allowed for an operation, in the order in which it is decided. What depends on the words of a
/// document that is not read yet is asked for by who reads it: the keys of `DeleteObjects`, a form, the tags of a source.
pub(super) fn rights_of(operation: &Operation) -> Vec<Right> {
    match operation {
        Operation::ListBuckets(_) => vec![on_account(Action::ListAllMyBuckets)],
        Operation::Sts => vec![on_account(Action::GetCallerIdentity)],
        Operation::CreateBucket(create) => rights_of_new_bucket(create),
        // Its keys are decided about one by one. A form is not read yet, and a browser's question needs no right.
        Operation::DeleteObjects(_) | Operation::PostObject(_) | Operation::Preflight(_) => Vec::new(),
        Operation::PutObject(put) => {
            let mut rights = vec![Right::on_object(Action::PutObject, &put.key, None)];
            rights.extend(rights_of_new_object(&put.key, &put.settings, !put.tags.is_empty()));
            rights
        }
        Operation::CopyObject(copy) => {
            let has_tags = matches!(&copy.tags, CopyTags::Replace(tags) if !tags.is_empty());
            let mut rights = vec![Right::on_object(Action::PutObject, &copy.key, None)];
            rights.extend(rights_of_new_object(&copy.key, &copy.settings, has_tags));
            rights
        }
        Operation::CreateMultipartUpload(create) => {
            let mut rights = vec![on_upload(Action::PutObject, &create.key, None)];
            rights.extend(rights_of_new_object(&create.key, &create.settings, !create.tags.is_empty()));
            rights
        }
        Operation::RenameObject(rename) => vec![
            Right::on_object(Action::GetObject, &rename.source, None),
            Right::on_object(Action::DeleteObject, &rename.source, None),
            Right::on_object(Action::PutObject, &rename.key, None),
        ],
        other => rights_on_one(other),
    }
}

/// Operations that go by one action, or two on the same thing.
fn rights_on_one(operation: &Operation) -> Vec<Right> {
    match operation {
        Operation::UploadPart(part) => vec![on_upload(Action::PutObject, &part.key, Some(part.upload_id))],
        Operation::UploadPartCopy(copy) => vec![on_upload(Action::PutObject, &copy.key, Some(copy.upload_id))],
        Operation::CompleteMultipartUpload(done) => {
            vec![on_upload(Action::PutObject, &done.key, Some(done.upload_id))]
        }
        Operation::AbortMultipartUpload(abort) => {
            vec![on_upload(Action::AbortMultipartUpload, &abort.key, Some(abort.upload_id))]
        }
        Operation::ListParts(list) => {
            vec![on_upload(Action::ListMultipartUploadParts, &list.key, Some(list.upload_id))]
        }
        Operation::GetObject(read) | Operation::HeadObject(read) => {
            vec![Right::on_version(READ, &read.key, read.version_id)]
        }
        Operation::GetObjectAttributes(get) => {
            let attributes = (Action::GetObjectAttributes, Action::GetObjectVersionAttributes);
            [READ, attributes].map(|actions| Right::on_version(actions, &get.key, get.version_id)).to_vec()
        }
        Operation::DeleteObject(delete) => vec![Right::on_version(DELETE, &delete.key, delete.version_id)],
        Operation::GetObjectAcl(object) => {
            let actions = (Action::GetObjectAcl, Action::GetObjectVersionAcl);
            vec![Right::on_version(actions, &object.key, object.version_id)]
        }
        Operation::PutObjectAcl(put) => {
            let actions = (Action::PutObjectAcl, Action::PutObjectVersionAcl);
            vec![Right::on_version(actions, &put.object.key, put.object.version_id)]
        }
        Operation::GetObjectTagging(object) => vec![Right::on_version(READ_TAGS, &object.key, object.version_id)],
        Operation::PutObjectTagging(put) => {
            let actions = (Action::PutObjectTagging, Action::PutObjectVersionTagging);
            vec![Right::on_version(actions, &put.object.key, put.object.version_id)]
        }
        Operation::DeleteObjectTagging(object) => {
            let actions = (Action::DeleteObjectTagging, Action::DeleteObjectVersionTagging);
            vec![Right::on_version(actions, &object.key, object.version_id)]
        }
        Operation::GetObjectConfiguration(object, kind) => {
            let action = match kind {
                ObjectConfiguration::Retention => Action::GetObjectRetention,
                ObjectConfiguration::LegalHold => Action::GetObjectLegalHold,
            };
            vec![Right::on_object(action, &object.key, object.version_id)]
        }
        Operation::PutObjectRetention(put) => {
            vec![Right::on_object(Action::PutObjectRetention, &put.object.key, put.object.version_id)]
        }
        Operation::PutObjectLegalHold(put) => {
            vec![Right::on_object(Action::PutObjectLegalHold, &put.object.key, put.object.version_id)]
        }
        other => vec![right_on_bucket(other)],
    }
}

fn right_on_bucket(operation: &Operation) -> Right {
    Right::on_bucket(match operation {
        Operation::ListResourceTags(_) => Action::ListTagsForResource,
        Operation::TagResource(_) => Action::TagResource,
        Operation::UntagResource(_) => Action::UntagResource,
        Operation::DeleteBucket(_) => Action::DeleteBucket,
        Operation::GetBucketLocation(_) => Action::GetBucketLocation,
        Operation::GetBucketAcl(_) => Action::GetBucketAcl,
        Operation::PutBucketAcl(_) => Action::PutBucketAcl,
        Operation::GetBucketConfiguration(get) => action_of_reading(get.kind),
        Operation::PutBucketConfiguration(put) => action_of_changing(put.kind),
        Operation::DeleteBucketConfiguration(delete) => match delete.kind {
            BucketConfiguration::Policy => Action::DeleteBucketPolicy,
            BucketConfiguration::Website => Action::DeleteBucketWebsite,
            BucketConfiguration::Metadata | BucketConfiguration::MetadataTable => {
                Action::DeleteBucketMetadataTableConfiguration
            }
            kind => action_of_changing(kind),
        },
        Operation::ListObjectVersions(_) => Action::ListBucketVersions,
        Operation::ListMultipartUploads(_) => Action::ListBucketMultipartUploads,
        // `HeadBucket`, `ListObjects`, `ListObjectsV2`: all others are named above.
        _ => Action::ListBucket,
    })
}

fn on_account(action: Action) -> Right {
    Right { action, on: On::Account }
}

fn on_upload(action: Action, key: &ObjectKey, upload: Option<UploadId>) -> Right {
    Right { action, on: On::Upload(key.clone(), upload) }
}

fn rights_of_new_bucket(create: &CreateBucket) -> Vec<Right> {
    let says_acl = create.acl != RequestedAcl::Unsaid;
    let wanted = [
        (true, Action::CreateBucket),
        (says_acl, Action::PutBucketAcl),
        (create.object_ownership.is_some(), Action::PutBucketOwnershipControls),
        (create.object_lock, Action::PutBucketObjectLockConfiguration),
        (create.object_lock, Action::PutBucketVersioning),
    ];
    wanted.into_iter().filter(|(is_wanted, _)| *is_wanted).map(|(_, action)| on_account(action)).collect()
}

/// What else is said about an object that is made, each by a right of its own.
fn rights_of_new_object(key: &ObjectKey, settings: &ObjectSettings, has_tags: bool) -> Vec<Right> {
    let RequestedLock { retention, legal_hold } = settings.lock;
    let wanted = [
        (has_tags, Action::PutObjectTagging),
        (settings.acl != RequestedAcl::Unsaid, Action::PutObjectAcl),
        (retention.is_some(), Action::PutObjectRetention),
        (legal_hold.is_some(), Action::PutObjectLegalHold),
    ];
    let wanted = wanted.into_iter().filter(|(is_wanted, _)| *is_wanted);
    wanted.map(|(_, action)| Right { action, on: On::NewObject(key.clone()) }).collect()
}

/// When the object is looked at that a decision may depend on.
pub(super) fn look_of(operation: &Operation) -> Look {
    match operation {
        Operation::GetObject(_)
        | Operation::HeadObject(_)
        | Operation::GetObjectAttributes(_)
        | Operation::GetObjectAcl(_)
        | Operation::PutObjectAcl(_)
        | Operation::GetObjectTagging(_)
        | Operation::GetObjectConfiguration(..) => Look::WhenFound,
        _ => Look::Before,
    }
}

/// The action that reads a configuration of a bucket: policies know many of them by other names than the operations have.
fn action_of_reading(kind: BucketConfiguration) -> Action {
    match kind {
        BucketConfiguration::Abac => Action::GetBucketAbac,
        BucketConfiguration::Accelerate => Action::GetAccelerateConfiguration,
        BucketConfiguration::Analytics => Action::GetAnalyticsConfiguration,
        BucketConfiguration::Cors => Action::GetBucketCORS,
        BucketConfiguration::Encryption => Action::GetEncryptionConfiguration,
        BucketConfiguration::IntelligentTiering => Action::GetIntelligentTieringConfiguration,
        BucketConfiguration::Inventory => Action::GetInventoryConfiguration,
        BucketConfiguration::Lifecycle => Action::GetLifecycleConfiguration,
        BucketConfiguration::Logging => Action::GetBucketLogging,
        BucketConfiguration::Metadata | BucketConfiguration::MetadataTable => {
            Action::GetBucketMetadataTableConfiguration
        }
        BucketConfiguration::Metrics => Action::GetMetricsConfiguration,
        BucketConfiguration::Notification => Action::GetBucketNotification,
        BucketConfiguration::ObjectLock => Action::GetBucketObjectLockConfiguration,
        BucketConfiguration::OwnershipControls => Action::GetBucketOwnershipControls,
        BucketConfiguration::Policy => Action::GetBucketPolicy,
        BucketConfiguration::PolicyStatus => Action::GetBucketPolicyStatus,
        BucketConfiguration::PublicAccessBlock => Action::GetBucketPublicAccessBlock,
        BucketConfiguration::Replication => Action::GetReplicationConfiguration,
        BucketConfiguration::RequestPayment => Action::GetBucketRequestPayment,
        BucketConfiguration::Tagging => Action::GetBucketTagging,
        BucketConfiguration::Versioning => Action::GetBucketVersioning,
        BucketConfiguration::Website => Action::GetBucketWebsite,
    }
}

/// The action that sets or removes a configuration of a bucket.
fn action_of_changing(kind: BucketConfiguration) -> Action {
    match kind {
        BucketConfiguration::Abac => Action::PutBucketAbac,
        BucketConfiguration::Accelerate => Action::PutAccelerateConfiguration,
        BucketConfiguration::Analytics => Action::PutAnalyticsConfiguration,
        BucketConfiguration::Cors => Action::PutBucketCORS,
        BucketConfiguration::Encryption => Action::PutEncryptionConfiguration,
        BucketConfiguration::IntelligentTiering => Action::PutIntelligentTieringConfiguration,
        BucketConfiguration::Inventory => Action::PutInventoryConfiguration,
        BucketConfiguration::Lifecycle => Action::PutLifecycleConfiguration,
        BucketConfiguration::Logging => Action::PutBucketLogging,
        BucketConfiguration::Metadata | BucketConfiguration::MetadataTable => {
            Action::CreateBucketMetadataTableConfiguration
        }
        BucketConfiguration::Metrics => Action::PutMetricsConfiguration,
        BucketConfiguration::Notification => Action::PutBucketNotification,
        BucketConfiguration::ObjectLock => Action::PutBucketObjectLockConfiguration,
        BucketConfiguration::OwnershipControls => Action::PutBucketOwnershipControls,
        // The status follows from the policy.
        BucketConfiguration::Policy | BucketConfiguration::PolicyStatus => Action::PutBucketPolicy,
        BucketConfiguration::PublicAccessBlock => Action::PutBucketPublicAccessBlock,
        BucketConfiguration::Replication => Action::PutReplicationConfiguration,
        BucketConfiguration::RequestPayment => Action::PutBucketRequestPayment,
        BucketConfiguration::Tagging => Action::PutBucketTagging,
        BucketConfiguration::Versioning => Action::PutBucketVersioning,
        BucketConfiguration::Website => Action::PutBucketWebsite,
    }
}

/// How sure an operation must be of its bucket: those that ask a shard are corrected by it.
pub(super) fn seen_for(operation: &Operation) -> Seen {
    match operation {
        Operation::HeadBucket(_)
        | Operation::DeleteBucket(_)
        | Operation::GetBucketLocation(_)
        | Operation::GetBucketAcl(_)
        | Operation::GetBucketConfiguration(_)
        | Operation::PutBucketConfiguration(_)
        | Operation::DeleteBucketConfiguration(_)
        | Operation::PutBucketAcl(_)
        | Operation::ListResourceTags(_)
        | Operation::TagResource(_)
        | Operation::UntagResource(_) => Seen::Now,
        // An empty page is given without asking anybody.
        Operation::ListObjects(list) if list.max_keys == 0 => Seen::Now,
        Operation::ListObjectsV2(list) if list.max_keys == 0 => Seen::Now,
        Operation::ListObjectVersions(list) if list.max_keys == 0 => Seen::Now,
        Operation::ListMultipartUploads(list) if list.max_uploads == 0 => Seen::Now,
        _ => Seen::Before,
    }
}

#[cfg(test)]
mod tests {
    use cairn_s3::RequestHead;
    use cairn_s3::address::Addressing;
    use cairn_s3::operation::{Operation, S3Request};
    use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};

    use super::{Look, look_of, rights_of};

    fn operation(method: &str, target: &str, headers: &[(&'static str, &'static str)]) -> Operation {
        let mut map = HeaderMap::new();
        map.insert("host", HeaderValue::from_static("127.0.0.1:9000"));
        for (name, value) in headers {
            map.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        let (method, uri) = (Method::from_bytes(method.as_bytes()).unwrap(), target.parse::<Uri>().unwrap());
        let head = RequestHead::new(&method, &uri, &map);
        let request = S3Request::parse(&head, &Addressing::default());
        request.unwrap_or_else(|error| panic!("{method} {target}: {error}")).operation
    }

    fn actions(operation: &Operation) -> Vec<&'static str> {
        let rights = rights_of(operation);
        rights.iter().map(|right| right.action.as_str().strip_prefix("s3:").unwrap()).collect()
    }

    #[test]
    fn each_operation_needs_the_rights_that_policies_know_it_by() {
        type Case<'a> = (&'a str, &'a str, &'a [(&'static str, &'static str)], &'a [&'a str]);
        let cases: &[Case<'_>] = &[
            ("GET", "/", &[], &["ListAllMyBuckets"]),
            ("GET", "/bkt", &[], &["ListBucket"]),
            ("HEAD", "/bkt", &[], &["ListBucket"]),
            ("GET", "/bkt?versions", &[], &["ListBucketVersions"]),
            ("GET", "/bkt?uploads", &[], &["ListBucketMultipartUploads"]),
            ("PUT", "/bkt", &[], &["CreateBucket"]),
            ("PUT", "/bkt", &[("x-amz-acl", "private")], &["CreateBucket", "PutBucketAcl"]),
            ("DELETE", "/bkt?policy", &[], &["DeleteBucketPolicy"]),
            ("GET", "/bkt?policyStatus", &[], &["GetBucketPolicyStatus"]),
            ("GET", "/bkt/k", &[], &["GetObject"]),
            ("HEAD", "/bkt/k?versionId=null", &[], &["GetObjectVersion"]),
            ("DELETE", "/bkt/k", &[], &["DeleteObject"]),
            ("DELETE", "/bkt/k?versionId=null", &[], &["DeleteObjectVersion"]),
            ("GET", "/bkt/k?acl&versionId=null", &[], &["GetObjectVersionAcl"]),
            ("PUT", "/bkt/k?acl", &[("x-amz-acl", "private")], &["PutObjectAcl"]),
            ("GET", "/bkt/k?attributes", &[("x-amz-object-attributes", "ETag")], &["GetObject", "GetObjectAttributes"]),
            ("PUT", "/bkt/k", &[("x-amz-grant-read", "id=a")], &["PutObject", "PutObjectAcl"]),
            (
                "PUT",
                "/bkt/k",
                &[("x-amz-copy-source", "/src/k"), ("x-amz-acl", "private")],
                &["PutObject", "PutObjectAcl"],
            ),
            ("POST", "/bkt/k?uploads", &[], &["PutObject"]),
            ("POST", "/bkt?delete", &[("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg==")], &[]),
        ];
        for (method, target, headers, wanted) in cases {
            assert_eq!(&actions(&operation(method, target, headers)), wanted, "{method} {target}");
        }
    }

    #[test]
    fn what_reads_an_object_is_decided_about_the_version_that_is_found() {
        for target in ["/bkt/k", "/bkt/k?acl", "/bkt/k?tagging", "/bkt/k?retention"] {
            assert_eq!(look_of(&operation("GET", target, &[])), Look::WhenFound, "{target}");
        }
        assert_eq!(look_of(&operation("PUT", "/bkt/k", &[])), Look::Before);
        assert_eq!(look_of(&operation("DELETE", "/bkt/k", &[])), Look::Before);
    }
}
