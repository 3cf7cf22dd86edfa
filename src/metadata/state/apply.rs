//! Applies entries in batches.

use std::io;

use cairn_catalog::apply::apply;
use cairn_catalog::command::Command;
use cairn_catalog::keys::ShardContext;
use cairn_catalog::reply::Reply;
use cairn_catalog::rows::DigestRow;
use cairn_catalog::state::{CatalogRead, Overlay, ReadError, running_digest};
use cairn_runtime::kv::{self, KvRead, KvWrite};
use cairn_types::LogIndex;
use cairn_types::record::Record;
use openraft::EntryPayload;

use super::shard_state::{Progress, ShardState};
use super::view::{Blocking, Cached, kv_write};
use crate::raft::{Entry, LogId, Membership, StoredMembership};

/// An entry with its command decoded.
pub(super) struct Step {
    log_id: LogId,
    work: Work,
}

enum Work {
    Nothing,
    Command(Box<Command>),
    Members(Membership),
}

/// What some steps change.
struct Outcome {
    batch: Vec<KvWrite>,
    replies: Vec<Reply>,
    progress: Progress,
    /// Digests after steps at which members may compare.
    digests: Vec<(u64, DigestRow)>,
}

impl Step {
    pub(super) fn of(entry: Entry) -> io::Result<Self> {
        let work = match entry.payload {
            EntryPayload::Blank => Work::Nothing,
            EntryPayload::Normal(proposal) => {
                let command = Command::decode(proposal.0).map_err(io::Error::other)?;
                Work::Command(Box::new(command))
            }
            EntryPayload::Membership(membership) => Work::Members(membership),
        };
        Ok(Self { log_id: entry.log_id, work })
    }
}

/// Applies `steps` in order; a reply for each.
pub(super) async fn apply_steps(state: &ShardState, mut steps: Vec<Step>) -> io::Result<Vec<Reply>> {
    let mut replies = Vec::with_capacity(steps.len());
    let (outcome, stopped) = {
        let cached = Cached(state.parts.kv.as_ref());
        run(&cached, &state.parts.context, &steps, state.progress())
    };
    let applied = outcome.replies.len();
    finish(state, outcome, &mut replies).await?;
    match stopped {
        None => return Ok(replies),
        Some(ReadError::NotCached) => {}
        Some(error) => return Err(io::Error::other(error)),
    }
    let rest = steps.split_off(applied);
    let (context, progress) = (state.parts.context.clone(), state.progress());
    let work = move |view: &dyn KvRead| run(&Blocking(view), &context, &rest, progress);
    let (outcome, stopped) = kv::read(state.parts.kv.as_ref(), work).await?;
    if let Some(error) = stopped {
        return Err(io::Error::other(error));
    }
    finish(state, outcome, &mut replies).await?;
    Ok(replies)
}

/// Runs steps until one cannot be read.
fn run(
    below: &impl CatalogRead,
    context: &ShardContext,
    steps: &[Step],
    progress: Progress,
) -> (Outcome, Option<ReadError>) {
    let mut overlay = Overlay::new(below);
    let mut outcome = Outcome { batch: Vec::new(), replies: Vec::new(), progress, digests: Vec::new() };
    for step in steps {
        let index = step.log_id.index();
        let reply = match &step.work {
            Work::Nothing => Reply::done(),
            Work::Members(membership) => {
                outcome.progress.membership = StoredMembership::new(Some(step.log_id), membership.clone());
                Reply::done()
            }
            Work::Command(command) => match apply(&overlay, context, LogIndex(index), command) {
                Ok(applied) => {
                    outcome.progress.digest = running_digest(outcome.progress.digest, LogIndex(index), &applied.writes);
                    overlay.push(&applied.writes);
                    outcome.batch.extend(applied.writes.into_iter().map(kv_write));
                    applied.reply
                }
                Err(error) => return (outcome, Some(error)),
            },
        };
        outcome.progress.applied = Some(step.log_id);
        outcome.replies.push(reply);
        outcome.digests.push((index, outcome.progress.digest));
    }
    (outcome, None)
}

async fn finish(state: &ShardState, outcome: Outcome, replies: &mut Vec<Reply>) -> io::Result<()> {
    if outcome.replies.is_empty() {
        return Ok(());
    }
    state.write(outcome.batch, outcome.progress).await?;
    for (index, digest) in outcome.digests {
        state.note_digest(index, digest);
    }
    replies.extend(outcome.replies);
    Ok(())
}
