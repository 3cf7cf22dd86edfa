use std::path::Path;

use bytes::Bytes;

use super::{KvBudget, KvProfile, OpenKvError, RocksKv};
use crate::kv::{CachedRead, Kv, KvRow, KvWrite, conformance};
use crate::limits::KV_REPLACE_FILE_BYTES;

fn open(path: &Path) -> RocksKv {
    RocksKv::open(path, KvProfile::Index, &KvBudget::new(8 << 20, 16 << 20)).expect("the folder is free")
}

fn put(key: &'static str, value: &'static str) -> Vec<KvWrite> {
    vec![KvWrite::Put(Bytes::from(key), Bytes::from(value))]
}

fn value(kv: &dyn Kv, key: &str) -> Option<Bytes> {
    kv.snapshot().get(key.as_bytes()).expect("a snapshot can be read")
}

#[tokio::test]
async fn rocksdb_keeps_the_contract_also_after_reopening() {
    for seed in 0..6 {
        let folder = tempfile::tempdir().unwrap();
        let kv = open(folder.path());
        let rows = conformance::check(&kv, seed, 250).await;
        kv.flush().await.unwrap();
        kv.close().await;
        drop(kv);
        let kv = open(folder.path());
        for (key, expected) in &rows {
            match kv.get_cached(key).unwrap() {
                CachedRead::Found(value) => assert_eq!(value, expected),
                CachedRead::Missing => panic!("a row is missing"),
                CachedRead::NotCached => {}
            }
        }
        conformance::compare(&kv, &rows).await;
    }
}

#[tokio::test]
async fn a_cold_read_that_must_not_block_says_so_until_the_row_was_read() {
    let folder = tempfile::tempdir().unwrap();
    let kv = open(folder.path());
    let large = Bytes::from(vec![7; 10_000]);
    kv.write(vec![KvWrite::Put(Bytes::from("blob"), large.clone())]).await.unwrap();
    kv.write(put("small", "1")).await.unwrap();
    kv.flush().await.unwrap();
    kv.close().await;
    drop(kv);
    let kv = open(folder.path());
    for key in ["blob", "small"] {
        assert_eq!(kv.get_cached(key.as_bytes()).unwrap(), CachedRead::NotCached, "{key}");
    }
    for (key, expected) in [("blob", large), ("small", Bytes::from("1"))] {
        assert_eq!(value(&kv, key), Some(expected.clone()));
        assert_eq!(kv.get_cached(key.as_bytes()).unwrap(), CachedRead::Found(expected), "{key}");
    }
    assert_eq!(kv.get_cached(b"none").unwrap(), CachedRead::Missing);
}

/// What a crash would leave: the files as they are on disk now.
fn copy_of(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() && entry.file_name() != "LOCK" {
            std::fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
        }
    }
    copy
}

#[tokio::test]
async fn a_crash_loses_what_was_not_flushed_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let kv = open(folder.path());
    kv.write(put("a", "1")).await.unwrap();
    kv.flush().await.unwrap();
    kv.write(put("b", "2")).await.unwrap();
    let copy = copy_of(folder.path());
    let crashed = open(copy.path());
    assert_eq!((value(&crashed, "a"), value(&crashed, "b")), (Some(Bytes::from("1")), None));
}

#[tokio::test]
async fn a_committed_replacement_is_durable_with_all_writes_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let kv = open(folder.path());
    kv.write(put("a", "1")).await.unwrap();
    kv.write(put("m", "old")).await.unwrap();
    let mut replace = kv.begin_replace(vec![Bytes::from("m")..Bytes::from("n")]).await.unwrap();
    replace.append(vec![(Bytes::from("m1"), Bytes::from("new"))]).await.unwrap();
    replace.commit().await.unwrap();
    let copy = copy_of(folder.path());
    let crashed = open(copy.path());
    assert_eq!(value(&crashed, "a"), Some(Bytes::from("1")));
    assert_eq!(value(&crashed, "m"), None);
    assert_eq!(value(&crashed, "m1"), Some(Bytes::from("new")));
}

#[tokio::test]
async fn a_dropped_replacement_changes_nothing_and_leaves_no_files() {
    let folder = tempfile::tempdir().unwrap();
    let kv = open(folder.path());
    kv.write(put("m", "old")).await.unwrap();
    let mut replace = kv.begin_replace(vec![Bytes::from("m")..Bytes::from("n")]).await.unwrap();
    replace.append(vec![(Bytes::from("m1"), Bytes::from("new"))]).await.unwrap();
    drop(replace);
    assert_eq!((value(&kv, "m"), value(&kv, "m1")), (Some(Bytes::from("old")), None));
    assert_eq!(std::fs::read_dir(folder.path().join("replace")).unwrap().count(), 0);
}

#[tokio::test]
async fn a_replacement_of_many_files_replaces_several_ranges_as_one() {
    let folder = tempfile::tempdir().unwrap();
    let kv = open(folder.path());
    let row = |prefix: char, i: u32, byte: u8| -> KvRow {
        (Bytes::from(format!("{prefix}{i:06}")), Bytes::from(vec![byte; 64 * 1024]))
    };
    for prefix in ['a', 'b', 'c'] {
        let old: Vec<_> = (0..40).map(|i| row(prefix, i * 7, 1)).map(|(key, value)| KvWrite::Put(key, value)).collect();
        kv.write(old).await.unwrap();
    }
    let before = kv.snapshot();
    let ranges = ["c", "a"].map(|start| Bytes::from(start)..Bytes::from(format!("{start}~")));
    let mut replace = kv.begin_replace(ranges.to_vec()).await.unwrap();
    let count = (2 * KV_REPLACE_FILE_BYTES / (64 * 1024)) as u32;
    for prefix in ['a', 'c'] {
        for i in 0..count {
            replace.append(vec![row(prefix, i, 2)]).await.unwrap();
        }
    }
    replace.commit().await.unwrap();
    let after = kv.snapshot();
    let rows = |view: &dyn crate::kv::KvRead, start: &str, end: &str, byte: u8| {
        let rows = view.scan(start.as_bytes()..end.as_bytes()).map(Result::unwrap);
        rows.inspect(|(_, value)| assert_eq!(value[0], byte)).count()
    };
    assert_eq!(rows(&*after, "a", "b", 2), count as usize);
    assert_eq!(rows(&*after, "b", "c", 1), 40);
    assert_eq!(rows(&*after, "c", "d", 2), count as usize);
    assert_eq!(rows(&*before, "a", "d", 1), 120, "a view of before sees nothing of it");
}

#[tokio::test]
async fn a_folder_in_use_is_refused_and_a_destroyed_engine_is_empty() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kv");
    let kv = open(&path);
    kv.write(put("a", "1")).await.unwrap();
    kv.flush().await.unwrap();
    let second = RocksKv::open(&path, KvProfile::Index, &KvBudget::new(1 << 20, 1 << 20));
    assert!(matches!(second, Err(OpenKvError::Engine { .. })));
    kv.close().await;
    drop(kv);
    RocksKv::destroy(&path).unwrap();
    assert_eq!(value(&open(&path), "a"), None);
}

#[tokio::test]
async fn a_file_in_place_of_the_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kv");
    std::fs::write(&path, b"x").unwrap();
    let opened = RocksKv::open(&path, KvProfile::Metadata, &KvBudget::new(1 << 20, 1 << 20));
    assert!(matches!(opened, Err(OpenKvError::Folder { .. })));
}
