//! A view with pending changes reads as if they were written.

mod support;

use bytes::Bytes;
use cairn_catalog::rows::DigestRow;
use cairn_catalog::state::{CatalogRead, MemoryState, Overlay, Write, running_digest};
use cairn_types::LogIndex;
use proptest::prelude::{Just, Strategy, prop, prop_assert_eq, prop_oneof, proptest};

fn any_key() -> impl Strategy<Value = Bytes> {
    "[a-c]{1,2}".prop_map(Bytes::from)
}

fn any_write() -> impl Strategy<Value = Write> {
    prop_oneof![
        4 => (any_key(), any_key()).prop_map(|(key, value)| Write::Put(key, value)),
        2 => any_key().prop_map(Write::Delete),
        1 => (any_key(), any_key()).prop_map(|(a, b)| Write::DeleteRange(a.clone().min(b.clone())..a.max(b))),
        1 => Just(Write::DeleteRange(Bytes::from_static(b"b")..Bytes::from_static(b"c"))),
    ]
}

proptest! {
    #![proptest_config(support::cases(256))]

    #[test]
    fn an_overlay_reads_as_if_its_changes_were_written(
        below in prop::collection::vec(any_write(), 0..12),
        pending in prop::collection::vec(any_write(), 0..12),
        (start, end) in (any_key(), any_key()),
    ) {
        let mut written = MemoryState::default();
        written.write(&below);
        let base = written.clone();
        let mut overlay = Overlay::new(&base);
        for write in &pending {
            overlay.push(std::slice::from_ref(write));
        }
        written.write(&pending);
        prop_assert_eq!(overlay.get(&start), written.get(&start));
        let rows = |state: &dyn CatalogRead| state.scan(&start[..]..&end[..]).collect::<Result<Vec<_>, _>>();
        let back = |state: &dyn CatalogRead| state.scan_back(&start[..]..&end[..]).collect::<Result<Vec<_>, _>>();
        prop_assert_eq!(rows(&overlay), rows(&written));
        prop_assert_eq!(back(&overlay), back(&written));
    }
}

#[test]
fn the_running_digest_tells_writes_apart_however_they_are_cut() {
    let put = |key: &'static str, value: &'static str| Write::Put(key.into(), value.into());
    let digest = |writes: &[Write]| running_digest(DigestRow::default(), LogIndex(1), writes).digest;
    assert_eq!(digest(&[put("a", "b")]), digest(&[put("a", "b")]));
    let others = [
        digest(&[]),
        digest(&[put("a", "b")]),
        digest(&[put("ab", "")]),
        digest(&[put("a", ""), put("b", "")]),
        digest(&[Write::Delete("a".into())]),
        digest(&[Write::DeleteRange("a".into().."b".into())]),
        running_digest(DigestRow::default(), LogIndex(2), &[put("a", "b")]).digest,
        running_digest(DigestRow { digest: digest(&[]), ..DigestRow::default() }, LogIndex(1), &[put("a", "b")]).digest,
    ];
    let distinct: std::collections::BTreeSet<_> = others.iter().collect();
    assert_eq!(distinct.len(), others.len());
}
