//! The index: rows in an engine that has no log of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use cairn_runtime::kv::{self, CachedRead, Kv, KvRead, KvWrite};
use cairn_types::DiskId;
use cairn_types::record::Record;
use parking_lot::Mutex;

use crate::batch::{Batch, Change, FragmentState, meta_write};
use crate::keys::{self, FragmentKey};
use crate::rows::{FragmentRow, INDEX_VERSION, MetaRow, TombstoneRow, decode};
use crate::tables::Tables;

/// Index of one disk. Only the applier (and recovery before it) changes it.
pub(crate) struct Index {
    disk: DiskId,
    kv: Arc<dyn Kv>,
    tables: Mutex<Tables>,
}

impl Index {
    /// Reads the small tables; `None` if this is no index of this disk in this version.
    pub(crate) async fn load(disk: DiskId, kv: Arc<dyn Kv>) -> io::Result<Option<Self>> {
        let loaded = kv::read(kv.as_ref(), move |view| load_tables(view, disk)).await?;
        match loaded {
            Ok(tables) => Ok(tables.map(|tables| Self { disk, kv, tables: Mutex::new(tables) })),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// An empty index, whatever was there.
    pub(crate) async fn create(disk: DiskId, kv: Arc<dyn Kv>) -> io::Result<Self> {
        let all = Bytes::new()..Bytes::from_static(&[0xff]);
        kv.write(vec![KvWrite::DeleteRange(all), meta_write(disk, 0)]).await?;
        Ok(Self { disk, kv, tables: Mutex::default() })
    }

    /// Looks at the small tables.
    pub(crate) fn tables<T>(&self, look: impl FnOnce(&Tables) -> T) -> T {
        look(&self.tables.lock())
    }

    /// The disk.
    pub(crate) fn disk(&self) -> DiskId {
        self.disk
    }

    /// The engine.
    pub(crate) fn kv(&self) -> &dyn Kv {
        self.kv.as_ref()
    }

    /// Row of a fragment that is there.
    pub(crate) async fn fragment(&self, key: FragmentKey) -> io::Result<Option<FragmentRow>> {
        match self.kv.get_cached(&key.fragment_row())? {
            CachedRead::Found(value) => decode(value).map(Some),
            CachedRead::Missing => Ok(None),
            CachedRead::NotCached => {
                let row = key.fragment_row();
                kv::read(self.kv(), move |view| view.get(&row)).await??.map(decode).transpose()
            }
        }
    }

    /// Row of a fragment that was deleted.
    pub(crate) async fn tombstone(&self, key: FragmentKey) -> io::Result<Option<TombstoneRow>> {
        let row = key.tombstone_row();
        kv::read(self.kv(), move |view| view.get(&row)).await??.map(decode).transpose()
    }

    /// Rows of fragments, in the order asked.
    pub(crate) async fn fragments(&self, keys: &[FragmentKey]) -> io::Result<Vec<Option<FragmentRow>>> {
        let mut rows = Vec::with_capacity(keys.len());
        for key in keys {
            rows.push(self.fragment(*key).await?);
        }
        Ok(rows)
    }

    /// Takes `changes` in one batch; returns the fragments of which anything remembered is wrong now.
    pub(crate) async fn apply(&self, changes: Vec<Change>) -> io::Result<Vec<FragmentKey>> {
        let keys: BTreeSet<FragmentKey> = changes.iter().flat_map(Change::keys).collect();
        let states = self.states(keys).await?;
        let outcome = {
            let tables = self.tables.lock();
            let mut batch = Batch::new(self.disk, &tables, states);
            changes.into_iter().for_each(|change| batch.apply(change));
            batch.finish()
        };
        if !self.kv.try_write(&outcome.writes)? {
            self.kv.write(outcome.writes).await?;
        }
        outcome.tables.apply(&mut self.tables.lock());
        Ok(outcome.stale)
    }

    /// Rows of all `keys`: from memory where it can tell, the rest in one read.
    async fn states(&self, keys: BTreeSet<FragmentKey>) -> io::Result<BTreeMap<FragmentKey, FragmentState>> {
        let mut states = BTreeMap::new();
        let mut missing = Vec::new();
        for key in keys {
            match self.cached_state(key)? {
                Some(state) => {
                    states.insert(key, state);
                }
                None => missing.push(key),
            }
        }
        if !missing.is_empty() {
            states.extend(kv::read(self.kv(), move |view| read_states(view, &missing)).await??);
        }
        Ok(states)
    }

    fn cached_state(&self, key: FragmentKey) -> io::Result<Option<FragmentState>> {
        let live = match self.kv.get_cached(&key.fragment_row())? {
            CachedRead::Found(value) => Some(decode::<FragmentRow>(value)?),
            CachedRead::Missing => None,
            CachedRead::NotCached => return Ok(None),
        };
        let dead = match self.kv.get_cached(&key.tombstone_row())? {
            CachedRead::Found(value) => Some(decode::<TombstoneRow>(value)?),
            CachedRead::Missing => None,
            CachedRead::NotCached => return Ok(None),
        };
        Ok(Some(FragmentState { live, dead }))
    }
}

fn read_states(view: &dyn KvRead, keys: &[FragmentKey]) -> io::Result<Vec<(FragmentKey, FragmentState)>> {
    let read = |key: &FragmentKey| {
        let live = view.get(&key.fragment_row())?.map(decode).transpose()?;
        let dead = view.get(&key.tombstone_row())?.map(decode).transpose()?;
        Ok((*key, FragmentState { live, dead }))
    };
    keys.iter().map(read).collect()
}

/// The rows of one table, decoded.
fn read_table<K, R: Record>(view: &dyn KvRead, table: u8, key: impl Fn(&[u8]) -> Option<K>) -> io::Result<Vec<(K, R)>> {
    let (start, end) = (keys::table_start(table), keys::table_end(table));
    let rows = view.scan(&start[..]..&end[..]).map(|row| {
        let (name, value) = row?;
        let name = key(&name).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))?;
        Ok((name, decode(value)?))
    });
    rows.collect()
}

fn load_tables(view: &dyn KvRead, disk: DiskId) -> io::Result<Option<Tables>> {
    let meta: MetaRow = match view.get(keys::META)? {
        Some(value) => decode(value)?,
        None => return Ok(None),
    };
    if meta.version != INDEX_VERSION || meta.disk != disk {
        return Ok(None);
    }
    Ok(Some(Tables {
        segments: read_table(view, keys::SEGMENTS, keys::segment_of_row)?.into_iter().collect(),
        groups: read_table(view, keys::GROUPS, keys::group_of_row)?.into_iter().collect(),
        bounds: view.get(keys::BOUNDS)?.map(decode).transpose()?.unwrap_or_default(),
        scrub: view.get(keys::SCRUB)?.map(decode).transpose()?.unwrap_or_default(),
        sequence_gone: meta.sequence_max,
    }))
}
