//! Permits for bytes and for a count: taken before anything is buffered, given back on drop. Full means waiting up to
//! the caller's deadline, then `Busy`; never more memory.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bytes of one permit unit: tokio's semaphores count to 2^29 on 32-bit and 2^61 on 64-bit, but take u32 at once.
const UNIT_BYTES: u64 = 1_024;

/// A budget of bytes; cheap to clone; first come, first served.
#[derive(Clone)]
pub struct ByteBudget {
    semaphore: Arc<Semaphore>,
    units: u32,
}

/// Bytes taken from a budget until dropped.
#[derive(Debug)]
pub struct BytePermit(#[allow(dead_code, reason = "held for its drop")] OwnedSemaphorePermit);

impl ByteBudget {
    /// A budget of `bytes`, rounded up to whole KiB.
    pub fn new(bytes: u64) -> Self {
        let units = u32::try_from(bytes.div_ceil(UNIT_BYTES)).expect("a budget is below 4 TiB");
        Self { semaphore: Arc::new(Semaphore::new(units as usize)), units }
    }

    /// Takes `bytes`, waiting in line. A request over the whole budget takes the whole budget.
    ///
    /// # Cancel safety
    /// Cancel-safe; the place in the line is lost.
    pub async fn take(&self, bytes: u64) -> BytePermit {
        let permit = Arc::clone(&self.semaphore).acquire_many_owned(self.units_of(bytes)).await;
        BytePermit(permit.expect("the semaphore of a budget is never closed"))
    }

    /// Takes `bytes` if they are free now.
    pub fn try_take(&self, bytes: u64) -> Option<BytePermit> {
        Arc::clone(&self.semaphore).try_acquire_many_owned(self.units_of(bytes)).ok().map(BytePermit)
    }

    /// Bytes that are free now.
    pub fn free_bytes(&self) -> u64 {
        self.semaphore.available_permits() as u64 * UNIT_BYTES
    }

    fn units_of(&self, bytes: u64) -> u32 {
        u32::try_from(bytes.div_ceil(UNIT_BYTES)).unwrap_or(u32::MAX).min(self.units)
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::ByteBudget;

    #[tokio::test]
    async fn small_requests_do_not_overtake_a_large_one() {
        let budget = ByteBudget::new(10 * 1_024);
        let held = budget.take(8 * 1_024).await;
        let mut large = Box::pin(budget.take(10 * 1_024));
        assert!((&mut large).now_or_never().is_none());
        let mut small = Box::pin(budget.take(1));
        assert!((&mut small).now_or_never().is_none(), "2 KiB are free, but the large one is first in line");
        assert!(budget.try_take(1).is_none());
        drop(held);
        let large = (&mut large).now_or_never().expect("all is free");
        assert!((&mut small).now_or_never().is_none());
        drop(large);
        assert!((&mut small).now_or_never().is_some());
    }

    #[tokio::test]
    async fn a_request_over_the_budget_takes_all_of_it() {
        let budget = ByteBudget::new(4_000);
        let all = budget.take(1 << 50).await;
        assert_eq!(budget.free_bytes(), 0);
        drop(all);
        assert_eq!(budget.free_bytes(), 4_096);
    }

    #[tokio::test]
    async fn a_dropped_request_leaves_the_line() {
        let budget = ByteBudget::new(2_048);
        let held = budget.take(2_048).await;
        let mut first = Box::pin(budget.take(2_048));
        assert!((&mut first).now_or_never().is_none());
        let mut second = Box::pin(budget.take(1));
        assert!((&mut second).now_or_never().is_none());
        drop(first);
        drop(held);
        assert!((&mut second).now_or_never().is_some());
    }
}
