//! The search for an order of acts that explains every answer: Wing and Gong's with states remembered.
//!
//! It takes any act that began before the end of every act not yet taken, and goes back where an answer does not fit. An act
//! without an answer may come at any time after it began, or never. An act that fits and changes nothing is taken at once:
//! where it can come later, it can come now.

use std::collections::BTreeSet;
use std::time::Duration;

/// States looked at before a history counts as too hard: a run of ours needs a few thousand.
const STATES_MAX: usize = 500_000;

/// An act with its answer.
pub(super) trait Step {
    /// What acts change.
    type State: Clone + Ord;

    /// When it was asked.
    fn began(&self) -> Duration;

    /// When its answer was there.
    fn ended(&self) -> Duration;

    /// Whether the answer, or its absence, says nothing about what happened.
    fn is_unknown(&self) -> bool;

    /// The states it may leave, from one in which it is taken; none where the answer does not fit.
    fn after(&self, state: &Self::State) -> Vec<Self::State>;
}

/// Acts taken, by index, and the state that they leave.
type Reached<S> = (Vec<u64>, S);

/// A search among all orders of some acts.
pub(super) struct Search<'a, A: Step> {
    /// By the time they began.
    acts: &'a [A],
    known: BTreeSet<Reached<A::State>>,
}

impl<'a, A: Step> Search<'a, A> {
    /// Of acts that are sorted by when they began.
    pub(super) fn new(acts: &'a [A]) -> Self {
        Self { acts, known: BTreeSet::new() }
    }

    /// Whether some order explains all answers.
    ///
    /// # Errors
    /// Where there are too many orders.
    pub(super) fn succeeds(&mut self, start: A::State) -> Result<bool, String> {
        let mut open: Vec<Reached<A::State>> = vec![(vec![0; self.acts.len().div_ceil(64)], start)];
        while let Some((taken, state)) = open.pop() {
            if self.is_done(&taken) {
                return Ok(true);
            }
            // What began first is tried first.
            for (index, after) in self.next(&taken, &state).into_iter().rev() {
                let mut taken = taken.clone();
                taken[index / 64] |= 1 << (index % 64);
                let reached = (taken, after);
                if self.known.insert(reached.clone()) {
                    open.push(reached);
                }
            }
            if self.known.len() > STATES_MAX {
                return Err("too many acts at once to search all their orders".to_owned());
            }
        }
        Ok(false)
    }

    fn is_done(&self, taken: &[u64]) -> bool {
        let open = |(index, act): (usize, &A)| !act.is_unknown() && !is_taken(taken, index);
        !self.acts.iter().enumerate().any(open)
    }

    /// Acts that may come next, each with a state after it.
    fn next(&self, taken: &[u64], state: &A::State) -> Vec<(usize, A::State)> {
        let untaken = || self.acts.iter().enumerate().filter(|(index, _)| !is_taken(taken, *index));
        let told = untaken().filter(|(_, act)| !act.is_unknown());
        let first_end = told.map(|(_, act)| act.ended()).min().unwrap_or(Duration::MAX);
        let possible = untaken().take_while(|(_, act)| act.began() <= first_end);
        let mut next = Vec::new();
        for (index, act) in possible {
            let after = act.after(state);
            if !act.is_unknown() && after.len() == 1 && after[0] == *state {
                return vec![(index, after.into_iter().next().expect("there is one"))];
            }
            next.extend(after.into_iter().map(|after| (index, after)));
        }
        next
    }
}

fn is_taken(taken: &[u64], index: usize) -> bool {
    taken[index / 64] & (1 << (index % 64)) != 0
}
