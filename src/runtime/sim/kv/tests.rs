use std::io::ErrorKind;

use bytes::Bytes;

use super::{KvCrash, SimKv};
use crate::kv::{CachedRead, Kv, KvWrite, conformance};

fn put(key: &'static str, value: &'static str) -> Vec<KvWrite> {
    vec![KvWrite::Put(Bytes::from(key), Bytes::from(value))]
}

fn value(kv: &dyn Kv, key: &str) -> Option<Bytes> {
    kv.snapshot().get(key.as_bytes()).expect("a snapshot can be read")
}

#[tokio::test]
async fn simulated_engine_keeps_the_contract() {
    for seed in 0..32 {
        conformance::check(&*SimKv::new().mount(), seed, 400).await;
    }
}

#[tokio::test]
async fn a_crash_leaves_a_prefix_at_or_after_the_last_flush() {
    let engine = SimKv::new();
    let kv = engine.mount();
    kv.write(put("a", "1")).await.unwrap();
    kv.flush().await.unwrap();
    kv.write(put("a", "2")).await.unwrap();
    kv.write(put("b", "3")).await.unwrap();
    for (kept, a, b) in [(0, "1", None), (1, "2", None), (2, "2", Some("3"))] {
        let crashed = engine.fork();
        crashed.crash(KvCrash::Keep(kept));
        let kv = crashed.mount();
        assert_eq!(value(&*kv, "a"), Some(Bytes::from(a)));
        assert_eq!(value(&*kv, "b"), b.map(Bytes::from));
    }
}

#[tokio::test]
async fn an_engine_of_before_a_crash_fails() {
    let engine = SimKv::new();
    let kv = engine.mount();
    engine.crash(KvCrash::KeepUnflushed);
    assert_eq!(kv.write(put("a", "1")).await.unwrap_err().kind(), ErrorKind::NotConnected);
    assert!(kv.get_cached(b"a").is_err());
    engine.mount().write(put("a", "1")).await.unwrap();
}

#[tokio::test]
async fn a_stalled_engine_takes_nothing_inline() {
    let engine = SimKv::new();
    let kv = engine.mount();
    engine.set_stalled(true);
    assert!(!kv.try_write(&put("a", "1")).unwrap());
    assert_eq!(kv.get_cached(b"a").unwrap(), CachedRead::Missing);
    engine.set_stalled(false);
    assert!(kv.try_write(&put("a", "1")).unwrap());
    assert_eq!(kv.get_cached(b"a").unwrap(), CachedRead::Found(Bytes::from("1")));
}

#[tokio::test]
async fn a_replacement_is_durable_at_once_with_all_before_it() {
    let engine = SimKv::new();
    let kv = engine.mount();
    kv.write(put("a", "1")).await.unwrap();
    let range = Bytes::from("b")..Bytes::from("c");
    let mut replace = kv.begin_replace(vec![range]).await.unwrap();
    replace.append(vec![(Bytes::from("b1"), Bytes::from("2"))]).await.unwrap();
    replace.commit().await.unwrap();
    engine.crash(KvCrash::LoseUnflushed);
    let kv = engine.mount();
    assert_eq!(value(&*kv, "a"), Some(Bytes::from("1")));
    assert_eq!(value(&*kv, "b1"), Some(Bytes::from("2")));
}

#[tokio::test]
async fn rows_of_a_replacement_must_ascend_within_its_ranges() {
    let kv = SimKv::new().mount();
    let mut replace = kv.begin_replace(vec![Bytes::from("b")..Bytes::from("c")]).await.unwrap();
    let row = |key: &'static str| vec![(Bytes::from(key), Bytes::new())];
    replace.append(row("b2")).await.unwrap();
    assert_eq!(replace.append(row("b1")).await.unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(replace.append(row("c")).await.unwrap_err().kind(), ErrorKind::InvalidInput);
}

#[tokio::test]
async fn injected_faults_of_an_engine_have_no_effect_on_its_rows() {
    let engine = SimKv::new();
    let kv = engine.mount();
    engine.fail_writes(1);
    assert!(kv.write(put("a", "1")).await.is_err());
    engine.miss_cache_every(1);
    assert_eq!(kv.get_cached(b"a").unwrap(), CachedRead::NotCached);
    assert_eq!(value(&*kv, "a"), None);
    engine.wipe();
    assert!(kv.flush().await.is_err());
}
