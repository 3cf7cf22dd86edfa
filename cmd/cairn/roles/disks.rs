//! Data directories become disks of the cluster.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use cairn_fragments::{DiskIdentity, FragmentStore, StoreOptions};
use cairn_metadata::MetadataClient;
use cairn_runtime::disk::Disk;
use cairn_runtime::production::{KvBudget, KvProfile, RocksKv};
use cairn_runtime::{Context, Instant};
use cairn_storage::MountedDisk;
use cairn_types::{ClusterId, DiskId, NodeId};

use super::register;
use crate::directories;

/// What disks are opened with.
pub(crate) struct Mounting<'a> {
    /// Clock, randomness, tasks.
    pub(crate) context: &'a Context,
    /// Memory of the process's engines.
    pub(crate) budget: &'a KvBudget,
    /// Where they are registered.
    pub(crate) client: &'a MetadataClient,
    /// The cluster they belong to.
    pub(crate) cluster: ClusterId,
    /// The node they are mounted on.
    pub(crate) node: NodeId,
    /// Length of a segment.
    pub(crate) segment_bytes: u64,
    /// Until when they must be registered.
    pub(crate) deadline: Instant,
}

/// Identities in the directories: which of them belong to which cluster. Nothing is changed.
pub(crate) async fn identities(data: &[PathBuf]) -> Result<Vec<Option<DiskIdentity>>> {
    let mut found = Vec::new();
    for directory in data {
        found.push(identity(directory).await?);
    }
    Ok(found)
}

async fn identity(directory: &Path) -> Result<Option<DiskIdentity>> {
    if !directory.join(directories::FRAGMENTS).exists() {
        return Ok(None);
    }
    let disk = directories::open(directory, directories::FRAGMENTS)?;
    let identity = DiskIdentity::read(disk.as_ref()).await;
    identity.with_context(|| format!("read the identity of {}", directory.display()))
}

/// Opens every directory as a disk: registers new ones, checks known ones, recovers their fragments.
pub(crate) async fn mount_all(mounting: &Mounting<'_>, data: &[PathBuf]) -> Result<Vec<MountedDisk>> {
    let mut mounted = Vec::new();
    for directory in data {
        let disk = mount(mounting, directory).await.with_context(|| format!("mount {}", directory.display()))?;
        mounted.push(disk);
    }
    warn_of_shared_devices(data, &mounted);
    Ok(mounted)
}

async fn mount(mounting: &Mounting<'_>, directory: &Path) -> Result<MountedDisk> {
    let disk = directories::open(directory, directories::FRAGMENTS)?;
    let known = DiskIdentity::read(disk.as_ref()).await?;
    if let Some(known) = known.as_ref().filter(|known| known.cluster != mounting.cluster) {
        bail!("it is a disk of cluster {}, not of {}", known.cluster, mounting.cluster);
    }
    let id = register(mounting, directory, &disk, known.as_ref()).await?;
    if known.is_none() {
        let identity =
            DiskIdentity { cluster: mounting.cluster, node: mounting.node, disk: id, ..DiskIdentity::default() };
        identity.write(disk.as_ref()).await?;
    }
    let store = open_store(mounting, directory, id, Arc::clone(&disk)).await?;
    Ok(MountedDisk { id, store: Arc::new(store), directory: disk })
}

async fn register(
    mounting: &Mounting<'_>,
    directory: &Path,
    disk: &Arc<dyn Disk>,
    known: Option<&DiskIdentity>,
) -> Result<DiskId> {
    let new = register::NewDisk {
        cluster: mounting.cluster,
        claim: directories::claim(directory, &mounting.context.entropy)?,
        known: known.map_or_else(DiskId::default, |known| known.disk),
        node: mounting.node,
        capacity: disk.space().await.context("read the space of the device")?.total_bytes,
        device: disk.device(),
    };
    register::disk(mounting.client, new, mounting.deadline).await
}

async fn open_store(
    mounting: &Mounting<'_>,
    directory: &Path,
    id: DiskId,
    disk: Arc<dyn Disk>,
) -> Result<FragmentStore> {
    let index = RocksKv::open(&directories::engine(directory, directories::INDEX), KvProfile::Index, mounting.budget)?;
    let options = StoreOptions { segment_bytes: mounting.segment_bytes, ..StoreOptions::new(id) };
    let context = mounting.context;
    let opened = FragmentStore::open(disk, Arc::new(index), context.entropy.clone(), &context.tasks, options).await;
    let (store, recovered) = opened.context("open the fragments")?;
    if !recovered.damage.is_empty() {
        tracing::error!(disk = %id, damage = ?recovered.damage, "damage was found on the disk");
    }
    if recovered.is_fenced {
        tracing::error!(disk = %id, "the disk is fenced: a write or sync failed earlier; it serves reads only");
    }
    if recovered.index_was_rebuilt {
        tracing::warn!(disk = %id, records = recovered.replayed_records, "the index of the disk was rebuilt");
    }
    Ok(store)
}

fn warn_of_shared_devices(data: &[PathBuf], mounted: &[MountedDisk]) {
    let mut devices: Vec<u64> = mounted.iter().map(|disk| disk.directory.device()).collect();
    devices.sort_unstable();
    devices.dedup();
    if devices.len() < data.len() {
        tracing::warn!(
            directories = data.len(),
            devices = devices.len(),
            "several directories are on one device: they survive the loss of directories, not of the device"
        );
    }
}
