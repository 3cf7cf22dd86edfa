//! The contract of [`Disk`] as a test: random calls against a map of byte vectors. Run by every implementation.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::sync::Arc;

use bytes::Bytes;

use super::{Disk, File, ReadMode, SECTOR_BYTES};
use crate::sim::Random;

const SECTORS_MAX: u64 = 48;
const NAMES: [&str; 5] = ["a", "b", "folder/a", "folder/b", "folder/deep/c"];

/// Runs `steps` random calls on the empty directory `disk`.
///
/// # Panics
/// At the first answer that the contract does not allow; the seed and the step are in the message.
pub async fn check(disk: Arc<dyn Disk>, seed: u64, steps: u32) {
    let mut check =
        Check { disk, random: Random::new(seed), files: BTreeMap::new(), open: BTreeMap::new(), at: (seed, 0) };
    for step in 0..steps {
        check.at.1 = step;
        check.step().await;
    }
    check.compare_all().await;
}

struct Check {
    disk: Arc<dyn Disk>,
    random: Random,
    files: BTreeMap<&'static str, Vec<u8>>,
    open: BTreeMap<&'static str, Arc<dyn File>>,
    /// Seed and step, for messages.
    at: (u64, u32),
}

impl Check {
    async fn step(&mut self) {
        let name = NAMES[self.random.index(NAMES.len())];
        match self.random.below(16) {
            0..2 => self.create(name).await,
            2..6 => self.write(name).await,
            6..10 => self.read(name).await,
            10 => self.set_len(name).await,
            11 => self.sync(name).await,
            12 => self.rename(name).await,
            13 => self.remove(name).await,
            14 => self.reopen(name).await,
            _ => self.list().await,
        }
    }

    async fn create(&mut self, name: &'static str) {
        let len = self.random.below(SECTORS_MAX) * SECTOR_BYTES;
        let result = self.disk.create(name, len).await;
        if self.files.contains_key(name) {
            assert_eq!(result.err().map(|error| error.kind()), Some(ErrorKind::AlreadyExists), "{:?}", self.at);
            return;
        }
        self.open.insert(name, result.expect("a new name can be made"));
        self.files.insert(name, vec![0; len as usize]);
    }

    async fn write(&mut self, name: &'static str) {
        let Some(file) = self.open.get(name) else { return };
        let first = self.random.below(SECTORS_MAX);
        let sectors = 1 + self.random.below(SECTORS_MAX - first);
        let mut bytes = vec![0; (sectors * SECTOR_BYTES) as usize];
        self.random.fill(&mut bytes);
        let start = (first * SECTOR_BYTES) as usize;
        let content = self.files.get_mut(name).expect("open files exist");
        if content.len() < start + bytes.len() {
            content.resize(start + bytes.len(), 0);
        }
        content[start..start + bytes.len()].copy_from_slice(&bytes);
        let pieces = pieces(&mut self.random, bytes.into());
        file.write_at(first * SECTOR_BYTES, pieces).await.expect("a write on a good disk");
    }

    async fn read(&mut self, name: &'static str) {
        let Some(file) = self.open.get(name) else { return };
        let content = &self.files[name];
        let offset = self.random.below(content.len() as u64 + 2);
        let len = self.random.below(content.len() as u64 + 2) as usize;
        let expected = content.get(offset as usize..(offset as usize).saturating_add(len));
        let mode = if self.random.chance(1, 2) { ReadMode::Cached } else { ReadMode::Direct };
        let read = file.read_at(offset, len, mode).await;
        let at = (self.at, name, offset, len, mode);
        match (expected, read) {
            (Some(expected), Ok(read)) => assert!(expected == read, "wrong bytes {at:?}"),
            (None, Err(error)) => assert_eq!(error.kind(), ErrorKind::UnexpectedEof, "{at:?}"),
            (expected, read) => panic!("{at:?}: expected {:?} bytes, read {read:?}", expected.map(<[u8]>::len)),
        }
        if let (Some(expected), Some(read)) = (expected, file.try_read_at(offset, len).ok().flatten()) {
            assert!(expected == read, "wrong bytes without blocking {at:?}");
        }
    }

    async fn set_len(&mut self, name: &'static str) {
        let Some(file) = self.open.get(name) else { return };
        let len = self.random.below(SECTORS_MAX * SECTOR_BYTES);
        file.set_len(len).await.expect("a length can be set");
        self.files.get_mut(name).expect("open files exist").resize(len as usize, 0);
        assert_eq!(file.len().await.expect("a length can be read"), len, "{:?}", self.at);
    }

    async fn sync(&mut self, name: &'static str) {
        if let Some(file) = self.open.get(name) {
            file.sync().await.expect("a sync on a good disk");
        }
        self.disk.sync_names().await.expect("a sync of names on a good disk");
    }

    async fn rename(&mut self, from: &'static str) {
        let to = NAMES[self.random.index(NAMES.len())];
        let result = self.disk.rename(from, to).await;
        let Some(content) = self.files.remove(from) else {
            assert_eq!(result.expect_err("there is no such file").kind(), ErrorKind::NotFound, "{:?}", self.at);
            return;
        };
        result.expect("an existing file can be renamed");
        self.files.insert(to, content);
        let file = self.open.remove(from).expect("existing files are open");
        self.open.insert(to, file);
    }

    async fn remove(&mut self, name: &'static str) {
        let result = self.disk.remove(name).await;
        if self.files.remove(name).is_none() {
            assert_eq!(result.expect_err("there is no such file").kind(), ErrorKind::NotFound, "{:?}", self.at);
            return;
        }
        result.expect("an existing file can be removed");
        self.open.remove(name);
    }

    async fn reopen(&mut self, name: &'static str) {
        let result = self.disk.open(name).await;
        match self.files.get(name) {
            Some(content) => {
                let file = result.expect("an existing file can be opened");
                assert_eq!(file.len().await.expect("a length can be read"), content.len() as u64, "{:?}", self.at);
                self.open.insert(name, file);
            }
            None => assert_eq!(result.err().map(|error| error.kind()), Some(ErrorKind::NotFound), "{:?}", self.at),
        }
    }

    async fn list(&mut self) {
        for folder in ["", "folder", "folder/deep", "nowhere"] {
            let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
            let names = self.files.keys().filter_map(|name| name.strip_prefix(&prefix));
            let expected: Vec<String> = names.filter(|rest| !rest.contains('/')).map(str::to_owned).collect();
            assert_eq!(self.disk.list(folder).await.expect("a folder can be listed"), expected, "{:?}", self.at);
        }
    }

    async fn compare_all(&mut self) {
        for (name, content) in &self.files {
            let read = super::read_file(&*self.disk, name).await.expect("every file can be read");
            assert!(read == *content, "{name} differs {:?}", self.at);
        }
    }
}

/// `bytes` in pieces of any length, aligned or not.
fn pieces(random: &mut Random, mut bytes: Bytes) -> Vec<Bytes> {
    let mut pieces = Vec::new();
    while !bytes.is_empty() {
        let len = match random.below(3) {
            0 => bytes.len(),
            1 => (random.below(bytes.len() as u64 / SECTOR_BYTES + 1) * SECTOR_BYTES) as usize,
            _ => random.index(bytes.len() + 1),
        };
        pieces.push(bytes.split_to(len));
    }
    pieces
}
