//! Makes the next file ready, and gives released ones back.
//!
//! # Crash
//! A file becomes a `.journal` by one rename, after its header is synced and its predecessor's seal too; before that it
//! is a spare. A released file is a spare again, by name and durably, before its space is written. So every `.journal`
//! has a good header, and only the newest may lack a seal.

use std::io;
use std::sync::Arc;

use cairn_runtime::Entropy;
use cairn_runtime::disk::{Disk, File};

use crate::file_header::FileHeader;
use crate::files::Files;
use crate::names::Name;
use crate::options::Options;
use crate::position::FileId;

/// A file with its header synced, still named as a spare.
pub(crate) struct Ready {
    pub(crate) id: FileId,
    pub(crate) salt: u64,
    pub(crate) file: Arc<dyn File>,
    spare: FileId,
}

/// The folder of a journal.
pub(crate) struct Folder {
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) options: Options,
    pub(crate) entropy: Entropy,
    pub(crate) files: Files,
}

impl Folder {
    /// Free bytes of the device, spares included.
    pub(crate) async fn free_bytes(&self) -> io::Result<u64> {
        let spares = self.files.spares().len() as u64 * self.options.file_bytes;
        Ok(self.disk.space().await?.free_bytes + spares)
    }

    /// Space for file `id`, from a spare if there is one, with its header synced.
    pub(crate) async fn make_ready(&self, id: FileId) -> io::Result<Ready> {
        let (spare, file) = match self.take_spare().await? {
            Some(found) => found,
            None => (id, self.create_spare(id).await?),
        };
        let salt = self.entropy.u64();
        let header = FileHeader { id, purpose: self.options.purpose, salt };
        file.write_at(0, vec![header.encode()]).await?;
        file.sync().await?;
        Ok(Ready { id, salt, file, spare })
    }

    /// Gives the file its name, durably.
    pub(crate) async fn name(&self, ready: &Ready) -> io::Result<()> {
        let from = Name::Spare(ready.spare).in_folder(&self.options.folder);
        let to = Name::Journal(ready.id).in_folder(&self.options.folder);
        self.disk.rename(&from, &to).await?;
        self.files.remove_spare(ready.spare);
        self.disk.sync_names().await
    }

    /// Takes the name of a file away, durably; its space is a spare.
    pub(crate) async fn release(&self, id: FileId) -> io::Result<()> {
        let from = Name::Journal(id).in_folder(&self.options.folder);
        let to = Name::Spare(id).in_folder(&self.options.folder);
        self.disk.rename(&from, &to).await?;
        self.disk.sync_names().await?;
        self.files.remove(id);
        self.files.add_spare(id);
        self.drop_surplus().await
    }

    /// Leaves the mark that nothing is acknowledged any more. A disk that does not even take that is fenced by those who
    /// saw it fail.
    pub(crate) async fn mark_fenced(&self) {
        let name = Name::Fence.in_folder(&self.options.folder);
        let marked = match self.disk.create(&name, 0).await {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            _ => self.disk.sync_names().await,
        };
        if let Err(error) = marked {
            tracing::warn!(%error, name, "could not mark the disk as fenced");
        }
    }

    /// Removes spares over the limit. The name of the newest file there ever was is kept: its id must not come again.
    pub(crate) async fn drop_surplus(&self) -> io::Result<()> {
        let spares = self.files.spares();
        let surplus = spares.len().saturating_sub(self.options.spares_max);
        let newest = self.files.newest().unwrap_or_default();
        for id in spares.into_iter().take(surplus).filter(|id| *id < newest) {
            self.remove_spare(id).await?;
        }
        Ok(())
    }

    /// Opens a spare of the right length; others that are in the way are removed.
    async fn take_spare(&self) -> io::Result<Option<(FileId, Arc<dyn File>)>> {
        for id in self.files.spares() {
            let file = self.disk.open(&Name::Spare(id).in_folder(&self.options.folder)).await?;
            if file.len().await? == self.options.file_bytes {
                return Ok(Some((id, file)));
            }
        }
        Ok(None)
    }

    async fn create_spare(&self, id: FileId) -> io::Result<Arc<dyn File>> {
        let name = Name::Spare(id).in_folder(&self.options.folder);
        match self.disk.create(&name, self.options.file_bytes).await {
            Ok(file) => {
                self.files.add_spare(id);
                Ok(file)
            }
            Err(error) => {
                self.remove_remains(&name).await;
                Err(error)
            }
        }
    }

    /// Part of a file that was not made whole may hold space. A name left behind is found as a spare at the next start.
    async fn remove_remains(&self, name: &str) {
        match self.disk.remove(name).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(%error, name, "could not remove a file that was not made whole");
            }
            _ => {}
        }
    }

    async fn remove_spare(&self, id: FileId) -> io::Result<()> {
        self.disk.remove(&Name::Spare(id).in_folder(&self.options.folder)).await?;
        self.files.remove_spare(id);
        Ok(())
    }

    /// Removes spares of a wrong length (their file was cut at a restart), once a newer file keeps the ids growing.
    pub(crate) async fn drop_short_spares(&self) -> io::Result<()> {
        let newest = self.files.newest().unwrap_or_default();
        for id in self.files.spares().into_iter().filter(|id| *id < newest) {
            let file = self.disk.open(&Name::Spare(id).in_folder(&self.options.folder)).await?;
            if file.len().await? != self.options.file_bytes {
                self.remove_spare(id).await?;
            }
        }
        Ok(())
    }
}

/// Whether the device said that it has no more space, which fences nothing.
pub(crate) fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}
