//! What is asked of the server, how often and for how long.

use std::sync::Arc;
use std::time::Duration;

use clap::ValueEnum;
use serde::Serialize;

use crate::keys::KeySet;
use crate::pace::Pace;
use crate::payload::Payload;
use crate::policy::BucketPolicy;

/// The kind of operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
pub enum Workload {
    /// PutObject of new keys.
    Put,
    /// GetObject of keys that exist, in random order.
    Get,
    /// HeadObject of keys that exist, in random order.
    Head,
    /// DeleteObject of keys that exist, each once.
    Delete,
    /// DeleteObjects, 1,000 keys in a request.
    DeleteObjects,
    /// ListObjectsV2 over all keys, 1,000 to a page.
    List,
    /// ListObjectsV2 with a delimiter: the prefixes of all keys.
    ListDelimiter,
    /// 45 % GET, 30 % HEAD, 15 % PUT, 10 % DELETE.
    Mixed,
}

/// When a load ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// After this time; sooner when nothing is left to delete.
    After(Duration),
    /// After this many operations.
    Operations(u64),
}

/// A load: one workload at one pace.
#[derive(Debug, Clone)]
pub struct Load {
    /// Its name in the report.
    pub name: String,
    /// What is asked.
    pub workload: Workload,
    /// The keys that it makes, reads or deletes.
    pub keys: Arc<KeySet>,
    /// What PUT sends, and so what GET must return.
    pub payload: Payload,
    /// Requests in flight at most; each has its connection.
    pub connections: usize,
    /// Threads of the client that share the connections.
    pub threads: usize,
    /// Closed or open loop.
    pub pace: Pace,
    /// Its end.
    pub stop: Stop,
    /// The policy of its bucket.
    pub policy: BucketPolicy,
}
