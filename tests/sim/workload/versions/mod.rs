//! What clients do with versions, and what they saw.

mod actor;
mod choice;
mod family;
mod history;
mod listing;
mod switch;

pub(crate) use self::actor::{Shared, VersionActor, read_latest, read_version};
pub(crate) use self::family::{BUCKETS, FAMILIES, Family, KEPT, Keeps, SWITCHED};
pub(crate) use self::history::{
    Condition, LockChange, Name, Seen, Switch, Told, VersionAct, VersionEntry, VersionHistory,
};
pub(crate) use self::listing::{ListedVersion, list_family};
pub(crate) use self::switch::{set_versioning, switch};
