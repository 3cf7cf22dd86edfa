//! The disk as one incarnation of a process sees it.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use parking_lot::Mutex;

use super::device::Device;
use super::names::InodeId;
use crate::disk::{Disk, File, ReadMode, Space};

/// A mounted device. Effects of a call happen when it begins, durability when it ends.
pub(super) struct Mount {
    device: Arc<Mutex<Device>>,
    incarnation: u64,
    label: String,
    id: u64,
}

impl Mount {
    pub(super) fn new(device: Arc<Mutex<Device>>) -> Self {
        let (incarnation, label, id) = {
            let device = device.lock();
            (device.incarnation, device.label.clone(), device.id)
        };
        Self { device, incarnation, label, id }
    }

    /// A step that changes something: counted, and cut short where the test said so.
    async fn change<T>(&self, work: impl FnOnce(&mut Device) -> io::Result<T>) -> io::Result<T> {
        step(&self.device, self.incarnation, work).await
    }

    fn file(&self, device: &mut Device, inode: InodeId) -> Arc<dyn File> {
        device.inode(inode).handles += 1;
        Arc::new(OpenFile { device: Arc::clone(&self.device), incarnation: self.incarnation, inode })
    }
}

#[async_trait]
impl Disk for Mount {
    async fn create(&self, name: &str, len: u64) -> io::Result<Arc<dyn File>> {
        crate::disk::check_name(name)?;
        self.change(|device| {
            let inode = device.create(name, len)?;
            Ok(self.file(device, inode))
        })
        .await
    }

    async fn open(&self, name: &str) -> io::Result<Arc<dyn File>> {
        crate::disk::check_name(name)?;
        pause(&self.device).await;
        let mut device = self.device.lock();
        device.check(self.incarnation)?;
        let inode = device.names.find(name)?;
        Ok(self.file(&mut device, inode))
    }

    async fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        pause(&self.device).await;
        let device = self.device.lock();
        device.check(self.incarnation)?;
        Ok(device.names.in_folder(folder))
    }

    async fn remove(&self, name: &str) -> io::Result<()> {
        crate::disk::check_name(name)?;
        self.change(|device| device.remove(name)).await
    }

    async fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        crate::disk::check_name(from)?;
        crate::disk::check_name(to)?;
        self.change(|device| device.rename(from, to)).await
    }

    async fn sync_names(&self) -> io::Result<()> {
        let stamp = self.change(|device| Ok(device.stamp())).await?;
        let mut device = self.device.lock();
        device.check(self.incarnation)?;
        device.sync_names(stamp)
    }

    async fn space(&self) -> io::Result<Space> {
        let device = self.device.lock();
        device.check(self.incarnation)?;
        Ok(device.space())
    }

    fn label(&self) -> &str {
        &self.label
    }

    fn device(&self) -> u64 {
        self.id
    }
}

struct OpenFile {
    device: Arc<Mutex<Device>>,
    incarnation: u64,
    inode: InodeId,
}

impl OpenFile {
    async fn change<T>(&self, work: impl FnOnce(&mut Device) -> io::Result<T>) -> io::Result<T> {
        step(&self.device, self.incarnation, work).await
    }
}

#[async_trait]
impl File for OpenFile {
    async fn write_at(&self, offset: u64, pieces: Vec<Bytes>) -> io::Result<()> {
        self.change(|device| device.write(self.inode, offset, &pieces)).await
    }

    async fn read_at(&self, offset: u64, len: usize, _mode: ReadMode) -> io::Result<Bytes> {
        pause(&self.device).await;
        let mut device = self.device.lock();
        device.check(self.incarnation)?;
        device.read(self.inode, offset, len)
    }

    fn try_read_at(&self, offset: u64, len: usize) -> io::Result<Option<Bytes>> {
        let mut device = self.device.lock();
        device.check(self.incarnation)?;
        if device.faults.misses_cache() {
            return Ok(None);
        }
        device.read(self.inode, offset, len).map(Some)
    }

    async fn sync(&self) -> io::Result<()> {
        let stamp = self.change(|device| Ok(device.stamp())).await?;
        let mut device = self.device.lock();
        device.check(self.incarnation)?;
        device.sync(self.inode, stamp)
    }

    async fn len(&self) -> io::Result<u64> {
        let mut device = self.device.lock();
        device.check(self.incarnation)?;
        Ok(device.inode(self.inode).len())
    }

    async fn set_len(&self, len: u64) -> io::Result<()> {
        self.change(|device| device.set_len(self.inode, len)).await
    }
}

impl Drop for OpenFile {
    fn drop(&mut self) {
        let mut device = self.device.lock();
        if device.incarnation != self.incarnation {
            return;
        }
        if let Some(inode) = device.inodes.get_mut(&self.inode) {
            inode.handles = inode.handles.saturating_sub(1);
            device.collect();
        }
    }
}

/// Runs `work` as one step: it happens now, and its caller learns of it after the disk's latency.
async fn step<T>(
    device: &Mutex<Device>,
    incarnation: u64,
    work: impl FnOnce(&mut Device) -> io::Result<T>,
) -> io::Result<T> {
    // What a cut step made is dropped outside of the lock: closing a file takes it again.
    let (result, ended) = {
        let mut device = device.lock();
        device.check(incarnation)?;
        let cut = device.step();
        let result = work(&mut device);
        (result, device.end_step(cut))
    };
    ended?;
    pause(device).await;
    device.lock().check(incarnation)?;
    result
}

/// The time a call takes.
async fn pause(device: &Mutex<Device>) {
    let latency = device.lock().draw_latency();
    if latency == Duration::ZERO {
        tokio::task::yield_now().await;
    } else {
        tokio::time::sleep(latency).await;
    }
}
