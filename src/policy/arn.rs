//! Names of resources.

use std::fmt;

use cairn_types::{BucketName, ObjectKey};

/// How every ARN of S3 begins: partition and service; then come region, account and resource.
pub(crate) const S3_ARN: &str = "arn:aws:s3:";

/// A bucket by its names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BucketRef<'a> {
    /// The namespace of the name; empty is the one that all accounts share.
    pub namespace: &'a str,
    /// The name.
    pub name: &'a BucketName,
}

impl fmt::Display for BucketRef<'_> {
    /// The ARN.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{S3_ARN}:{}:{}", self.namespace, self.name)
    }
}

/// The ARNs by which statements may name one resource: `arn:aws:s3:::bucket/key`, and with the bucket's namespace where it
/// has one. Only to the bucket's own policy and to its own account the short one means it; to others it means the shared
/// namespace.
#[derive(Clone, Default, Debug)]
pub(crate) struct ResourceArns {
    short: Option<String>,
    full: Option<String>,
}

impl ResourceArns {
    /// What belongs to no bucket.
    pub(crate) fn of_account() -> Self {
        Self { short: Some(format!("{S3_ARN}::*")), full: None }
    }

    /// As a statement outside the bucket's account names it.
    pub(crate) fn abroad(bucket: BucketRef<'_>, key: Option<&ObjectKey>) -> Self {
        match bucket.namespace {
            "" => Self { short: Some(arn(bucket, key)), full: None },
            _ => Self { short: None, full: Some(arn(bucket, key)) },
        }
    }

    /// As a statement of the bucket or of its account names it.
    pub(crate) fn at_home(bucket: BucketRef<'_>, key: Option<&ObjectKey>) -> Self {
        let short = Some(arn(BucketRef { namespace: "", ..bucket }, key));
        Self { short, full: (!bucket.namespace.is_empty()).then(|| arn(bucket, key)) }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.short.iter().chain(&self.full).map(String::as_str)
    }
}

fn arn(bucket: BucketRef<'_>, key: Option<&ObjectKey>) -> String {
    let mut arn = bucket.to_string();
    if let Some(key) = key {
        arn.push('/');
        arn.push_str(key.as_str());
    }
    arn
}
