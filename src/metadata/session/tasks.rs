//! What a session does in the background: it renews its lease, opens the next session when it is fenced, and tells the
//! shards which blobs are resolved.

use std::sync::Arc;

use cairn_catalog::command::{Command, CommandBody};
use cairn_catalog::reply::Refusal;
use cairn_runtime::Instant;
use cairn_runtime::select::{Either3, select3};
use cairn_types::ShardId;

use super::{Incarnation, State, register};
use crate::error::MetadataError;
use crate::limits::{BACKGROUND_TIMEOUT, RENEW_INTERVAL, RESOLVE_INTERVAL};
use crate::service::RenewCall;

/// Renews until shutdown or until the owner closes the session.
pub(super) async fn renew(state: Arc<State>) {
    let context = state.client.context().clone();
    loop {
        let woken =
            select3(context.tasks.shutdown_requested(), state.fenced.notified(), context.clock.sleep(RENEW_INTERVAL))
                .await;
        let incarnation = state.incarnation();
        let deadline = context.clock.now() + BACKGROUND_TIMEOUT;
        match woken {
            Either3::First(()) => return,
            _ if incarnation.is_ended() => {
                // Lives on until shutdown: its end is no error of the task.
            }
            // One that was fenced before the present one says nothing about it.
            Either3::Second(()) if !incarnation.is_fenced() => {}
            Either3::Second(()) => reopen(&state, &incarnation, deadline).await,
            Either3::Third(()) => renew_once(&state, &incarnation, deadline).await,
        }
    }
}

async fn renew_once(state: &State, incarnation: &Incarnation, deadline: Instant) {
    let call = RenewCall { session: incarnation.session, oldest_reads: state.reads.oldest(), ..RenewCall::default() };
    match state.client.renew(call, deadline).await {
        Ok(true) => {}
        Ok(false) => reopen(state, incarnation, deadline).await,
        Err(error) => tracing::warn!(%error, session = %incarnation.session, "could not renew the session"),
    }
}

/// Opens the session that follows `fenced`, unless there is one already.
async fn reopen(state: &State, fenced: &Incarnation, deadline: Instant) {
    match register(&state.client, &state.owner, deadline).await {
        Ok(session) => {
            tracing::warn!(fenced = %fenced.session, %session, "the session was fenced, another one is open");
            *state.current.write() = Arc::new(Incarnation::new(session));
        }
        Err(error) => {
            tracing::warn!(%error, "could not open a session in place of the fenced one");
            state.note_fenced(fenced);
            state.client.context().clock.sleep(crate::limits::RETRY_PAUSE_MAX).await;
        }
    }
}

/// Tells the shards of resolved blobs until shutdown.
pub(super) async fn raise_floors(state: Arc<State>) {
    let context = state.client.context().clone();
    loop {
        let pause =
            cairn_runtime::select::select(context.tasks.shutdown_requested(), context.clock.sleep(RESOLVE_INTERVAL));
        if let cairn_runtime::select::Either::Left(()) = pause.await {
            return;
        }
        let deadline = context.clock.now() + BACKGROUND_TIMEOUT;
        if let Err(error) = raise_floors_once(&state, deadline).await {
            tracing::debug!(%error, "could not raise the blob floors");
        }
    }
}

/// Tells every shard once; the first error is returned after all were tried.
pub(super) async fn raise_floors_once(state: &State, deadline: Instant) -> Result<(), MetadataError> {
    let incarnation = state.incarnation();
    if incarnation.is_ended() {
        return Ok(());
    }
    let map = state.client.shard_map(deadline).await?;
    let mut result = Ok(());
    for shard in &map.shards {
        let told = tell(state, &incarnation, shard.id, deadline).await;
        result = result.and(told);
    }
    result
}

async fn tell(
    state: &State,
    incarnation: &Incarnation,
    shard: ShardId,
    deadline: Instant,
) -> Result<(), MetadataError> {
    let Some(news) = incarnation.blobs.news(shard) else { return Ok(()) };
    let number = incarnation.numbers.take(shard);
    let command = Command {
        session: incarnation.session,
        number: number.number(),
        request_floor: number.floor(),
        body: CommandBody::ResolveBlobs(news.clone()),
        ..Command::default()
    };
    match state.client.submit_to(shard, Arc::new(command), deadline).await {
        Ok(_) => {
            incarnation.blobs.told(shard, news);
            Ok(())
        }
        Err(MetadataError::Refused(Refusal::Fenced(_))) => {
            state.note_fenced(incarnation);
            Err(MetadataError::SessionLost { session: incarnation.session })
        }
        Err(error) => Err(error),
    }
}
