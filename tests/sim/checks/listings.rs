//! C2: a listing is in order, without repetitions, within its range, names only bodies that somebody sent, and shows
//! every key that was acknowledged before it began and that nobody may have deleted.

use crate::workload::{Act, Entry, ListedPage, Outcome};

/// Checks every page.
pub(crate) fn listings_are_complete_and_ordered(entries: &[Entry], pages: &[ListedPage]) -> Result<(), String> {
    for page in pages {
        let keys: Vec<&str> = page.objects.iter().map(|(key, _)| key.as_str()).collect();
        if !keys.is_sorted_by(|one, next| one < next) {
            return Err(format!("a page is not in order: {keys:?}"));
        }
        if keys.first().is_some_and(|first| *first <= page.after.as_str()) {
            return Err(format!("a page after {:?} begins with {:?}", page.after, keys[0]));
        }
        if page.is_truncated && keys.is_empty() {
            return Err("a page is empty and not the last".to_owned());
        }
        no_phantoms(entries, page)?;
        nothing_missing(entries, page)?;
    }
    Ok(())
}

fn no_phantoms(entries: &[Entry], page: &ListedPage) -> Result<(), String> {
    for (key, etag) in &page.objects {
        let wrote = |entry: &Entry| {
            entry.key == *key
                && entry.began <= page.ended
                && entry.outcome != Outcome::Refused
                && matches!(&entry.act, Act::Write(sent) | Act::Create(sent) | Act::Replace(_, sent) if sent == etag)
        };
        if !entries.iter().any(wrote) {
            return Err(format!("a listing shows {key:?} with {etag}, which nobody put there"));
        }
    }
    Ok(())
}

fn nothing_missing(entries: &[Entry], page: &ListedPage) -> Result<(), String> {
    for written in entries.iter().filter(|entry| is_there(entry) && entry.ended < page.began) {
        let key = &written.key;
        let may_delete = |entry: &Entry| {
            entry.key == *key
                && entry.act == Act::Delete
                && entry.began <= page.ended
                && (entry.ended >= written.began || entry.outcome == Outcome::Unknown)
        };
        if page.says(key) == Some(None) && !entries.iter().any(may_delete) {
            return Err(format!("a listing lacks {key:?}, acknowledged at {:?}", written.ended));
        }
    }
    Ok(())
}

fn is_there(entry: &Entry) -> bool {
    entry.outcome == Outcome::Done && !matches!(entry.act, Act::Delete | Act::Read(_))
}

#[cfg(test)]
mod tests {
    use super::super::linearizable::tests::{at, entry};
    use super::*;

    fn page(keys: &[(&str, &str)]) -> ListedPage {
        let objects = keys.iter().map(|(key, etag)| ((*key).to_owned(), (*etag).to_owned())).collect();
        ListedPage { client: 0, began: at(5), ended: at(6), after: String::new(), is_truncated: false, objects }
    }

    #[test]
    fn gaps_phantoms_and_disorder_are_found() {
        let put = |key, etag: &str| entry(key, Act::Write(etag.into()), Outcome::Done, 1, 2);
        let entries = [put("a", "1"), put("b", "2")];
        let check = |page| listings_are_complete_and_ordered(&entries, &[page]);
        assert!(check(page(&[("a", "1"), ("b", "2")])).is_ok());
        assert!(check(page(&[("b", "2"), ("a", "1")])).is_err());
        assert!(check(page(&[("a", "1")])).is_err());
        assert!(check(page(&[("a", "1"), ("b", "2"), ("c", "3")])).is_err());
        assert!(check(page(&[("a", "2"), ("b", "2")])).is_err());
        let deleting = [put("a", "1"), put("b", "2"), entry("b", Act::Delete, Outcome::Unknown, 3, 4)];
        assert!(listings_are_complete_and_ordered(&deleting, &[page(&[("a", "1")])]).is_ok());
    }
}
