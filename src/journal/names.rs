//! Names of files in the journal's folder: `<id, 16 hexadecimal digits>.journal` or `.spare`, and `fence`.

use crate::position::FileId;

/// What a name says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Name {
    /// A file with records.
    Journal(FileId),
    /// Space without records: the id is that of its former life, or of the one it was being made for.
    Spare(FileId),
    /// The mark that a write or sync failed: nothing is acknowledged until somebody admits the disk again.
    Fence,
}

impl Name {
    /// The name within `folder`.
    pub(crate) fn in_folder(self, folder: &str) -> String {
        match self {
            Self::Journal(id) => format!("{folder}/{:016x}.journal", id.0),
            Self::Spare(id) => format!("{folder}/{:016x}.spare", id.0),
            Self::Fence => format!("{folder}/fence"),
        }
    }

    /// Inverse of the part after the folder.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        if name == "fence" {
            return Some(Self::Fence);
        }
        let (digits, ending) = name.split_once('.')?;
        let is_digits = digits.len() == 16 && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let id = FileId(u64::from_str_radix(digits, 16).ok().filter(|_| is_digits)?);
        match ending {
            "journal" => Some(Self::Journal(id)),
            "spare" => Some(Self::Spare(id)),
            _ => None,
        }
    }
}
