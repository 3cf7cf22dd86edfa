//! `cairn cluster init` and `grow`: making a cluster of waiting metadata nodes, and taking new disks in.
//!
//! Only this, `cluster up` and `cairn server` on empty directories make a cluster: a metadata node with an empty directory
//! waits to be invited, also when all its peers are empty.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use bytes::Bytes;
use cairn_metadata::{Directory, MetadataClient};
use cairn_rpc::{GrpcTransport, Transport};
use cairn_runtime::{Context, Instant};
use cairn_types::NodeId;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use crate::config::{RootPairSource, Secret};
use crate::credentials::{self, RootPair};
use crate::founding::{self, ClusterKeySource, FounderPlace, Founding};
use crate::roles;

/// Longest wait for the new cluster to serve.
const INIT_WAIT_MAX: Duration = Duration::from_secs(60);

/// A cluster to be made of other processes.
pub(crate) struct InitRequest<'a> {
    /// Addresses of its metadata nodes, all waiting.
    pub(crate) metadata: Vec<String>,
    /// Name of its region.
    pub(crate) region: String,
    /// Root key pair.
    pub(crate) pair: &'a RootPair,
    /// The key under which secrets are stored.
    pub(crate) cluster_key: &'a ClusterKeySource,
}

/// `cairn cluster init`.
pub(crate) fn command() -> Command {
    Command::new("init")
        .about("Makes a cluster of metadata nodes that wait to be invited")
        .arg(metadata_argument())
        .arg(
            Arg::new("region").long("region").env("CAIRN_REGION").default_value("us-east-1").help("name of the region"),
        )
        .arg(
            Arg::new("cluster-key-file")
                .long("cluster-key-file")
                .env("CAIRN_CLUSTER_KEY_FILE")
                .value_parser(value_parser!(PathBuf))
                .help(
                    "key under which secrets are stored; made if it is missing. Every gateway needs it. The key itself may \
                     stand in CAIRN_CLUSTER_KEY instead",
                ),
        )
        .arg(
            Arg::new("credentials-dir")
                .long("credentials-dir")
                .default_value(".")
                .value_parser(value_parser!(PathBuf))
                .help("where a generated root key pair is written"),
        )
}

/// `cairn cluster grow`.
pub(crate) fn grow_command() -> Command {
    Command::new("grow").about("Takes registered nodes and disks into use").arg(metadata_argument()).arg(
        Arg::new("disks")
            .long("disks")
            .default_value("1")
            .value_parser(value_parser!(usize))
            .help("waits for so many disks"),
    )
}

fn metadata_argument() -> Arg {
    Arg::new("metadata")
        .long("metadata")
        .env("CAIRN_METADATA")
        .value_delimiter(',')
        .action(ArgAction::Append)
        .required(true)
        .help("address:port of every metadata node")
}

fn metadata_of(matches: &ArgMatches) -> Vec<String> {
    matches.get_many::<String>("metadata").into_iter().flatten().cloned().collect()
}

/// Does `init`.
pub(crate) fn run(matches: &ArgMatches) -> Result<()> {
    let variable = |name: &str| std::env::var(name).ok();
    let key = match (matches.get_one::<PathBuf>("cluster-key-file"), variable("CAIRN_CLUSTER_KEY")) {
        (Some(_), Some(_)) => bail!("cluster-key-file and CAIRN_CLUSTER_KEY are both set"),
        (Some(file), None) => ClusterKeySource::File(file.clone()),
        (None, Some(key)) => ClusterKeySource::Given(Secret(key)),
        (None, None) => bail!("cluster-key-file: must be set, or CAIRN_CLUSTER_KEY"),
    };
    let source = RootPairSource {
        access_key: variable("CAIRN_ROOT_ACCESS_KEY"),
        access_key_file: variable("CAIRN_ROOT_ACCESS_KEY_FILE").map(Into::into),
        secret_key_file: variable("CAIRN_ROOT_SECRET_KEY_FILE").map(Into::into),
        secret_key: variable("CAIRN_ROOT_SECRET_KEY").map(Secret),
    };
    let (pair, generated) = match credentials::given(&source)? {
        Some(pair) => (pair, false),
        None => (credentials::generate(&roles::entropy()), true),
    };
    key.ensure(&roles::entropy())?;
    if generated {
        let directory = matches.get_one::<PathBuf>("credentials-dir").expect("it has a default");
        println!("the root key pair lies in {}", credentials::write(directory, &pair)?.display());
    }
    let region = matches.get_one::<String>("region").expect("it has a default").clone();
    initialise(&InitRequest { metadata: metadata_of(matches), region, pair: &pair, cluster_key: &key })?;
    println!("the cluster is made; start its storage nodes, then `cairn cluster grow`, then its gateways");
    Ok(())
}

/// Does `grow`.
pub(crate) fn run_grow(matches: &ArgMatches) -> Result<()> {
    grow(&metadata_of(matches), *matches.get_one::<usize>("disks").expect("it has a default"))
}

/// Makes a cluster of waiting metadata nodes.
pub(crate) fn initialise(request: &InitRequest<'_>) -> Result<()> {
    let key = request.cluster_key.read(&roles::entropy())?;
    roles::run_client(async |context| {
        let deadline = context.clock.now() + INIT_WAIT_MAX;
        let transport: Arc<dyn Transport> = Arc::new(GrpcTransport::new(context.clone()));
        let directory = Directory::new();
        let mut founders = Vec::new();
        for (place, address) in addresses(&request.metadata)?.into_iter().enumerate() {
            let node = NodeId(place as u64 + 1);
            directory.put_remote(node, &transport, address);
            let profile = roles::profile(&format!("metadata {address}"), address.to_string(), &["metadata"], "");
            let claim = Bytes::copy_from_slice(&context.entropy.bytes::<16>());
            founders.push(FounderPlace { node, profile, claim });
        }
        let client = MetadataClient::new(context.clone(), directory);
        let founding = Founding { region: request.region.clone(), founders, root: request.pair, key: &key };
        founding::found(&context, &client, founding, deadline).await.map(drop)
    })
}

/// Waits until `disks` disks are registered and takes all of them into use.
pub(crate) fn grow(metadata: &[String], disks: usize) -> Result<()> {
    roles::run_client(async |context| {
        let deadline = context.clock.now() + INIT_WAIT_MAX;
        let client = client(&context, metadata)?;
        loop {
            let map = roles::grow_when(&client, disks, deadline).await?;
            if let Some(map) = map {
                println!("{} disks, {} placement groups", map.disks.len(), map.groups.len());
                return Ok(());
            }
            pause(&context, deadline).await?;
        }
    })
}

async fn pause(context: &Context, deadline: Instant) -> Result<()> {
    if context.clock.now() >= deadline {
        bail!("the disks were not registered in time");
    }
    context.clock.sleep(Duration::from_millis(100)).await;
    Ok(())
}

fn client(context: &Context, metadata: &[String]) -> Result<MetadataClient> {
    let directory = Directory::new();
    let transport: Arc<dyn Transport> = Arc::new(GrpcTransport::new(context.clone()));
    roles::find(context, transport, addresses(metadata)?, None, directory.clone());
    Ok(MetadataClient::new(context.clone(), directory))
}

fn addresses(list: &[String]) -> Result<Vec<SocketAddr>> {
    let parse = |text: &String| text.parse().with_context(|| format!("{text:?} is not an address with a port"));
    list.iter().map(parse).collect()
}
