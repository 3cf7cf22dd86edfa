//! One disk: fragment records in segments, index, compaction, scrub.
//!
//! # Invariants
//! S1: a put that returned survives; one that did not is absent or whole. S2: the index names only what the segments
//! hold. S3: recovery may be cut short and repeated. S4: after a failed write or sync nothing is acknowledged, restarts
//! included. S5: a full disk takes no puts and still deletes. S6: damage is reported, never skipped in silence.
//! P2: a fragment under an older epoch of its group is refused. D5 (its part): a fragment below the swept floor of its
//! session is refused.
//!
//! # Crash
//! The segments are the truth. The index follows them: a row is written after its record is synced, in one batch with
//! its segment's indexed point; what it lacks is replayed, and an index that does not fit is rebuilt.
//!
//! # Limits
//! [`limits`].
//!
//! The bytes are described in `docs/formats/segments.md`.

mod applier;
mod batch;
mod bounds;
mod compact;
mod error;
mod fragment;
mod identity;
mod index;
mod keys;
mod lead;
mod lead_cache;
pub mod limits;
mod list;
mod pipeline;
mod read;
mod recovery;
mod rows;
mod scrub;
mod store;
mod tables;
mod usage;
mod verify;

pub use bounds::SweptFloor;
pub use compact::Compacted;
pub use error::{CompactError, FragmentError, GetError, IdentityError, OpenError, PutError, WriteError};
pub use fragment::Fragment;
pub use identity::DiskIdentity;
pub use list::ListedFragment;
pub use read::Cells;
pub use scrub::{Scrub, ScrubProgress, Scrubbed};
pub use store::{FragmentStore, StoreOptions, StoreRecovered};
pub use usage::{GroupContent, SegmentUsage, Usage};
