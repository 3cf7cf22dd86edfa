//! Names: the durable ones, the present ones, and the changes between them.

use std::collections::BTreeMap;
use std::io;

use super::inode::Version;

/// Number of a file on its device.
pub(super) type InodeId = u64;

/// A change of names.
#[derive(Clone)]
pub(super) enum NameChange {
    Create { name: String, inode: InodeId },
    Remove { name: String },
    Rename { from: String, to: String, inode: InodeId },
}

impl NameChange {
    /// A rename is atomic; a change whose ground was lost with another change does what is left of it.
    pub(super) fn apply(&self, names: &mut BTreeMap<String, InodeId>) {
        match self {
            Self::Create { name, inode } => {
                names.insert(name.clone(), *inode);
            }
            Self::Remove { name } => {
                names.remove(name);
            }
            Self::Rename { from, to, inode } => {
                if names.get(from) == Some(inode) {
                    names.remove(from);
                }
                names.insert(to.clone(), *inode);
            }
        }
    }

    pub(super) fn inode(&self) -> Option<InodeId> {
        match self {
            Self::Create { inode, .. } | Self::Rename { inode, .. } => Some(*inode),
            Self::Remove { .. } => None,
        }
    }

    pub(super) fn describe(&self) -> String {
        match self {
            Self::Create { name, .. } => format!("create {name}"),
            Self::Remove { name } => format!("remove {name}"),
            Self::Rename { from, to, .. } => format!("rename {from} to {to}"),
        }
    }
}

/// All names of a device.
#[derive(Clone, Default)]
pub(super) struct Names {
    pub(super) durable: BTreeMap<String, InodeId>,
    pub(super) present: BTreeMap<String, InodeId>,
    pub(super) pending: Vec<Version<NameChange>>,
}

impl Names {
    pub(super) fn find(&self, name: &str) -> io::Result<InodeId> {
        self.present.get(name).copied().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    pub(super) fn change(&mut self, stamp: u64, value: NameChange) {
        value.apply(&mut self.present);
        self.pending.push(Version { stamp, value });
    }

    pub(super) fn settle(&mut self, stamp: u64) {
        while self.pending.first().is_some_and(|change| change.stamp <= stamp) {
            self.pending.remove(0).value.apply(&mut self.durable);
        }
    }

    /// Whether anything but an open handle still leads to `inode`.
    pub(super) fn refer_to(&self, inode: InodeId) -> bool {
        self.present.values().chain(self.durable.values()).any(|id| *id == inode)
            || self.pending.iter().any(|change| change.value.inode() == Some(inode))
    }

    pub(super) fn name_of(&self, inode: InodeId) -> String {
        let found = self.present.iter().find(|(_, id)| **id == inode);
        found.map_or_else(|| format!("#{inode}"), |(name, _)| name.clone())
    }

    pub(super) fn in_folder(&self, folder: &str) -> Vec<String> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{}/", folder.trim_end_matches('/')) };
        let names = self.present.keys().filter_map(|name| name.strip_prefix(&prefix));
        names.filter(|rest| !rest.contains('/')).map(str::to_owned).collect()
    }
}
