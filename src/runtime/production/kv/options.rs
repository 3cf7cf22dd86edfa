//! How the engine is set up.

use rocksdb::{BlockBasedOptions, DBCompressionType, LogLevel, Options};

use super::KvBudget;
use crate::limits::KV_BLOB_BYTES_MIN;

const MIB: usize = 1024 * 1024;

/// What an engine is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KvProfile {
    /// State of shards: larger memtables, for write bursts and inline bytes.
    Metadata,
    /// Index of one disk: many engines in a process, small rows.
    Index,
}

impl KvProfile {
    fn memtable_bytes(self) -> usize {
        match self {
            Self::Metadata => 64 * MIB,
            Self::Index => 8 * MIB,
        }
    }

    fn memtables(self) -> i32 {
        match self {
            Self::Metadata => 4,
            Self::Index => 3,
        }
    }
}

pub(super) fn options(profile: KvProfile, budget: &KvBudget) -> Options {
    let mut options = Options::default();
    options.create_if_missing(true);
    options.set_write_buffer_size(profile.memtable_bytes());
    options.set_max_write_buffer_number(profile.memtables());
    options.set_write_buffer_manager(&budget.write_buffers);
    options.set_compression_type(DBCompressionType::Lz4);
    options.set_max_background_jobs(2);
    // Every table stays open: reads that must not block rely on it.
    options.set_max_open_files(-1);
    options.set_avoid_unnecessary_blocking_io(true);
    // Deleted rows (garbage, replies, tombstones) would else be scanned over and over before their level is compacted.
    options.add_compact_on_deletion_collector_factory(4_096, 2_048, 0.5);
    options.set_block_based_table_factory(&tables(budget));
    set_blobs(&mut options, budget);
    set_log(&mut options);
    options
}

fn tables(budget: &KvBudget) -> BlockBasedOptions {
    let mut tables = BlockBasedOptions::default();
    tables.set_block_cache(&budget.cache);
    tables.set_bloom_filter(10.0, false);
    tables.set_optimize_filters_for_memory(true);
    // Indexes and filters count against the budget too.
    tables.set_cache_index_and_filter_blocks(true);
    tables.set_cache_index_and_filter_blocks_with_high_priority(true);
    tables.set_pin_l0_filter_and_index_blocks_in_cache(true);
    tables
}

/// Inline bytes of small objects: written once, not at every compaction. They seldom compress.
fn set_blobs(options: &mut Options, budget: &KvBudget) {
    options.set_enable_blob_files(true);
    options.set_min_blob_size(KV_BLOB_BYTES_MIN);
    options.set_blob_compression_type(DBCompressionType::None);
    options.set_blob_file_size(256 * MIB as u64);
    options.set_enable_blob_gc(true);
    options.set_blob_cache(&budget.cache);
}

fn set_log(options: &mut Options) {
    options.set_log_level(LogLevel::Warn);
    options.set_keep_log_file_num(2);
    options.set_max_log_file_size(8 * MIB);
    options.set_stats_dump_period_sec(0);
}
