//! Answering queries.
//!
//! # Invariants
//! Pure: equal rows and query give an equal answer. The caller makes the view linearizable; nothing here is remembered.
//! What a query costs follows what it returns.

mod blobs;
mod body;
mod buckets;
mod entry;
mod garbage;
mod identity;
mod list;
mod lookup;
mod members;
mod parts;
mod shard;
mod walk;

use crate::apply::{Halt, refuse};
use crate::keys::ShardContext;
use crate::query::{Answer, Query};
use crate::reply::Refusal;
use crate::state::{CatalogRead, ReadError};

/// Answers `query`. An error means that there is no answer: [`ReadError::NotCached`] asks to run the same call where
/// blocking is allowed.
pub fn answer(state: &impl CatalogRead, shard: &ShardContext, query: &Query) -> Result<Answer, ReadError> {
    let answered = match shard.is_root() {
        true => of_root(state, shard, query),
        false => of_data(state, shard, query),
    };
    match answered {
        Ok(answer) => Ok(answer),
        Err(Halt::Refused(refusal)) => Ok(Answer::Refused(refusal)),
        Err(Halt::Unread(error)) => Err(error),
    }
}

fn of_data<S: CatalogRead>(state: &S, shard: &ShardContext, query: &Query) -> Result<Answer, Halt> {
    match query {
        Query::Session(query) => shard::session(state, shard, query),
        Query::LookupVersion(query) => lookup::lookup(state, shard, query),
        Query::RunBlobs(query) => blobs::run_blobs(state, shard, query),
        Query::PartRows(query) => parts::part_rows(state, shard, query),
        Query::GetUpload(query) => parts::get_upload(state, shard, query),
        Query::ListParts(query) => parts::list_parts(state, shard, query),
        Query::ListObjects(query) => list::objects(state, shard, &query.list),
        Query::ListVersions(query) => list::versions(state, shard, &query.list),
        Query::ListUploads(query) => list::uploads(state, shard, &query.list),
        Query::CheckBlobs(query) => blobs::check(state, shard, query),
        Query::ListGarbage(query) => garbage::list(state, shard, query),
        Query::DegradedCount(_) => garbage::degraded_count(state, shard),
        Query::ListDegraded(query) => garbage::degraded(state, shard, query),
        Query::BucketUsage(query) => shard::usage(state, shard, query),
        Query::FollowFeed(query) => shard::feed(state, shard, query),
        _ => refuse(Refusal::WrongShard),
    }
}

fn of_root<S: CatalogRead>(state: &S, shard: &ShardContext, query: &Query) -> Result<Answer, Halt> {
    match query {
        Query::Session(query) => shard::session(state, shard, query),
        Query::FindBucket(query) => buckets::find(state, query),
        Query::ListBuckets(query) => buckets::list(state, query),
        Query::DeletedBuckets(_) => buckets::deleted(state),
        Query::Cluster(_) => members::cluster(state),
        Query::Maps(_) => members::maps(state),
        Query::Members(_) => members::members(state),
        Query::OpenSessions(_) => members::sessions(state, shard),
        Query::FindAccessKey(query) => identity::access_key(state, query),
        Query::FindAccount(query) => identity::account(state, query),
        Query::FindUser(query) => identity::user(state, query),
        Query::ListUsers(query) => identity::users(state, query),
        Query::FindIdentityDocument(query) => identity::document(state, query),
        Query::ListIdentityDocuments(query) => identity::documents(state, query),
        Query::ListAccounts(query) => identity::accounts(state, query),
        Query::ListAccessKeys(query) => identity::access_keys(state, query),
        _ => refuse(Refusal::WrongShard),
    }
}
