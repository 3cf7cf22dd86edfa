//! Builds the groups of one geometry.
//!
//! Each disk of a new group is, of those in domains not yet taken: in the zone least taken, then the one least used for
//! its capacity, then the one that shares fewest groups with the disks already taken (so that a dead disk is rebuilt by
//! all others), then one by chance. Zones come before capacity: a zone that is small but holds its share of every blob
//! fills up early, which an operator sees; a zone that holds too many fragments of a blob loses it.

use std::collections::BTreeSet;

use cairn_types::{DiskId, Geometry};

use crate::combinations::Combinations;
use crate::limits::{
    GROUPS_PER_DISK_MAX, GROUPS_PER_DISK_MIN, GROUPS_PER_GEOMETRY_MAX, GROUPS_PER_GEOMETRY_MIN, SMALLER_GROUPS_PER_DISK,
};
use crate::topology::{Place, Topology};

/// Which groups of a geometry there should be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// The target geometry.
    Target,
    /// A smaller one.
    Smaller,
}

pub(crate) struct ClassBuilder<'a> {
    topology: &'a Topology,
    geometry: Geometry,
    class: Class,
    /// Groups that are counted in `loads` are as well spread over zones as can be; the others are only chosen while zones
    /// are down.
    crowding_min: usize,
    loads: Vec<u64>,
    data_loads: Vec<u64>,
    /// In how many groups two disks are together: one row per disk.
    shared: Vec<u32>,
    /// Sets of domains that have a group.
    covered: BTreeSet<Vec<Place>>,
    count: u64,
    made: Vec<Vec<DiskId>>,
}

impl<'a> ClassBuilder<'a> {
    pub(crate) fn new(topology: &'a Topology, geometry: Geometry, class: Class) -> Self {
        let disks = topology.slots.len();
        Self {
            topology,
            geometry,
            class,
            crowding_min: topology.crowding_min(usize::from(geometry.fragments())),
            loads: vec![0; disks],
            data_loads: vec![0; disks],
            shared: vec![0; disks * disks],
            covered: BTreeSet::new(),
            count: 0,
            made: Vec::new(),
        }
    }

    /// Counts a group that exists. One with a disk that takes no writes does not count.
    pub(crate) fn add_existing(&mut self, disks: &[DiskId]) {
        if let Some(tuple) = disks.iter().map(|disk| self.topology.place_of(*disk)).collect::<Option<Vec<_>>>() {
            self.count_group(&tuple);
        }
    }

    /// The tuples of the groups that are missing.
    pub(crate) fn build(mut self) -> Vec<Vec<DiskId>> {
        let fragments = usize::from(self.geometry.fragments());
        if self.topology.domains.len() < fragments {
            return Vec::new();
        }
        self.cover_all_domain_sets(fragments);
        let (wanted, most) = self.wanted(fragments);
        while self.count < wanted || (self.is_uneven() && self.count < most) {
            let without = self.zone_to_avoid(fragments);
            let topology = self.topology;
            let set = self.pick(fragments, |place| Some(topology.slots[place].zone) != without);
            self.make(set);
        }
        self.serve_new_disks(fragments, wanted);
        self.made
    }

    /// Adds groups until each disk is in three quarters of the groups that it would be in had the cluster been built as it
    /// is now. (All of them would need many more groups: the old ones, without the new disk, stay.)
    fn serve_new_disks(&mut self, fragments: usize, wanted: u64) {
        let topology = self.topology;
        let weight: u128 = topology.slots.iter().map(|slot| u128::from(slot.weight)).sum();
        let due = |place: Place| {
            let slot = &topology.slots[place];
            let by_capacity = u128::from(wanted) * fragments as u128 * u128::from(slot.weight) / weight;
            let by_domain = wanted / topology.domains[slot.domain].len() as u64;
            by_domain.min(u64::try_from(by_capacity).unwrap_or(u64::MAX))
        };
        let least: Vec<u64> = (0..topology.slots.len()).map(|place| due(place) * 3 / 4).collect();
        while self.count < GROUPS_PER_GEOMETRY_MAX && self.loads.iter().zip(&least).any(|(load, least)| load < least) {
            let set = self.pick(fragments, |_| true);
            self.make(set);
        }
    }

    /// Groups spread evenly over all zones are all hit when one zone fails. So of the smaller geometries some groups leave
    /// out one zone, each in turn, where the others have domains enough.
    fn zone_to_avoid(&self, fragments: usize) -> Option<Place> {
        let zone = (self.count % (self.topology.zone_count as u64 + 1)) as Place;
        let enough = self.topology.domains_outside(zone) >= fragments;
        (self.class == Class::Smaller && enough && zone < self.topology.zone_count).then_some(zone)
    }

    fn cover_all_domain_sets(&mut self, fragments: usize) {
        let domains = self.topology.domains.len();
        if Combinations::count_of(domains, fragments) > GROUPS_PER_GEOMETRY_MIN {
            return;
        }
        for domain_set in Combinations::new(domains, fragments) {
            if !self.covered.contains(&domain_set) {
                let topology = self.topology;
                let set = self.pick(fragments, |place| domain_set.binary_search(&topology.slots[place].domain).is_ok());
                self.make(set);
            }
        }
    }

    /// How many groups there should be, and how many there may be to even out what growth made uneven.
    fn wanted(&self, fragments: usize) -> (u64, u64) {
        let (disks, fragments) = (self.topology.slots.len() as u64, fragments as u64);
        let per_disk = match self.class {
            Class::Smaller => SMALLER_GROUPS_PER_DISK,
            // Thrice as many places beside a disk as there are other disks: nearly all of them are met.
            Class::Target => (3 * disks / (fragments - 1).max(1)).clamp(GROUPS_PER_DISK_MIN, GROUPS_PER_DISK_MAX),
        };
        let domain_sets = Combinations::count_of(self.topology.domains.len(), fragments as usize);
        let wanted = (per_disk * disks).div_ceil(fragments).max(domain_sets.min(GROUPS_PER_GEOMETRY_MIN));
        // Of one set of disks, more groups than fragments add nothing: these share out the indexes.
        let useful = self.topology.disk_sets(fragments as usize).saturating_mul(fragments);
        let bound = useful.min(GROUPS_PER_GEOMETRY_MAX);
        (wanted.min(bound), (wanted + wanted / 2).min(bound))
    }

    /// Whether some disk is in markedly fewer groups than its capacity asks for.
    fn is_uneven(&self) -> bool {
        let loads = || (0..self.loads.len()).map(|place| self.relative_load(place, self.loads[place]));
        let least = (0..self.loads.len()).map(|place| self.relative_load(place, self.loads[place] + 1)).min();
        let most = loads().max().unwrap_or(0);
        self.class == Class::Target && least.is_some_and(|least| least * 9 < most * 8)
    }

    /// One disk in each of `fragments` domains, of the disks that are `allowed`.
    fn pick(&self, fragments: usize, allowed: impl Fn(Place) -> bool) -> Vec<Place> {
        let disks = self.topology.slots.len();
        let mut set: Vec<Place> = Vec::with_capacity(fragments);
        let mut taken = vec![false; self.topology.domains.len()];
        let mut in_zone = vec![0; self.topology.zone_count];
        let mut beside = vec![0; disks];
        while set.len() < fragments {
            let free = (0..disks).filter(|place| !taken[self.topology.slots[*place].domain] && allowed(*place));
            let rank = |place: &Place| {
                let slot = &self.topology.slots[*place];
                let load = self.relative_load(*place, self.loads[*place] + 1);
                (in_zone[slot.zone], load, beside[*place], self.chance(*place))
            };
            let best = free.min_by_key(rank).expect("there are at least as many free domains as fragments");
            taken[self.topology.slots[best].domain] = true;
            in_zone[self.topology.slots[best].zone] += 1;
            let row = &self.shared[best * disks..(best + 1) * disks];
            beside.iter_mut().zip(row).for_each(|(sum, shared)| *sum += shared);
            set.push(best);
        }
        set
    }

    /// Adds the group of `set`, those disks first (as data) that hold data in fewest groups: reads spread over all.
    fn make(&mut self, mut set: Vec<Place>) {
        set.sort_by_key(|place| (self.relative_load(*place, self.data_loads[*place]), self.chance(*place)));
        self.made.push(set.iter().map(|place| self.topology.slots[*place].id).collect());
        self.count_group(&set);
    }

    fn count_group(&mut self, tuple: &[Place]) {
        self.count += 1;
        let mut domains: Vec<Place> = tuple.iter().map(|place| self.topology.slots[*place].domain).collect();
        domains.sort_unstable();
        self.covered.insert(domains);
        if self.topology.crowding(tuple) > self.crowding_min {
            return;
        }
        let disks = self.topology.slots.len();
        for (index, place) in tuple.iter().enumerate() {
            self.loads[*place] += 1;
            self.data_loads[*place] += u64::from(index < usize::from(self.geometry.data()));
            tuple.iter().for_each(|other| self.shared[place * disks + other] += 1);
        }
    }

    /// `load` of a disk as if it were of the largest capacity.
    fn relative_load(&self, place: Place, load: u64) -> u64 {
        let scaled = u128::from(load) * u128::from(self.topology.weight_max);
        u64::try_from(scaled / u128::from(self.topology.slots[place].weight)).unwrap_or(u64::MAX >> 8)
    }

    /// A number that depends on the group being built and the disk, and on nothing else.
    fn chance(&self, place: Place) -> u64 {
        let seed = self.count << 32 | u64::from(self.geometry.data()) << 8 | u64::from(self.geometry.parity());
        mix(mix(seed) ^ self.topology.slots[place].id.0)
    }
}

/// SplitMix64's finisher.
pub(crate) const fn mix(mut bits: u64) -> u64 {
    bits = bits.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
