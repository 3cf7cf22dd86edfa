//! Round trips and golden bytes of what Raft stores and sends.

use bytes::Bytes;
use cairn_types::record::Record;
use cairn_types::{Generation, NodeId, ShardId};
use proptest::prelude::{ProptestConfig, Strategy, any, prop_assert_eq, prop_oneof, proptest};

use super::codec::{EntryRecord, LogIdRecord, MembershipRecord, PayloadRecord, VoteRecord, VoterSet};
use super::messages::AppendCall;

fn log_id() -> impl Strategy<Value = LogIdRecord> {
    (any::<u64>(), 1..u64::MAX).prop_map(|(term, index_plus_1)| LogIdRecord { term, index_plus_1 })
}

fn membership() -> impl Strategy<Value = MembershipRecord> {
    proptest::collection::btree_set(1..9_u64, 1..5).prop_map(|nodes| {
        let nodes: Vec<NodeId> = nodes.into_iter().map(NodeId).collect();
        MembershipRecord {
            voters: vec![VoterSet { nodes: nodes.clone() }],
            members: nodes,
            ..MembershipRecord::default()
        }
    })
}

fn entry() -> impl Strategy<Value = EntryRecord> {
    let payload = prop_oneof![
        any::<bool>().prop_map(|_| PayloadRecord::Blank(true)),
        any::<Vec<u8>>().prop_map(|command| PayloadRecord::Command(command.into())),
        membership().prop_map(PayloadRecord::Membership),
    ];
    (log_id(), payload).prop_map(|(log_id, payload)| EntryRecord { log_id, payload })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn entries_survive_the_wire_and_raft(record in entry()) {
        let decoded = EntryRecord::decode(record.encode()).expect("what was encoded is decoded");
        prop_assert_eq!(&decoded, &record);
        let entry = decoded.into_entry().expect("a log id of an entry has an index");
        prop_assert_eq!(EntryRecord::of(&entry), record);
    }

    #[test]
    fn votes_survive_raft(term in any::<u64>(), node in any::<u64>(), committed in any::<bool>()) {
        let record = VoteRecord { term, node: NodeId(node), committed };
        prop_assert_eq!(VoteRecord::of(&record.to_vote()), record);
        prop_assert_eq!(VoteRecord::decode(record.encode()), Ok(record));
    }

    #[test]
    fn any_bytes_decode_or_are_refused(bytes in any::<Vec<u8>>()) {
        let _ = AppendCall::decode(bytes.clone());
        let _ = EntryRecord::decode(bytes);
    }
}

#[test]
fn golden_bytes_stay() {
    let call = AppendCall {
        shard: ShardId(2),
        from: NodeId(1),
        generation: Generation(3),
        vote: VoteRecord { term: 4, node: NodeId(1), committed: true },
        previous: Some(LogIdRecord { term: 3, index_plus_1: 9 }),
        committed: None,
        entries: vec![EntryRecord {
            log_id: LogIdRecord { term: 4, index_plus_1: 10 },
            payload: PayloadRecord::Command(Bytes::from_static(b"hi")),
        }],
        recipient: NodeId(5),
        ..AppendCall::default()
    };
    let golden = b"\x08\x02\x10\x01\x18\x03\x22\x06\x08\x04\x10\x01\x18\x01\x2a\x04\x08\x03\x10\x09\
        \x3a\x0c\x0a\x04\x08\x04\x10\x0a\x12\x04\x12\x02hi\x40\x05";
    assert_eq!(call.encode().as_ref(), golden);
}

#[test]
fn a_log_id_without_an_index_is_refused() {
    assert!(LogIdRecord::default().to_log_id().is_err());
}
