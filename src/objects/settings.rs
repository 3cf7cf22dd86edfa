//! What an operator may tune.

use cairn_catalog::limits::INLINE_BYTES_MAX;
use cairn_erasure::limits::{BLOB_BYTES_DEFAULT, BLOB_BYTES_MAX};

use crate::limits::{
    BLOB_BYTES_SCARCE, INLINE_BYTES_DEFAULT, READAHEAD_BYTES_DEFAULT, STAGE_BYTES_DEFAULT, STRETCH_BYTES,
};

/// Numbers of the data path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Settings {
    inline_bytes: u64,
    blob_bytes: u64,
    stage_bytes: u64,
    readahead_bytes: u64,
}

/// Settings that do not fit together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The inline limit is above what a command takes.
    #[error("the inline limit is {0} bytes, more than {INLINE_BYTES_MAX}")]
    Inline(u64),
    /// No blob may have that size.
    #[error("blobs of {0} bytes: there must be between {BLOB_BYTES_SCARCE} and {BLOB_BYTES_MAX}")]
    Blob(u64),
    /// The budget does not hold one small blob with its parity.
    #[error("{0} bytes are too few to stage bodies in")]
    Stage(u64),
}

impl Settings {
    /// Checked settings: largest inline body, blob size, memory of bodies on their way in, memory for reading ahead.
    pub fn new(
        inline_bytes: u64,
        blob_bytes: u64,
        stage_bytes: u64,
        readahead_bytes: u64,
    ) -> Result<Self, SettingsError> {
        if inline_bytes > INLINE_BYTES_MAX as u64 {
            return Err(SettingsError::Inline(inline_bytes));
        }
        if !(BLOB_BYTES_SCARCE..=BLOB_BYTES_MAX).contains(&blob_bytes) {
            return Err(SettingsError::Blob(blob_bytes));
        }
        // Three copies, the most of any geometry of ours, of two small blobs.
        if stage_bytes < 6 * BLOB_BYTES_SCARCE {
            return Err(SettingsError::Stage(stage_bytes));
        }
        Ok(Self { inline_bytes, blob_bytes, stage_bytes, readahead_bytes })
    }

    /// Small numbers for tests: everything that happens with large bodies happens with small ones.
    pub fn small_for_tests(inline_bytes: u64, blob_bytes: u64, stage_bytes: u64) -> Self {
        Self { inline_bytes, blob_bytes, stage_bytes, readahead_bytes: 4 * STRETCH_BYTES }
    }

    /// Longest inline body in bytes.
    pub fn inline_bytes(&self) -> u64 {
        self.inline_bytes
    }

    /// Bytes of a blob where memory is not scarce.
    pub fn blob_bytes(&self) -> u64 {
        self.blob_bytes
    }

    /// Memory of bodies on their way in.
    pub fn stage_bytes(&self) -> u64 {
        self.stage_bytes
    }

    /// Memory for reading ahead.
    pub fn readahead_bytes(&self) -> u64 {
        self.readahead_bytes
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            inline_bytes: INLINE_BYTES_DEFAULT,
            blob_bytes: BLOB_BYTES_DEFAULT,
            stage_bytes: STAGE_BYTES_DEFAULT,
            readahead_bytes: READAHEAD_BYTES_DEFAULT,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Settings, SettingsError};

    #[test]
    fn settings_that_do_not_fit_are_refused() {
        let (inline, blob, stage) = (16 << 10, 16 << 20, 384 << 20);
        assert!(Settings::new(inline, blob, stage, 0).is_ok());
        assert_eq!(Settings::new(2 << 20, blob, stage, 0), Err(SettingsError::Inline(2 << 20)));
        assert_eq!(Settings::new(inline, 1, stage, 0), Err(SettingsError::Blob(1)));
        assert_eq!(Settings::new(inline, 65 << 20, stage, 0), Err(SettingsError::Blob(65 << 20)));
        assert_eq!(Settings::new(inline, blob, 1 << 20, 0), Err(SettingsError::Stage(1 << 20)));
    }
}
