//! Waiting for the first of several futures, always in the order written: tokio's `select!` polls in a random order,
//! which would end determinism.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

/// Which of two was first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Either<A, B> {
    /// The first.
    Left(A),
    /// The second.
    Right(B),
}

/// Which of three was first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Either3<A, B, C> {
    /// The first.
    First(A),
    /// The second.
    Second(B),
    /// The third.
    Third(C),
}

/// The first of two; the left one wins a tie. The other is dropped: hand in only cancel-safe futures (or `&mut` ones).
pub async fn select<A: Future, B: Future>(left: A, right: B) -> Either<A::Output, B::Output> {
    let (mut left, mut right) = (pin!(left), pin!(right));
    poll_fn(|context| {
        if let Poll::Ready(value) = left.as_mut().poll(context) {
            return Poll::Ready(Either::Left(value));
        }
        right.as_mut().poll(context).map(Either::Right)
    })
    .await
}

/// The first of three, as [`select`].
pub async fn select3<A: Future, B: Future, C: Future>(
    first: A,
    second: B,
    third: C,
) -> Either3<A::Output, B::Output, C::Output> {
    let (mut first, mut second, mut third) = (pin!(first), pin!(second), pin!(third));
    poll_fn(|context| {
        if let Poll::Ready(value) = first.as_mut().poll(context) {
            return Poll::Ready(Either3::First(value));
        }
        if let Poll::Ready(value) = second.as_mut().poll(context) {
            return Poll::Ready(Either3::Second(value));
        }
        third.as_mut().poll(context).map(Either3::Third)
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::{Either, Either3, select, select3};

    #[tokio::test]
    async fn the_first_written_wins_a_tie() {
        for _ in 0..100 {
            assert_eq!(select(ready(1), ready(2)).await, Either::Left(1));
            assert_eq!(select3(pending::<()>(), ready(2), ready(3)).await, Either3::Second(2));
        }
    }

    #[tokio::test]
    async fn a_later_one_wins_if_those_before_wait() {
        assert_eq!(select(pending::<()>(), ready(2)).await, Either::Right(2));
        assert_eq!(select3(pending::<()>(), pending::<()>(), ready(3)).await, Either3::Third(3));
    }
}
