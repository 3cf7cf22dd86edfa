//! Picks the placement group of a new blob.

use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_types::{DiskId, FragmentIndex, Geometry, GroupId};

use crate::class_builder::mix;
use crate::cluster_map::{ClusterMap, GroupState, PlacementGroup};
use crate::limits::PROBES;

/// A cluster map with its groups sorted by how much they are wanted. Made once per version of the map; a choice from it
/// usually looks at one group.
pub struct PlacementTable {
    map: Arc<ClusterMap>,
    /// Best first: the target geometry, then smaller ones; within a geometry the better spread over zones.
    tiers: Vec<Tier>,
}

struct Tier {
    geometry: Geometry,
    groups: Vec<Candidate>,
}

struct Candidate {
    /// Its place in the map.
    place: usize,
    /// Bit per index: its disk takes writes, as far as the map knows.
    writable: u32,
}

/// Where a blob is to be written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlacementChoice<'a> {
    /// The group; the blob takes its geometry.
    pub group: &'a PlacementGroup,
    /// Indexes that cannot be written now; the others are at least the write floor.
    pub missing: Vec<FragmentIndex>,
}

impl PlacementTable {
    /// Sorts the groups of `map` that may take blobs: active, of the target's parity and failure domain, not wider.
    pub fn new(map: Arc<ClusterMap>) -> Self {
        let target = map.target;
        let mut tiers: BTreeMap<(u8, usize), Vec<Candidate>> = BTreeMap::new();
        for (place, group) in map.groups.iter().enumerate() {
            let fits = group.geometry.parity() == target.geometry.parity()
                && group.geometry.data() <= target.geometry.data()
                && group.disks.len() == usize::from(group.geometry.fragments())
                && group.domain >= target.domain;
            if fits && group.state == GroupState::Active {
                let candidate = Candidate { place, writable: bits(&group.disks, |disk| map.takes_writes(disk)) };
                let narrower = target.geometry.data() - group.geometry.data();
                tiers.entry((narrower, crowding(&map, group))).or_default().push(candidate);
            }
        }
        let tier = |groups: Vec<Candidate>| Tier { geometry: map.groups[groups[0].place].geometry, groups };
        let tiers = tiers.into_values().map(tier).collect();
        Self { map, tiers }
    }

    /// The map it was made of.
    pub fn map(&self) -> &Arc<ClusterMap> {
        &self.map
    }

    /// Picks, by `random`, one of the first of these that exist: (a) groups of the target geometry with all disks `up`,
    /// (b) groups of a smaller geometry, the widest first, with all disks up, (c) groups of the target geometry with at
    /// least the write floor up, the most complete first. Never one of `exclude` (groups that were tried). `None`: too
    /// few domains are up for any.
    pub fn choose(&self, up: &dyn Fn(DiskId) -> bool, random: u64, exclude: &[GroupId]) -> Option<PlacementChoice<'_>> {
        let search = Search { map: &self.map, up, random, exclude };
        let whole = self.tiers.iter().find_map(|tier| search.all_up(tier));
        let targets = self.tiers.iter().filter(|tier| tier.geometry == self.map.target.geometry);
        let place = whole.or_else(|| search.most_up(targets))?;
        let group = &self.map.groups[place];
        let writable = |disk: DiskId| self.map.takes_writes(disk) && up(disk);
        let missing = group.geometry.indexes().zip(&group.disks).filter(|(_, disk)| !writable(**disk));
        Some(PlacementChoice { group, missing: missing.map(|(index, _)| index).collect() })
    }
}

struct Search<'a> {
    map: &'a ClusterMap,
    up: &'a dyn Fn(DiskId) -> bool,
    random: u64,
    exclude: &'a [GroupId],
}

impl Search<'_> {
    /// A group of the tier that is all up: by a few chances first, which nearly always hit, then evenly among all.
    fn all_up(&self, tier: &Tier) -> Option<usize> {
        let count = tier.groups.len() as u64;
        let is_up = |candidate: &&Candidate| self.up_count(candidate) == u32::from(tier.geometry.fragments());
        let mut chances =
            (0..PROBES).map(|probe| &tier.groups[(mix(self.random.wrapping_add(probe)) % count) as usize]);
        let lucky = chances.find(is_up);
        lucky.or_else(|| self.evenly(|| tier.groups.iter().filter(is_up))).map(|candidate| candidate.place)
    }

    /// Of the groups with at least the floor up, one of those with most up.
    fn most_up<'t>(&self, tiers: impl Iterator<Item = &'t Tier> + Clone) -> Option<usize> {
        let all = || tiers.clone().flat_map(|tier| tier.groups.iter());
        let most = all().map(|candidate| self.up_count(candidate)).max()?;
        let floor = tiers.clone().next()?.geometry.write_floor();
        if most < u32::from(floor) {
            return None;
        }
        let best = || all().filter(|candidate| self.up_count(candidate) == most);
        self.evenly(best).map(|candidate| candidate.place)
    }

    fn evenly<'t, I: Iterator<Item = &'t Candidate>>(&self, candidates: impl Fn() -> I) -> Option<&'t Candidate> {
        let count = candidates().count() as u64;
        let nth = mix(self.random).checked_rem(count)?;
        candidates().nth(nth as usize)
    }

    /// Disks of the group that can be written now; 0 when it is excluded.
    fn up_count(&self, candidate: &Candidate) -> u32 {
        let group = &self.map.groups[candidate.place];
        if self.exclude.contains(&group.id) {
            return 0;
        }
        (candidate.writable & bits(&group.disks, self.up)).count_ones()
    }
}

fn bits(disks: &[DiskId], is_set: impl Fn(DiskId) -> bool) -> u32 {
    disks.iter().enumerate().fold(0, |bits, (index, disk)| bits | u32::from(is_set(*disk)) << index)
}

/// Most disks of the group in one zone.
fn crowding(map: &ClusterMap, group: &PlacementGroup) -> usize {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for disk in &group.disks {
        let zone = map.node_of(*disk).map_or("", |node| node.zone.as_str());
        *counts.entry(zone).or_default() += 1;
    }
    counts.into_values().max().unwrap_or(0)
}
