//! Cluster map to placement groups, key to shard.
