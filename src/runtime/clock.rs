//! Time. Clocks are for signature windows, expiry and `LastModified`, never for safety or order.
//!
//! Built on tokio's timer in production and in simulation alike: the simulator runs tokio's single-threaded scheduler
//! with its clock paused, so time moves only when nothing else can.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use cairn_types::UnixMillis;

/// A point of monotonic time.
pub type Instant = tokio::time::Instant;

/// The time limit passed first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the deadline has passed")]
pub struct Elapsed;

/// Where wall-clock time comes from.
pub trait WallClock: Send + Sync + 'static {
    /// Now.
    fn wall(&self) -> UnixMillis;
}

/// A node's clock; cheap to clone.
#[derive(Clone)]
pub struct Clock {
    wall: Arc<dyn WallClock>,
}

impl Clock {
    /// A clock whose wall time comes from `wall`.
    pub fn new(wall: Arc<dyn WallClock>) -> Self {
        Self { wall }
    }

    /// Monotonic now.
    pub fn now(&self) -> Instant {
        Instant::now()
    }

    /// Wall-clock now.
    pub fn wall(&self) -> UnixMillis {
        self.wall.wall()
    }

    /// Returns at `deadline`.
    ///
    /// # Cancel safety
    /// Cancel-safe.
    pub async fn sleep_until(&self, deadline: Instant) {
        tokio::time::sleep_until(deadline).await;
    }

    /// Returns after `duration`.
    ///
    /// # Cancel safety
    /// Cancel-safe.
    pub async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }

    /// `future`, given up at `deadline`. A future that is given up is dropped: hand in only cancel-safe ones.
    pub async fn until<F: Future>(&self, deadline: Instant, future: F) -> Result<F::Output, Elapsed> {
        tokio::time::timeout_at(deadline, future).await.map_err(|_| Elapsed)
    }

    /// `future`, given up after `duration`; see [`Clock::until`].
    pub async fn within<F: Future>(&self, duration: Duration, future: F) -> Result<F::Output, Elapsed> {
        self.until(self.now() + duration, future).await
    }
}
