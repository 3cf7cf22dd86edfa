//! A gateway: S3 on one side, the cluster on the other.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use cairn_metadata::{Directory, MetadataClient};
use cairn_rpc::{GrpcTransport, Transport};
use cairn_types::Digest128;

use super::frame::{Process, Stop};
use super::s3_edge::{Edge, start_edge};
use super::{finder, register};
use crate::config::GatewayConfig;

/// How long a gateway waits for its cluster to be made and to answer.
const CLUSTER_WAIT_MAX: Duration = Duration::from_secs(600);

/// Starts the gateway.
pub(crate) async fn start(process: Process, config: GatewayConfig) -> Result<Stop> {
    let context = process.context.clone();
    let directory = Directory::new();
    let client = MetadataClient::new(context.clone(), directory.clone());
    let control: Arc<dyn Transport> = Arc::new(GrpcTransport::new(context.clone()));
    finder::find(&context, control, config.metadata.clone(), None, directory);
    let key_source = config.s3.cluster_key_source()?.context("neither cluster-key-file nor cluster-key is set")?;
    let cluster_key = key_source.read(&context.entropy)?;

    let deadline = context.clock.now() + CLUSTER_WAIT_MAX;
    let cluster = register::cluster(&context, &client, deadline).await?;
    // A gateway keeps nothing: its name is what it is known by, so that restarts do not fill the table of nodes.
    let claim = bytes::Bytes::copy_from_slice(&Digest128::of(0, config.name.as_bytes()).to_be_bytes());
    let profile = register::profile(&config.name, config.s3.listen.to_string(), &["gateway"], "");
    let node = register::node(&client, cluster.cluster, claim, Default::default(), profile, deadline).await?;
    let edge = Edge {
        client,
        node,
        region: cluster.region_name,
        cluster_key,
        local: BTreeMap::new(),
        settings: config.s3.clone(),
    };
    start_edge(&process, edge, config.common.admin_listen).await
}
