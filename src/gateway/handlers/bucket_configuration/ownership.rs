//! `?ownershipControls`: kept in the bucket's settings, since every write reads it, and as a document to be given back.

use bytes::Bytes;
use cairn_catalog::rows::{BucketSettings, Ownership};
use cairn_s3::configuration::OwnershipControls;
use cairn_s3::operation::{BucketConfiguration, ObjectOwnership};
use cairn_s3::response::{GetBucketOwnershipControlsOutput, Response};
use cairn_s3::{S3Error, S3ErrorCode};

use super::Change;
use crate::buckets::Bucket;

/// The rule, if one was set.
pub(super) fn shown(bucket: &Bucket) -> Option<Response> {
    use ObjectOwnership::{BucketOwnerEnforced, BucketOwnerPreferred, ObjectWriter};
    let stored = bucket.document(BucketConfiguration::OwnershipControls.parameter())?;
    let all = [BucketOwnerEnforced, BucketOwnerPreferred, ObjectWriter];
    let object_ownership = all.into_iter().find(|known| known.as_str().as_bytes() == &stored[..])?;
    Some(GetBucketOwnershipControlsOutput { object_ownership }.into_response())
}

/// The bucket with another rule.
///
/// # Errors
/// `InvalidBucketAclWithObjectOwnership` where ACLs are to be off and the bucket's grants something to others.
pub(super) fn change(bucket: &Bucket, document: &[u8]) -> Result<Change, S3Error> {
    let OwnershipControls { object_ownership } = OwnershipControls::parse(document)?;
    let ownership = setting(object_ownership);
    let access = &bucket.access;
    let grants_others = access.acl.as_ref().is_some_and(|acl| acl.grants_others(&access.owner));
    if ownership == Ownership::BucketOwnerEnforced && grants_others {
        return Err(S3ErrorCode::InvalidBucketAclWithObjectOwnership.into());
    }
    let settings = BucketSettings { ownership, ..bucket.settings.clone() };
    Ok(Change::with_settings(Bytes::from_static(object_ownership.as_str().as_bytes()), settings))
}

/// The bucket without a rule: whoever writes an object owns it.
pub(super) fn removal(bucket: &Bucket) -> Change {
    Change::removal_with(BucketSettings { ownership: Ownership::ObjectWriter, ..bucket.settings.clone() })
}

/// What a rule is in a bucket's row.
pub(in crate::handlers) fn setting(rule: ObjectOwnership) -> Ownership {
    match rule {
        ObjectOwnership::ObjectWriter => Ownership::ObjectWriter,
        ObjectOwnership::BucketOwnerPreferred => Ownership::BucketOwnerPreferred,
        ObjectOwnership::BucketOwnerEnforced => Ownership::BucketOwnerEnforced,
    }
}
