//! C1: there is one order of all acts on a key that agrees with real time and explains every answer. Pages of listings
//! count as reads of each key that they cover.

use std::collections::BTreeMap;
use std::time::Duration;

use super::search::{Search, Step};
use crate::workload::{Act, ETag, Entry, ListedPage, Outcome};

/// Checks every key on its own.
pub(crate) fn keys_are_linearizable(entries: &[Entry], pages: &[ListedPage]) -> Result<(), String> {
    let mut keys: BTreeMap<&str, Vec<Entry>> = BTreeMap::new();
    for entry in entries {
        keys.entry(&entry.key).or_default().push(entry.clone());
    }
    for (key, acts) in &mut keys {
        acts.extend(pages.iter().filter_map(|page| as_read(page, key)));
        acts.retain(|act| act.outcome != Outcome::Unknown || !matches!(act.act, Act::Read(_)));
        acts.sort_by_key(|act| (act.began, act.ended));
        if !Search::new(acts).succeeds(None)? {
            let acts: Vec<String> = acts.iter().map(show).collect();
            return Err(format!("no order of the acts on {key:?} explains what was seen:\n{}", acts.join("\n")));
        }
    }
    Ok(())
}

fn as_read(page: &ListedPage, key: &str) -> Option<Entry> {
    let found = page.says(key)?.cloned();
    let (client, began, ended) = (page.client, page.began, page.ended);
    Some(Entry { client, key: key.to_owned(), act: Act::Read(found), outcome: Outcome::Done, began, ended })
}

fn show(entry: &Entry) -> String {
    let Entry { client, act, outcome, began, ended, .. } = entry;
    format!("{:>10.4} – {:>10.4} client {client}: {act:?} {outcome:?}", began.as_secs_f64(), ended.as_secs_f64())
}

impl Step for Entry {
    type State = Option<ETag>;

    fn began(&self) -> Duration {
        self.began
    }

    fn ended(&self) -> Duration {
        self.ended
    }

    fn is_unknown(&self) -> bool {
        self.outcome == Outcome::Unknown
    }

    fn after(&self, state: &Self::State) -> Vec<Self::State> {
        step(self, state.as_ref()).into_iter().collect()
    }
}

/// The state after an act; `None` if its answer does not fit.
fn step(entry: &Entry, state: Option<&ETag>) -> Option<Option<ETag>> {
    let refused = entry.outcome == Outcome::Refused;
    let same = || state.cloned();
    match &entry.act {
        Act::Write(etag) => (!refused).then(|| Some(etag.clone())),
        Act::Delete => (!refused).then_some(None),
        Act::Read(found) => (found.as_ref() == state).then(same),
        Act::Create(_) if refused => state.is_some().then(same),
        Act::Create(etag) => state.is_none().then(|| Some(etag.clone())),
        Act::Replace(expected, _) if refused => (state != Some(expected)).then(same),
        Act::Replace(expected, etag) => (state == Some(expected)).then(|| Some(etag.clone())),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::checks) fn at(second: u64) -> Duration {
        Duration::from_secs(second)
    }

    pub(in crate::checks) fn entry(key: &str, act: Act, outcome: Outcome, began: u64, ended: u64) -> Entry {
        Entry { client: 0, key: key.to_owned(), act, outcome, began: at(began), ended: at(ended) }
    }

    fn write(etag: &str, began: u64, ended: u64) -> Entry {
        entry("k", Act::Write(etag.into()), Outcome::Done, began, ended)
    }

    fn read(etag: Option<&str>, began: u64, ended: u64) -> Entry {
        entry("k", Act::Read(etag.map(str::to_owned)), Outcome::Done, began, ended)
    }

    #[test]
    fn answers_that_fit_some_order_are_taken() {
        let concurrent = [write("one", 1, 5), write("two", 2, 6), read(Some("one"), 7, 8)];
        assert!(keys_are_linearizable(&concurrent, &[]).is_ok());
        let unknown = entry("k", Act::Write("late".into()), Outcome::Unknown, 1, 2);
        assert!(keys_are_linearizable(&[unknown.clone(), read(None, 3, 4), read(Some("late"), 5, 6)], &[]).is_ok());
        assert!(keys_are_linearizable(&[unknown, read(None, 3, 4)], &[]).is_ok());
    }

    #[test]
    fn answers_that_fit_no_order_are_found() {
        let stale = [write("one", 1, 2), write("two", 3, 4), read(Some("one"), 5, 6)];
        assert!(keys_are_linearizable(&stale, &[]).is_err());
        let back = [write("one", 1, 9), read(Some("one"), 2, 3), read(None, 4, 5)];
        assert!(keys_are_linearizable(&back, &[]).is_err());
        let refused = entry("k", Act::Create("x".into()), Outcome::Refused, 1, 2);
        assert!(keys_are_linearizable(&[refused, read(None, 3, 4)], &[]).is_err());
        let twice = |etag: &str| entry("k", Act::Create(etag.into()), Outcome::Done, 1, 5);
        assert!(keys_are_linearizable(&[twice("one"), twice("two")], &[]).is_err());
    }

    #[test]
    fn a_listing_counts_as_reads() {
        let page = |objects: Vec<(String, ETag)>| ListedPage {
            client: 1,
            began: at(3),
            ended: at(4),
            after: String::new(),
            is_truncated: false,
            objects,
        };
        let entries = [write("one", 1, 2)];
        assert!(keys_are_linearizable(&entries, &[page(vec![("k".into(), "one".into())])]).is_ok());
        assert!(keys_are_linearizable(&entries, &[page(Vec::new())]).is_err());
    }
}
