//! The record without fields.

use cairn_types::record::record;

record! {
    /// Stands where a choice needs no data; a later version may add some.
    #[derive(Eq)]
    pub struct Nothing {
    }
}
