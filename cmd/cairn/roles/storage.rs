//! A storage node: its disks, behind HTTP/1.1.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use async_trait::async_trait;
use cairn_metadata::{Directory, MetadataClient};
use cairn_repair::DegradedMarks;
use cairn_rpc::{GrpcTransport, Router, Transport, serve_http};
use cairn_runtime::OnExit;
use cairn_runtime::production::KvBudget;
use cairn_storage::{FragmentService, LostFragments, StorageHandler, StorageNode, maintain};

use super::disks::{Mounting, identities, mount_all};
use super::frame::{Process, Stop};
use super::status::{ClusterStatus, ENGINE_CACHE_BYTES, WRITE_BUFFER_BYTES, room_bytes};
use super::{finder, register};
use crate::admin::AdminListener;
use crate::config::StorageConfig;
use crate::directories;

/// How long a node waits for its cluster to be made and to answer.
const CLUSTER_WAIT_MAX: Duration = Duration::from_secs(600);

/// Starts the node: finds the cluster, registers itself and its disks, serves them.
pub(crate) async fn start(process: Process, config: StorageConfig) -> Result<Stop> {
    let context = process.context.clone();
    let directory = Directory::new();
    let client = MetadataClient::new(context.clone(), directory.clone());
    let admin = AdminListener {
        readiness: process.readiness.clone(),
        status: Arc::new(ClusterStatus::new(context.clone(), client.clone(), None)),
        metrics: process.metrics.clone(),
        collect: None,
        api: None,
    };
    admin.start(&context, config.common.admin_listen).await?;
    let listener = context.net.listen(config.listen).await.with_context(|| format!("listen on {}", config.listen))?;
    let control: Arc<dyn Transport> = Arc::new(GrpcTransport::new(context.clone()));
    finder::find(&context, control, config.metadata.clone(), None, directory);

    let deadline = context.clock.now() + CLUSTER_WAIT_MAX;
    let cluster = register::cluster(&context, &client, deadline).await?.cluster;
    let known = identities(&config.data).await?.into_iter().flatten().map(|identity| identity.node).next();
    let claim = directories::node_claim(&config.data, &context.entropy)?;
    let profile = register::profile(&config.name, config.listen.to_string(), &["storage"], &config.zone);
    let node = register::node(&client, cluster, claim, known.unwrap_or_default(), profile, deadline).await?;
    let budget = KvBudget::new(ENGINE_CACHE_BYTES, WRITE_BUFFER_BYTES);
    let mounting = Mounting {
        context: &context,
        budget: &budget,
        client: &client,
        cluster,
        node,
        segment_bytes: config.segment_bytes,
        deadline,
    };
    let disks = mount_all(&mounting, &config.data).await?;
    let stores: Vec<_> = disks.iter().map(|disk| (disk.id, Arc::clone(&disk.store))).collect();
    let storage = Arc::new(StorageNode::new(context.clock.clone(), disks, room_bytes()));
    let lost: Arc<dyn LostFragments> = Arc::new(DegradedMarks::new(context.clone(), client.clone()));
    stores.iter().for_each(|(disk, store)| maintain(&context, *disk, Arc::clone(store), Arc::clone(&lost)));

    let handler = StorageHandler::new(storage as Arc<dyn FragmentService>, context.clock.clone());
    let router = Router::default().with("storage", Arc::new(handler));
    let serving = context.tasks.child();
    let served = cairn_runtime::Context { tasks: serving.clone(), ..context.clone() };
    serving.spawn("storage service", OnExit::Ignore, serve_http(served, listener, router));
    Ok(Box::pin(async move {
        serving.shutdown(config.common.stop_timeout).await;
        close_stores(stores.into_iter().map(|(_, store)| store)).await;
    }))
}

/// Flushes and closes the stores of a process.
pub(super) async fn close_stores(stores: impl Iterator<Item = Arc<cairn_fragments::FragmentStore>>) {
    for store in stores {
        if let Err(error) = store.close().await {
            tracing::warn!(%error, "a disk could not be closed in order");
        }
    }
}

/// Local disks as a status page sees them.
#[async_trait]
impl super::status::LocalDisks for StorageNode {
    async fn disks(&self, deadline: cairn_runtime::Instant) -> Vec<cairn_storage::DiskStatus> {
        self.status(deadline).await.unwrap_or_default()
    }
}
