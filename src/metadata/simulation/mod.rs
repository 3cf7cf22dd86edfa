//! The metadata layer in simulation: nodes on simulated disks and engines, over a simulated network.

mod clusters;
mod deletions;
mod directories;
mod faults;
mod reads;
mod retries;
mod sessions;
mod storage_suite;
mod support;
