//! Switching and trimming feeds.

use super::draft::Draft;
use super::halt::{Halt, refuse};
use crate::command::{SetFeed, TrimFeed};
use crate::keys::{feed_key, share_key};
use crate::limits::FEED_TRIM_STEP;
use crate::reply::{FeedSet, Refusal, Reply, Stepped};
use crate::rows::{FeedPosition, FeedState, ShareRow};
use crate::state::{CatalogRead, contradiction};

/// Switches a feed. Rows of the feed before stay until they are trimmed, and count against the bound.
pub(super) fn set<S: CatalogRead>(draft: &mut Draft<'_, S>, command: &SetFeed) -> Result<Reply, Halt> {
    let key = share_key(draft.shard.shard, command.bucket);
    let Some(mut row) = draft.get::<ShareRow>(&key)? else {
        return refuse(Refusal::UnknownBucket);
    };
    let rows = row.feed.map_or(0, |feed| feed.rows);
    // Off with rows left: a broken feed takes no rows and can be trimmed.
    row.feed = (command.on || rows > 0).then_some(FeedState { from: draft.index, rows, broken: !command.on });
    draft.put(key, &row);
    Ok(Reply::FeedSet(FeedSet { at: draft.index, ..FeedSet::default() }))
}

/// Removes rows below the lowest cursor.
pub(super) fn trim<S: CatalogRead>(draft: &mut Draft<'_, S>, command: &TrimFeed) -> Result<Reply, Halt> {
    let shard = draft.shard.shard;
    let key = share_key(shard, command.bucket);
    let Some(mut row) = draft.get::<ShareRow>(&key)? else {
        return refuse(Refusal::UnknownBucket);
    };
    let Some(mut feed) = row.feed else { return Ok(Reply::Stepped(Stepped::default())) };
    let start = feed_key(shard, command.bucket, FeedPosition::default());
    let end = feed_key(shard, command.bucket, command.below);
    let mut rows: Vec<_> = draft.state.scan(&start[..]..&end[..]).take(FEED_TRIM_STEP + 1).collect::<Result<_, _>>()?;
    let more = rows.len() > FEED_TRIM_STEP;
    rows.truncate(FEED_TRIM_STEP);
    let trimmed = rows.len() as u64;
    rows.into_iter().for_each(|(key, _)| draft.delete(key));
    feed.rows = feed.rows.checked_sub(trimmed).ok_or_else(|| contradiction(&key, "fewer feed rows are counted"))?;
    row.feed = Some(feed);
    draft.put(key, &row);
    Ok(Reply::Stepped(Stepped { more, ..Stepped::default() }))
}
