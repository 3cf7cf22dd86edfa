//! The floor of the machine: what its cores and disks can do at best, measured in the same run as the table, so that a row can be
//! read as a share of what is possible.

mod cores;
mod disk;

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use serde::Serialize;

/// Rates of the machine. GB are 10^9 bytes, per core.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Floor {
    /// MD5, one stream.
    pub md5_gb_per_second: f64,
    /// SHA-256.
    pub sha256_gb_per_second: f64,
    /// Reed–Solomon 4+2 over cells of 64 KiB, source bytes.
    pub reed_solomon_gb_per_second: f64,
    /// Sequential writes of 1 MiB into written space, one sync at the end.
    pub write_gb_per_second: f64,
    /// Writes of 4 KiB, each synced, by one writer.
    pub synced_writes_per_second_1: f64,
    /// The same by sixteen writers, each with its own file.
    pub synced_writes_per_second_16: f64,
    /// Whether the file system takes direct I/O; if not, the writes went through the page cache.
    pub is_direct: bool,
}

/// Measures for about six times `time`, with files in `directory` that are gone afterwards.
pub fn measure_floor(directory: &Path, time: Duration) -> Result<Floor> {
    let files = tempfile::tempdir_in(directory)?;
    let disk = disk::Disk::probe(files.path())?;
    Ok(Floor {
        md5_gb_per_second: cores::md5(time),
        sha256_gb_per_second: cores::sha256(time),
        reed_solomon_gb_per_second: cores::reed_solomon(time)?,
        write_gb_per_second: disk.sequential(time)?,
        synced_writes_per_second_1: disk.synced(1, time)?,
        synced_writes_per_second_16: disk.synced(16, time)?,
        is_direct: disk.is_direct(),
    })
}

impl Floor {
    /// As lines of text.
    pub fn render(&self) -> String {
        let how = if self.is_direct { "direct" } else { "buffered: no direct I/O here" };
        format!(
            "machine floor, per core: MD5 {:.2} GB/s, SHA-256 {:.2} GB/s, Reed-Solomon 4+2 {:.1} GB/s\n\
             machine floor, disk ({how}): sequential writes {:.2} GB/s, synced 4 KiB writes {:.0}/s by 1 writer, {:.0}/s by 16\n",
            self.md5_gb_per_second,
            self.sha256_gb_per_second,
            self.reed_solomon_gb_per_second,
            self.write_gb_per_second,
            self.synced_writes_per_second_1,
            self.synced_writes_per_second_16,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rate_of_the_floor_is_measured_and_no_file_stays() {
        let directory = tempfile::tempdir().unwrap();
        let floor = measure_floor(directory.path(), Duration::from_millis(20)).unwrap();
        let rates = [
            floor.md5_gb_per_second,
            floor.sha256_gb_per_second,
            floor.reed_solomon_gb_per_second,
            floor.write_gb_per_second,
            floor.synced_writes_per_second_1,
            floor.synced_writes_per_second_16,
        ];
        assert!(rates.iter().all(|rate| *rate > 0.0), "{floor:?}");
        assert_eq!(directory.path().read_dir().unwrap().count(), 0);
    }
}
