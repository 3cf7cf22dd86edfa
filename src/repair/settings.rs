//! What an operator may tune.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::limits::{
    FRAGMENTS_PER_SECOND_DEFAULT, GARBAGE_INTERVAL_DEFAULT, READER_GRACE_DEFAULT, SWEEP_INTERVAL_DEFAULT,
};

/// Numbers of collection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CollectorSettings {
    /// Mean pause between looks at the garbage tables.
    pub interval: Duration,
    /// Mean pause between sweeps of the disks.
    pub sweep_interval: Duration,
    /// Fragments that the background looks at or deletes in a second on each disk. A round that is asked for has no such bound.
    pub fragments_per_second: NonZeroU32,
    /// How long garbage is left alone before the oldest open reads are asked for. Less than two renewals of a session
    /// may cut off a reader (never: give it wrong bytes).
    pub reader_grace: Duration,
}

impl Default for CollectorSettings {
    fn default() -> Self {
        Self {
            interval: GARBAGE_INTERVAL_DEFAULT,
            sweep_interval: SWEEP_INTERVAL_DEFAULT,
            fragments_per_second: NonZeroU32::new(FRAGMENTS_PER_SECOND_DEFAULT).expect("the default is not 0"),
            reader_grace: READER_GRACE_DEFAULT,
        }
    }
}
