//! A metadata node's process.

use std::net::SocketAddr;
use std::sync::Arc;

use cairn_metadata::{MetadataHandler, MetadataNode, NodeParts, NodeSettings, SERVICE_NAME};
use cairn_rpc::{Router, serve_http};
use cairn_runtime::sim::SimNode;
use cairn_runtime::{Context, OnExit};
use cairn_types::MIB;

use super::calls::{Stoppable, Stops};
use super::{METADATA_PORT, directory};

/// Starts it; runs on its node.
pub(super) async fn start(host: SimNode, metadata: Vec<SimNode>, stops: Stops) -> MetadataNode {
    let context = Context::current();
    let listener = context.net.listen(SocketAddr::new(host.address(), METADATA_PORT)).await.expect("the port is free");
    let parts = NodeParts {
        context: context.clone(),
        disk: host.disk("metadata").mount(),
        kv: host.kv("rows").mount(),
        directory: directory(&context, &metadata),
    };
    // Small files, so that some are filled and dropped in every run.
    let settings = NodeSettings { log_file_bytes: MIB, ..NodeSettings::default() };
    let node = MetadataNode::open(parts, settings).await.expect("the directory is its own");
    let service = Arc::new(MetadataHandler::new(node.service()));
    let service = Stoppable { service, node: host.name().to_owned(), stops };
    let router = Router::default().with(SERVICE_NAME, Arc::new(service));
    context.tasks.spawn("metadata service", OnExit::Report, serve_http(context.clone(), listener, router));
    node
}
