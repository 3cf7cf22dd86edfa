//! Keys of rows. Byte by byte: `docs/formats/catalog.md`.
//!
//! # Invariants
//! Keys order as what they name orders. A key begins with its table; then object tables have bucket id, object key and a
//! NUL (object keys hold none), all others a shard id. So a shard is one range in each table.

mod object;
mod position;
mod root;
mod shard;
mod table;

pub use object::{
    ObjectRowKey, head_key, inline_key, marked_head_key, object_prefix, order_suffix, part_inline_key, part_key,
    parts_prefix, run_key, run_page_key, upload_key, version_key,
};
pub(crate) use position::object_range;
pub use position::{KeyPosition, KeyRange, ShardContext, shard_ranges, successor};
pub use root::{
    access_key_key, account_alias_key, account_key, bucket_document_key, bucket_key, bucket_name_key, cluster_key,
    deleted_bucket_key, disk_key, identity_document_key, identity_documents_prefix, lease_key, map_key, node_key,
    owned_bucket_key, owned_buckets_prefix, owner_prefix, root_prefix, user_key, user_key_key,
};
pub use shard::{
    degraded_count_key, degraded_key, digest_key, feed_key, garbage_key, generation_key, horizon_key,
    label_of_degraded, replies_prefix, reply_key, session_key, shard_prefix, share_key,
};
pub use table::Table;

use bytes::Bytes;

/// The range of all keys that begin with `prefix`.
///
/// # Panics
/// If there is no key after them; keys begin with a table, and none is 255.
pub fn prefix_range(prefix: Vec<u8>) -> std::ops::Range<Bytes> {
    let end = successor(&prefix).expect("a key begins with its table, which is below 255");
    Bytes::from(prefix)..Bytes::from(end)
}
