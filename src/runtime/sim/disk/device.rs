//! The device behind its lock: every call is one change here.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::ops::Range;
use std::time::Duration;

use bytes::{Bytes, BytesMut};

use super::faults::{self, Faults};
use super::inode::Inode;
use super::names::{InodeId, NameChange, Names};
use crate::disk::{SECTOR_BYTES, Space};
use crate::sim::Random;

const DEFAULT_CAPACITY_BYTES: u64 = 1 << 40;

/// All state of a simulated disk.
#[derive(Clone)]
pub(super) struct Device {
    pub(super) label: String,
    pub(super) id: u64,
    /// Grows with every crash and unmount; mounts of before are stale.
    pub(super) incarnation: u64,
    pub(super) has_power: bool,
    pub(super) steps: u64,
    pub(super) cut_at: Option<u64>,
    pub(super) capacity_bytes: u64,
    pub(super) latency: Range<Duration>,
    pub(super) faults: Faults,
    pub(super) names: Names,
    pub(super) inodes: BTreeMap<InodeId, Inode>,
    stamp: u64,
    next_inode: InodeId,
    random: Random,
}

impl Device {
    pub(super) fn new(label: String, seed: u64) -> Self {
        Self {
            id: xxhash_rust::xxh3::xxh3_64_with_seed(label.as_bytes(), seed),
            label,
            incarnation: 0,
            has_power: true,
            steps: 0,
            cut_at: None,
            capacity_bytes: DEFAULT_CAPACITY_BYTES,
            latency: Duration::ZERO..Duration::ZERO,
            faults: Faults::default(),
            names: Names::default(),
            inodes: BTreeMap::new(),
            stamp: 0,
            next_inode: 1,
            random: Random::new(seed),
        }
    }

    /// Whether a mount of `incarnation` still works.
    pub(super) fn check(&self, incarnation: u64) -> io::Result<()> {
        if self.has_power && self.incarnation == incarnation { Ok(()) } else { Err(faults::powerless()) }
    }

    /// Counts a step; `true` if the power goes in the middle of it.
    pub(super) fn step(&mut self) -> bool {
        self.steps += 1;
        self.stamp += 1;
        self.cut_at == Some(self.steps)
    }

    /// Ends a step: `cut` takes the power and fails it.
    pub(super) fn end_step(&mut self, cut: bool) -> io::Result<()> {
        if !cut {
            return Ok(());
        }
        self.has_power = false;
        Err(faults::powerless())
    }

    pub(super) fn stamp(&self) -> u64 {
        self.stamp
    }

    pub(super) fn draw_latency(&mut self) -> Duration {
        let span = self.latency.end.saturating_sub(self.latency.start);
        let nanos = u64::try_from(span.as_nanos()).unwrap_or(u64::MAX);
        self.latency.start + Duration::from_nanos(self.random.below(nanos))
    }

    pub(super) fn create(&mut self, name: &str, len: u64) -> io::Result<InodeId> {
        if self.names.present.contains_key(name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        if len > self.space().free_bytes {
            return Err(faults::no_space());
        }
        let id = self.next_inode;
        self.next_inode += 1;
        let mut inode = Inode::default();
        if len > 0 {
            inode.set_len(self.stamp, len);
        }
        self.inodes.insert(id, inode);
        self.names.change(self.stamp, NameChange::Create { name: name.to_owned(), inode: id });
        Ok(id)
    }

    pub(super) fn remove(&mut self, name: &str) -> io::Result<()> {
        self.names.find(name)?;
        self.names.change(self.stamp, NameChange::Remove { name: name.to_owned() });
        self.collect();
        Ok(())
    }

    pub(super) fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
        let inode = self.names.find(from)?;
        self.names.change(self.stamp, NameChange::Rename { from: from.to_owned(), to: to.to_owned(), inode });
        self.collect();
        Ok(())
    }

    pub(super) fn write(&mut self, id: InodeId, offset: u64, pieces: &[Bytes]) -> io::Result<()> {
        let mut bytes = BytesMut::with_capacity(pieces.iter().map(Bytes::len).sum());
        pieces.iter().for_each(|piece| bytes.extend_from_slice(piece));
        let mut bytes = bytes.freeze();
        if !offset.is_multiple_of(SECTOR_BYTES) || !(bytes.len() as u64).is_multiple_of(SECTOR_BYTES) {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let grows = (offset + bytes.len() as u64).saturating_sub(self.inode(id).len());
        if grows > self.space().free_bytes {
            return Err(faults::no_space());
        }
        let fails = faults::take(&mut self.faults.writes);
        if fails {
            let sectors = self.random.below(bytes.len() as u64 / SECTOR_BYTES + 1);
            bytes.truncate((sectors * SECTOR_BYTES) as usize);
        }
        if fails || !faults::take(&mut self.faults.dropped_writes) {
            let shift = self.faults.misdirected_write.take().unwrap_or(0);
            let first = (offset / SECTOR_BYTES).saturating_add_signed(shift);
            let stamp = self.stamp;
            self.inode(id).write(stamp, first, &bytes);
        }
        if fails { Err(faults::input_output_error()) } else { Ok(()) }
    }

    pub(super) fn read(&mut self, id: InodeId, offset: u64, len: usize) -> io::Result<Bytes> {
        if faults::take(&mut self.faults.reads) {
            return Err(faults::input_output_error());
        }
        self.inode(id).read(offset, len)
    }

    pub(super) fn set_len(&mut self, id: InodeId, len: u64) -> io::Result<()> {
        if len.saturating_sub(self.inode(id).len()) > self.space().free_bytes {
            return Err(faults::no_space());
        }
        let stamp = self.stamp;
        self.inode(id).set_len(stamp, len);
        Ok(())
    }

    /// Ends a sync that began at `stamp`.
    pub(super) fn sync(&mut self, id: InodeId, stamp: u64) -> io::Result<()> {
        if faults::take(&mut self.faults.syncs) {
            self.inode(id).lost_up_to = stamp;
            return Err(faults::input_output_error());
        }
        self.inode(id).settle(stamp);
        Ok(())
    }

    pub(super) fn sync_names(&mut self, stamp: u64) -> io::Result<()> {
        if faults::take(&mut self.faults.name_syncs) {
            return Err(faults::input_output_error());
        }
        self.names.settle(stamp);
        self.collect();
        Ok(())
    }

    /// The file of an open handle.
    pub(super) fn inode(&mut self, id: InodeId) -> &mut Inode {
        self.inodes.get_mut(&id).expect("a file with an open handle is kept")
    }

    /// A removed file takes no space once it is closed, although a crash may still bring its name back.
    pub(super) fn space(&self) -> Space {
        let named: BTreeSet<InodeId> = self.names.present.values().copied().collect();
        let held = self.inodes.iter().filter(|(id, inode)| inode.handles > 0 || named.contains(id));
        let taken: u64 = held.map(|(_, inode)| inode.len().next_multiple_of(SECTOR_BYTES)).sum();
        Space { total_bytes: self.capacity_bytes, free_bytes: self.capacity_bytes.saturating_sub(taken) }
    }

    /// Frees files that neither a name nor a handle leads to.
    pub(super) fn collect(&mut self) {
        let names = &self.names;
        self.inodes.retain(|id, inode| inode.handles > 0 || names.refer_to(*id));
    }

    pub(super) fn unmount(&mut self) {
        self.incarnation += 1;
        self.inodes.values_mut().for_each(|inode| inode.handles = 0);
        self.collect();
    }

    pub(super) fn wipe(&mut self) {
        self.incarnation += 1;
        self.has_power = true;
        self.cut_at = None;
        self.names = Names::default();
        self.inodes.clear();
        self.faults = Faults::default();
    }

    pub(super) fn flip_bit(&mut self, name: &str, offset: u64, bit: u8) -> io::Result<()> {
        let id = self.names.find(name)?;
        let within = (offset % SECTOR_BYTES) as usize;
        self.inode(id).damage(offset / SECTOR_BYTES, |bytes| bytes[within] ^= 1 << (bit & 7));
        Ok(())
    }

    pub(super) fn break_sector(&mut self, name: &str, offset: u64) -> io::Result<()> {
        let id = self.names.find(name)?;
        self.inode(id).broken.insert(offset / SECTOR_BYTES);
        Ok(())
    }
}
