//! openraft's own suite of the storage contract, over our log and rows.

use std::sync::Arc;

use cairn_catalog::keys::{KeyRange, ShardContext};
use cairn_journal::OnFence;
use cairn_runtime::sim::{self, SimDisk, SimKv};
use cairn_runtime::{Context, sim::Random};
use cairn_types::{ClusterId, MIB, RegionNumber, ShardId};
use openraft::StorageError;
use openraft::testing::log::{StoreBuilder, Suite};
use parking_lot::Mutex;

use crate::log::{ShardLogStorage, open_log};
use crate::raft::RaftTypes;
use crate::rounds::Rounds;
use crate::state::{ShardMachine, ShardState, StateParts};

struct Builder {
    context: Context,
    seeds: Mutex<Random>,
}

impl StoreBuilder<RaftTypes, ShardLogStorage, ShardMachine, (SimDisk, SimKv)> for Builder {
    async fn build(&self) -> Result<((SimDisk, SimKv), ShardLogStorage, ShardMachine), StorageError<RaftTypes>> {
        let disk = SimDisk::new("suite", self.seeds.lock().u64());
        let engine = SimKv::new();
        let opened = open_log(&self.context, disk.mount(), MIB, OnFence::Keep).await.unwrap();
        let shard = ShardId(1);
        let range = KeyRange::all();
        let context = ShardContext { shard, range, region: RegionNumber(1) };
        let kv = engine.mount();
        let parts = StateParts { cluster: ClusterId([1; 16]), context, kv: Arc::clone(&kv) };
        let state = Arc::new(ShardState::open(parts).await.unwrap());
        let flushes = Rounds::new(self.context.tasks.clone(), move || {
            let kv = Arc::clone(&kv);
            async move { kv.flush().await.map_err(|error| error.to_string()) }
        });
        let storage = ShardLogStorage::new(shard, opened.store);
        Ok(((disk, engine), storage, ShardMachine::new(state, flushes)))
    }
}

#[test]
fn log_and_rows_keep_the_contract_that_raft_relies_on() {
    sim::run(7, |context| async move {
        let builder = Builder { context, seeds: Mutex::new(Random::new(11)) };
        Suite::test_all(builder).await.unwrap();
    });
}
