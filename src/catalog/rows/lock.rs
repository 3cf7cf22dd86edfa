//! Object lock.

use cairn_types::UnixMillis;
use cairn_types::record::{record, record_enum};

record_enum! {
    /// How firm a retention is.
    pub enum RetentionMode {
        /// May be lifted with a permission.
        1 => Governance,
        /// Never lifted.
        2 => Compliance,
    }
}

record! {
    /// Until when a version must stay.
    #[derive(Copy, Eq)]
    pub struct Retention without unknown {
        /// How firmly.
        1 => pub mode: RetentionMode,
        /// Until then.
        2 => pub until: UnixMillis,
    }
}

record! {
    /// What keeps a version from being removed.
    #[derive(Eq)]
    pub struct ObjectLock {
        /// Retention, if any.
        1 => pub retention: Option<Retention>,
        /// Legal hold.
        2 => pub legal_hold: bool,
    }
}
