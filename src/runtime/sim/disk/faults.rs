//! Faults that wait for their call.

use std::io;

use rustix::io::Errno;

/// What goes wrong next. Counts are of calls still to fail.
#[derive(Clone, Default)]
pub(super) struct Faults {
    pub(super) syncs: u32,
    pub(super) name_syncs: u32,
    pub(super) writes: u32,
    pub(super) reads: u32,
    pub(super) dropped_writes: u32,
    pub(super) misdirected_write: Option<i64>,
    pub(super) miss_cache_every: u32,
    pub(super) cached_reads: u32,
}

impl Faults {
    /// Whether this read without blocking misses.
    pub(super) fn misses_cache(&mut self) -> bool {
        self.cached_reads = self.cached_reads.wrapping_add(1);
        self.miss_cache_every != 0 && self.cached_reads.is_multiple_of(self.miss_cache_every)
    }
}

/// Takes one from `count`, if there is one.
pub(in crate::sim) fn take(count: &mut u32) -> bool {
    let due = *count > 0;
    *count = count.saturating_sub(1);
    due
}

/// The error of a device that could not.
pub(in crate::sim) fn input_output_error() -> io::Error {
    Errno::IO.into()
}

/// The error of a full device.
pub(super) fn no_space() -> io::Error {
    Errno::NOSPC.into()
}

/// The error of a device without power, and of every mount of before a crash.
pub(super) fn powerless() -> io::Error {
    io::Error::new(io::ErrorKind::NotConnected, "the simulated disk lost power or was unmounted")
}
