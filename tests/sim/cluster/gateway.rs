//! A gateway's process.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use cairn_gateway::{Components, Gateway, GatewaySettings};
use cairn_metadata::{MetadataClient, SessionOwner, WriterSession};
use cairn_objects::{Objects, Settings};
use cairn_repair::{Collector, CollectorSettings};
use cairn_rpc::{HttpTransport, Transport};
use cairn_runtime::sim::SimNode;
use cairn_runtime::{Context, OnExit};
use cairn_storage::{FragmentServices, StorageDirectory};
use cairn_types::{KIB, MIB};

use super::founding::{REGION, Secrets};
use super::{S3_PORT, deadline, directory, registration};

/// Starts it; runs on its node.
pub(super) async fn start(host: SimNode, metadata: Vec<SimNode>, secrets: Arc<Secrets>) {
    let context = Context::current();
    let client = MetadataClient::new(context.clone(), directory(&context, &metadata));
    let cluster = registration::cluster(&client, deadline()).await;
    let profile = registration::profile(&host, S3_PORT, "gateway");
    let node = registration::node(&client, cluster.cluster, profile, deadline()).await;
    let owner = SessionOwner { node, purpose: "gateway".to_owned() };
    let session = WriterSession::open(client, owner, deadline()).await.expect("the cluster takes its writers");
    let transport: Arc<dyn Transport> = Arc::new(HttpTransport::new(context.clone()));
    let directory = Arc::new(StorageDirectory::new(context.clone(), transport, BTreeMap::new()));
    directory.watch();
    let services: Arc<dyn FragmentServices> = directory;
    let collector =
        Collector::new(context.clone(), session.client().clone(), Arc::clone(&services), CollectorSettings::default());
    context.tasks.spawn("collector", OnExit::Report, collector.run(session.clone()));
    let objects = Objects::new(context.clone(), session, services, settings());
    objects.refresh_placement().await.expect("there is a map");
    let components =
        Components { context: context.clone(), objects, cluster_key: secrets.cluster_key(context.entropy.clone()) };
    let gateway = Gateway::new(components, GatewaySettings::new(REGION).expect("it is a region"));
    let listener = context.net.listen(SocketAddr::new(host.address(), S3_PORT)).await.expect("the port is free");
    context.tasks.spawn("s3", OnExit::Report, async move { gateway.serve(listener).await });
}

/// Small blobs: what happens with many blobs happens with bodies that a run can afford.
fn settings() -> Settings {
    Settings::small_for_tests(4 * KIB, 256 * KIB, 16 * MIB)
}
