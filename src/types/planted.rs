//! Bugs that tests plant, to see that checks find them.
//!
//! # Invariants
//! Only builds with the feature `planted` have them, and those are never optimised builds without assertions: in all others
//! [`Bug::is_planted`] is `false` when compiled. With the feature, a bug is there only on a thread that planted it, as long
//! as its `Planted` lives; the simulated cluster runs on one thread.

#[cfg(feature = "planted")]
use self::with_bugs::PLANTED;
#[cfg(feature = "planted")]
pub use self::with_bugs::Planted;

/// A bug that a test plants.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bug {
    /// Deleting a version by its id does not look at its lock.
    LockIgnored,
    /// A version's order is what the clock says, also where that is below the latest version's.
    OrderByClock,
    /// A conditional delete tells of a marker that it does not write.
    MarkerLost,
    /// A gateway goes on deciding with the configuration of a bucket that it saw first.
    ConfigurationNeverRefreshed,
    /// A rename leaves the version under the old key too.
    SecondHolder,
}

impl Bug {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::LockIgnored,
        Self::OrderByClock,
        Self::MarkerLost,
        Self::ConfigurationNeverRefreshed,
        Self::SecondHolder,
    ];

    /// Whether it is there, on this thread.
    #[cfg(feature = "planted")]
    pub fn is_planted(self) -> bool {
        PLANTED.get() == Some(self)
    }

    /// Whether it is there: never.
    #[cfg(not(feature = "planted"))]
    #[inline(always)]
    pub const fn is_planted(self) -> bool {
        false
    }
}

#[cfg(feature = "planted")]
mod with_bugs {
    use std::cell::Cell;
    use std::marker::PhantomData;

    use super::Bug;

    #[cfg(not(debug_assertions))]
    compile_error!("bugs are planted in builds with assertions alone");

    thread_local! {
        pub(super) static PLANTED: Cell<Option<Bug>> = const { Cell::new(None) };
    }

    /// A bug is there until this is dropped.
    #[must_use]
    #[derive(Debug)]
    pub struct Planted {
        /// It belongs to its thread.
        _not_send: PhantomData<*const ()>,
    }

    impl Planted {
        /// Plants a bug on this thread.
        ///
        /// # Panics
        /// If there is one already.
        pub fn on_this_thread(bug: Bug) -> Self {
            assert_eq!(PLANTED.replace(Some(bug)), None, "one bug at a time");
            Self { _not_send: PhantomData }
        }
    }

    impl Drop for Planted {
        fn drop(&mut self) {
            PLANTED.set(None);
        }
    }
}

#[cfg(all(test, feature = "planted"))]
mod tests {
    use super::{Bug, Planted};

    #[test]
    fn a_bug_is_there_as_long_as_it_is_planted() {
        let there = || Bug::ALL.into_iter().filter(|bug| bug.is_planted()).collect::<Vec<_>>();
        assert_eq!(there(), []);
        let planted = Planted::on_this_thread(Bug::MarkerLost);
        assert_eq!(there(), [Bug::MarkerLost]);
        drop(planted);
        assert_eq!(there(), []);
    }
}
