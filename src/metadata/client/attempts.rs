//! The attempts of one call: how long, how often, and what to say when all of them failed.

use std::time::Duration;

use cairn_runtime::{Entropy, Instant};
use cairn_types::ShardId;

use crate::error::MetadataError;
use crate::limits::{ATTEMPT_TIMEOUT, RETRY_PAUSE_MAX, RETRY_PAUSE_MIN};
use crate::service::ServiceError;

/// Counts attempts and remembers whether one of them may have happened.
pub(super) struct Attempts {
    shard: ShardId,
    deadline: Instant,
    count: usize,
    pause: Duration,
    may_have_happened: bool,
}

impl Attempts {
    pub(super) fn new(shard: ShardId, deadline: Instant) -> Self {
        Self { shard, deadline, count: 0, pause: RETRY_PAUSE_MIN, may_have_happened: false }
    }

    /// Attempts that failed.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Until when the next attempt may take.
    pub(super) fn attempt_deadline(&self, now: Instant) -> Instant {
        self.deadline.min(now + ATTEMPT_TIMEOUT)
    }

    /// Takes the failure of an attempt: how long to pause before the next one, or why there is none.
    pub(super) fn failed(
        &mut self,
        error: ServiceError,
        now: Instant,
        entropy: &Entropy,
    ) -> Result<Duration, MetadataError> {
        self.count += 1;
        self.may_have_happened |= error == ServiceError::Unknown;
        let is_final = matches!(error, ServiceError::Invalid | ServiceError::Corrupt);
        let pause = self.next_pause(&error, entropy);
        if is_final || now + pause >= self.deadline {
            return Err(self.failure(&error));
        }
        Ok(pause)
    }

    /// A redirect is followed at once, the first of them; everything else waits, a little longer each time, and not all
    /// callers equally long.
    fn next_pause(&mut self, error: &ServiceError, entropy: &Entropy) -> Duration {
        if self.count <= 2 && matches!(error, ServiceError::NotLeader { hint: Some(_) }) {
            return Duration::ZERO;
        }
        let pause = self.pause;
        self.pause = (self.pause * 2).min(RETRY_PAUSE_MAX);
        let half = u64::try_from(pause.as_micros() / 2).unwrap_or(u64::MAX);
        Duration::from_micros(half + entropy.below(half.max(1)))
    }

    fn failure(&self, last: &ServiceError) -> MetadataError {
        let shard = self.shard;
        if self.may_have_happened {
            return MetadataError::Unknown { shard };
        }
        match last {
            ServiceError::Busy => MetadataError::Busy { shard },
            ServiceError::Corrupt => MetadataError::Corrupt { shard },
            ServiceError::Invalid => MetadataError::UnexpectedAnswer { shard },
            ServiceError::NotLeader { .. }
            | ServiceError::NotMember
            | ServiceError::NotStarted
            | ServiceError::Quarantined
            | ServiceError::Foreign
            | ServiceError::StaleGeneration
            | ServiceError::Unreachable
            | ServiceError::Unknown => MetadataError::Unavailable { shard },
        }
    }
}
