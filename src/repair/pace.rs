//! How fast the background works.

use std::num::NonZeroU32;
use std::time::Duration;

use cairn_runtime::Clock;

/// Makes work take time.
#[derive(Clone)]
pub(crate) enum Pace {
    /// As fast as it goes.
    Free,
    /// So many fragments a second.
    PerSecond(NonZeroU32),
}

impl Pace {
    /// Waits as long as `fragments` are worth.
    pub(crate) async fn spend(&self, clock: &Clock, fragments: usize) {
        if let Self::PerSecond(rate) = self {
            clock.sleep(worth(*rate, fragments)).await;
        }
    }
}

fn worth(rate: NonZeroU32, fragments: usize) -> Duration {
    Duration::from_secs_f64(fragments as f64 / f64::from(rate.get()))
}

#[cfg(test)]
mod tests {
    use super::{Duration, NonZeroU32, worth};

    #[test]
    fn a_rate_gives_each_fragment_its_share_of_a_second() {
        let rate = NonZeroU32::new(2_000).unwrap();
        assert_eq!(worth(rate, 1_000), Duration::from_millis(500));
        assert_eq!(worth(rate, 0), Duration::ZERO);
    }
}
