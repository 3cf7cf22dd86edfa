//! Sweeps disks: asks for every fragment whether anything references it.
//!
//! Complete by itself: what crashed writers left, what lost sessions staged, what a disk kept that was away when its runs
//! were collected, and what came late is found here and nowhere else.
//!
//! # Invariants
//! D5: a fragment goes only on an answer of the shard that owns its label, given after the fragment was listed. Undecided,
//! referenced or held by a garbage row, it stays; so does one that no shard owns.
//!
//! # Not here
//! A disk can refuse late fragments below a floor of their session. The sweep raises no floors: a fragment that comes
//! late for a published blob would be refused too, and lost to its redundancy; and floors of sessions long gone could not
//! be told apart from those in use. What comes late is found by the next sweep.

mod judge;

use cairn_storage::FoundFragment;
use cairn_types::DiskId;
use futures::future::join_all;

use self::judge::Judge;
use crate::collected::Collected;
use crate::disks::{DiskFailure, Disks, Name};
use crate::limits::SWEEPS_AT_ONCE;
use crate::round::Round;

/// Sweeps every disk that is up.
pub(crate) async fn sweep(round: &Round) -> Collected {
    let mut collected = Collected::default();
    let disks = round.disks();
    for some in round.places.disks_to_sweep().chunks(SWEEPS_AT_ONCE) {
        let sweeps = some.iter().map(|disk| Sweep::new(round, &disks, *disk).run());
        join_all(sweeps).await.into_iter().for_each(|swept| collected.add(swept));
    }
    collected.disks_down.extend(disks.down());
    collected
}

/// The sweep of one disk.
struct Sweep<'a> {
    round: &'a Round,
    disks: &'a Disks<'a>,
    disk: DiskId,
    judge: Judge<'a>,
    collected: Collected,
}

impl<'a> Sweep<'a> {
    fn new(round: &'a Round, disks: &'a Disks<'a>, disk: DiskId) -> Self {
        Self { round, disks, disk, judge: Judge::new(round), collected: Collected::default() }
    }

    async fn run(mut self) -> Collected {
        match self.pages().await {
            Ok(()) | Err(DiskFailure::Down) => {}
            Err(DiskFailure::Later(error)) => self.collected.fail(error),
        }
        self.judge.finish(self.disk, &mut self.collected);
        self.collected
    }

    async fn pages(&mut self) -> Result<(), DiskFailure> {
        let mut after = None;
        loop {
            let found = self.disks.list(self.disk, after).await?;
            let Some(last) = found.last() else { return Ok(()) };
            after = Some(name(last));
            self.page(found).await?;
        }
    }

    async fn page(&mut self, found: Vec<FoundFragment>) -> Result<(), DiskFailure> {
        let count = found.len();
        let orphans = self.judge.orphans(found).await;
        self.collected.fragments_swept += count as u64;
        if !orphans.is_empty() {
            let names: Vec<Name> = orphans.iter().map(name).collect();
            self.disks.delete(self.disk, &names).await?;
            self.collected.orphans_deleted += names.len() as u64;
            self.collected.orphan_bytes += orphans.iter().map(|orphan| orphan.bytes).sum::<u64>();
        }
        self.round.pace.spend(&self.round.core.context.clock, count).await;
        Ok(())
    }
}

fn name(found: &FoundFragment) -> Name {
    (found.blob, found.index)
}
