//! Rows with changes that are not written yet.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::ops::Range;

use bytes::Bytes;

use super::read::{CatalogRead, ReadError, RowScan, Rows};
use super::write::Write;

/// A view with pending changes on top, so that many commands go into one batch: apply one, [`Overlay::push`] its
/// writes, apply the next.
pub struct Overlay<S> {
    below: S,
    /// `None` is a removed row. Ranges that were removed are kept apart, with what was put into them afterwards here.
    pending: BTreeMap<Bytes, Option<Bytes>>,
    removed: Vec<Range<Bytes>>,
}

impl<S: CatalogRead> Overlay<S> {
    /// No changes yet.
    pub fn new(below: S) -> Self {
        Self { below, pending: BTreeMap::new(), removed: Vec::new() }
    }

    /// Adds changes, in order.
    pub fn push(&mut self, writes: &[Write]) {
        for write in writes {
            match write {
                Write::Put(key, value) => {
                    self.pending.insert(key.clone(), Some(value.clone()));
                }
                Write::Delete(key) => {
                    self.pending.insert(key.clone(), None);
                }
                Write::DeleteRange(range) => {
                    self.pending.retain(|key, _| !range.contains(key));
                    self.removed.push(range.clone());
                }
            }
        }
    }

    fn is_removed(&self, key: &[u8]) -> bool {
        self.removed.iter().any(|range| *range.start <= *key && *key < *range.end)
    }

    fn pending<'a>(
        &'a self,
        range: &Range<&[u8]>,
    ) -> impl DoubleEndedIterator<Item = (&'a Bytes, &'a Option<Bytes>)> + use<'a, S> {
        let (start, end) = (Bytes::copy_from_slice(range.start), Bytes::copy_from_slice(range.end));
        let end = end.max(start.clone());
        self.pending.range(start..end)
    }
}

impl<S: CatalogRead> CatalogRead for Overlay<S> {
    fn get(&self, key: &[u8]) -> Result<Option<Bytes>, ReadError> {
        match self.pending.get(key) {
            Some(value) => Ok(value.clone()),
            None if self.is_removed(key) => Ok(None),
            None => self.below.get(key),
        }
    }

    fn scan<'a>(&'a self, range: Range<&[u8]>) -> Rows<'a> {
        let pending = self.pending(&range).peekable();
        let below = self.below.scan(range).filter(|row| !matches!(row, Ok((key, _)) if self.is_removed(key)));
        merge(below, pending, |below, pending| below < pending)
    }

    fn scan_back<'a>(&'a self, range: Range<&[u8]>) -> Rows<'a> {
        let pending = self.pending(&range).rev().peekable();
        let below = self.below.scan_back(range).filter(|row| !matches!(row, Ok((key, _)) if self.is_removed(key)));
        merge(below, pending, |below, pending| below > pending)
    }
}

/// Rows of `below` and `pending` by key; where both have one, `pending` counts.
fn merge<'a, P>(
    below: impl Iterator<Item = <dyn RowScan as Iterator>::Item> + 'a,
    mut pending: Peekable<P>,
    first: impl Fn(&Bytes, &Bytes) -> bool + 'a,
) -> Rows<'a>
where
    P: Iterator<Item = (&'a Bytes, &'a Option<Bytes>)> + 'a,
{
    let mut below = below.peekable();
    let rows = std::iter::from_fn(move || {
        loop {
            let take_below = match (below.peek(), pending.peek()) {
                (Some(Err(_)), _) | (Some(_), None) => true,
                (Some(Ok((key, _))), Some((pending, _))) => first(key, pending),
                (None, _) => false,
            };
            if take_below {
                return below.next();
            }
            let (key, value) = pending.next()?;
            below.next_if(|row| matches!(row, Ok((below, _)) if below == key));
            if let Some(value) = value {
                return Some(Ok((key.clone(), value.clone())));
            }
        }
    });
    Box::new(rows.peekable())
}
