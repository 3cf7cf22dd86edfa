//! Finds the metadata nodes behind the addresses of the configuration.
//!
//! An address says nothing about who is there: each is asked for its id, again and again, because nodes join and restart.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use cairn_metadata::{Directory, MetadataService, RemoteMetadata};
use cairn_rpc::Transport;
use cairn_runtime::{Context, OnExit};
use cairn_types::NodeId;

/// Pause between rounds while a node is missing, and when all are found.
const SEARCHING: Duration = Duration::from_millis(200);
const FOUND: Duration = Duration::from_secs(5);

/// Longest wait for one answer.
const ANSWER_WAIT_MAX: Duration = Duration::from_secs(2);

/// Keeps `directory` filled with the nodes at `addresses`, except `me`.
pub(crate) fn find(
    context: &Context,
    transport: Arc<dyn Transport>,
    addresses: Vec<SocketAddr>,
    me: Option<SocketAddr>,
    directory: Directory,
) {
    let tasks = context.tasks.clone();
    let context = context.clone();
    tasks.spawn("find metadata nodes", OnExit::Report, async move {
        loop {
            let mut all_found = true;
            for address in addresses.iter().filter(|address| Some(**address) != me) {
                match ask(&context, &transport, *address).await {
                    Some(node) => directory.put_remote(node, &transport, *address),
                    None => all_found = false,
                }
            }
            context.clock.sleep(if all_found { FOUND } else { SEARCHING }).await;
        }
    });
}

/// Id of the node at `address`; `None` if it does not answer or has none yet.
async fn ask(context: &Context, transport: &Arc<dyn Transport>, address: SocketAddr) -> Option<NodeId> {
    let deadline = context.clock.now() + ANSWER_WAIT_MAX;
    let status = RemoteMetadata::new(Arc::clone(transport), address).status(deadline).await.ok()?;
    (status.node.0 != 0).then_some(status.node)
}
