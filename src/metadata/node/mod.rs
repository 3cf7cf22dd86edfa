//! A metadata node: one member of every shard, over one log and one engine.
//!
//! # Invariants
//! R8: a node that is quarantined neither votes nor answers, and its quarantine outlives it. A node votes and
//! acknowledges only after a majority of each of its shards has recorded its generation. A node with an empty directory
//! waits to be invited; it never forms a cluster by itself.
//!
//! # Crash
//! A node whose log cannot be written, or whose entries cannot be applied, stops answering until it is started again.

mod compare;
mod errors;
mod flush;
mod identity;
mod join;
mod members;
mod open;
mod peers;
mod recover;
mod service;
mod settings;
mod shard;
mod start;
mod status;

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Weak};

use cairn_runtime::disk::Disk;
use cairn_runtime::kv::Kv;
use cairn_runtime::permits::ByteBudget;
use cairn_runtime::watch;
use cairn_runtime::{Context, Instant};
use cairn_types::ShardId;
use parking_lot::{Mutex, RwLock};

pub use self::errors::{OpenNodeError, StartError};
use self::identity::IdentityRecord;
pub use self::identity::NodeIdentity;
pub use self::recover::{RecoverError, Recovered, RecoveredShard, recover};
pub use self::settings::NodeSettings;
pub(crate) use self::shard::Shard;
use crate::limits::STOP_GRACE;
use crate::log::LogStore;
use crate::root::Leases;
use crate::service::{Directory, MetadataService};
use crate::state::FlushRounds;

/// What a node is made of.
pub struct NodeParts {
    /// Clock, randomness, tasks.
    pub context: Context,
    /// Directory of the log and of the identity.
    pub disk: Arc<dyn Disk>,
    /// Engine of the rows; holds rows of this node alone.
    pub kv: Arc<dyn Kv>,
    /// Where the other nodes are. The node puts itself in once it has an id.
    pub directory: Directory,
}

/// A metadata node; cheap to clone, clones are the same node.
#[derive(Clone)]
pub struct MetadataNode(Arc<Node>);

pub(crate) struct Node {
    me: Weak<Node>,
    /// Its tasks are the node's own.
    context: Context,
    disk: Arc<dyn Disk>,
    kv: Arc<dyn Kv>,
    directory: Directory,
    settings: NodeSettings,
    log: Arc<LogStore>,
    flushes: Arc<FlushRounds>,
    identity: Mutex<Option<IdentityRecord>>,
    quarantine: Mutex<Option<String>>,
    shards: RwLock<BTreeMap<ShardId, Arc<Shard>>>,
    receiving: peers::Receiving,
    started: watch::Sender<bool>,
    /// Held while the identity or a generation changes.
    changing: tokio::sync::Mutex<()>,
    leases: Leases,
    budget: ByteBudget,
    is_short_of_space: AtomicBool,
}

impl MetadataNode {
    /// Opens the node in a directory. One with an identity starts by itself; without one it waits to be invited. A
    /// damaged log is no error: the node is quarantined, and says so.
    pub async fn open(parts: NodeParts, settings: NodeSettings) -> Result<Self, OpenNodeError> {
        open::open(parts, settings).await.map(Self)
    }

    /// Who the node is; `None` while it waits to be invited.
    pub fn identity(&self) -> Option<NodeIdentity> {
        self.0.identity.lock().as_ref().map(IdentityRecord::identity)
    }

    /// Why the node is quarantined, if it is.
    pub fn quarantine(&self) -> Option<String> {
        self.0.quarantine.lock().clone()
    }

    /// The node as a service.
    pub fn service(&self) -> Arc<dyn MetadataService> {
        Arc::clone(&self.0) as Arc<dyn MetadataService>
    }

    /// Returns once a majority knows the node's start and its shards run.
    pub async fn started(&self, deadline: Instant) -> Result<(), StartError> {
        let mut started = self.0.started.subscribe();
        let waited = self.0.context.clock.until(deadline, started.wait_for(|started| *started)).await;
        match (waited, self.quarantine()) {
            (Ok(Ok(_)), _) => Ok(()),
            (_, Some(reason)) => Err(StartError::Quarantined(reason)),
            (_, None) if self.identity().is_none() => Err(StartError::NotInvited),
            (_, None) => Err(StartError::NoMajority),
        }
    }

    /// Stops the node: its shards, then its log, then its tasks.
    pub async fn stop(&self) {
        self.0.stop_shards().await;
        if let Err(error) = self.0.kv.flush().await {
            tracing::warn!(%error, "could not flush the rows; the log has them");
        }
        self.0.log.close().await;
        if let Some(identity) = self.identity() {
            self.0.directory.remove(identity.node);
        }
        self.0.context.tasks.shutdown(STOP_GRACE).await;
    }
}

impl Node {
    fn me(&self) -> Arc<Self> {
        self.me.upgrade().expect("a node is only used through an Arc")
    }

    pub(crate) fn context(&self) -> &Context {
        &self.context
    }

    pub(crate) fn directory(&self) -> &Directory {
        &self.directory
    }

    pub(crate) fn leases(&self) -> &Leases {
        &self.leases
    }

    /// The root shard, if this node leads it.
    pub(crate) fn led_root(&self) -> Option<Arc<Shard>> {
        self.shard(ShardId::ROOT).filter(|root| root.is_leader())
    }

    fn shard(&self, shard: ShardId) -> Option<Arc<Shard>> {
        self.shards.read().get(&shard).cloned()
    }

    fn all_shards(&self) -> Vec<Arc<Shard>> {
        self.shards.read().values().cloned().collect()
    }

    /// Ends the shards; they answer nothing any more.
    async fn stop_shards(&self) {
        let shards = std::mem::take(&mut *self.shards.write());
        for shard in shards.values() {
            shard.stop().await;
        }
    }
}
