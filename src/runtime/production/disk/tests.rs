use std::io::ErrorKind;
use std::sync::Arc;

use bytes::Bytes;

use super::{OpenDiskError, RealDisk};
use crate::buffers::BufferPool;
use crate::disk::{Disk, ReadMode, SECTOR_BYTES, conformance, read_file, replace_file};

#[tokio::test]
async fn real_disk_keeps_the_contract() {
    for seed in 0..4 {
        let folder = tempfile::tempdir().unwrap();
        conformance::check(Arc::new(RealDisk::open(folder.path()).unwrap()), seed, 300).await;
    }
}

#[tokio::test]
async fn real_disk_keeps_the_contract_where_direct_io_is_not_possible() {
    let Ok(folder) = tempfile::tempdir_in("/dev/shm") else { return };
    conformance::check(Arc::new(RealDisk::open(folder.path()).unwrap()), 9, 300).await;
}

#[tokio::test]
async fn a_directory_is_open_once() {
    let folder = tempfile::tempdir().unwrap();
    let disk = RealDisk::open(folder.path()).unwrap();
    let file = disk.create("f", 0).await.unwrap();
    drop(disk);
    assert!(matches!(RealDisk::open(folder.path()), Err(OpenDiskError::InUse { .. })), "an open file holds the lock");
    drop(file);
    RealDisk::open(folder.path()).unwrap();
}

#[tokio::test]
async fn a_file_is_no_directory_and_a_missing_one_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f");
    assert!(matches!(RealDisk::open(&path), Err(OpenDiskError::Io { .. })));
    std::fs::write(&path, b"x").unwrap();
    assert!(matches!(RealDisk::open(&path), Err(OpenDiskError::NotADirectory { .. })));
}

#[tokio::test]
async fn aligned_pieces_and_odd_ones_land_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let disk = RealDisk::open(folder.path()).unwrap();
    let file = disk.create("f", 1 << 20).await.unwrap();
    let mut aligned = BufferPool::new(0).take(128 * 1024);
    aligned.as_mut().fill(7);
    let sector = SECTOR_BYTES as usize;
    let pieces = vec![
        Bytes::from(vec![1; 100]),
        Bytes::from(vec![2; sector - 100]),
        aligned.freeze(128 * 1024),
        Bytes::from(vec![3; sector]),
    ];
    let expected: Vec<u8> = pieces.iter().flat_map(|piece| piece.to_vec()).collect();
    file.write_at(SECTOR_BYTES, pieces).await.unwrap();
    file.sync().await.unwrap();
    for mode in [ReadMode::Cached, ReadMode::Direct] {
        assert!(file.read_at(SECTOR_BYTES, expected.len(), mode).await.unwrap() == expected);
    }
    assert_eq!(file.len().await.unwrap(), 1 << 20);
}

#[tokio::test]
async fn a_write_off_the_sectors_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = RealDisk::open(folder.path()).unwrap().create("f", 0).await.unwrap();
    let refused = file.write_at(0, vec![Bytes::from_static(b"abc")]).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::InvalidInput);
}

#[tokio::test]
async fn a_length_that_lies_is_an_end_of_file_and_takes_no_memory() {
    let folder = tempfile::tempdir().unwrap();
    let file = RealDisk::open(folder.path()).unwrap().create("f", SECTOR_BYTES).await.unwrap();
    for mode in [ReadMode::Cached, ReadMode::Direct] {
        let refused = file.read_at(u64::MAX - 5, 1 << 40, mode).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::UnexpectedEof);
    }
}

#[tokio::test]
async fn a_replaced_file_is_found_after_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let disk = RealDisk::open(folder.path()).unwrap();
    for content in ["one", "two"] {
        replace_file(&disk, "folder/identity", Bytes::from(content)).await.unwrap();
    }
    drop(disk);
    let disk = RealDisk::open(folder.path()).unwrap();
    assert!(read_file(&disk, "folder/identity").await.unwrap().starts_with(b"two\0"));
    assert_eq!(disk.list("folder").await.unwrap(), ["identity"]);
    assert!(disk.list("").await.unwrap().is_empty(), "the lock is not listed");
}

#[tokio::test]
async fn what_was_read_through_the_cache_is_read_again_without_blocking() {
    let folder = tempfile::tempdir().unwrap();
    let disk = RealDisk::open(folder.path()).unwrap();
    let file = disk.create("f", 0).await.unwrap();
    let bytes = Bytes::from(vec![6; 64 * 1024]);
    file.write_at(0, vec![bytes.clone()]).await.unwrap();
    assert!(file.try_read_at(60 * 1024, 8 * 1024).unwrap().is_none(), "the file ends before that");
    file.read_at(0, bytes.len(), ReadMode::Cached).await.unwrap();
    if disk.is_direct() {
        assert_eq!(file.try_read_at(100, 200).unwrap().unwrap(), bytes.slice(100..300));
    }
    // A direct write must not leave the old bytes in the cache.
    file.write_at(0, vec![Bytes::from(vec![8; 4_096])]).await.unwrap();
    assert_eq!(file.read_at(0, 1, ReadMode::Cached).await.unwrap()[0], 8);
    assert!(file.try_read_at(0, 1).unwrap().is_none_or(|bytes| bytes[0] == 8));
}

#[tokio::test]
async fn space_and_device_are_those_of_the_directory() {
    let folder = tempfile::tempdir().unwrap();
    let disk = RealDisk::open(folder.path()).unwrap();
    let space = disk.space().await.unwrap();
    assert!(space.free_bytes > 0 && space.free_bytes <= space.total_bytes);
    assert_eq!(disk.device(), std::os::unix::fs::MetadataExt::dev(&std::fs::metadata(folder.path()).unwrap()));
}
