//! `cairn server`: metadata, storage and gateway in one process, over the same code as a cluster of many.
//!
//! Its parts call each other directly: no sockets, nothing encoded on the way. With three or more directories the metadata has
//! three members, each on a directory of its own.
//!
//! # Crash
//! A directory that was emptied comes back as a new disk, and as a new member of the metadata where the old one was: nothing
//! is lost that the others have. If a majority of the members is gone the server says so and ends.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use cairn_catalog::command::{CommandBody, SetDiskState};
use cairn_catalog::query::{Answer, Query};
use cairn_catalog::rows::{DiskState, Nothing};
use cairn_metadata::{
    Directory, MetadataClient, MetadataNode, NodeParts, NodeSettings, Route, StartError, add_member, remove_member,
};
use cairn_repair::DegradedMarks;
use cairn_runtime::production::{KvBudget, KvProfile, RocksKv};
use cairn_runtime::{Context, Instant};
use cairn_storage::{LostFragments, StorageNode, maintain};
use cairn_types::{ClusterId, DiskId, NodeId};

use super::disks::{Mounting, identities, mount_all};
use super::frame::{Process, Stop};
use super::s3_edge::{Edge, start_edge};
use super::status::{ENGINE_CACHE_BYTES, WRITE_BUFFER_BYTES, room_bytes};
use super::storage::close_stores;
use super::{growth, register};
use crate::config::ServerConfig;
use crate::credentials::{self, ROOT_PAIR_FILE, RootPair};
use crate::directories;
use crate::founding::{self, ClusterKeySource, FounderPlace, Founding};

/// Members of the metadata, where there are directories for them.
const MEMBERS: usize = 3;

/// How long the members may take to elect a leader.
const START_WAIT_MAX: Duration = Duration::from_secs(15);

/// File of the key under which secrets are stored, a copy in each directory.
const CLUSTER_KEY_FILE: &str = "cluster-key";

/// Members of the metadata in this process.
struct Members {
    nodes: Vec<MetadataNode>,
    client: MetadataClient,
    directory: Directory,
    budget: KvBudget,
}

/// Starts everything.
pub(crate) async fn start(process: Process, config: ServerConfig) -> Result<Stop> {
    let context = process.context.clone();
    for directory in &config.data {
        std::fs::create_dir_all(directory).with_context(|| format!("create {}", directory.display()))?;
    }
    refuse_mixed(&config.data).await?;
    let is_new = config.data.iter().all(|directory| directories::is_new(directory));
    let key_source = cluster_key_source(&config, is_new, &context)?;
    let members = open_members(&context, &config.data, is_new).await?;
    let deadline = context.clock.now() + START_WAIT_MAX;
    let pair = if is_new { Some(found(&context, &config, &members, &key_source, deadline).await?) } else { None };
    let members = started(&context, &config.data, members).await?;
    let cluster = register::cluster(&context, &members.client, context.clock.now() + START_WAIT_MAX).await?;

    let deadline = context.clock.now() + START_WAIT_MAX;
    let claim = directories::node_claim(&config.data, &context.entropy)?;
    let profile = register::profile("server", config.s3.listen.to_string(), &["storage", "gateway"], "");
    let node = register::node(&members.client, cluster.cluster, claim, NodeId(0), profile, deadline).await?;
    let storage = mount(&context, &config, &members, cluster.cluster, node, deadline).await?;
    growth::grow(&members.client, deadline).await?;

    let stores: Vec<_> = storage.stores();
    let edge = Edge {
        client: members.client.clone(),
        node,
        region: cluster.region_name.clone(),
        cluster_key: key_source.read(&context.entropy)?,
        local: BTreeMap::from([(node, Arc::clone(&storage))]),
        settings: config.s3.clone(),
    };
    let stop_edge = start_edge(&process, edge, config.common.admin_listen).await?;
    announce(&config, pair.as_ref());
    Ok(Box::pin(async move {
        stop_edge.await;
        for member in &members.nodes {
            member.stop().await;
        }
        close_stores(stores.into_iter().map(|(_, store)| store)).await;
    }))
}

/// Directories of two clusters, or of one that is not known any more, are not put together.
async fn refuse_mixed(data: &[PathBuf]) -> Result<()> {
    let found = identities(data).await?;
    let mut known: Option<(ClusterId, &Path)> = None;
    for (directory, identity) in data.iter().zip(&found) {
        let Some(identity) = identity else { continue };
        match known {
            Some((cluster, other)) if cluster != identity.cluster => bail!(
                "{} is a disk of cluster {}, {} of cluster {cluster}",
                directory.display(),
                identity.cluster,
                other.display()
            ),
            _ => known = Some((identity.cluster, directory)),
        }
    }
    Ok(())
}

/// Where the key is: where the operator keeps it, or a copy in each directory.
fn cluster_key_source(config: &ServerConfig, is_new: bool, context: &Context) -> Result<ClusterKeySource> {
    if let Some(source) = config.s3.cluster_key_source()? {
        if is_new {
            source.ensure(&context.entropy)?;
        }
        return Ok(source);
    }
    let copies: Vec<PathBuf> = config.data.iter().map(|directory| directory.join(CLUSTER_KEY_FILE)).collect();
    let known = copies.iter().find(|copy| copy.exists());
    let Some(first) = known.or_else(|| copies.first().filter(|_| is_new)).cloned() else {
        bail!("no directory has its {CLUSTER_KEY_FILE}: the secrets in the metadata cannot be read without it");
    };
    founding::ensure_cluster_key(&first, &context.entropy)?;
    let text = std::fs::read_to_string(&first).with_context(|| format!("read {}", first.display()))?;
    for copy in copies.iter().filter(|copy| !copy.exists()) {
        credentials::write_private(copy, &text)?;
    }
    Ok(ClusterKeySource::File(first))
}

/// Opens the members that are there; for a new cluster, those to be made.
async fn open_members(context: &Context, data: &[PathBuf], is_new: bool) -> Result<Members> {
    let count = if data.len() >= MEMBERS { MEMBERS } else { 1 };
    let hosts: Vec<&PathBuf> = if is_new {
        data.iter().take(count).collect()
    } else {
        data.iter().filter(|directory| directories::has_metadata(directory)).collect()
    };
    if hosts.is_empty() {
        bail!("no directory has a member of the metadata: without one of them the objects cannot be found");
    }
    let budget = KvBudget::new(ENGINE_CACHE_BYTES, WRITE_BUFFER_BYTES);
    let directory = Directory::new();
    let mut nodes = Vec::new();
    for host in hosts {
        nodes.push(open_member(context, host, &budget, &directory).await?);
    }
    let client = MetadataClient::new(context.clone(), directory.clone());
    Ok(Members { nodes, client, directory, budget })
}

async fn open_member(context: &Context, host: &Path, budget: &KvBudget, directory: &Directory) -> Result<MetadataNode> {
    let disk = directories::open(host, directories::METADATA)?;
    let rows = directories::engine(host, directories::ROWS);
    let kv = RocksKv::open(&rows, KvProfile::Metadata, budget).with_context(|| format!("open {}", rows.display()))?;
    let parts = NodeParts { context: context.clone(), disk, kv: Arc::new(kv), directory: directory.clone() };
    let opened = MetadataNode::open(parts, NodeSettings::default()).await;
    opened.with_context(|| format!("open the metadata in {}", host.display()))
}

/// Makes the cluster of the waiting members.
async fn found(
    context: &Context,
    config: &ServerConfig,
    members: &Members,
    key_source: &ClusterKeySource,
    deadline: Instant,
) -> Result<RootPair> {
    let given = credentials::given(&config.root)?;
    let is_generated = given.is_none();
    let pair = given.unwrap_or_else(|| credentials::generate(&context.entropy));
    let key = key_source.read(&context.entropy)?;
    let mut founders = Vec::new();
    for (place, member) in members.nodes.iter().enumerate() {
        let node = NodeId(place as u64 + 1);
        members.directory.put(node, member.service());
        founders.push(founder(context, node));
    }
    let founding = Founding { region: config.region.clone(), founders, root: &pair, key: &key };
    founding::found(context, &members.client, founding, deadline).await?;
    if is_generated {
        credentials::write(&config.data[0], &pair)?;
    }
    Ok(pair)
}

fn founder(context: &Context, node: NodeId) -> FounderPlace {
    let profile = register::profile(&format!("member {node}"), String::new(), &["metadata"], "");
    FounderPlace { node, profile, claim: bytes::Bytes::copy_from_slice(&context.entropy.bytes::<16>()) }
}

/// Waits for the members, and makes new ones in place of those that are gone.
async fn started(context: &Context, data: &[PathBuf], mut members: Members) -> Result<Members> {
    let deadline = context.clock.now() + START_WAIT_MAX;
    for member in &members.nodes {
        match member.started(deadline).await {
            Ok(()) => {}
            Err(StartError::NoMajority) => bail!(
                "a majority of the members of the metadata is gone: {} of them are in these directories. If the others are lost for \
                 good, `cairn admin metadata recover --data …` lets the survivor go on alone, and says what may be lost",
                members.nodes.len()
            ),
            Err(StartError::Quarantined(reason)) => tracing::error!(reason, "a member of the metadata is quarantined"),
            Err(error) => return Err(error).context("start the metadata"),
        }
    }
    register::cluster(context, &members.client, deadline).await?;
    replace_lost(context, data, &mut members).await?;
    Ok(members)
}

/// Members whose directory was emptied are replaced by new ones on directories without a member.
async fn replace_lost(context: &Context, data: &[PathBuf], members: &mut Members) -> Result<()> {
    let deadline = context.clock.now() + 4 * START_WAIT_MAX;
    let wanted = if data.len() >= MEMBERS { MEMBERS } else { 1 };
    let map = members.client.refresh_shard_map(deadline).await?;
    let here: Vec<NodeId> = members.nodes.iter().filter_map(|node| Some(node.identity()?.node)).collect();
    let lost: Vec<NodeId> = map.root_members.iter().copied().filter(|member| !here.contains(member)).collect();
    let free: Vec<&PathBuf> = data.iter().filter(|directory| !directories::has_metadata(directory)).collect();
    for host in free.into_iter().take(wanted.saturating_sub(here.len())) {
        let member = open_member(context, host, &members.budget, &members.directory).await?;
        let place = founder(context, NodeId(0));
        let cluster = register::cluster(context, &members.client, deadline).await?.cluster;
        let node = register::node(&members.client, cluster, place.claim, NodeId(0), place.profile, deadline).await?;
        members.directory.put(node, member.service());
        add_member(&members.client, node, deadline).await.context("add a member to the metadata")?;
        members.nodes.push(member);
        tracing::warn!(%node, directory = %host.display(), "a new member of the metadata takes a lost one's place");
    }
    for node in lost {
        remove_member(&members.client, node, deadline).await.context("remove a lost member")?;
        tracing::warn!(%node, "a lost member of the metadata was removed");
    }
    Ok(())
}

/// Opens the disks; those whose directory was emptied are gone for good.
async fn mount(
    context: &Context,
    config: &ServerConfig,
    members: &Members,
    cluster: ClusterId,
    node: NodeId,
    deadline: Instant,
) -> Result<Arc<StorageNode>> {
    let mounting = Mounting {
        context,
        budget: &members.budget,
        client: &members.client,
        cluster,
        node,
        segment_bytes: config.segment_bytes,
        deadline,
    };
    let disks = mount_all(&mounting, &config.data).await?;
    let here: Vec<DiskId> = disks.iter().map(|disk| disk.id).collect();
    give_up_lost(&members.client, &here, deadline).await?;
    let lost: Arc<dyn LostFragments> = Arc::new(DegradedMarks::new(context.clone(), members.client.clone()));
    disks.iter().for_each(|disk| maintain(context, disk.id, Arc::clone(&disk.store), Arc::clone(&lost)));
    Ok(Arc::new(StorageNode::new(context.clock.clone(), disks, room_bytes())))
}

/// All disks of an embedded cluster are here: one that is not will not come back.
async fn give_up_lost(client: &MetadataClient, here: &[DiskId], deadline: Instant) -> Result<()> {
    let Answer::Members(known) = client.query(Route::ROOT, Query::Members(Nothing::default()), deadline).await? else {
        bail!("the root shard gave an answer of another kind");
    };
    let lost = known.disks.iter().filter(|disk| disk.row.state != DiskState::Removed && !here.contains(&disk.disk));
    for disk in lost {
        let reason = "its directory was emptied".to_owned();
        let set = SetDiskState { disk: disk.disk, state: DiskState::Removed, reason, ..SetDiskState::default() };
        client.submit(Route::ROOT, CommandBody::SetDiskState(set), deadline).await?;
        tracing::warn!(disk = %disk.disk, "a disk is gone: its directory was emptied");
    }
    Ok(())
}

/// Tells whoever started the server how to use it.
fn announce(config: &ServerConfig, pair: Option<&RootPair>) {
    let endpoint = format!("http://{}", config.s3.listen);
    println!("S3 is served at {endpoint}, administration at http://{}", config.common.admin_listen);
    let file = config.data.iter().map(|directory| directory.join(ROOT_PAIR_FILE)).find(|file| file.exists());
    match (&file, pair) {
        (Some(file), _) => {
            println!("the root key pair lies in {}", file.display());
            println!("upload something:");
            println!(
                "  (. {file} && export AWS_ACCESS_KEY_ID=$CAIRN_ROOT_ACCESS_KEY AWS_SECRET_ACCESS_KEY=$CAIRN_ROOT_SECRET_KEY \
                 AWS_DEFAULT_REGION={region} && aws --endpoint-url {endpoint} s3 mb s3://first && \
                 aws --endpoint-url {endpoint} s3 cp /etc/hostname s3://first/hello)",
                file = file.display(),
                region = config.region,
            );
        }
        (None, _) => println!("the root key pair is the one that was set when the cluster was made"),
    }
    println!("Ctrl-C stops the server");
}
