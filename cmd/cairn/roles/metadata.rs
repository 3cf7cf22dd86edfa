//! A metadata node: its members of all shards, behind gRPC.

use std::sync::Arc;

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

/// Starts the node. It serves at once: with an empty directory that is how it is invited.
pub(crate) async fn start(process: Process, config: MetadataConfig) -> Result<Stop> {
    let context = process.context.clone();
    let listener = context.net.listen(config.listen).await.with_context(|| format!("listen on {}", config.listen))?;
    let directory = Directory::new();
    let client = MetadataClient::new(context.clone(), directory.clone());
    let admin = AdminListener {
        readiness: process.readiness.clone(),
        status: Arc::new(ClusterStatus::new(context.clone(), client, None)),
        metrics: process.metrics.clone(),
        collect: None,
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

    let router = Router::default().with(SERVICE_NAME, Arc::new(MetadataHandler::new(node.service())));
    let serving = context.tasks.child();
    let served = Context { tasks: serving.clone(), ..context.clone() };
    serving.spawn("metadata service", OnExit::Ignore, serve_grpc(served, listener, router));
    Ok(Box::pin(async move {
        node.stop().await;
        serving.shutdown(config.common.stop_timeout).await;
    }))
}
