//! Makes the cluster: three metadata nodes, a root account and its key.

use bytes::Bytes;
use cairn_catalog::command::InitCluster;
use cairn_catalog::rows::{AccessKeyRow, AccessKeyState, AccountRow};
use cairn_gateway::ClusterKey;
use cairn_metadata::limits::DATA_SHARDS;
use cairn_metadata::{Founder, MetadataClient, NewCluster, create_cluster};
use cairn_runtime::sim::SimNode;
use cairn_runtime::{Context, Entropy, Instant};
use cairn_s3::auth::SecretKey;
use cairn_types::{AccountId, CanonicalId, ClusterId, RegionNumber};

use super::{METADATA_PORT, metadata_id, registration};

/// Access key of the root account.
pub(crate) const ACCESS_KEY: &str = "AKIASIMULATEDCLUSTER";
/// Its secret.
pub(crate) const SECRET_KEY: &str = "a simulated secret, forty characters long";
/// Name of the region.
pub(crate) const REGION: &str = "us-east-1";

/// What every gateway is given.
pub(super) struct Secrets {
    key: String,
}

impl Secrets {
    pub(super) fn generate(entropy: &Entropy) -> Self {
        Self { key: ClusterKey::generate(entropy).as_str().to_owned() }
    }

    pub(super) fn cluster_key(&self, entropy: Entropy) -> ClusterKey {
        ClusterKey::parse(&self.key, entropy).expect("it was generated")
    }
}

/// Makes the cluster of waiting metadata nodes.
pub(super) async fn found(client: &MetadataClient, metadata: &[SimNode], secrets: &Secrets, deadline: Instant) {
    let founder = |(place, host): (usize, &SimNode)| Founder {
        node: metadata_id(place),
        profile: registration::profile(host, METADATA_PORT, "metadata"),
        claim: Bytes::from(host.name().to_owned()),
    };
    let new = NewCluster {
        init: init(&Context::current(), secrets),
        founders: metadata.iter().enumerate().map(founder).collect(),
        data_shards: DATA_SHARDS,
    };
    create_cluster(client, new, deadline).await.expect("waiting nodes make a cluster");
}

fn init(context: &Context, secrets: &Secrets) -> InitCluster {
    let root_account = CanonicalId { digits: "c0ffee00".repeat(8) };
    let now = context.clock.wall();
    let account = AccountRow {
        account: AccountId { number: 123_456_789_012 },
        name: "root".to_owned(),
        administrator: true,
        created: now,
        ..AccountRow::default()
    };
    let key = secrets.cluster_key(context.entropy.clone());
    let access_key = AccessKeyRow {
        account: root_account.clone(),
        wrapped_secret: key.wrap(ACCESS_KEY, &SecretKey::new(SECRET_KEY.to_owned())),
        state: AccessKeyState::Active,
        created: now,
        ..AccessKeyRow::default()
    };
    InitCluster {
        cluster: ClusterId(context.entropy.bytes()),
        region: RegionNumber(1),
        region_name: REGION.to_owned(),
        root_account,
        account,
        access_key_id: ACCESS_KEY.to_owned(),
        access_key,
        ..InitCluster::default()
    }
}
