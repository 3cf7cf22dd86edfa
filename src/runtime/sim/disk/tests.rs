use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::sync::Arc;

use bytes::Bytes;

use super::{CrashPolicy, Fate, SimDisk, Unsynced};
use crate::disk::{File, ReadMode, SECTOR_BYTES, conformance, read_file, replace_file};

fn sectors(byte: u8, count: usize) -> Bytes {
    vec![byte; count * SECTOR_BYTES as usize].into()
}

async fn first_bytes(file: &dyn File, sectors: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    for sector in 0..sectors {
        bytes.push(file.read_at(sector * SECTOR_BYTES, 1, ReadMode::Direct).await.expect("it can be read")[0]);
    }
    bytes
}

/// A disk with a durable file `f` of `count` sectors of `byte`.
async fn disk_with_file(byte: u8, count: usize) -> (SimDisk, Arc<dyn File>) {
    let device = SimDisk::new("disk", 1);
    let disk = device.mount();
    let file = disk.create("f", 0).await.unwrap();
    file.write_at(0, vec![sectors(byte, count)]).await.unwrap();
    file.sync().await.unwrap();
    disk.sync_names().await.unwrap();
    (device, file)
}

#[tokio::test]
async fn simulated_disk_keeps_the_contract() {
    for seed in 0..32 {
        conformance::check(SimDisk::new("disk", seed).mount(), seed, 500).await;
    }
}

#[tokio::test]
async fn every_subset_of_unsynced_sectors_may_survive() {
    let (device, file) = disk_with_file(1, 3).await;
    file.write_at(0, vec![sectors(2, 3)]).await.unwrap();
    assert_eq!(device.unsynced().len(), 3);
    let mut seen = BTreeSet::new();
    for mask in 0..8_u64 {
        let crashed = device.fork();
        let mut choose = |unsynced: &Unsynced| match unsynced {
            Unsynced::Sector { sector, .. } if mask & (1 << sector) != 0 => Fate::New(0),
            _ => Fate::Old,
        };
        crashed.crash(CrashPolicy::Choose(&mut choose));
        let file = crashed.mount().open("f").await.unwrap();
        seen.insert(first_bytes(&*file, 3).await);
    }
    assert_eq!(seen.len(), 8);
}

#[tokio::test]
async fn an_unsynced_sector_may_be_any_version_or_torn() {
    let (device, file) = disk_with_file(1, 1).await;
    file.write_at(0, vec![sectors(2, 1)]).await.unwrap();
    file.write_at(0, vec![sectors(3, 1)]).await.unwrap();
    for (fate, first, last) in [(Fate::Old, 1, 1), (Fate::New(0), 2, 2), (Fate::New(1), 3, 3), (Fate::Torn(1), 3, 1)] {
        let crashed = device.fork();
        crashed.crash(CrashPolicy::Choose(&mut |_| fate));
        let bytes = read_file(&*crashed.mount(), "f").await.unwrap();
        assert_eq!((bytes[0], bytes[SECTOR_BYTES as usize - 1]), (first, last));
    }
}

#[tokio::test]
async fn synced_bytes_lengths_and_names_survive_every_crash() {
    for seed in 0..64 {
        let (device, file) = disk_with_file(1, 4).await;
        file.write_at(4 * SECTOR_BYTES, vec![sectors(2, 2)]).await.unwrap();
        device.crash(CrashPolicy::Random(seed));
        let file = device.mount().open("f").await.unwrap();
        assert!(file.len().await.unwrap() >= 4 * SECTOR_BYTES);
        assert_eq!(first_bytes(&*file, 4).await, [1; 4]);
    }
}

#[tokio::test]
async fn a_name_is_lost_without_a_sync_of_names() {
    let device = SimDisk::new("disk", 1);
    let disk = device.mount();
    let file = disk.create("f", SECTOR_BYTES).await.unwrap();
    file.sync().await.unwrap();
    device.crash(CrashPolicy::LoseUnsynced);
    assert_eq!(device.mount().open("f").await.err().unwrap().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_length_is_lost_without_a_sync() {
    let (device, file) = disk_with_file(1, 2).await;
    file.set_len(SECTOR_BYTES).await.unwrap();
    for (fate, len) in [(Fate::Old, 2 * SECTOR_BYTES), (Fate::New(0), SECTOR_BYTES)] {
        let crashed = device.fork();
        crashed.crash(CrashPolicy::Choose(&mut |_| fate));
        assert_eq!(crashed.mount().open("f").await.unwrap().len().await.unwrap(), len);
    }
}

#[tokio::test]
async fn a_replaced_file_is_old_or_new_at_every_step_and_in_every_crash() {
    for step in 1..=12 {
        for seed in 0..32 {
            let device = SimDisk::new("disk", seed);
            let disk = device.mount();
            replace_file(&*disk, "f", sectors(1, 2)).await.unwrap();
            let before = device.steps();
            device.cut_power_at_step(before + step);
            let replaced = replace_file(&*disk, "f", sectors(2, 2)).await;
            device.crash(CrashPolicy::Random(seed));
            let bytes = read_file(&*device.mount(), "f").await.unwrap();
            assert!(bytes == sectors(1, 2) || bytes == sectors(2, 2), "step {step} seed {seed}");
            assert!(replaced.is_err() || bytes == sectors(2, 2), "step {step} seed {seed}");
        }
    }
}

#[tokio::test]
async fn power_cut_in_a_step_fails_it_and_all_after_it() {
    let (device, file) = disk_with_file(1, 1).await;
    device.cut_power_at_step(device.steps() + 1);
    assert_eq!(file.sync().await.unwrap_err().kind(), ErrorKind::NotConnected);
    assert!(!device.has_power());
    assert!(file.read_at(0, 1, ReadMode::Cached).await.is_err());
    device.crash(CrashPolicy::LoseUnsynced);
    assert!(file.read_at(0, 1, ReadMode::Cached).await.is_err(), "a handle of before the crash is stale");
    assert!(device.mount().open("f").await.is_ok());
}

#[tokio::test]
async fn a_failed_sync_loses_bytes_that_no_later_sync_brings_back() {
    let (device, file) = disk_with_file(1, 1).await;
    file.write_at(0, vec![sectors(2, 1)]).await.unwrap();
    device.fail_syncs(1);
    assert!(file.sync().await.is_err());
    file.sync().await.unwrap();
    assert_eq!(first_bytes(&*file, 1).await, [2], "the cache still has them");
    device.crash(CrashPolicy::LoseUnsynced);
    let file = device.mount().open("f").await.unwrap();
    assert_eq!(first_bytes(&*file, 1).await, [1]);
}

#[test]
fn a_sync_covers_nothing_written_while_it_runs() {
    crate::sim::run(1, |_| async {
        let (device, file) = disk_with_file(1, 1).await;
        let ms = std::time::Duration::from_millis;
        device.set_latency(ms(5)..ms(6));
        file.write_at(0, vec![sectors(2, 1)]).await.unwrap();
        let (synced, written) = futures::future::join(file.sync(), file.write_at(0, vec![sectors(3, 1)])).await;
        synced.unwrap();
        written.unwrap();
        device.crash(CrashPolicy::LoseUnsynced);
        let file = device.mount().open("f").await.unwrap();
        assert_eq!(first_bytes(&*file, 1).await, [2]);
    });
}

#[tokio::test]
async fn a_full_device_refuses_what_does_not_fit() {
    let device = SimDisk::new("disk", 1);
    device.set_capacity(4 * SECTOR_BYTES);
    let disk = device.mount();
    let file = disk.create("f", 2 * SECTOR_BYTES).await.unwrap();
    assert_eq!(disk.space().await.unwrap().free_bytes, 2 * SECTOR_BYTES);
    assert_eq!(disk.create("g", 3 * SECTOR_BYTES).await.err().unwrap().kind(), ErrorKind::StorageFull);
    assert_eq!(file.write_at(0, vec![sectors(1, 5)]).await.unwrap_err().kind(), ErrorKind::StorageFull);
    assert_eq!(file.set_len(5 * SECTOR_BYTES).await.unwrap_err().kind(), ErrorKind::StorageFull);
    drop(file);
    disk.remove("f").await.unwrap();
    disk.create("g", 4 * SECTOR_BYTES).await.unwrap();
}

#[tokio::test]
async fn injected_faults_of_writes_and_reads_show() {
    let (device, file) = disk_with_file(1, 4).await;
    device.drop_writes(1);
    file.write_at(0, vec![sectors(2, 1)]).await.unwrap();
    assert_eq!(first_bytes(&*file, 4).await, [1, 1, 1, 1]);
    device.misdirect_write(2);
    file.write_at(0, vec![sectors(3, 1)]).await.unwrap();
    assert_eq!(first_bytes(&*file, 4).await, [1, 1, 3, 1]);
    device.fail_writes(1);
    assert!(file.write_at(0, vec![sectors(4, 1)]).await.is_err());
    device.fail_reads(1);
    assert!(file.read_at(0, 1, ReadMode::Cached).await.is_err());
    device.flip_bit("f", SECTOR_BYTES, 7).unwrap();
    assert_eq!(first_bytes(&*file, 4).await[1], 0x81);
    device.break_sector("f", SECTOR_BYTES).unwrap();
    assert!(file.read_at(SECTOR_BYTES + 7, 1, ReadMode::Cached).await.is_err());
    file.write_at(SECTOR_BYTES, vec![sectors(5, 1)]).await.unwrap();
    assert_eq!(first_bytes(&*file, 4).await[1], 5);
    device.miss_cache_every(2);
    let found: Vec<bool> = (0..4).map(|_| file.try_read_at(0, 1).unwrap().is_some()).collect();
    assert_eq!(found, [true, false, true, false]);
    device.fail_name_syncs(1);
    assert!(device.mount().sync_names().await.is_err());
}

#[tokio::test]
async fn death_of_the_process_loses_no_bytes() {
    let (device, file) = disk_with_file(1, 1).await;
    file.write_at(0, vec![sectors(2, 1)]).await.unwrap();
    device.unmount();
    assert!(file.sync().await.is_err());
    let file = device.mount().open("f").await.unwrap();
    assert_eq!(first_bytes(&*file, 1).await, [2]);
    device.crash(CrashPolicy::LoseUnsynced);
    let file = device.mount().open("f").await.unwrap();
    assert_eq!(first_bytes(&*file, 1).await, [1]);
}

#[tokio::test]
async fn names_that_lead_out_of_the_directory_are_refused() {
    let disk = SimDisk::new("disk", 1).mount();
    for name in ["", "/a", "a/", "../a", "a//b", "a/./b"] {
        assert_eq!(disk.create(name, 0).await.err().unwrap().kind(), ErrorKind::InvalidInput, "{name}");
    }
}

#[tokio::test]
async fn writes_off_the_sectors_are_refused() {
    let (_device, file) = disk_with_file(1, 1).await;
    for (offset, len) in [(1, SECTOR_BYTES), (0, SECTOR_BYTES - 1)] {
        let bytes = Bytes::from(vec![0; len as usize]);
        assert_eq!(file.write_at(offset, vec![bytes]).await.unwrap_err().kind(), ErrorKind::InvalidInput);
    }
}
