//! Object lock.
//!
//! # Invariants
//! A version under compliance retention or a legal hold is neither removed nor replaced, by no command; one under
//! governance retention only where the caller may. Retention that lasts is never shortened. The time that counts is the
//! one that the leader gave the command.

use cairn_types::UnixMillis;

use super::halt::{Halt, refuse};
use crate::command::RetentionChange;
use crate::reply::Refusal;
use crate::rows::{ObjectLock, Retention, RetentionMode, VersionRow};

/// What the caller may pass over.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Bypass {
    /// Nothing.
    No,
    /// Governance retention.
    Governance,
}

/// Refuses where a lock protects the version.
pub(super) fn check_removable(version: &VersionRow, now: UnixMillis, bypass: Bypass) -> Result<(), Halt> {
    let Some(lock) = &version.meta.lock else { return Ok(()) };
    let firm = |retention: Retention| match retention.mode {
        RetentionMode::Governance => bypass == Bypass::No,
        RetentionMode::Compliance => true,
    };
    if lock.legal_hold || lasting(lock, now).is_some_and(firm) { refuse(Refusal::Locked) } else { Ok(()) }
}

/// Sets or removes retention. One that lasts is only prolonged; governance may be weakened, removed or made compliance
/// by who may pass over it.
pub(super) fn retain(lock: &mut ObjectLock, change: &RetentionChange, now: UnixMillis) -> Result<(), Halt> {
    if let Some(lasting) = lasting(lock, now) {
        let prolonged = change.retention.is_some_and(|new| new.mode == lasting.mode && new.until >= lasting.until);
        let passed_over = lasting.mode == RetentionMode::Governance && change.bypass_governance;
        if !prolonged && !passed_over {
            return refuse(Refusal::Locked);
        }
    }
    lock.retention = change.retention;
    Ok(())
}

fn lasting(lock: &ObjectLock, now: UnixMillis) -> Option<Retention> {
    lock.retention.filter(|retention| retention.until > now)
}
