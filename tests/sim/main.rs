//! A whole cluster in one thread: three metadata nodes, six storage nodes, two gateways, all their real code above the
//! seams; clock, randomness, network, disks and engines are simulated. Clients speak S3 to the gateways.
//!
//! # Invariants
//! One seed gives one run. `checks/` holds one file per promise; the table is in `README.md`.
//!
//! # Limits
//! Faults keep within what the promises allow (`faults/budget.rs`), so a red run is a bug.

mod checks;
mod client;
mod cluster;
mod faults;
mod log_watch;
mod one_seed;
mod planted_seed;
mod runs;
mod same_log;
mod versioned_seed;
mod workload;
