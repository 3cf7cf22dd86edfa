//! What Raft reads of a shard's log: all of it is in memory.

use std::fmt::Debug;
use std::io;
use std::ops::RangeBounds;

use openraft::{OptionalSend, RaftLogReader};

use super::storage::ShardLogStorage;
use crate::limits::APPEND_BYTES_MAX;
use crate::raft::{Entry, RaftTypes, Vote};

impl RaftLogReader<RaftTypes> for ShardLogStorage {
    async fn try_get_log_entries<R: RangeBounds<u64> + Clone + Debug + OptionalSend>(
        &mut self,
        range: R,
    ) -> io::Result<Vec<Entry>> {
        Ok(self.log.tail.lock().range(range).cloned().collect())
    }

    async fn read_vote(&mut self) -> io::Result<Option<Vote>> {
        Ok(self.log.tail.lock().vote())
    }

    async fn limited_get_log_entries(&mut self, start: u64, end: u64) -> io::Result<Vec<Entry>> {
        Ok(self.log.tail.lock().limited(start, end, APPEND_BYTES_MAX))
    }
}
