//! At most once.
//!
//! # Invariants
//! E1: the reply is written in the same batch as the effects and kept until the session's request floor passes it; a
//! repeat gets it, a number below the floor is refused. Refusals are replies too, so that a repeat is answered alike.
//! What is refused here for the session's sake is not stored: it stays true.

use cairn_types::{RequestNumber, SessionId};

use super::draft::Draft;
use crate::command::{Command, CommandBody};
use crate::keys::{ShardContext, horizon_key, reply_key, session_key};
use crate::limits::REPLIES_PER_SESSION_MAX;
use crate::reply::{Refusal, Reply};
use crate::rows::{HorizonRow, Nothing, SessionRow};
use crate::state::{CatalogRead, ReadError, named_row, read_row};

/// Whether a command runs.
pub(super) enum Admission {
    /// It does; for session 0 there is no row.
    Run(Option<SessionRow>),
    /// It does not: this is the answer, and nothing changes.
    Answer(Box<Reply>),
}

/// Decides whether `command` runs.
pub(super) fn admit(state: &impl CatalogRead, shard: &ShardContext, command: &Command) -> Result<Admission, ReadError> {
    let refused =
        |refusal: fn(Nothing) -> Refusal| Ok(Admission::Answer(Box::new(Reply::Refused(refusal(Nothing::default())))));
    let kind = repetition(&command.body);
    if command.session == SessionId(0) {
        return match kind {
            Repetition::Once => refused(Refusal::SessionRequired),
            Repetition::Harmless | Repetition::Fences => Ok(Admission::Run(None)),
        };
    }
    if command.number == RequestNumber(0) {
        return refused(Refusal::SessionRequired);
    }
    if kind == Repetition::Fences {
        // It may remove the very row that its reply would be recorded in.
        return refused(Refusal::OutOfBounds);
    }
    let Some(mut row) = living(state, shard, command.session)? else {
        return refused(Refusal::Fenced);
    };
    if command.number < row.request_floor {
        return refused(Refusal::BelowRequestFloor);
    }
    if row.replies.contains(command.number.0) {
        let reply = named_row(state, &reply_key(shard.shard, command.session, command.number))?;
        return Ok(Admission::Answer(Box::new(reply)));
    }
    let floor = command.request_floor.0.min(command.number.0);
    let kept = row.replies.len() - row.replies.iter().take_while(|number| *number < floor).count();
    if kept >= REPLIES_PER_SESSION_MAX {
        return refused(Refusal::TooManyReplies);
    }
    // Floors begin at 1, as numbers do.
    row.request_floor = row.request_floor.max(RequestNumber(1));
    Ok(Admission::Run(Some(row)))
}

/// The row of a session, if it is not fenced: one at or above the horizon is listed by its first command.
pub(crate) fn living(
    state: &impl CatalogRead,
    shard: &ShardContext,
    session: SessionId,
) -> Result<Option<SessionRow>, ReadError> {
    if let Some(row) = read_row::<SessionRow>(state, &session_key(shard.shard, session))? {
        return Ok(Some(row));
    }
    let horizon: HorizonRow = read_row(state, &horizon_key(shard.shard))?.unwrap_or_default();
    Ok((session >= horizon.horizon).then(SessionRow::default))
}

/// Keeps the reply of a command that ran, and lets go of those below the floor. A floor above the command's own number
/// would declare this very command resolved, and counts only up to it.
pub(super) fn record<S: CatalogRead>(draft: &mut Draft<'_, S>, floor: RequestNumber, reply: &Reply) {
    let (shard, session, number) = (draft.shard.shard, draft.session, draft.number);
    let mut row = std::mem::take(&mut draft.session_row);
    row.request_floor = row.request_floor.max(floor.min(number));
    for resolved in row.replies.take_below(row.request_floor.0) {
        draft.delete(reply_key(shard, session, RequestNumber(resolved)));
    }
    row.replies.insert(number.0);
    draft.put(reply_key(shard, session, number), reply);
    draft.put(session_key(shard, session), &row);
}

/// What a repeat of a command would do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Repetition {
    /// Take effect again: it needs a session.
    Once,
    /// Nothing more: it may come without a session.
    Harmless,
    /// Nothing more; and it removes session rows: it must come without a session.
    Fences,
}

fn repetition(body: &CommandBody) -> Repetition {
    match body {
        CommandBody::Fence(_) | CommandBody::CloseSession(_) | CommandBody::FenceSessions(_) => Repetition::Fences,
        CommandBody::Noop(_)
        | CommandBody::RecordGeneration(_)
        | CommandBody::SealBucket(_)
        | CommandBody::ForgetBucket(_)
        | CommandBody::GarbageDone(_)
        | CommandBody::UnrollGarbage(_)
        | CommandBody::ClearDegraded(_)
        | CommandBody::MarkDegraded(_)
        | CommandBody::TrimFeed(_)
        | CommandBody::InitCluster(_)
        | CommandBody::RegisterNode(_)
        | CommandBody::SetNodeState(_)
        | CommandBody::RegisterDisk(_)
        | CommandBody::SetDiskState(_)
        | CommandBody::SetMaps(_)
        | CommandBody::OpenSession(_)
        | CommandBody::RenewSession(_)
        | CommandBody::SetBucketState(_)
        | CommandBody::FinishDeleteBucket(_) => Repetition::Harmless,
        CommandBody::ResolveBlobs(_)
        | CommandBody::PublishVersion(_)
        | CommandBody::ReplaceMetadata(_)
        | CommandBody::DeleteObject(_)
        | CommandBody::UpdateVersion(_)
        | CommandBody::AppendObject(_)
        | CommandBody::RenameObject(_)
        | CommandBody::CreateUpload(_)
        | CommandBody::PublishPart(_)
        | CommandBody::CompleteUpload(_)
        | CommandBody::AbortUpload(_)
        | CommandBody::RecordConfiguration(_)
        | CommandBody::SetFeed(_)
        | CommandBody::CreateBucket(_)
        | CommandBody::SetBucketDocument(_)
        | CommandBody::PutAccount(_)
        | CommandBody::DeleteAccount(_)
        | CommandBody::PutUser(_)
        | CommandBody::DeleteUser(_)
        | CommandBody::PutAccessKey(_)
        | CommandBody::DeleteAccessKey(_)
        | CommandBody::PutIdentityDocument(_) => Repetition::Once,
    }
}
