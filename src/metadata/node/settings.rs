//! What an operator may tune.

use std::time::Duration;

use cairn_types::MIB;

use crate::limits::{FLUSH_INTERVAL, LEASE, LOG_BYTES_BEFORE_FLUSH, PROPOSED_BYTES_MAX};

/// Settings of a metadata node.
#[derive(Clone, Debug)]
pub struct NodeSettings {
    /// Bytes of each file of the log.
    pub log_file_bytes: u64,
    /// Bytes of log entries in memory that make the node flush its rows.
    pub log_bytes_before_flush: u64,
    /// Pause between flushes of a node that writes little.
    pub flush_interval: Duration,
    /// Entries kept behind the flushed rows.
    pub entries_kept: u64,
    /// Bytes of commands taken and not answered.
    pub proposed_bytes_max: u64,
    /// Free bytes below which commands that add something are refused.
    pub log_reserve_bytes: u64,
    /// A session that was not renewed for so long is fenced.
    pub lease: Duration,
}

impl Default for NodeSettings {
    fn default() -> Self {
        Self {
            log_file_bytes: 64 * MIB,
            log_bytes_before_flush: LOG_BYTES_BEFORE_FLUSH,
            flush_interval: FLUSH_INTERVAL,
            entries_kept: crate::limits::ENTRIES_KEPT,
            proposed_bytes_max: PROPOSED_BYTES_MAX,
            log_reserve_bytes: crate::limits::LOG_RESERVE_BYTES,
            lease: LEASE,
        }
    }
}
