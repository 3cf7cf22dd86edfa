//! What must be true of a run: one file per promise. Each takes what clients saw, or looks at the cluster itself.

mod acknowledged_survive;
mod counters;
mod linearizable;
mod listings;
mod one_winner;
mod orphans;
mod read_your_writes;
mod run_rows;
mod search;
pub(crate) mod versions;

pub(crate) use self::acknowledged_survive::acknowledged_writes_survive;
pub(crate) use self::counters::{bucket_id, counters_equal_a_recount};
pub(crate) use self::linearizable::keys_are_linearizable;
pub(crate) use self::listings::listings_are_complete_and_ordered;
pub(crate) use self::one_winner::creates_have_one_winner;
pub(crate) use self::orphans::{nothing_is_left, nothing_is_left_when_all_is_deleted};
pub(crate) use self::read_your_writes::clients_read_their_writes;
pub(crate) use self::run_rows::runs_have_one_holder;
