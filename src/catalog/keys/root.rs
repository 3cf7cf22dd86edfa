//! Keys of rows of the root shard.

use bytes::Bytes;
use cairn_types::{BucketId, BucketName, CanonicalId, DiskId, NodeId, SessionId, ShardId};

use super::shard::{shard_prefix, with_suffix};
use super::table::Table;
use crate::rows::{AliasKind, MapKind};

fn root_key(table: Table, suffix: &[&[u8]]) -> Bytes {
    with_suffix(table, ShardId::ROOT, suffix)
}

/// Where all rows of a table of the root shard begin.
pub fn root_prefix(table: Table) -> Vec<u8> {
    shard_prefix(table, ShardId::ROOT)
}

/// The cluster.
pub fn cluster_key() -> Bytes {
    root_key(Table::Cluster, &[])
}

/// A node.
pub fn node_key(node: NodeId) -> Bytes {
    root_key(Table::Node, &[&node.to_be_bytes()])
}

/// A disk.
pub fn disk_key(disk: DiskId) -> Bytes {
    root_key(Table::Disk, &[&disk.to_be_bytes()])
}

/// A map.
pub fn map_key(kind: MapKind) -> Bytes {
    let kind = match kind {
        MapKind::Groups => 1,
        MapKind::Shards => 2,
    };
    root_key(Table::Map, &[&[kind]])
}

/// The name of a bucket in a namespace (which holds no NUL).
pub fn bucket_name_key(namespace: &str, name: &BucketName) -> Bytes {
    root_key(Table::BucketName, &[namespace.as_bytes(), &[0], name.as_str().as_bytes()])
}

/// A bucket.
pub fn bucket_key(bucket: BucketId) -> Bytes {
    root_key(Table::Bucket, &[&bucket.to_be_bytes()])
}

/// A sub-resource of a bucket.
pub fn bucket_document_key(bucket: BucketId, sub_resource: &str) -> Bytes {
    root_key(Table::BucketDocument, &[&bucket.to_be_bytes(), sub_resource.as_bytes()])
}

/// A deleted bucket.
pub fn deleted_bucket_key(bucket: BucketId) -> Bytes {
    root_key(Table::DeletedBucket, &[&bucket.to_be_bytes()])
}

/// A registered session.
pub fn lease_key(session: SessionId) -> Bytes {
    root_key(Table::Lease, &[&session.to_be_bytes()])
}

/// An account (its id holds no NUL).
pub fn account_key(account: &CanonicalId) -> Bytes {
    root_key(Table::Account, &[account.digits.as_bytes()])
}

/// A user of an account (whose id holds no NUL).
pub fn user_key(account: &CanonicalId, name: &str) -> Bytes {
    root_key(Table::User, &[account.digits.as_bytes(), &[0], name.as_bytes()])
}

/// An access key.
pub fn access_key_key(id: &str) -> Bytes {
    root_key(Table::AccessKey, &[id.as_bytes()])
}

/// An identity document (whose account and kind hold no NUL).
pub fn identity_document_key(account: &CanonicalId, kind: &str, name: &str) -> Bytes {
    let place = [account.digits.as_bytes(), &[0], kind.as_bytes(), &[0], name.as_bytes()];
    root_key(Table::IdentityDocument, &place)
}

/// Where the identity documents of an account (whose id holds no NUL) begin.
pub fn identity_documents_prefix(account: &CanonicalId) -> Vec<u8> {
    root_key(Table::IdentityDocument, &[account.digits.as_bytes(), &[0]]).to_vec()
}

/// A name that is one account's alone.
pub fn account_alias_key(kind: AliasKind, name: &str) -> Bytes {
    let kind = match kind {
        AliasKind::Name => 1,
        AliasKind::Email => 2,
        AliasKind::Number => 3,
        AliasKind::Namespace => 4,
    };
    root_key(Table::AccountAlias, &[&[kind], name.as_bytes()])
}

/// An access key among those of its user (empty for the account itself); account and user hold no NUL.
pub fn user_key_key(account: &CanonicalId, user: &str, id: &str) -> Bytes {
    root_key(Table::UserKey, &[account.digits.as_bytes(), &[0], user.as_bytes(), &[0], id.as_bytes()])
}

/// A bucket among those of its owner (whose id holds no NUL).
pub fn owned_bucket_key(owner: &CanonicalId, namespace: &str, name: &BucketName) -> Bytes {
    let mut key = owned_buckets_prefix(owner, namespace);
    key.extend_from_slice(name.as_str().as_bytes());
    key.into()
}

/// Where the buckets of an owner in a namespace (which holds no NUL) begin.
pub fn owned_buckets_prefix(owner: &CanonicalId, namespace: &str) -> Vec<u8> {
    let mut prefix = owner_prefix(owner);
    prefix.extend_from_slice(namespace.as_bytes());
    prefix.push(0);
    prefix
}

/// Where the buckets of an owner begin.
pub fn owner_prefix(owner: &CanonicalId) -> Vec<u8> {
    root_key(Table::OwnedBucket, &[owner.digits.as_bytes(), &[0]]).to_vec()
}
