//! C7: a client that was told that its write happened reads it, through whichever gateway, unless somebody else may have
//! changed the key meanwhile.

use crate::workload::{Act, ETag, Entry, Outcome};

/// Checks every read after a write of the same client.
pub(crate) fn clients_read_their_writes(entries: &[Entry]) -> Result<(), String> {
    for (place, read) in entries.iter().enumerate() {
        let Act::Read(found) = &read.act else { continue };
        let own = entries[..place].iter().rev().find(|entry| entry.client == read.client && entry.key == read.key);
        let Some(write) = own.filter(|own| own.outcome == Outcome::Done) else { continue };
        let Some(expected) = state_after(&write.act) else { continue };
        let by_others = |entry: &&Entry| {
            entry.key == read.key
                && !std::ptr::eq(*entry, write)
                && entry.outcome != Outcome::Refused
                && !matches!(entry.act, Act::Read(_))
                && entry.began <= read.ended
                && (entry.ended >= write.began || entry.outcome == Outcome::Unknown)
        };
        if entries.iter().any(|entry| by_others(&entry)) {
            continue;
        }
        if found.as_ref() != expected {
            return Err(format!("client {} did {:?} on {:?} and read {found:?}", read.client, write.act, read.key));
        }
    }
    Ok(())
}

/// What a client knows of a key after its own act; `None` after one that says nothing.
#[allow(clippy::option_option, reason = "no body is knowledge too")]
fn state_after(act: &Act) -> Option<Option<&ETag>> {
    match act {
        Act::Write(etag) | Act::Create(etag) | Act::Replace(_, etag) => Some(Some(etag)),
        Act::Delete => Some(None),
        Act::Read(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::linearizable::tests::entry;
    use super::*;

    #[test]
    fn a_read_that_misses_the_own_write_is_found() {
        let put = entry("k", Act::Write("one".into()), Outcome::Done, 1, 2);
        let sees = |found: Option<&str>| entry("k", Act::Read(found.map(str::to_owned)), Outcome::Done, 3, 4);
        assert!(clients_read_their_writes(&[put.clone(), sees(Some("one"))]).is_ok());
        assert!(clients_read_their_writes(&[put.clone(), sees(None)]).is_err());
        let mut other = entry("k", Act::Write("two".into()), Outcome::Done, 2, 3);
        other.client = 1;
        assert!(clients_read_their_writes(&[put, other, sees(Some("two"))]).is_ok());
    }
}
