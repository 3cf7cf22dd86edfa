//! Object lock: what keeps a version from being removed.
//!
//! # Invariants
//!
//! Mode and date of a retention come together. A date is parsed, not compared: whether it lies in the past is the
//! caller's to ask ([`Retention::check_future`]), who has a clock; whether it may be shortened is decided where the
//! version is.

mod bucket_lock;
mod legal_hold;
mod request;
mod retention;

pub use bucket_lock::{DefaultRetention, ObjectLockConfiguration, RetentionPeriod};
pub use legal_hold::LegalHold;
pub use request::{GovernanceBypass, RequestedLock};
pub use retention::{Retention, RetentionMode};

#[cfg(test)]
mod tests;
