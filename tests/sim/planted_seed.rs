//! The run of versions is shown bugs: each that is planted is found within a few seeds.

use std::panic::{AssertUnwindSafe, catch_unwind};

use cairn_types::planted::{Bug, Planted};

use crate::log_watch::LogWatch;
use crate::runs::old_cache::a_policy_governs_where_a_cache_is_old;
use crate::versioned_seed::watched_run;

/// Seeds that a bug is looked for with, the first ones.
const SEEDS_MAX: u64 = 12;

/// What finds a bug: part of what the failed run says, or its nodes.
fn found_by(bug: Bug) -> &'static [&'static str] {
    match bug {
        Bug::LockIgnored => &["locks is broken"],
        Bug::OrderByClock => &["C3 order is broken"],
        Bug::MarkerLost => &["C3 markers is broken"],
        Bug::ConfigurationNeverRefreshed => &["E5 is broken"],
        // The catalog may meet the second holder before the checks do, and stops then.
        Bug::SecondHolder => &["E2 is broken", "the run is held by another"],
    }
}

/// What a run with the bug says, if it fails, and what its nodes log.
fn failure(bug: Bug, seed: u64) -> Option<(String, Vec<String>)> {
    let watch = LogWatch::install();
    let _planted = Planted::on_this_thread(bug);
    let failed = catch_unwind(AssertUnwindSafe(|| watched_run(&watch, seed))).err()?;
    let said = failed.downcast::<String>().map_or_else(|_| String::new(), |text| *text);
    Some((said, watch.errors()))
}

fn is_found(bug: Bug) {
    for seed in 1..=SEEDS_MAX {
        let Some((said, errors)) = failure(bug, seed) else {
            println!("{bug:?} is not found by seed {seed}");
            continue;
        };
        let finds = |text: &&str| said.contains(*text) || errors.iter().any(|error| error.contains(*text));
        let found = found_by(bug).iter().find(|text| finds(text));
        assert!(found.is_some(), "{bug:?} broke the run of seed {seed} otherwise: {said}\n{}", errors.join("\n"));
        println!("{bug:?} is found by seed {seed}: {}", found.expect("it was asserted"));
        return;
    }
    panic!("{bug:?} is not found by {SEEDS_MAX} seeds");
}

#[test]
fn a_lock_that_one_delete_ignores_is_found() {
    is_found(Bug::LockIgnored);
}

#[test]
fn an_order_of_versions_by_the_clock_is_found() {
    is_found(Bug::OrderByClock);
}

#[test]
fn a_marker_that_a_conditional_delete_loses_is_found() {
    is_found(Bug::MarkerLost);
}

#[test]
fn a_configuration_that_a_gateway_never_refreshes_is_found() {
    is_found(Bug::ConfigurationNeverRefreshed);
}

#[test]
fn a_policy_that_a_gateway_never_refreshes_is_found_by_the_named_run() {
    let _planted = Planted::on_this_thread(Bug::ConfigurationNeverRefreshed);
    assert!(catch_unwind(a_policy_governs_where_a_cache_is_old).is_err());
}

#[test]
fn a_second_holder_that_a_rename_leaves_is_found() {
    is_found(Bug::SecondHolder);
}
