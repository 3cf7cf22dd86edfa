//! Names of buckets as the whole cluster knows them.

use cairn_s3::address::Namespace;
use cairn_types::BucketName;

/// A bucket's name and the namespace in which it is unique.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct QualifiedName {
    pub(crate) namespace: Namespace,
    pub(crate) name: BucketName,
}
