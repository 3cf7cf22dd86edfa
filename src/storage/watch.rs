//! Notices nodes that come and go without being asked for anything.
//!
//! # Concurrency
//! All nodes are asked at once; what came of it is noted when all have answered or are late.

use std::collections::BTreeSet;
use std::sync::Arc;

use cairn_runtime::OnExit;
use cairn_runtime::select::{Either, select};
use cairn_types::NodeId;

use crate::directory::StorageDirectory;
use crate::error::StorageError;
use crate::limits::{PING_INTERVAL, PING_WAIT_MAX};
use crate::service::{DiskStatus, FragmentService};

/// What came of asking a node.
enum Heard {
    /// It is there; these are its disks.
    Answered(Vec<DiskStatus>),
    /// Nothing is there, or something that cannot answer.
    Gone,
    /// Nothing came in time: it may be gone, or only busy.
    Late,
}

impl StorageDirectory {
    /// Asks every node for its status again and again until shutdown, so that writes avoid a node that went away before
    /// they run into it, and take one that came back.
    pub fn watch(self: &Arc<Self>) {
        let directory = Arc::clone(self);
        self.context().tasks.spawn("storage ping", OnExit::Report, async move {
            let (clock, tasks) = (directory.context().clock.clone(), directory.context().tasks.clone());
            let mut late = BTreeSet::new();
            loop {
                directory.ping(&mut late).await;
                if let Either::Left(()) = select(tasks.shutdown_requested(), clock.sleep(PING_INTERVAL)).await {
                    return;
                }
            }
        });
    }

    /// Asks every node once. `late` are the nodes that were late the last time.
    pub(crate) async fn ping(&self, late: &mut BTreeSet<NodeId>) {
        let each = self.nodes().into_iter().map(async |(node, service)| (node, self.ask(service).await));
        for (node, heard) in futures::future::join_all(each).await {
            self.note_heard(node, heard, late);
        }
    }

    async fn ask(&self, service: Arc<dyn FragmentService>) -> Heard {
        let deadline = self.context().clock.now() + PING_WAIT_MAX;
        match self.context().clock.until(deadline, service.status(deadline)).await {
            Ok(Ok(disks)) => Heard::Answered(disks),
            Ok(Err(StorageError::Lost | StorageError::Busy)) | Err(_) => Heard::Late,
            Ok(Err(_)) => Heard::Gone,
        }
    }

    /// A node that is late once may be short of a processor: it is taken for down when it is late twice in a row.
    fn note_heard(&self, node: NodeId, heard: Heard, late: &mut BTreeSet<NodeId>) {
        let was_late = late.remove(&node);
        match heard {
            Heard::Answered(disks) => self.note_disks(node, &disks),
            Heard::Gone => self.note_node_down(node),
            Heard::Late => {
                late.insert(node);
                if was_late {
                    self.note_node_down(node);
                }
            }
        }
    }
}
