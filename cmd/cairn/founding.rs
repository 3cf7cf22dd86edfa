//! What a new cluster is made with: its id, its region, the root account and its key.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use bytes::Bytes;
use cairn_catalog::command::InitCluster;
use cairn_catalog::rows::{AccessKeyRow, AccessKeyState, AccountRow, NodeProfile};
use cairn_gateway::ClusterKey;
use cairn_metadata::{Founder, MetadataClient, NewCluster, create_cluster, limits::DATA_SHARDS};
use cairn_runtime::{Context, Entropy, Instant};
use cairn_s3::auth::SecretKey;
use cairn_types::{AccountId, CanonicalId, ClusterId, NodeId, RegionNumber};

use crate::config::Secret;
use crate::credentials::{self, RootPair};
use crate::directories::hex;

/// Number of the region; it only breaks ties between versions that were written in two regions in the same millisecond.
const REGION_NUMBER: RegionNumber = RegionNumber(1);

/// A metadata node that is to be one of the first.
pub(crate) struct FounderPlace {
    /// The id that it gets.
    pub(crate) node: NodeId,
    /// What is registered of it.
    pub(crate) profile: NodeProfile,
    /// Random bytes by which it is known again.
    pub(crate) claim: Bytes,
}

/// A cluster to be made.
pub(crate) struct Founding<'a> {
    /// Name of the region.
    pub(crate) region: String,
    /// Its first metadata nodes, known to the client's directory.
    pub(crate) founders: Vec<FounderPlace>,
    /// Key pair of the root account.
    pub(crate) root: &'a RootPair,
    /// Key under which its secret is stored.
    pub(crate) key: &'a ClusterKey,
}

/// Makes the cluster.
pub(crate) async fn found(
    context: &Context,
    client: &MetadataClient,
    founding: Founding<'_>,
    deadline: Instant,
) -> Result<ClusterId> {
    let cluster = ClusterId(context.entropy.bytes());
    let init = init_command(context, cluster, &founding);
    let founder = |place: FounderPlace| Founder { node: place.node, profile: place.profile, claim: place.claim };
    let founders = founding.founders.into_iter().map(founder).collect();
    let new = NewCluster { init, founders, data_shards: DATA_SHARDS };
    create_cluster(client, new, deadline).await.context("make the cluster")?;
    Ok(cluster)
}

fn init_command(context: &Context, cluster: ClusterId, founding: &Founding<'_>) -> InitCluster {
    let (now, entropy) = (context.clock.wall(), &context.entropy);
    let root_account = CanonicalId { digits: hex(&entropy.bytes::<32>()) };
    // Twelve digits, the first not 0, as AWS's are.
    let number = 100_000_000_000 + entropy.below(900_000_000_000);
    let account = AccountRow {
        account: AccountId { number },
        name: "root".to_owned(),
        administrator: true,
        created: now,
        ..AccountRow::default()
    };
    let secret = SecretKey::new(founding.root.secret_key.clone());
    let access_key = AccessKeyRow {
        account: root_account.clone(),
        wrapped_secret: founding.key.wrap(&founding.root.access_key, &secret),
        state: AccessKeyState::Active,
        created: now,
        ..AccessKeyRow::default()
    };
    InitCluster {
        cluster,
        region: REGION_NUMBER,
        region_name: founding.region.clone(),
        root_account,
        account,
        access_key_id: founding.root.access_key.clone(),
        access_key,
        ..InitCluster::default()
    }
}

/// Where the key under which secrets are stored comes from.
pub(crate) enum ClusterKeySource {
    /// This file.
    File(PathBuf),
    /// The environment: whoever starts the process keeps it.
    Given(Secret),
}

impl ClusterKeySource {
    /// Reads the key.
    pub(crate) fn read(&self, entropy: &Entropy) -> Result<ClusterKey> {
        match self {
            Self::File(path) => {
                let text = std::fs::read_to_string(path).with_context(|| format!("read {}", path.display()))?;
                ClusterKey::parse(&text, entropy.clone()).with_context(|| format!("read {}", path.display()))
            }
            Self::Given(Secret(text)) => ClusterKey::parse(text, entropy.clone()).context("read cluster-key"),
        }
    }

    /// Makes the file, where there is none.
    pub(crate) fn ensure(&self, entropy: &Entropy) -> Result<()> {
        match self {
            Self::File(path) => ensure_cluster_key(path, entropy),
            Self::Given(_) => Ok(()),
        }
    }
}

/// Makes the file of a key, where there is none.
pub(crate) fn ensure_cluster_key(path: &Path, entropy: &Entropy) -> Result<()> {
    if path.exists() { Ok(()) } else { credentials::write_private(path, &ClusterKey::generate(entropy)) }
}
