//! Becoming a member of a cluster, and hearing of the starts of others.

use std::io;
use std::sync::Arc;

use cairn_catalog::keys::{KeyPosition, KeyRange, ShardContext};
use cairn_placement::ShardRange;
use cairn_runtime::OnExit;
use cairn_runtime::kv::Kv;
use cairn_types::{BucketId, ShardId};

use super::identity::{IdentityRecord, write_identity};
use super::{Node, start};
use crate::log::GenerationRecord;
use crate::service::{HelloAnswer, HelloCall, HostedShard, JoinAnswer, JoinCall, ServiceError};
use crate::state::StateParts;

impl Node {
    /// Takes an identity, durably, and starts. A repeat is answered alike; a member of anything else refuses.
    pub(super) async fn join_cluster(&self, call: JoinCall) -> Result<JoinAnswer, ServiceError> {
        let changing = self.changing.lock().await;
        let known = self.identity.lock().clone();
        if let Some(known) = known {
            let is_same = known.cluster == call.cluster && known.node == call.node;
            let answer = JoinAnswer { generation: known.generation, ..JoinAnswer::default() };
            return if is_same { Ok(answer) } else { Err(ServiceError::Foreign) };
        }
        let is_sound = call.node.0 != 0 && call.shards.iter().all(|hosted| key_range(hosted).is_some());
        if !is_sound || (!call.founders.is_empty() && !call.founders.contains(&call.node)) {
            return Err(ServiceError::Invalid);
        }
        let identity = IdentityRecord {
            cluster: call.cluster,
            node: call.node,
            region: call.region,
            shards: call.shards,
            founders: call.founders,
            ..IdentityRecord::default()
        };
        if let Err(error) = write_identity(&self.disk, &identity).await {
            tracing::error!(%error, "could not write the identity of the metadata directory");
            return Err(ServiceError::Unknown);
        }
        *self.identity.lock() = Some(identity.clone());
        drop(changing);
        self.directory.put(identity.node, self.me());
        self.context.tasks.spawn("metadata start", OnExit::Ignore, start::start(self.me()));
        Ok(JoinAnswer { generation: identity.generation, ..JoinAnswer::default() })
    }

    /// Records a peer's start, durably, unless a later or another one of the same generation is known.
    pub(super) async fn record_hello(&self, call: HelloCall) -> Result<HelloAnswer, ServiceError> {
        let _changing = self.changing.lock().await;
        let identity = self.identity.lock().clone().ok_or(ServiceError::NotMember)?;
        if self.quarantine.lock().is_some() {
            return Err(ServiceError::Quarantined);
        }
        if call.cluster != identity.cluster {
            return Err(ServiceError::Foreign);
        }
        let known = self.log.generation(call.node).unwrap_or_default();
        let is_repeat = known.generation == call.generation && known.start == call.start;
        if !is_repeat && call.generation <= known.generation {
            return Err(ServiceError::StaleGeneration);
        }
        if !is_repeat {
            let start = GenerationRecord {
                node: call.node,
                generation: call.generation,
                start: call.start,
                ..GenerationRecord::default()
            };
            self.log.record_generation(start).await.map_err(|_| ServiceError::Unknown)?;
        }
        Ok(HelloAnswer { node: identity.node, generation: identity.generation, ..HelloAnswer::default() })
    }

    /// Quarantines the node for good: neither vote nor answer, after restarts too.
    pub(super) async fn quarantine_for(&self, reason: &str) {
        tracing::error!(reason, "the metadata node is quarantined");
        *self.quarantine.lock() = Some(reason.to_owned());
        self.stop_shards().await;
        let _changing = self.changing.lock().await;
        let identity = {
            let mut identity = self.identity.lock();
            if let Some(identity) = identity.as_mut() {
                identity.quarantine = reason.to_owned();
            }
            identity.clone()
        };
        if let Some(identity) = identity
            && let Err(error) = write_identity(&self.disk, &identity).await
        {
            tracing::error!(%error, "could not record the quarantine");
        }
    }

    pub(super) fn state_parts(&self, identity: &IdentityRecord, hosted: &HostedShard) -> io::Result<StateParts> {
        state_parts(identity, hosted, &self.kv)
    }
}

/// What the state of a shard of a node is made of.
pub(super) fn state_parts(identity: &IdentityRecord, hosted: &HostedShard, kv: &Arc<dyn Kv>) -> io::Result<StateParts> {
    let range = key_range(hosted).ok_or_else(|| io::Error::other("the range of a shard is damaged"))?;
    let context = ShardContext { shard: hosted.shard, range, region: identity.region };
    Ok(StateParts { cluster: identity.cluster, context, kv: Arc::clone(kv) })
}

/// The keys of a shard as the catalog has them.
fn key_range(hosted: &HostedShard) -> Option<KeyRange> {
    if hosted.shard == ShardId::ROOT {
        return Some(KeyRange::none());
    }
    let ShardRange { start, end } = &hosted.range;
    let start = key_position(start)?;
    let end = match end {
        Some(end) => Some(key_position(end)?),
        None => None,
    };
    Some(KeyRange { start, end })
}

/// A position: the bucket's id, then a key. An empty one is the beginning of all.
fn key_position(position: &bytes::Bytes) -> Option<KeyPosition> {
    if position.is_empty() {
        return Some(KeyPosition::default());
    }
    let bucket = position.get(..8)?.try_into().ok()?;
    Some(KeyPosition::new(BucketId(u64::from_be_bytes(bucket)), position.slice(8..)))
}
