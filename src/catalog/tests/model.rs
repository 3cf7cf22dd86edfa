//! Random commands against a naive model: maps of keys to lists of versions, with a recount of everything after each.

mod random {
    pub(crate) mod changes;
    pub(crate) mod checks;
    pub(crate) mod objects;
    pub(crate) mod uploads;
    pub(crate) mod world;
}
mod support;

use cairn_types::planted::{Bug, Planted};
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestError, TestRng, TestRunner};
use random::world::{Conditional, KEYS, Lock, Op, World};
use support::{cases, recount};

fn lock() -> impl Strategy<Value = Lock> {
    prop_oneof![
        6 => Just(Lock::None),
        1 => Just(Lock::Governance),
        1 => Just(Lock::Compliance),
        1 => Just(Lock::Hold),
    ]
}

fn when() -> impl Strategy<Value = Conditional> {
    prop_oneof![
        1 => Just(Conditional::Absent),
        1 => Just(Conditional::Exists),
        1 => Just(Conditional::Matches),
        1 => Just(Conditional::Differs),
        4 => Just(Conditional::None),
    ]
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![20 => of_versions(), 10 => of_uploads(), 12 => of_changes(), 8 => of_the_world()]
}

fn of_versions() -> impl Strategy<Value = Op> {
    let key = 0..KEYS.len();
    prop_oneof![
        6 => (key.clone(), any::<Option<(u8, u8)>>(), when(), lock())
            .prop_map(|(key, staged, when, lock)| Op::Put { key, staged, when, lock }),
        4 => (key.clone(), any::<Option<u8>>(), when(), any::<bool>())
            .prop_map(|(key, pick, when, bypass)| Op::Delete { key, pick, when, bypass }),
        2 => key.prop_map(|key| Op::Replace { key }),
    ]
}

fn of_uploads() -> impl Strategy<Value = Op> {
    prop_oneof![
        2 => (0..KEYS.len()).prop_map(|key| Op::Create { key }),
        4 => (any::<u8>(), 1..4u16, any::<bool>()).prop_map(|(pick, number, staged)| Op::Part { pick, number, staged }),
        2 => (any::<u8>(), any::<u8>(), any::<bool>())
            .prop_map(|(pick, subset, late)| Op::Complete { pick, subset, late }),
        1 => any::<u8>().prop_map(|pick| Op::Abort { pick }),
    ]
}

fn of_changes() -> impl Strategy<Value = Op> {
    let key = 0..KEYS.len();
    prop_oneof![
        3 => (key.clone(), any::<Option<u8>>(), when(), lock(), any::<bool>())
            .prop_map(|(key, pick, when, lock, flag)| Op::Update { key, pick, when, lock, flag }),
        4 => (key.clone(), any::<bool>(), 0..6u8).prop_map(|(key, staged, fault)| Op::Append { key, staged, fault }),
        3 => (key.clone(), key, when(), when())
            .prop_map(|(from, to, source, target)| Op::Rename { from, to, source, target }),
    ]
}

fn of_the_world() -> impl Strategy<Value = Op> {
    prop_oneof![
        1 => any::<bool>().prop_map(|enabled| Op::Mode { enabled }),
        2 => any::<u8>().prop_map(|pick| Op::Repeat { pick }),
        1 => any::<bool>().prop_map(|back| Op::Clock { back }),
        2 => (any::<u8>(), 0..6u8, any::<bool>())
            .prop_map(|(pick, index, present)| Op::Fragment { pick, index, present }),
        1 => Just(Op::Collect),
    ]
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn random_commands_agree_with_a_naive_model(ops in prop::collection::vec(op(), 1..60)) {
        agree(ops);
    }
}

fn agree(ops: Vec<Op>) {
    let mut world = World::new();
    for op in ops {
        world.step(op);
        recount::everything(&world.shard);
    }
    world.check();
    world.empty();
}

#[test]
fn bugs_that_are_planted_in_the_catalog_are_found() {
    for bug in [Bug::LockIgnored, Bug::OrderByClock, Bug::MarkerLost, Bug::SecondHolder] {
        let _planted = Planted::on_this_thread(bug);
        // The first case that fails is enough; it need not be small.
        let config = ProptestConfig { max_shrink_iters: 0, failure_persistence: None, ..cases(256) };
        let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
        let found = runner.run(&prop::collection::vec(op(), 1..60), |ops| {
            agree(ops);
            Ok(())
        });
        assert!(matches!(found, Err(TestError::Fail(..))), "{bug:?} is not found");
    }
}
