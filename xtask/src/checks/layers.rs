//! The layers of docs/architecture.md: an arrow between our crates points to a lower layer, never sideways or up.
//!
//! Layer 0 is stricter: its crates may use `cairn-types` alone among ours, and nothing that brings async, I/O, a clock or
//! randomness. Dependencies of tests and build scripts count like all others.

use anyhow::Result;
use cargo_metadata::{DependencyKind, MetadataCommand, Package};

use super::verdict;
use crate::places::Places;

const TYPES: &str = "cairn-types";

/// Every crate of the workspace and its layer; one that is not listed is a fault.
const LAYERS: &[(&str, u8)] = &[
    (TYPES, 0),
    ("cairn-erasure", 0),
    ("cairn-placement", 0),
    ("cairn-catalog", 0),
    ("cairn-policy", 0),
    ("cairn-s3", 0),
    ("cairn-encryption", 0),
    ("cairn-md5", 0),
    ("cairn-runtime", 1),
    ("cairn-journal", 2),
    ("cairn-fragments", 2),
    ("cairn-rpc", 2),
    ("cairn-metadata", 3),
    ("cairn-storage", 3),
    ("cairn-objects", 4),
    ("cairn-repair", 4),
    ("cairn-gateway", 5),
    ("cairn-replication", 5),
    ("cairn-bench", 5),
    ("cairn", 6),
    // Above everything: they may use all, and nothing may use them.
    ("cairn-tests", 7),
    ("xtask", 7),
];

/// Arrows inside one layer that the architecture names: segments are files of the journal.
const SIDEWAYS: &[(&str, &str)] = &[("cairn-fragments", "cairn-journal")];

/// What layer 0 may not bring in, because it is async, I/O, a clock or randomness.
const NOT_IN_LAYER_0: &[&str] = &[
    "async-trait",
    "axum",
    "fastrand",
    "futures",
    "getrandom",
    "hyper",
    "hyper-util",
    "mio",
    "rand",
    "rand_chacha",
    "rand_core",
    "rocksdb",
    "rustix",
    "socket2",
    "tokio",
    "tokio-util",
    "tonic",
    "uuid",
];

/// One crate depends on another.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Arrow {
    from: String,
    to: String,
    /// Whether only its tests do.
    in_tests: bool,
}

/// Reads the workspace from cargo and checks every arrow.
pub(crate) fn check(places: &Places) -> Result<()> {
    let metadata = MetadataCommand::new().current_dir(&places.checkout).no_deps().exec()?;
    let packages = metadata.workspace_packages();
    let names: Vec<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    let arrows: Vec<Arrow> = packages.iter().copied().flat_map(arrows_of).collect();
    verdict(&faults(&names, &arrows))
}

fn arrows_of(package: &Package) -> impl Iterator<Item = Arrow> {
    package.dependencies.iter().map(|dependency| Arrow {
        from: package.name.to_string(),
        to: dependency.name.clone(),
        in_tests: dependency.kind == DependencyKind::Development,
    })
}

/// What is wrong with a workspace of these crates and arrows, in words.
fn faults(crates: &[&str], arrows: &[Arrow]) -> Vec<String> {
    let unlisted = crates.iter().filter(|name| layer(name).is_none());
    let unlisted = unlisted.map(|name| format!("{name} is in no layer: list it in xtask/src/checks/layers.rs"));
    unlisted.chain(arrows.iter().filter_map(fault)).collect()
}

fn fault(arrow: &Arrow) -> Option<String> {
    let Arrow { from, to, in_tests } = arrow;
    let above = layer(from)?;
    let Some(below) = layer(to) else {
        let is_banned = above == 0 && !in_tests && NOT_IN_LAYER_0.contains(&to.as_str());
        return is_banned.then(|| format!("{from} -> {to}: layer 0 has no async, no I/O, no clock, no randomness"));
    };
    let to_types = above == 0 && to == TYPES && from != TYPES;
    let is_named = SIDEWAYS.contains(&(from.as_str(), to.as_str()));
    if below < above || to_types || is_named {
        return None;
    }
    let direction = if below == above { "sideways" } else { "up" };
    Some(format!("{from} (layer {above}) -> {to} (layer {below}) points {direction}"))
}

fn layer(name: &str) -> Option<u8> {
    LAYERS.iter().find(|(listed, _)| *listed == name).map(|(_, layer)| *layer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrow(from: &str, to: &str) -> Arrow {
        Arrow { from: from.to_owned(), to: to.to_owned(), in_tests: false }
    }

    fn faults_of(arrows: &[Arrow]) -> Vec<String> {
        faults(&[], arrows)
    }

    #[test]
    fn an_arrow_that_points_up_fails_the_check() {
        let found = faults_of(&[arrow("cairn-storage", "cairn-objects")]);
        assert_eq!(found, ["cairn-storage (layer 3) -> cairn-objects (layer 4) points up"]);
    }

    #[test]
    fn an_arrow_that_points_sideways_fails_the_check() {
        let found = faults_of(&[arrow("cairn-metadata", "cairn-storage")]);
        assert_eq!(found, ["cairn-metadata (layer 3) -> cairn-storage (layer 3) points sideways"]);
    }

    #[test]
    fn only_the_named_arrow_may_stay_in_its_layer_and_not_its_reverse() {
        assert!(faults_of(&[arrow("cairn-fragments", "cairn-journal")]).is_empty());
        assert_eq!(faults_of(&[arrow("cairn-journal", "cairn-fragments")]).len(), 1);
    }

    #[test]
    fn layer_0_may_use_types_and_no_other_of_its_layer() {
        assert!(faults_of(&[arrow("cairn-catalog", "cairn-types")]).is_empty());
        assert_eq!(faults_of(&[arrow("cairn-catalog", "cairn-placement")]).len(), 1);
        assert_eq!(faults_of(&[arrow("cairn-types", "cairn-types")]).len(), 1);
    }

    #[test]
    fn layer_0_brings_in_no_runtime_but_its_tests_may() {
        assert_eq!(faults_of(&[arrow("cairn-s3", "tokio")]).len(), 1);
        assert!(faults_of(&[arrow("cairn-runtime", "tokio")]).is_empty());
        assert!(faults_of(&[Arrow { in_tests: true, ..arrow("cairn-s3", "tokio") }]).is_empty());
    }

    #[test]
    fn a_test_dependency_that_points_up_fails_the_check() {
        assert_eq!(faults_of(&[Arrow { in_tests: true, ..arrow("cairn-runtime", "cairn-journal") }]).len(), 1);
    }

    #[test]
    fn a_crate_in_no_layer_fails_the_check() {
        assert_eq!(faults(&["cairn-util"], &[]).len(), 1);
    }

    #[test]
    fn the_workspace_itself_passes() {
        check(&Places::find().unwrap()).unwrap();
    }
}
