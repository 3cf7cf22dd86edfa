//! Where things lie: cluster map to placement groups, key to shard, and what failures a geometry survives.
//!
//! # Invariants
//! P1: the disks of a group are in distinct failure domains; what a failure domain is stands in the group. Groups are
//! only added: an id never comes to mean other disks at the same epoch. The same map gives the same groups everywhere.
//!
//! # Limits
//! [`limits`]: groups per disk and per geometry.
//!
//! # Not here
//! Who decides that a disk is up (`cairn-rpc`, `cairn-objects`), moving what lies on a group (`cairn-repair`), storing
//! and sending the maps (`cairn-catalog`, `cairn-metadata`).

mod choose;
mod class_builder;
mod cluster_map;
mod combinations;
mod durability;
mod geometry_rule;
mod growth;
pub mod limits;
mod shard_map;
mod topology;

pub use choose::{PlacementChoice, PlacementTable};
pub use cluster_map::{
    ClusterMap, Disk, DiskState, FailureDomain, GroupState, Node, NodeState, PlacementGroup, Target,
};
pub use durability::{DiskFailures, loss_per_year, survives};
pub use geometry_rule::{geometry_of, smaller_geometries};
pub use growth::{Growth, growth};
pub use shard_map::{ShardInfo, ShardMap, ShardRange};

#[cfg(test)]
mod properties;
