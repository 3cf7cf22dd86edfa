//! Which shard a call is for.

use cairn_catalog::command::KeyScope;
use cairn_types::{BucketId, Label, ShardId};

/// Which shard a call is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Route<'a> {
    /// The shard that holds this place: a key, or any text that sorts among keys.
    Key(BucketId, &'a [u8]),
    /// This shard.
    Shard(ShardId),
}

impl<'a> Route<'a> {
    /// The root shard.
    pub const ROOT: Self = Self::Shard(ShardId::ROOT);

    /// The shard of the key of `scope`.
    pub fn of_scope(scope: &'a KeyScope) -> Self {
        Self::Key(scope.bucket, scope.key.as_bytes())
    }

    /// The shard that holds the run row at `label`.
    pub fn of_label(label: &'a Label) -> Self {
        Self::Key(label.bucket, label.key.as_bytes())
    }
}
