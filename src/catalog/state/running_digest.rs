//! The running digest of writes.

use cairn_types::{DigestBuilder, LogIndex};

use super::write::Write;
use crate::rows::DigestRow;

/// The digest after one more command. It covers the digest before, the index, and every change with its lengths, so
/// that it does not depend on how commands were batched. Keep the row in the batch of the last command; compare members
/// at equal indexes only (E7).
pub fn running_digest(before: DigestRow, index: LogIndex, writes: &[Write]) -> DigestRow {
    let mut builder = DigestBuilder::new(index.0);
    builder.update(&before.digest.to_be_bytes());
    let mut piece = |kind: u8, bytes: &[u8]| {
        let mut head = [kind; 9];
        head[1..].copy_from_slice(&(bytes.len() as u64).to_be_bytes());
        builder.update(&head);
        builder.update(bytes);
    };
    for write in writes {
        match write {
            Write::Put(key, value) => {
                piece(1, key);
                piece(2, value);
            }
            Write::Delete(key) => piece(3, key),
            Write::DeleteRange(range) => {
                piece(4, &range.start);
                piece(5, &range.end);
            }
        }
    }
    DigestRow { index, digest: builder.finish() }
}
