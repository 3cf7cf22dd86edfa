//! Applying commands.
//!
//! # Invariants
//! A handler checks everything, then writes: when it stops with a refusal, what it drafted is dropped, and only the
//! session's bookkeeping (the stored refusal) remains. Reads see the state before the command.

mod access_key;
mod account;
mod append;
mod body;
mod buckets;
mod cluster;
mod complete;
mod conditions;
mod configuration;
mod delete;
mod dispatch;
mod draft;
mod feed;
mod fence;
mod garbage;
mod halt;
mod identity;
mod key_edit;
mod lock;
mod members;
mod multipart;
mod publish;
mod redundancy;
mod registry;
mod rename;
mod runs;
mod session;
mod share;
mod unroll;
mod update;

use cairn_types::LogIndex;

use self::draft::Draft;
pub(crate) use self::halt::{Halt, refuse};
pub(crate) use self::key_edit::find_head;
pub(crate) use self::multipart::{is_open, open_upload};
use self::session::Admission;
pub(crate) use self::session::living;
pub(crate) use self::share::governed;
use crate::command::Command;
use crate::keys::ShardContext;
use crate::limits::WRITES_PER_COMMAND_MAX;
use crate::reply::Reply;
use crate::state::{Applied, CatalogRead, ReadError};

/// Applies one committed command: the changes, to be written in one batch with `index`, and the reply.
///
/// An error means that nothing was decided: [`ReadError::NotCached`] asks to run the same call where blocking is
/// allowed; any other stops the process, since going on would fork the state.
pub fn apply(
    state: &impl CatalogRead,
    shard: &ShardContext,
    index: LogIndex,
    command: &Command,
) -> Result<Applied, ReadError> {
    let admitted = match session::admit(state, shard, command)? {
        Admission::Run(row) => row,
        Admission::Answer(reply) => return Ok(Applied { writes: Vec::new(), reply: *reply }),
    };
    let mut draft = Draft::new(state, shard, index, command);
    let recorded = admitted.is_some();
    draft.session_row = admitted.unwrap_or_default();
    let reply = match dispatch::run(&mut draft, &command.body) {
        Ok(reply) => reply,
        Err(Halt::Refused(refusal)) => {
            draft.clear();
            Reply::Refused(refusal)
        }
        Err(Halt::Unread(error)) => return Err(error),
    };
    if recorded {
        session::record(&mut draft, command.request_floor, &reply);
    }
    let writes = draft.into_writes();
    debug_assert!(writes.len() <= WRITES_PER_COMMAND_MAX, "a command wrote {} rows", writes.len());
    Ok(Applied { writes, reply })
}
