//! One version.

use super::body;
use super::entry::enter_key;
use crate::apply::{Halt, find_head, refuse};
use crate::keys::{ShardContext, version_key};
use crate::query::{Answer, LookupVersion, VersionFound, VersionTarget};
use crate::reply::Refusal;
use crate::rows::{HeadRow, VersionRow};
use crate::state::{CatalogRead, named_row, read_row};
use cairn_types::VersionOrder;

/// A version and the stretches of its body that were wished for.
pub(super) fn lookup<S: CatalogRead>(state: &S, shard: &ShardContext, query: &LookupVersion) -> Result<Answer, Halt> {
    enter_key(state, shard, &query.scope)?;
    let (version, latest) = find(state, query)?;
    let (stretches, stored_length) = body::stretches(state, &query.scope, &version, &query.body)?;
    let found = VersionFound { version, latest, stretches, stored_length, ..VersionFound::default() };
    Ok(Answer::Version(Box::new(found)))
}

fn find<S: CatalogRead>(state: &S, query: &LookupVersion) -> Result<(VersionRow, bool), Halt> {
    let key = |order| version_key(query.scope.bucket, &query.scope.key, order);
    let head = || find_head(state, query.scope.bucket, &query.scope.key);
    let is_latest = |head: Option<HeadRow>, order: VersionOrder| head.is_some_and(|head| head.latest == order);
    match &query.target {
        VersionTarget::Latest(_) => match head()? {
            Some(head) => Ok((named_row(state, &key(head.latest))?, true)),
            None => refuse(Refusal::NoSuchKey),
        },
        VersionTarget::Null(_) => match head()? {
            Some(HeadRow { null: Some(order), latest, .. }) => Ok((named_row(state, &key(order))?, latest == order)),
            Some(_) | None => refuse(Refusal::NoSuchVersion),
        },
        VersionTarget::Ordered(order) => {
            match read_row::<VersionRow>(state, &key(*order))?.filter(|version| !version.null) {
                Some(version) => Ok((version, is_latest(head()?, *order))),
                None => refuse(Refusal::NoSuchVersion),
            }
        }
        VersionTarget::Exact(order) => match read_row(state, &key(*order))? {
            Some(version) => Ok((version, is_latest(head()?, *order))),
            None => refuse(Refusal::NoSuchVersion),
        },
    }
}
