//! Opens a directory and finds out whether its node may take part.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Weak};

use cairn_journal::OnFence;
use cairn_runtime::permits::ByteBudget;
use cairn_runtime::watch;
use cairn_runtime::{Context, OnExit};
use parking_lot::{Mutex, RwLock};

use super::errors::OpenNodeError;
use super::identity::{IdentityRecord, read_identity};
use super::{Node, NodeParts, NodeSettings, peers, start};
use crate::log::{OpenedLog, open_log};
use crate::root::Leases;
use crate::rounds::Rounds;

pub(super) async fn open(parts: NodeParts, settings: NodeSettings) -> Result<Arc<Node>, OpenNodeError> {
    let context = Context { tasks: parts.context.tasks.child(), ..parts.context.clone() };
    let identity = read_identity(parts.disk.as_ref()).await.map_err(OpenNodeError::Identity)?;
    let opened = open_log(&context, Arc::clone(&parts.disk), settings.log_file_bytes, OnFence::Keep)
        .await
        .map_err(OpenNodeError::Log)?;
    if identity.is_none() && !opened.is_empty() {
        return Err(OpenNodeError::LogWithoutIdentity);
    }
    let quarantine = identity.as_ref().and_then(|identity| quarantine_of(identity, &opened));
    let node = Arc::new_cyclic(|me| build(me, context, parts, settings, identity, &opened, quarantine.clone()));
    match (node.identity.lock().as_ref(), quarantine) {
        (None, _) => {}
        (Some(identity), Some(reason)) => {
            node.directory.put(identity.node, node.me());
            tracing::error!(node = %identity.node, reason, "the metadata node is quarantined");
        }
        (Some(identity), None) => {
            node.directory.put(identity.node, node.me());
            node.context.tasks.spawn("metadata start", OnExit::Ignore, start::start(node.me()));
        }
    }
    Ok(node)
}

/// Why the directory is not to be trusted, if so.
fn quarantine_of(identity: &IdentityRecord, opened: &OpenedLog) -> Option<String> {
    if !identity.quarantine.is_empty() {
        return Some(identity.quarantine.clone());
    }
    if let Some(fault) = opened.faults.first() {
        return Some(fault.to_string());
    }
    // Each start is in the log before it is in the identity: a log that does not know it is not the identity's.
    let known = opened.store.generation(identity.node).map(|start| start.generation).unwrap_or_default();
    (known < identity.generation).then(|| "the log is older than the identity, or lost".to_owned())
}

#[allow(clippy::too_many_arguments, reason = "the one place that puts the node together")]
fn build(
    me: &Weak<Node>,
    context: Context,
    parts: NodeParts,
    settings: NodeSettings,
    identity: Option<IdentityRecord>,
    opened: &OpenedLog,
    quarantine: Option<String>,
) -> Node {
    let kv = Arc::clone(&parts.kv);
    let flushes = Rounds::new(context.tasks.clone(), move || {
        let kv = Arc::clone(&kv);
        async move { kv.flush().await.map_err(|error| error.to_string()) }
    });
    Node {
        me: Weak::clone(me),
        budget: ByteBudget::new(settings.proposed_bytes_max),
        leases: Leases::new(settings.lease),
        context,
        disk: parts.disk,
        kv: parts.kv,
        directory: parts.directory,
        settings,
        log: Arc::clone(&opened.store),
        flushes,
        identity: Mutex::new(identity),
        quarantine: Mutex::new(quarantine),
        shards: RwLock::default(),
        receiving: peers::Receiving::default(),
        started: watch::Sender::new(false),
        changing: tokio::sync::Mutex::default(),
        is_short_of_space: AtomicBool::new(false),
    }
}
