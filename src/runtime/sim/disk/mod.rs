//! A disk in memory that loses, tears, damages and misdirects what real disks lose, tear, damage and misdirect.
//!
//! A [`SimDisk`] is the device; [`SimDisk::mount`] gives the [`crate::disk::Disk`] that one incarnation of a process works
//! with. It needs no simulated world: a plain `#[tokio::test]` will do.
//!
//! # Invariants
//! Nothing is durable that was not synced: for every sector, length and name the device knows the durable state and every
//! later one, and a power cut takes any of them, each on its own ([`CrashPolicy`]). Only a file's sync makes its bytes and
//! length durable, only [`crate::disk::Disk::sync_names`] its name; a sync covers what was written before it was called,
//! never what was written while it ran. A failed sync loses what it should have made durable: a later sync that succeeds does
//! not bring it back (as on Linux).
//!
//! # Crash
//! [`SimDisk::cut_power_at_step`] cuts the power in the middle of a step: its effects are then as unsynced as any, its caller
//! gets an error and so does every later call, until [`SimDisk::crash`] decides what survived. [`SimDisk::fork`] copies the
//! device, so that one run can be crashed in every possible way.

mod crash;
mod device;
mod faults;
mod inode;
mod mount;
mod names;

use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

pub use self::crash::{CrashPolicy, Fate, Unsynced};
use self::device::Device;
pub(in crate::sim) use self::faults::{input_output_error, take};
use self::mount::Mount;
use crate::disk::Disk;

/// A simulated device; cheap to clone, clones are the same device.
#[derive(Clone)]
pub struct SimDisk(Arc<Mutex<Device>>);

impl SimDisk {
    /// An empty device of 1 TiB without latency. `seed` decides its latencies.
    pub fn new(label: impl Into<String>, seed: u64) -> Self {
        Self(Arc::new(Mutex::new(Device::new(label.into(), seed))))
    }

    /// The directory on this device, for one incarnation of a process: it and its files fail once the device was crashed
    /// or unmounted.
    pub fn mount(&self) -> Arc<dyn Disk> {
        Arc::new(Mount::new(Arc::clone(&self.0)))
    }

    /// A copy of the device with all that is synced and unsynced, as of now; faults included, mounts not.
    pub fn fork(&self) -> Self {
        Self(Arc::new(Mutex::new(self.0.lock().clone())))
    }

    /// Steps so far: calls that write, sync or change a name.
    pub fn steps(&self) -> u64 {
        self.0.lock().steps
    }

    /// Cuts the power in the middle of step `step` (the first step of a device is 1).
    pub fn cut_power_at_step(&self, step: u64) {
        self.0.lock().cut_at = Some(step);
    }

    /// Cuts the power now: every call fails until [`SimDisk::crash`].
    pub fn cut_power(&self) {
        self.0.lock().has_power = false;
    }

    /// Whether the device has power.
    pub fn has_power(&self) -> bool {
        self.0.lock().has_power
    }

    /// What a power cut may take, in a fixed order.
    pub fn unsynced(&self) -> Vec<Unsynced> {
        self.0.lock().unsynced()
    }

    /// A power cut: `policy` decides what survives of what was not synced, mounts go stale, the power is back.
    pub fn crash(&self, mut policy: CrashPolicy<'_>) {
        self.0.lock().crash(&mut policy);
    }

    /// The death of the process alone: mounts go stale, nothing is lost, nothing becomes durable.
    pub fn unmount(&self) {
        self.0.lock().unmount();
    }

    /// Empties the device, as if it had been replaced; mounts go stale.
    pub fn wipe(&self) {
        self.0.lock().wipe();
    }

    /// Sets the size of the device; what is over it fails with `StorageFull`.
    pub fn set_capacity(&self, bytes: u64) {
        self.0.lock().capacity_bytes = bytes;
    }

    /// How long each call takes; an empty range means that it only yields.
    pub fn set_latency(&self, range: Range<Duration>) {
        self.0.lock().latency = range;
    }

    /// Lets the next `count` syncs of files fail.
    pub fn fail_syncs(&self, count: u32) {
        self.0.lock().faults.syncs = count;
    }

    /// Lets the next `count` syncs of names fail.
    pub fn fail_name_syncs(&self, count: u32) {
        self.0.lock().faults.name_syncs = count;
    }

    /// Lets the next `count` writes fail; any part of such a write may have happened.
    pub fn fail_writes(&self, count: u32) {
        self.0.lock().faults.writes = count;
    }

    /// Lets the next `count` reads fail.
    pub fn fail_reads(&self, count: u32) {
        self.0.lock().faults.reads = count;
    }

    /// Lets the next `count` writes report success without having happened.
    pub fn drop_writes(&self, count: u32) {
        self.0.lock().faults.dropped_writes = count;
    }

    /// Lets the next write land `sectors` sectors further on (or before) in its file, and report success.
    pub fn misdirect_write(&self, sectors: i64) {
        self.0.lock().faults.misdirected_write = Some(sectors);
    }

    /// Makes every `n`-th read without blocking a miss; 0 makes none one.
    pub fn miss_cache_every(&self, n: u32) {
        self.0.lock().faults.miss_cache_every = n;
    }

    /// Flips one bit of the byte at `offset` of `name`, in the cache and on the medium: rot.
    pub fn flip_bit(&self, name: &str, offset: u64, bit: u8) -> io::Result<()> {
        self.0.lock().flip_bit(name, offset, bit)
    }

    /// Makes the sector at `offset` of `name` unreadable until it is written again.
    pub fn break_sector(&self, name: &str, offset: u64) -> io::Result<()> {
        self.0.lock().break_sector(name, offset)
    }
}

#[cfg(test)]
mod tests;
