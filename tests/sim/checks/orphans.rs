//! D8: when everything was deleted and collected, no disk holds a fragment.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use cairn_rpc::{HttpTransport, Transport};
use cairn_runtime::Context;
use cairn_storage::{FragmentService, RemoteStorage};

use crate::client::S3Client;
use crate::cluster::{SimCluster, deadline};
use crate::workload::{BUCKET, CONTESTED, KEYS};

/// Collections until nothing is left; each waits for what sessions resolve in between.
const ROUNDS_MAX: usize = 12;

/// Deletes all objects and uploads of the run, collects, and looks at every disk.
pub(crate) async fn nothing_is_left_when_all_is_deleted(cluster: &SimCluster, s3: &S3Client) -> Result<(), String> {
    for key in KEYS.iter().chain(CONTESTED) {
        let deleted = s3.delete(0, BUCKET, key).await.expect("a whole cluster answers");
        assert_eq!(deleted.status(), 204, "{:?}", deleted.code());
    }
    s3.abort_all_uploads(0, BUCKET).await;
    nothing_is_left(cluster).await
}

/// Collects until no disk holds a fragment.
pub(crate) async fn nothing_is_left(cluster: &SimCluster) -> Result<(), String> {
    let mut left = Vec::new();
    for _ in 0..ROUNDS_MAX {
        cluster.collect().await;
        left = fragments(cluster).await;
        if left.iter().all(|fragments| *fragments == 0) {
            return Ok(());
        }
        Context::current().clock.sleep(Duration::from_secs(10)).await;
    }
    Err(format!("fragments left on the disks: {left:?}"))
}

/// Fragments on each disk.
async fn fragments(cluster: &SimCluster) -> Vec<u64> {
    let context = Context::current();
    let transport: Arc<dyn Transport> = Arc::new(HttpTransport::new(context.clone()));
    let mut counts = Vec::new();
    for address in cluster.storage_addresses() {
        let node = remote(&context, &transport, address);
        let disks = node.status(deadline()).await.expect("every storage node runs");
        counts.push(disks.iter().map(|disk| disk.fragments).sum());
    }
    counts
}

fn remote(context: &Context, transport: &Arc<dyn Transport>, address: SocketAddr) -> RemoteStorage {
    RemoteStorage::new(context.clone(), Arc::clone(transport), address)
}
