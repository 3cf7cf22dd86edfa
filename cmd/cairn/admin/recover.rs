//! `cairn admin metadata recover`: the survivor of a lost majority goes on alone.
//!
//! Never automatic: what the lost members alone had acknowledged is lost, and only a person can know that they will not come
//! back. On the next start the survivor leads every shard by itself, and new members are added to it.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use cairn_metadata::recover as recover_directory;
use cairn_runtime::production::{KvBudget, KvProfile, RocksKv};

use crate::directories;
use crate::roles;

/// Recovers the one directory that still has a member of the metadata.
pub(crate) fn recover(data: &[PathBuf]) -> Result<()> {
    // A metadata node's own directory is the host itself, as a server's disk is.
    let hosts: Vec<&PathBuf> = data.iter().filter(|directory| directories::has_metadata(directory)).collect();
    let host = match hosts.as_slice() {
        [] => bail!("no directory has a member of the metadata"),
        [one] => *one,
        many => bail!("{} directories have a member of the metadata: a majority is there, just start", many.len()),
    };
    roles::run_client(async |context| {
        let disk = directories::open(host, directories::METADATA)?;
        let rows = directories::engine(host, directories::ROWS);
        let kv = RocksKv::open(&rows, KvProfile::Metadata, &KvBudget::new(16 << 20, 16 << 20))?;
        let recovered = recover_directory(&context, disk, Arc::new(kv)).await;
        let recovered = recovered.with_context(|| format!("recover {}", host.display()))?;
        println!("member {} of cluster {} goes on alone", recovered.node, recovered.cluster);
        recovered.faults.iter().for_each(|fault| println!("its log was damaged: {fault}"));
        for shard in &recovered.shards {
            let lost: Vec<String> = shard.lost_members.iter().map(ToString::to_string).collect();
            println!(
                "  shard {}: entries up to {} are kept; what {} acknowledged behind it is lost",
                shard.shard,
                shard.last,
                lost.join(" and ")
            );
        }
        println!("start the server again: it adds new members");
        Ok(())
    })
}
