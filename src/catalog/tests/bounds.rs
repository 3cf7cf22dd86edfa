//! E10: tables are bounded; commands over a bound are refused.
#![allow(clippy::wildcard_imports, reason = "commands and rows are what every test speaks of")]

mod support;

use bytes::Bytes;
use cairn_catalog::command::*;
use cairn_catalog::limits::*;
use cairn_catalog::query::*;
use cairn_catalog::reply::{Refusal, Reply};
use cairn_catalog::rows::*;
use cairn_types::{BlobSequence, ErrorKind, HasKind, SessionId};
use support::*;

fn noop() -> CommandBody {
    CommandBody::Noop(Nothing::default())
}

#[test]
fn a_session_with_too_many_kept_replies_waits_until_its_floor_rises() {
    let mut shard = Shard::data();
    for number in 1..=REPLIES_PER_SESSION_MAX as u64 {
        assert_eq!(shard.send(1, number, noop()), Reply::done());
    }
    let next = REPLIES_PER_SESSION_MAX as u64 + 1;
    let refused = refusal(shard.send(1, next, noop()));
    assert!(matches!(refused, Refusal::TooManyReplies(_)));
    assert_eq!(refused.kind(), ErrorKind::Busy);
    // A repeat is still answered, and another session still served.
    assert_eq!(shard.send(1, 1, noop()), Reply::done());
    assert_eq!(shard.send(2, 1, noop()), Reply::done());
    assert_eq!(shard.send_with_floor(1, next, next, noop()), Reply::done());
    assert!(matches!(refusal(shard.send(1, 1, noop())), Refusal::BelowRequestFloor(_)));
}

#[test]
fn no_more_sessions_are_opened_than_a_fence_carries() {
    let mut root = Shard::root();
    let open = || CommandBody::OpenSession(OpenSession::default());
    for _ in 0..SESSIONS_MAX {
        assert!(matches!(root.internal(open()), Reply::SessionOpened(_)));
    }
    assert!(matches!(refusal(root.internal(open())), Refusal::TooManySessions(_)));
    let close = CommandBody::CloseSession(CloseSession { session: SessionId(5) });
    assert_eq!(root.internal(close), Reply::done());
    assert!(matches!(root.internal(open()), Reply::SessionOpened(_)));
}

#[test]
fn a_fence_of_every_session_takes_all_their_rows() {
    let mut shard = Shard::data();
    for session in 1..=SESSIONS_MAX as u64 {
        shard.send(session, 1, noop());
    }
    let horizon = SessionId(SESSIONS_MAX as u64 + 1);
    let fence = CommandBody::Fence(Fence { horizon, ..Fence::default() });
    assert_eq!(shard.internal(fence), Reply::done());
    assert_eq!(shard.state.rows().count(), 1, "only the horizon is left");
    let live = (0..=SESSIONS_MAX as u64).collect();
    let fence = CommandBody::Fence(Fence { horizon: SessionId(9_999), live, ..Fence::default() });
    assert!(matches!(refusal(shard.internal(fence)), Refusal::OutOfBounds(_)));
}

#[test]
fn bodies_and_runs_over_their_bounds_are_refused() {
    let mut shard = Shard::with_bucket();
    let refused = |shard: &mut Shard, number, body| {
        let reply = shard.send(1, number, publish(put("k", VersioningMode::Off, "e", body)));
        assert!(matches!(refusal(reply), Refusal::OutOfBounds(_)));
    };
    refused(&mut shard, 2, Body::Inline(Bytes::from(vec![0; INLINE_BYTES_MAX + 1])));
    refused(&mut shard, 3, Body::Run(run(1, 1, BLOBS_PER_RUN_MAX as u64 + 1, 1)));
    refused(&mut shard, 4, Body::Run(run(1, 1, 0, 1)));
    refused(&mut shard, 5, Body::Run(run(1, 1, 1, 0)));
    refused(&mut shard, 6, Body::Run(run(1, 1, 2, u64::MAX)));
    let body = Body::Run(run(1, 1, BLOBS_PER_RUN_MAX as u64, 4 << 20));
    let reply = shard.send(1, 7, publish(put("k", VersioningMode::Off, "e", body)));
    assert!(matches!(reply, Reply::Published(_)));
    recount::everything(&shard);
    // The last byte is found by one page; the whole by following the stretches.
    let length = (BLOBS_PER_RUN_MAX as u64) * (4 << 20);
    let Answer::Version(found) = shard.ask(lookup("k", VersionTarget::default(), BodyWish::Tail(1))) else {
        panic!("refused")
    };
    let stretch = &found.stretches[0];
    assert_eq!((found.stretches.len(), stretch.offset + stretch.length), (1, length));
    let mut at = 0;
    while at < length {
        let Answer::Version(found) = shard.ask(lookup("k", VersionTarget::default(), BodyWish::From(at))) else {
            panic!("refused")
        };
        assert!(found.stretches.len() <= STRETCHES_PER_ANSWER_MAX);
        for stretch in found.stretches {
            assert_eq!(stretch.offset, at);
            at += stretch.length;
        }
    }
}

#[test]
fn an_empty_key_and_a_blob_named_twice_are_refused() {
    let mut shard = Shard::with_bucket();
    let mut command = put("k", VersioningMode::Off, "e", inline("x"));
    command.scope.key = cairn_types::ObjectKey::default();
    assert!(matches!(refusal(shard.send(1, 2, publish(command))), Refusal::OutOfBounds(_)));
    let mut twice = run(1, 1, 2, 10);
    twice.blobs[1] = twice.blobs[0].clone();
    let reply = shard.send(1, 3, publish(put("k", VersioningMode::Off, "e", Body::Run(twice))));
    assert!(matches!(refusal(reply), Refusal::BlobNotIntroducible(_)));
}

#[test]
fn too_many_exceptions_rows_or_blobs_in_one_message_are_refused() {
    let mut shard = Shard::with_bucket();
    let exceptions = (1..=FLOOR_EXCEPTIONS_MAX as u64 + 1).collect();
    let resolve = ResolveBlobs { floor: BlobSequence(99_999), exceptions, ..ResolveBlobs::default() };
    assert!(matches!(refusal(shard.send(1, 2, CommandBody::ResolveBlobs(resolve))), Refusal::OutOfBounds(_)));
    let rows = vec![GarbageId::default(); GARBAGE_DONE_MAX + 1];
    let done = CommandBody::GarbageDone(GarbageDone { rows, ..GarbageDone::default() });
    assert!(matches!(refusal(shard.internal(done)), Refusal::OutOfBounds(_)));
    let blobs = vec![BlobCheck::default(); BLOBS_PER_CHECK_MAX + 1];
    let answer = shard.ask(Query::CheckBlobs(CheckBlobs { blobs, ..CheckBlobs::default() }));
    assert!(matches!(answer, Answer::Refused(Refusal::OutOfBounds(_))));
}

#[test]
fn a_feed_over_its_bound_is_cut_and_says_so() {
    let mut shard = Shard::with_bucket();
    shard.send(1, 2, CommandBody::SetFeed(SetFeed { bucket: BUCKET, on: true }));
    // As many rows as the bound allows, without the trouble of writing them.
    let raw = cairn_catalog::keys::share_key(shard.context.shard, BUCKET);
    let mut share = shard.usage();
    share.feed = share.feed.map(|feed| FeedState { rows: FEED_ROWS_MAX, ..feed });
    shard.state.write(&[cairn_catalog::state::Write::Put(raw, share.to_value())]);
    let reply = shard.send(1, 3, publish(put("k", VersioningMode::Off, "e", inline("x"))));
    assert!(matches!(reply, Reply::Published(_)));
    let follow = FollowFeed { bucket: BUCKET, max: 10, ..FollowFeed::default() };
    let Answer::Feed(page) = shard.ask(Query::FollowFeed(follow)) else { panic!("refused") };
    assert!(page.broken && page.changes.is_empty());
}

#[test]
fn parts_of_a_large_upload_unroll_in_steps() {
    let mut shard = Shard::with_bucket();
    let upload = upload(1);
    let create = CreateUpload { scope: scope("k"), upload, ..CreateUpload::default() };
    shard.send(1, 2, CommandBody::CreateUpload(Box::new(create)));
    let mut parts = Vec::new();
    for number in 1..=200u16 {
        let command = PublishPart {
            scope: scope("k"),
            upload,
            number,
            facts: facts(PART_BYTES_MIN, "p"),
            body: Body::Run(run(1, u64::from(number), 1, 10)),
            ..PublishPart::default()
        };
        let reply = shard.send(1, 10 + u64::from(number), CommandBody::PublishPart(Box::new(command)));
        let Reply::PartPublished(done) = reply else { panic!("{reply:?}") };
        parts.push(ListedPart { number, attempt: Some(done.attempt) });
    }
    // Every second part is named; the others become garbage.
    let named: Vec<_> = parts.iter().filter(|part| part.number % 2 == 0).copied().collect();
    let size = PART_BYTES_MIN * named.len() as u64;
    let complete = CompleteUpload {
        scope: scope("k"),
        upload,
        parts: named,
        facts: facts(size, "c"),
        ..CompleteUpload::default()
    };
    let reply = shard.send(1, 500, CommandBody::CompleteUpload(Box::new(complete)));
    assert!(matches!(reply, Reply::Completed(_)), "{reply:?}");
    let row = GarbageId { index: shard.index, ordinal: 0 };
    let mut steps = 1;
    while let Reply::Stepped(stepped) = shard.internal(CommandBody::UnrollGarbage(UnrollGarbage { row })) {
        if !stepped.more {
            break;
        }
        steps += 1;
    }
    assert_eq!(steps, 200 / UNROLL_STEP + 1);
    recount::everything(&shard);
    let left = recount::table::<PartRow>(&shard, cairn_catalog::keys::Table::Part);
    assert_eq!(left.len(), 100);
    let wish = BodyWish::FromPart(99);
    let Answer::Version(found) = shard.ask(lookup("k", VersionTarget::default(), wish)) else { panic!("refused") };
    assert_eq!((found.stretches[0].part, found.stretches.len()), (Some(200), 1));
}
