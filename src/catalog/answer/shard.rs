//! What a shard knows of sessions, buckets and feeds.

use bytes::Bytes;
use cairn_types::LogIndex;

use super::entry::{just_after, page};
use crate::apply::Halt;
use crate::keys::{ShardContext, Table, feed_key, horizon_key, prefix_range, session_key, shard_prefix, share_key};
use crate::limits::ENTRIES_PER_QUERY_MAX;
use crate::query::{
    Answer, BucketUsage, FeedPage, FollowFeed, FollowedChange, SessionStanding, SessionState, ShareFound,
};
use crate::rows::{FeedPosition, FeedRow, HorizonRow, SessionRow, ShareRow};
use crate::state::{CatalogRead, ReadError, contradiction, read_row};

/// How a session stands.
pub(super) fn session<S: CatalogRead>(state: &S, shard: &ShardContext, query: &SessionState) -> Result<Answer, Halt> {
    let horizon = read_row::<HorizonRow>(state, &horizon_key(shard.shard))?.unwrap_or_default().horizon;
    let row: Option<SessionRow> = read_row(state, &session_key(shard.shard, query.session))?;
    let fenced = row.is_none() && query.session < horizon;
    Ok(Answer::Session(SessionStanding { horizon, row, fenced, ..SessionStanding::default() }))
}

/// A bucket's share.
pub(super) fn usage<S: CatalogRead>(state: &S, shard: &ShardContext, query: &BucketUsage) -> Result<Answer, Halt> {
    let share = read_row(state, &share_key(shard.shard, query.bucket))?;
    Ok(Answer::Share(ShareFound { share, ..ShareFound::default() }))
}

/// Changes of a bucket. A follower whose position lies before the feed began has missed changes.
pub(super) fn feed<S: CatalogRead>(state: &S, shard: &ShardContext, query: &FollowFeed) -> Result<Answer, Halt> {
    let share: Option<ShareRow> = read_row(state, &share_key(shard.shard, query.bucket))?;
    let broken = share.and_then(|share| share.feed).is_none_or(|feed| feed.broken);
    let mut bucket = shard_prefix(Table::Feed, shard.shard);
    bucket.extend_from_slice(&query.bucket.to_be_bytes());
    let range = just_after(&feed_key(shard.shard, query.bucket, query.after))..prefix_range(bucket).end;
    let (rows, more) = page::<FeedRow, _>(state, &range, (query.max as usize).min(ENTRIES_PER_QUERY_MAX))?;
    let placed = |(key, row): (Bytes, FeedRow)| {
        let position = position(&key).ok_or_else(|| contradiction(&key, "not the key of a change"))?;
        Ok(FollowedChange { position, row, ..FollowedChange::default() })
    };
    let changes = rows.into_iter().map(placed).collect::<Result<_, ReadError>>()?;
    Ok(Answer::Feed(FeedPage { changes, more, broken, ..FeedPage::default() }))
}

fn position(key: &[u8]) -> Option<FeedPosition> {
    let index = u64::from_be_bytes(key.get(13..21)?.try_into().ok()?);
    let ordinal = u32::from_be_bytes(key.get(21..)?.try_into().ok()?);
    Some(FeedPosition { index: LogIndex(index), ordinal })
}
