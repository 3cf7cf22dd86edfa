//! Asks the owning shards whether fragments may go.

use std::collections::{BTreeMap, BTreeSet};

use cairn_catalog::query::{Answer, BlobCheck, BlobState, CheckBlobs, Query};
use cairn_storage::FoundFragment;
use cairn_types::{DiskId, ShardId};

use crate::collected::Collected;
use crate::error::{CollectError, ShardStep};
use crate::round::{Round, unexpected};

/// Asks for the fragments of one disk, page by page.
pub(super) struct Judge<'a> {
    round: &'a Round,
    /// Shards that did not answer: they are not asked again for this disk.
    silent: BTreeSet<ShardId>,
    strayed: u64,
    failed: Vec<CollectError>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(round: &'a Round) -> Self {
        Self { round, silent: BTreeSet::new(), strayed: 0, failed: Vec::new() }
    }

    /// Those of a page that nothing references and nothing will. In doubt a fragment is none of them.
    pub(super) async fn orphans(&mut self, found: Vec<FoundFragment>) -> Vec<FoundFragment> {
        let mut orphans = Vec::new();
        let strayed = self.pass(found, &mut orphans).await;
        if strayed.is_empty() {
            return orphans;
        }
        // A shard was split or moved since the map was looked up.
        if let Err(source) = self.round.core.client.refresh_shard_map(self.round.call_deadline()).await {
            self.failed.push(CollectError::Maps(source));
        }
        self.strayed += self.pass(strayed, &mut orphans).await.len() as u64;
        orphans
    }

    /// Reports what could not be asked.
    pub(super) fn finish(self, disk: DiskId, collected: &mut Collected) {
        self.failed.into_iter().for_each(|error| collected.fail(error));
        if self.strayed > 0 {
            collected.fail(CollectError::Strayed { disk, fragments: self.strayed });
        }
    }

    /// Asks each shard by the present map once; returns the fragments that have no owner by it.
    async fn pass(&mut self, found: Vec<FoundFragment>, orphans: &mut Vec<FoundFragment>) -> Vec<FoundFragment> {
        let (owned, mut strayed) = match self.by_owner(found).await {
            Ok(sorted) => sorted,
            Err(error) => {
                self.failed.push(error);
                return Vec::new();
            }
        };
        for (shard, fragments) in owned {
            if self.silent.contains(&shard) {
                continue;
            }
            match self.ask(shard, &fragments).await {
                Ok(states) => {
                    for (fragment, state) in fragments.into_iter().zip(states) {
                        match state {
                            BlobState::Collectable => orphans.push(fragment),
                            BlobState::WrongShard => strayed.push(fragment),
                            BlobState::Undecided | BlobState::Referenced | BlobState::Garbage => {}
                        }
                    }
                }
                Err(error) => {
                    self.silent.insert(shard);
                    self.failed.push(error);
                }
            }
        }
        strayed
    }

    async fn by_owner(
        &self,
        found: Vec<FoundFragment>,
    ) -> Result<(BTreeMap<ShardId, Vec<FoundFragment>>, Vec<FoundFragment>), CollectError> {
        let map = self.round.core.client.shard_map(self.round.call_deadline()).await.map_err(CollectError::Maps)?;
        let mut owned: BTreeMap<ShardId, Vec<FoundFragment>> = BTreeMap::new();
        let mut strayed = Vec::new();
        for fragment in found {
            match map.shard_for(fragment.label.bucket, fragment.label.key.as_bytes()) {
                Some(shard) => owned.entry(shard.id).or_default().push(fragment),
                None => strayed.push(fragment),
            }
        }
        Ok((owned, strayed))
    }

    /// One state for each fragment, in their order.
    async fn ask(&self, shard: ShardId, fragments: &[FoundFragment]) -> Result<Vec<BlobState>, CollectError> {
        let step = ShardStep::CheckFragments;
        let check = |fragment: &FoundFragment| BlobCheck {
            label: fragment.label.clone(),
            blob: fragment.blob,
            ..BlobCheck::default()
        };
        let query = CheckBlobs { blobs: fragments.iter().map(check).collect(), ..CheckBlobs::default() };
        match self.round.ask(shard, step, Query::CheckBlobs(query)).await?.answer {
            // Paired by their order: an answer of another length would have fragments judged by their neighbours.
            Answer::Checked(checked) if checked.states.len() == fragments.len() => Ok(checked.states),
            _ => Err(unexpected(shard, step)),
        }
    }
}
