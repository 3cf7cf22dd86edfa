//! From shard to shard.

use bytes::Bytes;
use cairn_catalog::keys::successor;
use cairn_catalog::limits::ENTRIES_PER_QUERY_MAX;
use cairn_catalog::query::{Answer, PagedList, Query};
use cairn_metadata::Route;

use super::page::{ListPage, Listed, ShardPage};
use super::{ListRequest, Objects};
use crate::bucket_view::BucketView;
use crate::error::ListError;

impl Objects {
    pub(super) async fn walk<T: Listed>(
        &self,
        bucket: &BucketView,
        request: ListRequest,
        ask: impl Fn(PagedList) -> Query,
        take: impl Fn(Answer) -> Result<ShardPage<T>, ListError>,
    ) -> Result<ListPage<T>, ListError> {
        let mut page = ListPage::empty();
        // One more than asked for tells whether there is more.
        let wanted = request.max as usize + 1;
        if request.max == 0 {
            return Ok(page);
        }
        let deadline = self.0.catalog_deadline();
        let mut list = PagedList {
            scope: bucket.scope(),
            prefix: request.prefix,
            delimiter: request.delimiter,
            after: request.after,
            ..PagedList::default()
        };
        let mut from = list.first_key();
        loop {
            list.max = (wanted - page.count()).min(ENTRIES_PER_QUERY_MAX) as u32;
            let route = Route::Key(bucket.id, &from);
            let answer = self.metadata().query(route, ask(list.clone()), deadline).await?;
            let answered = take(answer)?;
            page.entries.extend(answered.entries);
            // A common prefix may have keys on both sides of a shard's end.
            let last = page.prefixes.last().cloned();
            page.prefixes.extend(answered.prefixes.into_iter().filter(|prefix| Some(prefix) != last.as_ref()));
            list.after = answered.covered_to;
            if page.count() >= wanted {
                break;
            }
            if !answered.ended {
                from = from.max(list.first_key());
                continue;
            }
            match answered.shard_end.filter(|end| may_hold(end, &list.prefix)) {
                Some(end) => from = end.max(list.first_key()),
                None => break,
            }
        }
        page.cut(request.max as usize);
        Ok(page)
    }
}

/// Whether keys with `prefix` may lie at or after `start`.
fn may_hold(start: &Bytes, prefix: &Bytes) -> bool {
    prefix.is_empty() || successor(prefix).is_none_or(|end| start[..] < end[..])
}

#[cfg(test)]
mod tests {
    use super::{Bytes, may_hold};

    #[test]
    fn a_shard_that_begins_behind_the_prefix_is_not_asked() {
        let bytes = |text: &'static str| Bytes::from_static(text.as_bytes());
        assert!(may_hold(&bytes("b"), &bytes("")));
        assert!(may_hold(&bytes("a"), &bytes("b/")));
        assert!(may_hold(&bytes("b/x"), &bytes("b/")));
        assert!(!may_hold(&bytes("b0"), &bytes("b/")));
        assert!(!may_hold(&bytes("c"), &bytes("b/")));
    }
}
