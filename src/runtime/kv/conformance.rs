//! The contract of [`Kv`] as a test: random calls against a map. Run by every implementation.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;

use super::{CachedRead, Kv, KvRead, KvRow, KvWrite, read};
use crate::sim::Random;

type Rows = BTreeMap<Bytes, Bytes>;

/// Runs `steps` random calls on the empty engine `kv` and returns the rows it must now hold.
///
/// # Panics
/// At the first answer that the contract does not allow.
pub async fn check(kv: &dyn Kv, seed: u64, steps: u32) -> Rows {
    let mut check = Check { kv, random: Random::new(seed), rows: Rows::new(), snapshots: Vec::new() };
    for _ in 0..steps {
        check.step().await;
    }
    compare(kv, &check.rows).await;
    check.rows
}

/// Asserts that `kv` holds exactly `rows`.
///
/// # Panics
/// If it does not.
pub async fn compare(kv: &dyn Kv, rows: &Rows) {
    let all = read(kv, |view| rows_of(view, &[]..&[0xff])).await.expect("an engine can be read");
    assert_eq!(all, rows.iter().map(own).collect::<Vec<_>>());
}

fn own((key, value): (&Bytes, &Bytes)) -> KvRow {
    (key.clone(), value.clone())
}

fn rows_of(view: &dyn KvRead, range: Range<&[u8]>) -> Vec<KvRow> {
    view.scan(range).collect::<Result<_, _>>().expect("an engine can be scanned")
}

struct Check<'a> {
    kv: &'a dyn Kv,
    random: Random,
    rows: Rows,
    snapshots: Vec<(Arc<dyn KvRead>, Rows)>,
}

impl Check<'_> {
    async fn step(&mut self) {
        match self.random.below(16) {
            0..6 => self.write().await,
            6..9 => self.get().await,
            9..12 => self.scan().await,
            12 => self.take_snapshot(),
            13 => self.check_snapshot(),
            14 => self.kv.flush().await.expect("a flush of a good engine"),
            _ => self.replace().await,
        }
    }

    fn key(&mut self) -> Bytes {
        // Few keys of few lengths, so that ranges and overwrites meet.
        let len = 1 + self.random.index(3);
        (0..len).map(|_| b'a' + self.random.below(6) as u8).collect()
    }

    fn value(&mut self) -> Bytes {
        let len = if self.random.chance(1, 8) { 20_000 } else { self.random.index(64) };
        let mut value = vec![0; len];
        self.random.fill(&mut value);
        value.into()
    }

    fn range(&mut self) -> Range<Bytes> {
        let (a, b) = (self.key(), self.key());
        if a <= b { a..b } else { b..a }
    }

    async fn write(&mut self) {
        let count = 1 + self.random.index(6);
        let batch: Vec<KvWrite> = (0..count)
            .map(|_| match self.random.below(8) {
                0..5 => KvWrite::Put(self.key(), self.value()),
                5..7 => KvWrite::Delete(self.key()),
                _ => KvWrite::DeleteRange(self.range()),
            })
            .collect();
        apply(&mut self.rows, &batch);
        let inline = self.random.chance(1, 2) && self.kv.try_write(&batch).expect("a write to a good engine");
        if !inline {
            self.kv.write(batch).await.expect("a write to a good engine");
        }
    }

    async fn get(&mut self) {
        let key = self.key();
        let expected = self.rows.get(&key).cloned();
        match self.kv.get_cached(&key).expect("a read of a good engine") {
            CachedRead::Found(value) => assert_eq!(Some(value), expected),
            CachedRead::Missing => assert_eq!(None, expected),
            CachedRead::NotCached => {}
        }
        let got = read(self.kv, move |view| view.get(&key)).await.expect("an engine can be read");
        assert_eq!(got.expect("a get of a good engine"), expected);
    }

    async fn scan(&mut self) {
        let range = self.range();
        let limit = self.random.index(20);
        let is_back = self.random.chance(1, 2);
        let mut expected: Vec<KvRow> = self.rows.range(range.clone()).map(own).collect();
        if is_back {
            expected.reverse();
        }
        // After so many rows those that begin as the last of them does are left out.
        let before = self.random.index(4);
        let skipped = expected.get(before).map(|(key, _)| key.slice(..key.len().min(1 + self.random.index(3))));
        if let Some(prefix) = &skipped {
            let after = expected.iter().skip(before).skip_while(|(key, _)| key.starts_with(prefix));
            expected = expected.iter().take(before).chain(after).cloned().collect();
        }
        expected.truncate(limit);
        let got = read(self.kv, move |view| {
            let range = &range.start[..]..&range.end[..];
            let mut rows = if is_back { view.scan_back(range) } else { view.scan(range) };
            let mut got: Vec<_> = rows.by_ref().take(before).collect::<Result<_, _>>()?;
            if let Some(prefix) = skipped {
                rows.skip_prefix(&prefix);
            }
            got.extend(rows.collect::<Result<Vec<_>, _>>()?);
            got.truncate(limit);
            Ok::<_, std::io::Error>(got)
        });
        assert_eq!(got.await.expect("an engine can be read").expect("a scan of a good engine"), expected);
    }

    fn take_snapshot(&mut self) {
        self.snapshots.push((self.kv.snapshot(), self.rows.clone()));
        if self.snapshots.len() > 4 {
            self.snapshots.remove(0);
        }
    }

    fn check_snapshot(&mut self) {
        let Some((snapshot, rows)) = self.snapshots.last() else { return };
        assert_eq!(rows_of(&**snapshot, &[]..&[0xff]), rows.iter().map(own).collect::<Vec<_>>());
    }

    async fn replace(&mut self) {
        let ranges = vec![self.range()];
        let mut fresh: Rows = (0..self.random.index(12)).map(|_| (self.key(), self.value())).collect();
        fresh.retain(|key, _| ranges[0].contains(key));
        let mut replace = self.kv.begin_replace(ranges.clone()).await.expect("a replacement can begin");
        for (key, value) in &fresh {
            replace.append(vec![(key.clone(), value.clone())]).await.expect("a row can be added");
        }
        if self.random.chance(1, 4) {
            return;
        }
        replace.commit().await.expect("a replacement can be committed");
        self.rows.retain(|key, _| !ranges[0].contains(key));
        self.rows.extend(fresh);
    }
}

fn apply(rows: &mut Rows, batch: &[KvWrite]) {
    for write in batch {
        match write {
            KvWrite::Put(key, value) => drop(rows.insert(key.clone(), value.clone())),
            KvWrite::Delete(key) => drop(rows.remove(key)),
            KvWrite::DeleteRange(range) => rows.retain(|key, _| !range.contains(key)),
        }
    }
}
