//! How many placement groups there are.

/// Groups of the target geometry that each disk is in, about: enough that a dead disk is rebuilt by many others.
pub const GROUPS_PER_DISK_MIN: u64 = 16;

/// And in a large cluster: a dead disk is rebuilt by up to 32 × (k + m − 1) others, and the map stays small.
pub const GROUPS_PER_DISK_MAX: u64 = 32;

/// Groups of each smaller geometry that a disk is in, about: they only take writes while domains are down.
pub const SMALLER_GROUPS_PER_DISK: u64 = 4;

/// Where the domains can be combined in no more ways than this, every way has a group, so that whichever domains are up
/// find one that is all up; where there are more ways, at least this many groups exist.
pub const GROUPS_PER_GEOMETRY_MIN: u64 = 256;

/// Most groups of one geometry that are built: about 60 bytes each in the map, which every gateway holds.
pub const GROUPS_PER_GEOMETRY_MAX: u64 = 8192;

/// Groups looked at by chance before all are searched for one that is up.
pub(crate) const PROBES: u64 = 8;

const _: () = assert!(GROUPS_PER_DISK_MIN <= GROUPS_PER_DISK_MAX);
const _: () = assert!(GROUPS_PER_GEOMETRY_MIN <= GROUPS_PER_GEOMETRY_MAX);
