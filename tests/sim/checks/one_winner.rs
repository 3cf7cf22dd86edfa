//! C4: of all conditional creates of a key that nobody deletes at most one is told that it won, and what is there at the
//! end is the winner's, not a loser's.

use crate::workload::{Act, ETag, Entry, Outcome};

/// Checks keys that are only ever created.
pub(crate) fn creates_have_one_winner(entries: &[Entry], end: &[(&str, Option<ETag>)]) -> Result<(), String> {
    for (key, found) in end {
        let creates = || entries.iter().filter(|entry| entry.key == *key && matches!(entry.act, Act::Create(_)));
        let told = |outcome| creates().filter(move |entry| entry.outcome == outcome).map(|entry| &entry.act);
        let winners: Vec<&Act> = told(Outcome::Done).collect();
        match (winners.as_slice(), found) {
            ([], None) if told(Outcome::Refused).next().is_none() => {}
            ([], None) => return Err(format!("{key:?} does not exist, but a create was refused")),
            ([], Some(found)) if told(Outcome::Unknown).any(|act| *act == Act::Create(found.clone())) => {}
            ([], Some(found)) => return Err(format!("{key:?} has {found} of a client that was told it lost")),
            ([winner], Some(found)) if **winner == Act::Create(found.clone()) => {}
            ([winner], found) => return Err(format!("{winner:?} won {key:?}, which has {found:?}")),
            (winners, _) => return Err(format!("{} clients won {key:?}: {winners:?}", winners.len())),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::linearizable::tests::entry;
    use super::*;

    #[test]
    fn two_winners_and_a_loser_that_won_are_found() {
        let create = |etag: &str, outcome| entry("k", Act::Create(etag.into()), outcome, 1, 2);
        let one = [("k", Some("one".to_owned()))];
        let check = |entries: &[Entry]| creates_have_one_winner(entries, &one);
        assert!(check(&[create("one", Outcome::Done), create("two", Outcome::Refused)]).is_ok());
        assert!(check(&[create("one", Outcome::Unknown), create("two", Outcome::Refused)]).is_ok());
        assert!(check(&[create("one", Outcome::Refused), create("two", Outcome::Done)]).is_err());
        assert!(check(&[create("one", Outcome::Done), create("two", Outcome::Done)]).is_err());
        assert!(check(&[create("one", Outcome::Refused)]).is_err());
    }
}
