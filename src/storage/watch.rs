//! Notices nodes that come and go without being asked for anything.

use std::sync::Arc;

use cairn_runtime::OnExit;
use cairn_runtime::select::{Either, select};
use cairn_types::NodeId;

use crate::directory::StorageDirectory;
use crate::limits::{PING_INTERVAL, PING_WAIT_MAX};
use crate::service::{FragmentService, FragmentServices};

impl StorageDirectory {
    /// Asks every node for its status again and again until shutdown, so that writes avoid a node that went away before
    /// they run into it, and take one that came back.
    pub fn watch(self: &Arc<Self>) {
        let directory = Arc::clone(self);
        self.context().tasks.spawn("storage ping", OnExit::Report, async move {
            let (clock, tasks) = (directory.context().clock.clone(), directory.context().tasks.clone());
            loop {
                directory.ping().await;
                if let Either::Left(()) = select(tasks.shutdown_requested(), clock.sleep(PING_INTERVAL)).await {
                    return;
                }
            }
        });
    }

    /// Asks every node once.
    pub async fn ping(&self) {
        let each = self.nodes().into_iter().map(|(node, service)| self.ping_one(node, service));
        futures::future::join_all(each).await;
    }

    async fn ping_one(&self, node: NodeId, service: Arc<dyn FragmentService>) {
        let deadline = self.context().clock.now() + PING_WAIT_MAX;
        match self.context().clock.until(deadline, service.status(deadline)).await {
            Ok(Ok(disks)) => disks.iter().for_each(|status| self.note(status.disk, status.writable)),
            Ok(Err(_)) | Err(_) => self.note_node(node, false),
        }
    }
}
