//! One file's bytes and length: the durable ones, and every later version of each sector.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use bytes::{Bytes, BytesMut};

use super::faults::input_output_error;
use crate::disk::SECTOR_BYTES;

const ZEROES: [u8; SECTOR_BYTES as usize] = [0; SECTOR_BYTES as usize];

/// A value written and not yet durable. Stamps grow with every change of the device.
#[derive(Clone)]
pub(super) struct Version<T> {
    pub(super) stamp: u64,
    pub(super) value: T,
}

/// A file, whatever its name. A sector without bytes is a hole.
#[derive(Clone, Default)]
pub(super) struct Inode {
    pub(super) durable: BTreeMap<u64, Bytes>,
    pub(super) durable_len: u64,
    pub(super) pending: BTreeMap<u64, Vec<Version<Bytes>>>,
    pub(super) pending_lens: Vec<Version<u64>>,
    /// Versions up to this stamp were lost by a failed sync: no later sync makes them durable.
    pub(super) lost_up_to: u64,
    pub(super) broken: BTreeSet<u64>,
    pub(super) handles: u32,
}

impl Inode {
    pub(super) fn len(&self) -> u64 {
        self.pending_lens.last().map_or(self.durable_len, |version| version.value)
    }

    /// The present bytes of a sector; empty for a hole.
    fn sector(&self, sector: u64) -> Bytes {
        match self.pending.get(&sector).and_then(|versions| versions.last()) {
            Some(version) => version.value.clone(),
            None => self.durable.get(&sector).cloned().unwrap_or_default(),
        }
    }

    pub(super) fn read(&self, offset: u64, len: usize) -> io::Result<Bytes> {
        let end = offset.checked_add(len as u64).ok_or(io::ErrorKind::UnexpectedEof)?;
        if end > self.len() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut out = BytesMut::with_capacity(len);
        let mut at = offset;
        while at < end {
            let (sector, within) = (at / SECTOR_BYTES, (at % SECTOR_BYTES) as usize);
            if self.broken.contains(&sector) {
                return Err(input_output_error());
            }
            let take = (SECTOR_BYTES as usize - within).min((end - at) as usize);
            let bytes = self.sector(sector);
            let bytes: &[u8] = if bytes.is_empty() { &ZEROES } else { &bytes };
            out.extend_from_slice(&bytes[within..within + take]);
            at += take as u64;
        }
        Ok(out.freeze())
    }

    /// Writes whole sectors from sector `first`.
    pub(super) fn write(&mut self, stamp: u64, first: u64, bytes: &Bytes) {
        let count = bytes.len() as u64 / SECTOR_BYTES;
        for i in 0..count {
            let start = (i * SECTOR_BYTES) as usize;
            let value = bytes.slice(start..start + SECTOR_BYTES as usize);
            self.broken.remove(&(first + i));
            self.pending.entry(first + i).or_default().push(Version { stamp, value });
        }
        let end = (first + count) * SECTOR_BYTES;
        if end > self.len() {
            self.pending_lens.push(Version { stamp, value: end });
        }
    }

    pub(super) fn set_len(&mut self, stamp: u64, len: u64) {
        if len < self.len() {
            self.cut(stamp, len);
        }
        self.pending_lens.push(Version { stamp, value: len });
    }

    /// Zeroes all from `len` on, so that a later extension reads zeroes.
    fn cut(&mut self, stamp: u64, len: u64) {
        let (first_whole, within) = (len.div_ceil(SECTOR_BYTES), (len % SECTOR_BYTES) as usize);
        if within != 0 {
            let value = zero_tail(&self.sector(len / SECTOR_BYTES), within);
            self.pending.entry(len / SECTOR_BYTES).or_default().push(Version { stamp, value });
        }
        let written: BTreeSet<u64> = self.durable.range(first_whole..).map(|(sector, _)| *sector).collect();
        let pending: BTreeSet<u64> = self.pending.range(first_whole..).map(|(sector, _)| *sector).collect();
        for sector in written.union(&pending) {
            self.pending.entry(*sector).or_default().push(Version { stamp, value: Bytes::new() });
        }
    }

    /// Makes durable what was written up to `stamp`, but for what a failed sync lost.
    pub(super) fn settle(&mut self, stamp: u64) {
        let lost = self.lost_up_to;
        let durable = &mut self.durable;
        self.pending.retain(|sector, versions| {
            if let Some(value) = settle_versions(versions, lost, stamp) {
                put_sector(durable, *sector, value);
            }
            !versions.is_empty()
        });
        if let Some(len) = settle_versions(&mut self.pending_lens, lost, stamp) {
            self.durable_len = len;
        }
    }

    /// Ends a crash: what is durable is all there is.
    pub(super) fn forget_pending(&mut self) {
        self.pending.clear();
        self.pending_lens.clear();
        self.lost_up_to = 0;
        self.handles = 0;
        let (first_whole, within) =
            (self.durable_len.div_ceil(SECTOR_BYTES), (self.durable_len % SECTOR_BYTES) as usize);
        self.durable.retain(|sector, _| *sector < first_whole);
        if within != 0
            && let Some(bytes) = self.durable.get_mut(&(first_whole - 1))
        {
            *bytes = zero_tail(bytes, within);
        }
    }

    /// Changes a sector's bytes in the cache and on the medium.
    pub(super) fn damage(&mut self, sector: u64, change: impl Fn(&mut [u8])) {
        let damaged = |bytes: &Bytes| {
            let mut bytes = if bytes.is_empty() { ZEROES.to_vec() } else { bytes.to_vec() };
            change(&mut bytes);
            Bytes::from(bytes)
        };
        match self.pending.get_mut(&sector).and_then(|versions| versions.last_mut()) {
            Some(version) => version.value = damaged(&version.value),
            None => {
                let bytes = damaged(&self.sector(sector));
                self.durable.insert(sector, bytes);
            }
        }
    }
}

/// Puts a sector; a hole has no entry.
pub(super) fn put_sector(sectors: &mut BTreeMap<u64, Bytes>, sector: u64, value: Bytes) {
    if value.is_empty() {
        sectors.remove(&sector);
    } else {
        sectors.insert(sector, value);
    }
}

/// The last version in `(lost, stamp]`; it and all before it go.
fn settle_versions<T: Clone>(versions: &mut Vec<Version<T>>, lost: u64, stamp: u64) -> Option<T> {
    let last = versions.iter().rposition(|version| version.stamp > lost && version.stamp <= stamp)?;
    let value = versions[last].value.clone();
    versions.drain(..=last);
    Some(value)
}

fn zero_tail(bytes: &Bytes, from: usize) -> Bytes {
    if bytes.is_empty() {
        return Bytes::new();
    }
    let mut bytes = bytes.to_vec();
    bytes[from..].fill(0);
    bytes.into()
}
