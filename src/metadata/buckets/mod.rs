//! Buckets across shards: the root shard knows that they exist, every shard of their keys has to know what governs them.
//!
//! # Invariants
//! E5: a change is acknowledged once every shard of the bucket has recorded it. C6: a bucket is deleted only when every
//! shard sealed it empty.
//!
//! # Crash
//! Every step may be repeated. A creation or change that was cut short is completed by whoever meets a shard that does
//! not know the bucket ([`record_configuration`]); a deletion by the root's leader.

mod configure;
mod create;
mod delete;
mod submitter;

use cairn_catalog::command::BucketScope;
use cairn_catalog::reply::{BucketChanged, Reply};
use cairn_types::ShardId;

pub use configure::{record_configuration, set_bucket_document};
pub use create::{NewBucket, create_bucket};
pub use delete::delete_bucket;
pub(crate) use delete::delete_with;
pub(crate) use submitter::Submitter;

use crate::error::MetadataError;

/// The bucket and its configuration version out of a reply.
fn changed(reply: Reply) -> Result<BucketScope, MetadataError> {
    match reply {
        Reply::BucketChanged(BucketChanged { bucket, config_version, .. }) => {
            Ok(BucketScope { bucket, config_version })
        }
        _ => Err(MetadataError::UnexpectedAnswer { shard: ShardId::ROOT }),
    }
}
