//! A replacement: files that delete their stretch of the ranges and hold its new rows, ingested in one step.
//!
//! # Invariants
//! The files do not overlap: each begins behind the last key of the one before, and the deletions of a file cover exactly its
//! stretch. The engine gives all entries of an ingested file one sequence number, and a deletion covers only older entries,
//! so a file's deletions spare its own rows. All files enter in one change of the engine's manifest, which is synced.
//!
//! # Crash
//! Before that change nothing happened; the files are removed when the engine is next opened.

use std::fs;
use std::io;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use rocksdb::{IngestExternalFileOptions, SstFileWriter};

use super::{Inner, REPLACE_FOLDER, RocksKv, io_error};
use crate::kv::{KvRow, Replace, ReplaceOrder};
use crate::limits::KV_REPLACE_FILE_BYTES;

/// Numbers the folders of replacements of a process.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// See [`Replace`].
pub(super) struct RocksReplace {
    engine: RocksKv,
    order: ReplaceOrder,
    /// Gone after a failed or dropped append: then the replacement can only be dropped.
    files: Option<Files>,
    rows: Vec<KvRow>,
    bytes: usize,
}

/// Files written so far, in a folder that goes with this value.
struct Files {
    folder: PathBuf,
    /// Disjoint, ascending, not empty.
    ranges: Vec<Range<Bytes>>,
    /// Where the next file's stretch begins; none: at the start of the first range.
    from: Option<Bytes>,
    paths: Vec<PathBuf>,
}

impl RocksReplace {
    pub(super) fn begin(engine: RocksKv, ranges: Vec<Range<Bytes>>) -> io::Result<Self> {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = engine.0.path.join(REPLACE_FOLDER).join(number.to_string());
        fs::create_dir_all(&folder)?;
        let files = Files { folder, ranges: disjoint(ranges.clone()), from: None, paths: Vec::new() };
        Ok(Self { engine, order: ReplaceOrder::new(ranges), files: Some(files), rows: Vec::new(), bytes: 0 })
    }
}

/// `ranges` in order, overlapping ones joined, empty ones left out.
fn disjoint(mut ranges: Vec<Range<Bytes>>) -> Vec<Range<Bytes>> {
    ranges.retain(|range| range.start < range.end);
    ranges.sort_by(|a, b| a.start.cmp(&b.start));
    let mut joined: Vec<Range<Bytes>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.clone().max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

fn broken() -> io::Error {
    io::Error::other("an earlier append of this replacement did not finish")
}

/// The first key behind `key`.
fn behind(key: &[u8]) -> Bytes {
    [key, &[0]].concat().into()
}

impl Files {
    /// Writes the next file: `rows`, and the deletion of the ranges up to `to` (none: up to their end).
    fn write(&mut self, engine: &Inner, rows: &[KvRow], to: Option<Bytes>) -> io::Result<()> {
        let stretch: Vec<Range<Bytes>> = self.ranges.iter().filter_map(|range| self.cut(range, to.as_ref())).collect();
        if rows.is_empty() && stretch.is_empty() {
            return Ok(());
        }
        let path = self.folder.join(format!("{}.sst", self.paths.len()));
        let mut writer = SstFileWriter::create(&engine.options);
        writer.open(&path).map_err(io_error)?;
        for range in stretch {
            writer.delete_range(&range.start, &range.end).map_err(io_error)?;
        }
        for (key, value) in rows {
            writer.put(key, value).map_err(io_error)?;
        }
        // Also syncs it.
        writer.finish().map_err(io_error)?;
        self.paths.push(path);
        self.from = to;
        Ok(())
    }

    /// The part of `range` that belongs to the file from `self.from` to `to`.
    fn cut(&self, range: &Range<Bytes>, to: Option<&Bytes>) -> Option<Range<Bytes>> {
        let start = self.from.as_ref().unwrap_or(&range.start).max(&range.start);
        let end = to.unwrap_or(&range.end).min(&range.end);
        (start < end).then(|| start.clone()..end.clone())
    }

    fn ingest(&self, engine: &Inner) -> io::Result<()> {
        // Most of the memtable goes without the gate, so that writers wait for little.
        engine.flush()?;
        let _gate = engine.gate.write();
        engine.flush()?;
        if self.paths.is_empty() {
            return Ok(());
        }
        let mut options = IngestExternalFileOptions::default();
        options.set_move_files(true);
        engine.db.ingest_external_file_opts(&options, self.paths.clone()).map_err(io_error)
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            tracing::warn!(folder = %self.folder.display(), %error, "files of a replacement stay until the next start");
        }
    }
}

#[async_trait]
impl Replace for RocksReplace {
    async fn append(&mut self, rows: Vec<KvRow>) -> io::Result<()> {
        for (key, value) in rows {
            self.order.check(&key)?;
            self.bytes += key.len() + value.len();
            self.rows.push((key, value));
        }
        if self.bytes < KV_REPLACE_FILE_BYTES {
            return Ok(());
        }
        self.bytes = 0;
        let rows = std::mem::take(&mut self.rows);
        let to = rows.last().map(|(key, _)| behind(key));
        let mut files = self.files.take().ok_or_else(broken)?;
        let written = self.engine.run(move |engine| files.write(engine, &rows, to).map(|()| files));
        self.files = Some(written.await?);
        Ok(())
    }

    async fn commit(self: Box<Self>) -> io::Result<()> {
        let Self { engine, files, rows, .. } = *self;
        let mut files = files.ok_or_else(broken)?;
        engine
            .run(move |engine| {
                files.write(engine, &rows, None)?;
                files.ingest(engine)
            })
            .await
    }
}
