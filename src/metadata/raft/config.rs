//! How Raft is tuned.

use std::io;
use std::sync::Arc;

use cairn_types::ShardId;
use openraft::{Config, SnapshotPolicy};

use crate::limits::{APPEND_ENTRIES_MAX, ELECTION_MAX, ELECTION_MIN, HEARTBEAT, RAFT_QUEUE_MAX, SNAPSHOT_TIMEOUT};

/// Raft's configuration for a shard that keeps `entries_kept` entries behind its flushed rows.
pub(crate) fn raft_config(shard: ShardId, entries_kept: u64) -> io::Result<Arc<Config>> {
    let millis = |duration: std::time::Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let config = Config {
        cluster_name: shard.to_string(),
        heartbeat_interval: millis(HEARTBEAT),
        election_timeout_min: millis(ELECTION_MIN),
        election_timeout_max: millis(ELECTION_MAX),
        install_snapshot_timeout: millis(SNAPSHOT_TIMEOUT),
        max_payload_entries: APPEND_ENTRIES_MAX,
        // Whether a member is sent rows or entries follows from whether the entries are still there.
        replication_lag_threshold: APPEND_ENTRIES_MAX,
        // The node's flusher decides.
        snapshot_policy: SnapshotPolicy::Never,
        max_in_snapshot_log_to_keep: entries_kept,
        purge_batch_size: 1,
        api_channel_size: Some(RAFT_QUEUE_MAX),
        // A batch that waits for company would add its wait to every write.
        api_batch_linger_ms: 0,
        enable_pre_vote: Some(true),
        // A restarted leader has lost what it knew of commits: it has to be elected anew.
        enable_leader_restore: Some(false),
        ..Config::default()
    };
    config.validate().map(Arc::new).map_err(io::Error::other)
}
