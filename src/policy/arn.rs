//! Names of resources.

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

/// The ARNs of one resource: `arn:aws:s3:::bucket/key`, and with the bucket's namespace where it has one.
#[derive(Clone, Debug)]
pub(crate) struct ResourceArns {
    short: String,
    full: Option<String>,
}

/// The ARNs by which a statement may name a resource.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KnownArns<'a> {
    short: Option<&'a str>,
    full: Option<&'a str>,
}

impl ResourceArns {
    /// Of what belongs to no bucket.
    pub(crate) fn of_account() -> Self {
        Self { short: format!("{S3_ARN}::*"), full: None }
    }

    pub(crate) fn new(bucket: BucketRef<'_>, key: Option<&ObjectKey>) -> Self {
        let full = (!bucket.namespace.is_empty()).then(|| arn(bucket, key));
        Self { short: arn(BucketRef { namespace: "", ..bucket }, key), full }
    }

    /// To the bucket's policy and to policies of its account: the short one means it too.
    pub(crate) fn at_home(&self) -> KnownArns<'_> {
        KnownArns { short: Some(&self.short), full: self.full.as_deref() }
    }

    /// To policies of other accounts: the short one means the shared namespace.
    pub(crate) fn abroad(&self) -> KnownArns<'_> {
        match &self.full {
            None => self.at_home(),
            Some(full) => KnownArns { short: None, full: Some(full) },
        }
    }
}

impl KnownArns<'_> {
    /// Whether any of them is as asked.
    pub(crate) fn any(self, is_named: impl Fn(&str) -> bool) -> bool {
        self.short.is_some_and(&is_named) || self.full.is_some_and(is_named)
    }
}

fn arn(bucket: BucketRef<'_>, key: Option<&ObjectKey>) -> String {
    let key = key.map_or("", ObjectKey::as_str);
    let (namespace, name) = (bucket.namespace, bucket.name.as_str());
    let mut arn = String::with_capacity(S3_ARN.len() + namespace.len() + name.len() + key.len() + 3);
    for part in [S3_ARN, ":", namespace, ":", name] {
        arn.push_str(part);
    }
    if !key.is_empty() {
        arn.push('/');
        arn.push_str(key);
    }
    arn
}
