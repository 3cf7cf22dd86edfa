//! Which garbage no reader needs.

use std::collections::VecDeque;
use std::time::Duration;

use cairn_runtime::Instant;
use cairn_types::LogIndex;

use crate::limits::AWAITED_MARK_SPACING;

/// Rows made up to here may be collected.
///
/// `settled`: long enough ago for every reader to be reported. `oldest_read`: the last command that the oldest reported
/// read had seen, if there is one; a row made by it or before was gone for that reader. `aged`: made too long ago to be
/// waited for.
pub(super) fn collectable_to(settled: LogIndex, oldest_read: Option<LogIndex>, aged: Option<LogIndex>) -> LogIndex {
    settled.min(oldest_read.unwrap_or(settled)).max(aged.unwrap_or_default())
}

/// Where a shard was at times past, each about an hour after the other.
#[derive(Default)]
pub(super) struct Marks(VecDeque<(Instant, LogIndex)>);

impl Marks {
    /// Notes where the shard is.
    pub(super) fn note(&mut self, now: Instant, at: LogIndex) {
        if self.0.back().is_none_or(|(last, _)| now >= *last + AWAITED_MARK_SPACING) {
            self.0.push_back((now, at));
        }
    }

    /// Where the shard was at least `age` ago; what is older is forgotten.
    pub(super) fn older_than(&mut self, now: Instant, age: Duration) -> Option<LogIndex> {
        while self.0.get(1).is_some_and(|(when, _)| *when + age <= now) {
            self.0.pop_front();
        }
        self.0.front().filter(|(when, _)| *when + age <= now).map(|(_, at)| *at)
    }
}

#[cfg(test)]
mod tests {
    use super::{AWAITED_MARK_SPACING, LogIndex, Marks, collectable_to};

    #[test]
    fn garbage_waits_for_readers_that_began_before_it_was_made() {
        let at = LogIndex;
        assert_eq!(collectable_to(at(10), None, None), at(10));
        assert_eq!(collectable_to(at(10), Some(at(7)), None), at(7));
        assert_eq!(collectable_to(at(10), Some(at(12)), None), at(10));
        assert_eq!(collectable_to(at(10), Some(at(0)), None), at(0));
    }

    #[test]
    fn old_garbage_waits_for_nobody() {
        assert_eq!(collectable_to(LogIndex(10), Some(LogIndex(3)), Some(LogIndex(6))), LogIndex(6));
    }

    #[test]
    fn marks_are_few_and_the_latest_old_one_counts() {
        cairn_runtime::sim::run(1, |context| async move {
            let (now, hour) = (context.clock.now(), AWAITED_MARK_SPACING);
            let mut marks = Marks::default();
            for minute in 0..240u32 {
                marks.note(now + hour * minute / 60, LogIndex(u64::from(minute)));
            }
            assert_eq!(marks.0.len(), 4);
            assert_eq!(marks.older_than(now + hour, 2 * hour), None);
            assert_eq!(marks.older_than(now + 4 * hour, 2 * hour), Some(LogIndex(120)));
            assert_eq!(marks.0.len(), 2);
        });
    }
}
