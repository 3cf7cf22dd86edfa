//! The registry of sessions in the root shard.
//!
//! # Invariants
//! A session's id is the log index that opened it: ids grow and never come back. The horizon moves to the index of each
//! command that ends a session, so that below it every session is listed or fenced.

use cairn_types::SessionId;

use super::draft::Draft;
use super::fence::remove_session;
use super::halt::{Halt, refuse};
use crate::command::{CloseSession, FenceSessions, OpenSession, RenewSession};
use crate::keys::{Table, horizon_key, lease_key, prefix_range, root_prefix, session_key};
use crate::limits::SESSIONS_MAX;
use crate::reply::{Refusal, Reply};
use crate::rows::{HorizonRow, LeaseRow, SessionRow};
use crate::state::CatalogRead;

/// Opens a session.
pub(super) fn open<S: CatalogRead>(draft: &mut Draft<'_, S>, command: &OpenSession) -> Result<Reply, Halt> {
    let range = prefix_range(root_prefix(Table::Lease));
    let mut open = 0;
    for row in draft.state.scan(&range.start[..]..&range.end[..]) {
        row?;
        open += 1;
    }
    if open >= SESSIONS_MAX {
        return refuse(Refusal::TooManySessions);
    }
    let session = SessionId(draft.index.0);
    let row = LeaseRow {
        node: command.node,
        purpose: command.purpose.clone(),
        opened: draft.now,
        renewed: draft.now,
        ..LeaseRow::default()
    };
    draft.put(lease_key(session), &row);
    draft.put(session_key(draft.shard.shard, session), &SessionRow::default());
    Ok(Reply::SessionOpened(session))
}

/// Renews a session.
pub(super) fn renew<S: CatalogRead>(draft: &mut Draft<'_, S>, command: &RenewSession) -> Result<Reply, Halt> {
    let key = lease_key(command.session);
    let Some(mut row) = draft.get::<LeaseRow>(&key)? else {
        return refuse(Refusal::NoSuchSession);
    };
    row.renewed = row.renewed.max(draft.now);
    row.oldest_reads = command.oldest_reads.clone();
    draft.put(key, &row);
    Ok(Reply::done())
}

/// Ends one session.
pub(super) fn close<S: CatalogRead>(draft: &mut Draft<'_, S>, command: &CloseSession) -> Result<Reply, Halt> {
    end(draft, std::iter::once(command.session.0))
}

/// Ends sessions whose lease ran out.
pub(super) fn fence<S: CatalogRead>(draft: &mut Draft<'_, S>, command: &FenceSessions) -> Result<Reply, Halt> {
    if command.sessions.len() > SESSIONS_MAX {
        return refuse(Refusal::OutOfBounds);
    }
    end(draft, command.sessions.iter())
}

fn end<S: CatalogRead>(draft: &mut Draft<'_, S>, sessions: impl Iterator<Item = u64>) -> Result<Reply, Halt> {
    let mut ended = false;
    for session in sessions.map(SessionId) {
        if draft.get::<LeaseRow>(&lease_key(session))?.is_some() {
            ended = true;
            draft.delete(lease_key(session));
            let row: SessionRow = draft.get(&session_key(draft.shard.shard, session))?.unwrap_or_default();
            remove_session(draft, session, &row);
        }
    }
    if ended {
        let horizon = SessionId(draft.index.0);
        draft.put(horizon_key(draft.shard.shard), &HorizonRow { horizon });
    }
    Ok(Reply::done())
}
