//! Loads against a small server in the test.

use std::sync::Arc;
use std::time::Duration;

use cairn_s3::auth::SecretKey;

use crate::drive::{drive, make_bucket};
use crate::fake_server::FakeServer;
use crate::keys::KeySet;
use crate::load::{Load, Stop, Workload};
use crate::pace::Pace;
use crate::payload::{Payload, PayloadMode};
use crate::policy::BucketPolicy;
use crate::size::ByteSize;
use crate::target::Target;

fn target(server: &FakeServer) -> Target {
    Target {
        endpoint: server.endpoint(),
        bucket: "b".to_owned(),
        region: "us-east-1".to_owned(),
        access_key: "key".to_owned(),
        secret_key: SecretKey::new("secret".to_owned()),
    }
}

fn load(workload: Workload, stop: Stop) -> Load {
    Load {
        name: format!("{workload:?}"),
        workload,
        keys: Arc::new(KeySet::new("k")),
        payload: Payload::new(ByteSize(100_000), PayloadMode::Chunked),
        connections: 4,
        threads: 2,
        pace: Pace::Closed,
        stop,
        policy: BucketPolicy::None,
    }
}

/// A load of puts that has run: keys to read.
fn after_puts(server: &FakeServer, count: u64) -> Load {
    let puts = load(Workload::Put, Stop::Operations(count));
    let outcome = drive(&puts, &target(server)).unwrap();
    assert_eq!((outcome.operations, outcome.first_error), (count, None));
    puts
}

#[test]
fn every_workload_runs_against_a_server_without_an_error() {
    let server = FakeServer::start(Duration::ZERO);
    let puts = after_puts(&server, 2_500);
    make_bucket(&puts, &target(&server)).unwrap();
    for workload in
        [Workload::Get, Workload::Head, Workload::List, Workload::ListDelimiter, Workload::Mixed, Workload::Delete]
    {
        let outcome = drive(&Load { workload, stop: Stop::Operations(40), ..puts.clone() }, &target(&server)).unwrap();
        assert_eq!((outcome.operations, outcome.errors), (40, 0), "{workload:?}: {:?}", outcome.first_error);
    }
    let outcome = drive(&Load { workload: Workload::DeleteObjects, ..puts }, &target(&server)).unwrap();
    assert_eq!((outcome.items, outcome.errors), (2_460, 0), "{:?}", outcome.first_error);
}

#[test]
fn every_payload_mode_stores_the_same_bytes() {
    for mode in [PayloadMode::Unsigned, PayloadMode::Signed, PayloadMode::Chunked] {
        let server = FakeServer::start(Duration::ZERO);
        let payload = Payload::new(ByteSize(200_000), mode);
        let puts = Load { payload, ..load(Workload::Put, Stop::Operations(3)) };
        let outcome = drive(&puts, &target(&server)).unwrap();
        assert_eq!((outcome.operations, outcome.bytes), (3, 600_000), "{mode:?}: {:?}", outcome.first_error);
        assert_eq!(server.stored_lengths(), [200_000; 3], "{mode:?}");
    }
}

#[test]
fn a_refusal_is_an_error_with_the_servers_words_and_no_operation() {
    let server = FakeServer::start(Duration::ZERO);
    let puts = after_puts(&server, 1);
    server.forget_all();
    let outcome =
        drive(&Load { workload: Workload::Get, stop: Stop::Operations(3), ..puts }, &target(&server)).unwrap();
    assert_eq!((outcome.operations, outcome.errors), (0, 3));
    assert!(outcome.first_error.unwrap().contains("NoSuchKey"));
}

#[test]
fn a_body_of_the_wrong_length_is_an_error() {
    let server = FakeServer::start(Duration::ZERO);
    let puts = after_puts(&server, 1);
    let other = Payload::new(ByteSize(99_999), PayloadMode::Unsigned);
    let gets = Load { workload: Workload::Get, payload: other, stop: Stop::Operations(2), ..puts };
    assert_eq!(drive(&gets, &target(&server)).unwrap().errors, 2);
}

#[test]
fn a_listing_that_leaves_out_a_key_is_an_error() {
    let server = FakeServer::start(Duration::ZERO);
    let puts = after_puts(&server, 5);
    server.forget_one();
    let lists = Load { workload: Workload::List, stop: Stop::Operations(1), ..puts };
    let outcome = drive(&lists, &target(&server)).unwrap();
    assert_eq!(outcome.first_error.as_deref(), Some("the listing showed 4 of 5"));
}

#[test]
fn a_server_that_is_not_there_is_an_error() {
    let server = FakeServer::start(Duration::ZERO);
    let target = target(&server);
    drop(server);
    assert!(drive(&load(Workload::Put, Stop::Operations(1)), &target).is_err());
}

/// A server that answers after 20 ms serves one connection 50 times a second. A closed loop sees 20 ms; an open loop of 100 a
/// second finds that each operation waits longer than the one before.
#[test]
fn open_loop_latency_counts_the_time_in_the_queue() {
    let server = FakeServer::start(Duration::from_millis(20));
    let puts = Load { connections: 1, ..after_puts(&server, 1) };
    let heads = Load { workload: Workload::Head, stop: Stop::Operations(50), ..puts };
    let closed = drive(&heads, &target(&server)).unwrap();
    let open = drive(&Load { pace: Pace::Open { per_second: 100.0 }, ..heads }, &target(&server)).unwrap();
    assert_eq!((closed.operations, open.operations + open.missed), (50, 50));
    // 50 operations are due within 0.5 s and take 1 s: the last waits about 0.5 s.
    assert!(
        open.millis_max() > 10.0 * closed.millis_at(0.5),
        "open {} closed {}",
        open.millis_max(),
        closed.millis_at(0.5)
    );
    assert!(
        open.millis_at(0.5) > 4.0 * closed.millis_at(0.5),
        "open {} closed {}",
        open.millis_at(0.5),
        closed.millis_at(0.5)
    );
}

#[test]
fn an_open_loop_that_the_server_keeps_up_with_asks_at_its_rate() {
    let server = FakeServer::start(Duration::ZERO);
    let puts = after_puts(&server, 1);
    let stop = Stop::After(Duration::from_millis(500));
    let heads = Load { workload: Workload::Head, pace: Pace::Open { per_second: 200.0 }, stop, ..puts };
    let outcome = drive(&heads, &target(&server)).unwrap();
    assert_eq!((outcome.operations, outcome.errors, outcome.missed), (100, 0, 0));
}
