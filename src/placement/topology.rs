//! The disks that take writes, with domains and zones numbered from 0.

use cairn_types::DiskId;

use crate::cluster_map::{ClusterMap, Disk, FailureDomain};

/// Number of a disk, a domain or a zone within a [`Topology`].
pub(crate) type Place = usize;

/// One disk.
pub(crate) struct Slot {
    pub(crate) id: DiskId,
    pub(crate) domain: Place,
    pub(crate) zone: Place,
    /// Its capacity; 1 or more.
    pub(crate) weight: u64,
}

/// What groups are built of.
pub(crate) struct Topology {
    /// By disk id.
    pub(crate) slots: Vec<Slot>,
    /// The disks of each domain.
    pub(crate) domains: Vec<Vec<Place>>,
    pub(crate) zone_count: usize,
    pub(crate) weight_max: u64,
}

impl Topology {
    pub(crate) fn new(map: &ClusterMap, domain: FailureDomain) -> Self {
        let disks: Vec<&Disk> = map.disks.iter().filter(|disk| map.takes_writes(disk.id)).collect();
        let zone_of = |disk: &Disk| map.node(disk.node).map_or("", |node| node.zone.as_str());
        let zones = distinct(disks.iter().map(|disk| zone_of(disk)));
        let domain_of = |disk: &Disk| match domain {
            FailureDomain::Disk => disk.id.0,
            FailureDomain::Node => disk.node.0,
            FailureDomain::Zone => place_in(&zones, &zone_of(disk)) as u64,
        };
        let names = distinct(disks.iter().map(|disk| domain_of(disk)));
        let slot = |disk: &&Disk| Slot {
            id: disk.id,
            domain: place_in(&names, &domain_of(disk)),
            zone: place_in(&zones, &zone_of(disk)),
            weight: disk.capacity_bytes.max(1),
        };
        let slots: Vec<Slot> = disks.iter().map(slot).collect();
        let mut domains = vec![Vec::new(); names.len()];
        slots.iter().enumerate().for_each(|(place, slot)| domains[slot.domain].push(place));
        let weight_max = slots.iter().map(|slot| slot.weight).max().unwrap_or(1);
        Self { slots, domains, zone_count: zones.len(), weight_max }
    }

    /// The place of a disk that takes writes.
    pub(crate) fn place_of(&self, id: DiskId) -> Option<Place> {
        self.slots.binary_search_by_key(&id, |slot| slot.id).ok()
    }

    /// Most disks of `set` that share a zone: fewer is better spread.
    pub(crate) fn crowding(&self, set: &[Place]) -> usize {
        let mut counts = vec![0; self.zone_count];
        set.iter().for_each(|place| counts[self.slots[*place].zone] += 1);
        counts.into_iter().max().unwrap_or(0)
    }

    /// Least crowding that a group of `fragments` can have: domains are taken evenly from the zones.
    pub(crate) fn crowding_min(&self, fragments: usize) -> usize {
        let mut domains = vec![Vec::new(); self.zone_count];
        for slot in &self.slots {
            domains[slot.zone].push(slot.domain);
        }
        let sizes: Vec<usize> = domains.into_iter().map(|list| distinct(list.into_iter()).len()).collect();
        let holds = |limit: &usize| sizes.iter().map(|size| size.min(limit)).sum::<usize>() >= fragments;
        (1..fragments).find(holds).unwrap_or(fragments)
    }

    /// Number of domains that have a disk outside `zone`.
    pub(crate) fn domains_outside(&self, zone: Place) -> usize {
        let outside = |disks: &&Vec<Place>| disks.iter().any(|place| self.slots[*place].zone != zone);
        self.domains.iter().filter(outside).count()
    }

    /// Number of sets of `fragments` disks in distinct domains.
    pub(crate) fn disk_sets(&self, fragments: usize) -> u64 {
        let mut ways = vec![0u64; fragments + 1];
        ways[0] = 1;
        for domain in &self.domains {
            for count in (1..=fragments).rev() {
                ways[count] = ways[count].saturating_add(ways[count - 1].saturating_mul(domain.len() as u64));
            }
        }
        ways[fragments]
    }
}

/// The values, sorted, each once.
pub(crate) fn distinct<T: Ord>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut values: Vec<T> = values.collect();
    values.sort_unstable();
    values.dedup();
    values
}

fn place_in<T: Ord>(sorted: &[T], value: &T) -> Place {
    sorted.binary_search(value).expect("the list was made of all values")
}
