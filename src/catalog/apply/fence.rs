//! Fencing sessions and resolving their blobs, in every shard.

use bytes::Bytes;
use cairn_types::{BlobSequence, SessionId};

use super::draft::Draft;
use super::halt::{Halt, refuse};
use crate::command::{Fence, ResolveBlobs};
use crate::keys::{Table, horizon_key, prefix_range, replies_prefix, session_key, shard_prefix};
use crate::limits::{FLOOR_EXCEPTIONS_MAX, SESSIONS_MAX};
use crate::reply::{Refusal, Reply};
use crate::rows::{HorizonRow, SessionRow};
use crate::state::{CatalogRead, ReadError, contradiction, decode_row};

/// Fences what is below the horizon and not alive. The root's list of the living is complete below its horizon, so a
/// living session that the shard has not met is listed now: an unlisted one below the horizon is fenced for good.
pub(super) fn fence<S: CatalogRead>(draft: &mut Draft<'_, S>, command: &Fence) -> Result<Reply, Halt> {
    if command.live.len() > SESSIONS_MAX {
        return refuse(Refusal::OutOfBounds);
    }
    let key = horizon_key(draft.shard.shard);
    let before: HorizonRow = draft.get(&key)?.unwrap_or_default();
    if command.horizon <= before.horizon {
        return Ok(Reply::done());
    }
    let mut listed = Vec::new();
    for (session, row) in sessions_below(draft, command.horizon)? {
        if command.live.contains(session.0) {
            listed.push(session.0);
        } else {
            remove_session(draft, session, &row);
        }
    }
    for session in command.live.iter().take_while(|session| *session < command.horizon.0) {
        // At or above the old horizon a session may be unmet; below it, unlisted means fenced, and stays so.
        if session >= before.horizon.0 && listed.binary_search(&session).is_err() {
            draft.put(session_key(draft.shard.shard, SessionId(session)), &SessionRow::default());
        }
    }
    draft.put(key, &HorizonRow { horizon: command.horizon });
    Ok(Reply::done())
}

/// Takes a session's row and replies away.
pub(super) fn remove_session<S: CatalogRead>(draft: &mut Draft<'_, S>, session: SessionId, row: &SessionRow) {
    if !row.replies.is_empty() {
        draft.delete_range(prefix_range(replies_prefix(draft.shard.shard, session)));
    }
    draft.delete(session_key(draft.shard.shard, session));
}

/// The listed sessions below `horizon`, ascending.
pub(super) fn sessions_below<S: CatalogRead>(
    draft: &Draft<'_, S>,
    horizon: SessionId,
) -> Result<Vec<(SessionId, SessionRow)>, ReadError> {
    let start = shard_prefix(Table::Session, draft.shard.shard);
    let end = session_key(draft.shard.shard, horizon);
    draft
        .state
        .scan(&start[..]..&end[..])
        .map(|row| {
            let (key, value) = row?;
            Ok((session_of(&key)?, decode_row(&key, value)?))
        })
        .collect()
}

fn session_of(key: &Bytes) -> Result<SessionId, ReadError> {
    let raw = key.get(5..).and_then(|raw| raw.try_into().ok());
    raw.map(|raw| SessionId(u64::from_be_bytes(raw))).ok_or_else(|| contradiction(key, "not the key of a session"))
}

/// Raises the session's blob floor. What is unresolved afterwards is what both the row and the command leave
/// unresolved, so that the order in which such commands arrive does not matter and nothing resolved comes back.
pub(super) fn resolve_blobs<S: CatalogRead>(draft: &mut Draft<'_, S>, command: &ResolveBlobs) -> Result<Reply, Halt> {
    if command.exceptions.len() > FLOOR_EXCEPTIONS_MAX {
        return refuse(Refusal::OutOfBounds);
    }
    let row = &mut draft.session_row;
    let unresolved_by_command = |sequence: u64| sequence >= command.floor.0 || command.exceptions.contains(sequence);
    let floor = row.blob_floor.max(command.floor);
    let exceptions = row
        .blob_exceptions
        .iter()
        .chain(command.exceptions.iter())
        .filter(|sequence| *sequence < floor.0)
        .filter(|sequence| !row.is_resolved(BlobSequence(*sequence)) && unresolved_by_command(*sequence))
        .collect();
    row.blob_exceptions = exceptions;
    row.blob_floor = floor;
    Ok(Reply::done())
}
