//! What a power cut leaves of what was not synced.

use super::device::Device;
use super::inode::{Inode, put_sector};
use crate::disk::SECTOR_BYTES;
use crate::sim::Random;

/// Bytes that even a bad disk writes whole.
const ATOM_BYTES: usize = 512;

/// Something that a power cut may take.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unsynced {
    /// A sector with `versions` written versions, besides the durable one.
    Sector {
        /// Name of the file.
        file: String,
        /// Number of the sector in it.
        sector: u64,
        /// How many unsynced versions there are.
        versions: usize,
    },
    /// The length of a file, with the lengths it had since it was durable.
    Length {
        /// Name of the file.
        file: String,
        /// The unsynced lengths, oldest first.
        lengths: Vec<u64>,
    },
    /// A change of names.
    Name(String),
}

impl Unsynced {
    /// How many unsynced versions there are: [`Fate::New`] takes one below this.
    pub fn versions(&self) -> usize {
        match self {
            Self::Sector { versions, .. } => *versions,
            Self::Length { lengths, .. } => lengths.len(),
            Self::Name(_) => 1,
        }
    }
}

/// What becomes of one unsynced thing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// It is as it was last durable.
    Old,
    /// It is as that unsynced version, counted from the oldest; too large a number means the newest.
    New(usize),
    /// Of a sector: the 512-byte pieces whose bit is set are of the newest version, the others are as last durable. Of
    /// anything else: as [`Fate::Old`].
    Torn(u8),
}

/// Decides what survives a power cut.
pub enum CrashPolicy<'a> {
    /// Nothing that was not synced.
    LoseUnsynced,
    /// Everything that was written.
    KeepUnsynced,
    /// Any of it, drawn from the seed: all, nothing, or each on its own, torn sectors included.
    Random(u64),
    /// What the test says, asked in the order of [`super::SimDisk::unsynced`].
    Choose(&'a mut dyn FnMut(&Unsynced) -> Fate),
}

impl CrashPolicy<'_> {
    fn decider(&mut self) -> Box<dyn FnMut(&Unsynced) -> Fate + '_> {
        match self {
            Self::LoseUnsynced => Box::new(|_| Fate::Old),
            Self::KeepUnsynced => Box::new(|_| Fate::New(usize::MAX)),
            Self::Random(seed) => random(*seed),
            Self::Choose(choose) => Box::new(choose),
        }
    }
}

fn random(seed: u64) -> Box<dyn FnMut(&Unsynced) -> Fate> {
    let mut random = Random::new(seed);
    match random.below(4) {
        0 => Box::new(|_| Fate::Old),
        1 => Box::new(|_| Fate::New(usize::MAX)),
        _ => {
            let kept_of_16 = 1 + random.below(15);
            Box::new(move |unsynced| match random.below(16) {
                draw if draw >= kept_of_16 => Fate::Old,
                0 => Fate::Torn(random.below(256) as u8),
                _ => Fate::New(random.index(unsynced.versions())),
            })
        }
    }
}

impl Device {
    pub(super) fn unsynced(&self) -> Vec<Unsynced> {
        let mut all: Vec<Unsynced> =
            self.names.pending.iter().map(|change| Unsynced::Name(change.value.describe())).collect();
        for (id, inode) in &self.inodes {
            let file = self.names.name_of(*id);
            if !inode.pending_lens.is_empty() {
                let lengths = inode.pending_lens.iter().map(|version| version.value).collect();
                all.push(Unsynced::Length { file: file.clone(), lengths });
            }
            all.extend(inode.pending.iter().map(|(sector, versions)| Unsynced::Sector {
                file: file.clone(),
                sector: *sector,
                versions: versions.len(),
            }));
        }
        all
    }

    pub(super) fn crash(&mut self, policy: &mut CrashPolicy<'_>) {
        let fates: Vec<Fate> = {
            let mut decide = policy.decider();
            self.unsynced().iter().map(&mut *decide).collect()
        };
        // In the order of `unsynced`.
        let mut fates = fates.into_iter();
        for change in std::mem::take(&mut self.names.pending) {
            if matches!(next(&mut fates), Fate::New(_)) {
                change.value.apply(&mut self.names.durable);
            }
        }
        self.names.present = self.names.durable.clone();
        self.inodes.values_mut().for_each(|inode| inode.crash(&mut fates));
        self.incarnation += 1;
        self.has_power = true;
        self.cut_at = None;
        self.collect();
    }
}

fn next(fates: &mut dyn Iterator<Item = Fate>) -> Fate {
    fates.next().expect("there is a fate for each unsynced thing")
}

impl Inode {
    fn crash(&mut self, fates: &mut dyn Iterator<Item = Fate>) {
        if let Some(newest) = self.pending_lens.len().checked_sub(1)
            && let Fate::New(index) = next(fates)
        {
            self.durable_len = self.pending_lens[index.min(newest)].value;
        }
        for (sector, versions) in std::mem::take(&mut self.pending) {
            let newest = versions.len() - 1;
            match next(fates) {
                Fate::Old => {}
                Fate::New(index) => {
                    put_sector(&mut self.durable, sector, versions[index.min(newest)].value.clone());
                }
                Fate::Torn(pieces) => {
                    let old = self.durable.get(&sector).map_or(&[][..], |bytes| bytes.as_ref());
                    let torn = tear(old, &versions[newest].value, pieces);
                    self.durable.insert(sector, torn.into());
                }
            }
        }
        self.forget_pending();
    }
}

fn tear(old: &[u8], new: &[u8], pieces: u8) -> Vec<u8> {
    let mut torn = vec![0; SECTOR_BYTES as usize];
    torn[..old.len()].copy_from_slice(old);
    for piece in (0..8).filter(|piece| pieces & (1 << piece) != 0) {
        let range = piece * ATOM_BYTES..(piece + 1) * ATOM_BYTES;
        match new.get(range.clone()) {
            Some(bytes) => torn[range].copy_from_slice(bytes),
            None => torn[range].fill(0),
        }
    }
    torn
}
