//! What clients do in a run, and what they saw.

mod actor;
mod bodies;
mod choice;
mod history;
pub(crate) mod versions;

pub(crate) use self::actor::{Actor, BUCKET, CONTESTED, KEYS, list_all, read};
pub(crate) use self::bodies::{Bodies, ETag};
pub(crate) use self::history::{Act, Entry, History, ListedPage, Outcome};
