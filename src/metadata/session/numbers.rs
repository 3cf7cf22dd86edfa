//! Request numbers of a session, by shard.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cairn_types::{RequestNumber, ShardId};
use parking_lot::Mutex;

/// Gives numbers and knows which are in flight.
#[derive(Default)]
pub(crate) struct Numbers(Arc<Mutex<BTreeMap<ShardId, Flight>>>);

#[derive(Default)]
struct Flight {
    last: RequestNumber,
    open: BTreeSet<RequestNumber>,
}

/// A number in flight until dropped.
pub(crate) struct NumberInFlight {
    shard: ShardId,
    number: RequestNumber,
    floor: RequestNumber,
    numbers: Arc<Mutex<BTreeMap<ShardId, Flight>>>,
}

impl Numbers {
    /// The next number in `shard`.
    pub(crate) fn take(&self, shard: ShardId) -> NumberInFlight {
        let mut flights = self.0.lock();
        let flight = flights.entry(shard).or_default();
        flight.last = flight.last.next();
        flight.open.insert(flight.last);
        let floor = flight.open.first().copied().expect("a number was just put in");
        NumberInFlight { shard, number: flight.last, floor, numbers: Arc::clone(&self.0) }
    }
}

impl NumberInFlight {
    /// The number.
    pub(crate) fn number(&self) -> RequestNumber {
        self.number
    }

    /// The lowest number in flight when this one was taken: nobody waits for replies below it.
    pub(crate) fn floor(&self) -> RequestNumber {
        self.floor
    }
}

impl Drop for NumberInFlight {
    fn drop(&mut self) {
        if let Some(flight) = self.numbers.lock().get_mut(&self.shard) {
            flight.open.remove(&self.number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Numbers, RequestNumber, ShardId};

    #[test]
    fn the_floor_is_the_lowest_number_in_flight_of_the_shard() {
        let numbers = Numbers::default();
        let shard = ShardId(1);
        let first = numbers.take(shard);
        let second = numbers.take(shard);
        assert_eq!((first.number(), first.floor()), (RequestNumber(1), RequestNumber(1)));
        assert_eq!((second.number(), second.floor()), (RequestNumber(2), RequestNumber(1)));
        drop(first);
        assert_eq!(numbers.take(shard).floor(), RequestNumber(2));
        drop(second);
        let next = numbers.take(shard);
        assert_eq!((next.number(), next.floor()), (RequestNumber(4), RequestNumber(4)));
        assert_eq!(numbers.take(ShardId(2)).number(), RequestNumber(1));
    }
}
