//! Data path, collector, gateway and admin listener: what a gateway process and an embedded cluster have in common.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use cairn_erasure::limits::BLOB_BYTES_DEFAULT;
use cairn_gateway::admin::AdminApi;
use cairn_gateway::{ClusterKey, Components, Gateway, GatewaySettings};
use cairn_metadata::{MetadataClient, SessionOwner, WriterSession};
use cairn_objects::{Objects, Settings};
use cairn_repair::{Collected, Collector, CollectorSettings};
use cairn_rpc::{HttpTransport, Transport};
use cairn_runtime::{Context, OnExit};
use cairn_s3::address::AddressStyles;
use cairn_s3::auth::SigV2;
use cairn_storage::{FragmentService, FragmentServices, StorageDirectory, StorageNode};
use cairn_types::NodeId;

use super::frame::{Process, Stop};
use super::status::{ClusterStatus, LocalDisks};
use crate::admin::{AdminListener, Collect};
use crate::config::S3Settings;

/// Longest wait for a session.
const SESSION_WAIT_MAX: Duration = Duration::from_secs(30);

/// Longest time that a collection that was asked for may take.
const COLLECT_WAIT_MAX: Duration = Duration::from_secs(100);

/// What serves S3.
pub(super) struct Edge {
    /// The catalog.
    pub(super) client: MetadataClient,
    /// This node.
    pub(super) node: NodeId,
    /// Name of the region.
    pub(super) region: String,
    /// Key of the secrets in the metadata.
    pub(super) cluster_key: ClusterKey,
    /// Storage nodes of this process.
    pub(super) local: BTreeMap<NodeId, Arc<StorageNode>>,
    /// What the operator set.
    pub(super) settings: S3Settings,
}

/// Starts everything, the listener last.
pub(super) async fn start_edge(process: &Process, edge: Edge, admin_listen: SocketAddr) -> Result<Stop> {
    let context = process.context.clone();
    let listen = edge.settings.listen;
    let listener = context.net.listen(listen).await.with_context(|| format!("listen on {listen}"))?;
    let deadline = context.clock.now() + SESSION_WAIT_MAX;
    let owner = SessionOwner { node: edge.node, purpose: "gateway".to_owned() };
    let session = WriterSession::open(edge.client.clone(), owner, deadline).await.context("open a session")?;
    let services = services(&context, &edge);
    let objects = Objects::new(context.clone(), session.clone(), Arc::clone(&services), data_path(&edge.settings)?);
    objects.refresh_placement().await.context("read the map of placement groups")?;
    let collector = Collector::new(context.clone(), edge.client.clone(), services, CollectorSettings::default());
    let background = (collector.clone(), session.clone());
    context.tasks.spawn("collector", OnExit::Report, async move { background.0.run(background.1).await });

    let components = Components { context: context.clone(), objects, cluster_key: edge.cluster_key };
    let gateway = Gateway::new(components, gateway_settings(&edge.region, &edge.settings)?);
    let local = edge.local.iter().next().map(|(node, storage)| (*node, Arc::clone(storage) as Arc<dyn LocalDisks>));
    let admin = AdminListener {
        readiness: process.readiness.clone(),
        status: Arc::new(ClusterStatus::new(context.clone(), edge.client, local)),
        metrics: process.metrics.clone(),
        collect: Some(collect(context.clone(), collector)),
        api: Some(AdminApi::new(gateway.clone())),
    };
    admin.start(&context, admin_listen).await?;
    let serving = gateway.clone();
    let served = context.tasks.spawn("s3 listener", OnExit::Ignore, async move { serving.serve(listener).await });
    Ok(Box::pin(async move {
        gateway.stop();
        if served.await.is_err() {
            tracing::warn!("the S3 listener was cut");
        }
        let deadline = context.clock.now() + Duration::from_secs(2);
        if let Err(error) = session.close(deadline).await {
            tracing::info!(%error, "the session runs out by itself");
        }
    }))
}

/// Where disks are found. Nodes of this process are asked too: a disk that is fenced is then not tried in vain.
fn services(context: &Context, edge: &Edge) -> Arc<dyn FragmentServices> {
    let transport: Arc<dyn Transport> = Arc::new(HttpTransport::new(context.clone()));
    let local = edge.local.iter().map(|(node, storage)| (*node, Arc::clone(storage) as Arc<dyn FragmentService>));
    let directory = Arc::new(StorageDirectory::new(context.clone(), transport, local.collect()));
    directory.watch();
    directory
}

/// A quarter of the memory reads ahead, the rest stages bodies.
fn data_path(settings: &S3Settings) -> Result<Settings> {
    let read_ahead = settings.memory_bytes / 4;
    Settings::new(settings.inline_bytes_max, BLOB_BYTES_DEFAULT, settings.memory_bytes - read_ahead, read_ahead)
        .context("settings of the data path")
}

fn gateway_settings(region: &str, settings: &S3Settings) -> Result<GatewaySettings> {
    let styles = match (settings.path_style, settings.virtual_style && !settings.domains.is_empty()) {
        (true, true) => AddressStyles::Both,
        (true, false) => AddressStyles::PathOnly,
        (false, true) => AddressStyles::VirtualHostedOnly,
        (false, false) => anyhow::bail!("neither path style nor virtual-hosted style is served"),
    };
    let sigv2 = if settings.allow_sigv2 { SigV2::Everywhere } else { SigV2::PresignedOnly };
    let checked = GatewaySettings::new(region)?
        .with_addressing(settings.domains.iter().cloned(), styles)?
        .with_sigv2(sigv2)
        .with_encrypt_all(settings.encrypt_all)
        .with_insecure_sse_c(settings.insecure_sse_c)
        .with_connections_max(settings.connections_max)?;
    Ok(checked)
}

fn collect(context: Context, collector: Collector) -> Collect {
    Arc::new(move || {
        let (context, collector) = (context.clone(), collector.clone());
        Box::pin(async move {
            let deadline = context.clock.now() + COLLECT_WAIT_MAX;
            // A task of its own: who asked may go away, a round is worth finishing.
            let round = async move { collector.collect_once(deadline).await };
            let collected = context.tasks.spawn("collect now", OnExit::Ignore, round).await?;
            Ok(page(&collected))
        })
    })
}

fn page(collected: &Collected) -> serde_json::Value {
    serde_json::json!({
        "rows_unrolled": collected.rows_unrolled,
        "runs_collected": collected.runs,
        "run_bytes": collected.run_bytes,
        "fragments_deleted": collected.fragments_deleted,
        "fragments_swept": collected.fragments_swept,
        "orphans_deleted": collected.orphans_deleted,
        "orphan_bytes": collected.orphan_bytes,
        "late_fragments_noted": collected.cleared,
        "runs_kept": collected.runs_kept,
        "shards_awaiting_readers": collected.shards_awaiting_readers,
        "disks_down": collected.disks_down.len(),
        "failures": collected.failures,
    })
}
