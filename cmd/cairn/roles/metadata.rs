//! A metadata node: its members of all shards, behind gRPC.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use cairn_metadata::{Directory, MetadataClient, MetadataHandler, MetadataNode, NodeParts, NodeSettings, SERVICE_NAME};
use cairn_rpc::{GrpcTransport, Router, Transport, serve_grpc};
use cairn_runtime::production::{KvBudget, KvProfile, RocksKv};
use cairn_runtime::{Context, OnExit};

use super::finder;
use super::frame::{Process, Stop};
use super::status::{ClusterStatus, ENGINE_CACHE_BYTES, WRITE_BUFFER_BYTES};
use crate::admin::AdminListener;
use crate::config::MetadataConfig;
use crate::directories;

/// How long one look lasts whether the node has started, and the pause after a look that ended at once.
const START_ROUND: Duration = Duration::from_secs(5);
const START_PAUSE: Duration = Duration::from_millis(100);

/// Starts the node. It serves at once: with an empty directory that is how it is invited.
pub(crate) async fn start(process: Process, config: MetadataConfig) -> Result<Stop> {
    let context = process.context.clone();
    tracing::info!(name = config.name, "metadata node");
    let listener = context.net.listen(config.listen).await.with_context(|| format!("listen on {}", config.listen))?;
    let directory = Directory::new();
    let client = MetadataClient::new(context.clone(), directory.clone());
    let admin = AdminListener {
        readiness: process.readiness.clone(),
        status: Arc::new(ClusterStatus::new(context.clone(), client, None)),
        metrics: process.metrics.clone(),
        collect: None,
        api: None,
    };
    admin.start(&context, config.common.admin_listen).await?;
    let transport: Arc<dyn Transport> = Arc::new(GrpcTransport::new(context.clone()));
    finder::find(&context, transport, config.metadata.clone(), Some(config.listen), directory.clone());

    let disk = directories::open(&config.data, directories::METADATA)?;
    let rows = directories::engine(&config.data, directories::ROWS);
    let budget = KvBudget::new(ENGINE_CACHE_BYTES, WRITE_BUFFER_BYTES);
    let kv = Arc::new(RocksKv::open(&rows, KvProfile::Metadata, &budget).context("open the rows")?);
    let parts = NodeParts { context: context.clone(), disk, kv, directory };
    let node = MetadataNode::open(parts, NodeSettings::default()).await.context("open the metadata node")?;

    process.readiness.set_waits_for_cluster(true);
    let (waiting, readiness, clock) = (node.clone(), process.readiness.clone(), context.clock.clone());
    context.tasks.spawn("wait for membership", OnExit::Ignore, async move {
        // An empty directory waits for its invitation as long as it takes.
        while waiting.started(clock.now() + START_ROUND).await.is_err() {
            clock.sleep(START_PAUSE).await;
        }
        readiness.set_waits_for_cluster(false);
    });

    let router = Router::default().with(SERVICE_NAME, Arc::new(MetadataHandler::new(node.service())));
    let serving = context.tasks.child();
    let served = Context { tasks: serving.clone(), ..context.clone() };
    serving.spawn("metadata service", OnExit::Ignore, serve_grpc(served, listener, router));
    Ok(Box::pin(async move {
        node.stop().await;
        serving.shutdown(config.common.stop_timeout).await;
    }))
}
