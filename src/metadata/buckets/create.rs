//! Making a bucket.

use bytes::Bytes;
use cairn_catalog::command::{BucketScope, CommandBody, CreateBucket};
use cairn_catalog::rows::BucketSettings;
use cairn_runtime::Instant;
use cairn_types::{BucketId, BucketName, CanonicalId};

use super::{changed, record_configuration};
use crate::client::Route;
use crate::error::MetadataError;
use crate::session::WriterSession;

/// A bucket to be made.
#[derive(Clone, Debug)]
pub struct NewBucket {
    /// Its name.
    pub name: BucketName,
    /// Namespace of the name; empty is the one that all accounts share.
    pub namespace: String,
    /// Its owner.
    pub owner: CanonicalId,
    /// Region it is made for.
    pub region: String,
    /// What governs its writes.
    pub settings: BucketSettings,
    /// Sub-resources that it starts with.
    pub documents: Vec<(String, Bytes)>,
}

/// Makes a bucket under a random id. Returns once every shard that will hold its keys knows it.
pub async fn create_bucket(
    session: &WriterSession,
    new: NewBucket,
    deadline: Instant,
) -> Result<BucketScope, MetadataError> {
    let create = CreateBucket {
        bucket: BucketId(session.client().context().entropy.u64().max(1)),
        name: new.name,
        namespace: new.namespace,
        owner: new.owner,
        region: new.region,
        settings: new.settings,
        documents: new.documents,
        ..CreateBucket::default()
    };
    let body = CommandBody::CreateBucket(Box::new(create));
    let scope = changed(session.submit(Route::ROOT, body, deadline).await?)?;
    record_configuration(session, scope, deadline).await?;
    Ok(scope)
}
