//! What commands and questions cost in rows read, however much there is of a key.
#![allow(clippy::wildcard_imports, reason = "commands, queries and rows are what every test speaks of")]

mod support;

use bytes::Bytes;
use cairn_catalog::answer::answer;
use cairn_catalog::apply::apply;
use cairn_catalog::command::*;
use cairn_catalog::keys::{head_key, marked_head_key, share_key, version_key};
use cairn_catalog::limits::*;
use cairn_catalog::query::*;
use cairn_catalog::reply::{Refusal, Reply};
use cairn_catalog::rows::*;
use cairn_catalog::state::Write;
use cairn_types::{RegionNumber, RequestNumber, SessionId, UploadId, VersionOrder};
use support::*;

/// Point reads, seeks and rows read by a question.
fn cost(shard: &Shard, query: &Query) -> (usize, usize, usize) {
    let counting = Counting::new(&shard.state);
    answer(&counting, &shard.context, query).expect("readable");
    (counting.gets.get(), counting.seeks.get(), counting.rows.get())
}

/// Point reads and scans of a command.
fn command_cost(shard: &mut Shard, number: u64, body: CommandBody) -> (usize, usize) {
    let command = Command { session: SessionId(1), number: RequestNumber(number), body, ..Default::default() };
    shard.index = shard.index.next();
    let counting = Counting::new(&shard.state);
    let applied = apply(&counting, &shard.context, shard.index, &command).expect("readable");
    let cost = (counting.gets.get(), counting.seeks.get());
    assert!(!matches!(applied.reply, Reply::Refused(_)), "{:?}", applied.reply);
    shard.state.write(&applied.writes);
    cost
}

#[test]
fn commands_of_the_hot_path_make_a_few_point_reads_and_never_scan() {
    let mut shard = Shard::with_bucket();
    let off = VersioningMode::Off;
    // Session, share, head.
    assert_eq!(command_cost(&mut shard, 2, publish(put("k", off, "e", inline("x")))), (3, 0));
    // And the version that is replaced.
    assert_eq!(command_cost(&mut shard, 3, publish(put("k", off, "e", inline("y")))), (4, 0));
    // And that the run is new; next time also the run that is replaced.
    let staged = |first| Body::Run(run(1, first, 3, 10));
    assert_eq!(command_cost(&mut shard, 4, publish(put("k", off, "e", staged(1)))), (5, 0));
    assert_eq!(command_cost(&mut shard, 5, publish(put("k", off, "e", staged(4)))), (6, 0));
    assert_eq!(command_cost(&mut shard, 6, delete("k", off, DeleteTarget::default())), (5, 0));
}

#[test]
fn commands_on_a_version_make_a_few_point_reads_and_never_scan() {
    let mut shard = Shard::with_bucket();
    let off = VersioningMode::Off;
    let published = shard.send(1, 2, publish(put("k", off, "e", Body::Run(run(1, 1, 1, 10)))));
    let changes = vec![VersionChange::Tags(TagSet::default())];
    let update = UpdateVersion { scope: scope("k"), changes, ..UpdateVersion::default() };
    // Session, share, head, version.
    assert_eq!(command_cost(&mut shard, 3, CommandBody::UpdateVersion(Box::new(update))), (4, 0));
    let append = |size: u64, source| {
        let (body, part) = (inline("abc"), facts(3, "p"));
        let (scope, whole) = (scope("k"), facts(size + 3, "w"));
        let command =
            AppendObject { scope, offset: size, source: Some(source), whole, part, body, ..Default::default() };
        CommandBody::AppendObject(Box::new(command))
    };
    let latest = |shard: &Shard| match shard.ask(lookup("k", VersionTarget::default(), BodyWish::default())) {
        Answer::Version(found) => found.version.order,
        other => panic!("{other:?}"),
    };
    // Session, share, head, the version twice, and at first that the id is free and the run.
    assert_eq!(command_cost(&mut shard, 4, append(10, order_of(&published))), (8, 0));
    let order = latest(&shard);
    assert_eq!(command_cost(&mut shard, 5, append(13, order)), (5, 0));
    // Session, share, two heads, the version.
    let rename = RenameObject { scope: scope("l"), source: key("k"), ..RenameObject::default() };
    assert_eq!(command_cost(&mut shard, 6, CommandBody::RenameObject(Box::new(rename))), (5, 0));
}

/// A key with so many versions, the newest a delete marker or not, without the trouble of commands.
fn with_versions(count: u64, marked: bool) -> Shard {
    let mut shard = Shard::with_bucket();
    let mut writes = Vec::new();
    let mut last = VersionRow::default();
    for number in 1..=count {
        let kind = if marked && number == count { VersionKind::DeleteMarker } else { VersionKind::Object };
        let order = VersionOrder { time: number, region: RegionNumber(1), index: number };
        last = VersionRow { order, kind, ..VersionRow::default() };
        writes.push(Write::Put(version_key(BUCKET, &key("b"), order), last.to_value()));
    }
    let (latest, summary) = (last.order, HeadSummary::of(&last));
    let head = HeadRow { latest, versions: count, summary, ..HeadRow::default() };
    let raw = if marked { marked_head_key(BUCKET, &key("b")) } else { head_key(BUCKET, &key("b")) };
    writes.push(Write::Put(raw, head.to_value()));
    let mut share = shard.usage();
    share.usage.versions += count - u64::from(marked);
    share.usage.markers += u64::from(marked);
    share.usage.objects += u64::from(!marked);
    writes.push(Write::Put(share_key(shard.context.shard, BUCKET), share.to_value()));
    shard.state.write(&writes);
    shard
}

#[test]
fn a_hundred_thousand_versions_of_one_key_cost_no_more_than_one() {
    let at = |time| VersionOrder { time, region: RegionNumber(1), index: time };
    let on = VersioningMode::Enabled;
    let costs = |count: u64, marked: bool| {
        let mut shard = with_versions(count, marked);
        let all = list("", "", ListPosition::default(), 10);
        let current = cost(&shard, &Query::ListObjects(ListObjects { list: all.clone(), ..ListObjects::default() }));
        let rolled = PagedList { delimiter: Bytes::from_static(b"b"), ..all };
        let old = ListVersions { list: rolled, ..ListVersions::default() };
        let passed = cost(&shard, &Query::ListVersions(old)).2;
        let latest = cost(&shard, &lookup("b", VersionTarget::default(), BodyWish::default())).0;
        let by_id = cost(&shard, &lookup("b", VersionTarget::Ordered(at(1)), BodyWish::default()));
        let write = command_cost(&mut shard, 2, publish(put("b", on, "e", inline("x"))));
        let mark = command_cost(&mut shard, 3, delete("b", on, DeleteTarget::default()));
        // The latest is a marker now: what comes after it is one seek away.
        let seen = shard.ask(lookup("b", VersionTarget::default(), BodyWish::default()));
        let Answer::Version(found) = seen else { panic!("{seen:?}") };
        let unmark = command_cost(&mut shard, 4, delete("b", on, DeleteTarget::Ordered(found.version.order)));
        let oldest = command_cost(&mut shard, 5, delete("b", on, DeleteTarget::Ordered(at(1))));
        (current, passed, latest, by_id, (write, mark, unmark, oldest))
    };
    for marked in [false, true] {
        let few = costs(20, marked);
        assert_eq!(few, costs(100_000, marked));
        assert!(few.1 <= 2, "a common prefix of versions is sought past");
    }
}

#[test]
fn ten_thousand_appends_write_as_many_rows_as_one_and_no_more_are_taken() {
    let mut shard = Shard::with_bucket();
    let mut source = None;
    let mut send = |shard: &mut Shard, number: u64| {
        let body = Body::Run(run(1, 2 * number, 1, 10 + number % 2));
        let part = put("k", VersioningMode::Off, "p", body.clone()).facts;
        // Lengths alternate between 10 and 11.
        let offset = number * 10 + number / 2;
        let whole = facts(offset + part.size, "w");
        let upload = UploadId([9; 16]);
        let command =
            AppendObject { scope: scope("k"), offset, source, whole, part, body, upload, ..Default::default() };
        shard.index = shard.index.next();
        let command = Command {
            session: SessionId(1),
            number: RequestNumber(number + 2),
            request_floor: RequestNumber(number + 2),
            body: CommandBody::AppendObject(Box::new(command)),
            ..Command::default()
        };
        let applied = apply(&shard.state, &shard.context, shard.index, &command).expect("readable");
        shard.state.write(&applied.writes);
        if let Reply::Published(done) = &applied.reply {
            source = Some(done.order);
        }
        (applied.reply, applied.writes.len())
    };
    send(&mut shard, 0);
    send(&mut shard, 1);
    let (_, second) = send(&mut shard, 2);
    for number in 3..=u64::from(APPENDS_MAX) {
        let (reply, writes) = send(&mut shard, number);
        assert!(matches!(reply, Reply::Published(_)), "{number}: {reply:?}");
        assert_eq!(writes, second);
    }
    let (reply, _) = send(&mut shard, u64::from(APPENDS_MAX) + 1);
    assert!(matches!(reply, Reply::Refused(Refusal::TooManyAppends(_))));
    // Any byte is found by a bounded number of reads.
    let stored = u64::from(APPENDS_MAX) * 10 + u64::from(APPENDS_MAX) / 2;
    let from = lookup("k", VersionTarget::default(), BodyWish::From(stored - 1));
    assert!(cost(&shard, &from).0 <= 3 + 2 * STRETCHES_PER_ANSWER_MAX);
    let Answer::Version(found) = shard.ask(from) else { panic!("refused") };
    assert_eq!(found.version.appends, APPENDS_MAX);
    assert_eq!(found.stretches[0].blobs[0].blob, blob(1, 2 * u64::from(APPENDS_MAX) - 2, 1).blob);
    recount::every_run_has_one_holder(&shard);
    recount::counters_equal_a_recount(&shard);
}

#[test]
fn more_changes_of_a_version_than_there_are_aspects_are_refused() {
    let mut shard = Shard::with_bucket();
    shard.send(1, 2, publish(put("k", VersioningMode::Off, "e", inline("x"))));
    let changes = vec![VersionChange::default(); VERSION_CHANGES_MAX + 1];
    let update = UpdateVersion { scope: scope("k"), changes, ..UpdateVersion::default() };
    let reply = shard.send(1, 3, CommandBody::UpdateVersion(Box::new(update)));
    assert!(matches!(refusal(reply), Refusal::OutOfBounds(_)));
}

#[test]
fn an_append_that_contradicts_itself_or_is_too_long_is_refused() {
    let mut shard = Shard::with_bucket();
    let append = |offset, whole, part, body| {
        let (whole, part) = (facts(whole, "w"), facts(part, "p"));
        let command = AppendObject { scope: scope("k"), offset, whole, part, body, ..Default::default() };
        CommandBody::AppendObject(Box::new(command))
    };
    let refused = |shard: &mut Shard, number, body| {
        assert!(matches!(refusal(shard.send(1, number, body)), Refusal::OutOfBounds(_)));
    };
    refused(&mut shard, 2, append(0, 4, 3, inline("abc")));
    refused(&mut shard, 3, append(0, u64::MAX, u64::MAX, Body::Inline(Bytes::from(vec![0; INLINE_BYTES_MAX + 1]))));
    assert!(matches!(shard.send(1, 4, append(0, u64::MAX, u64::MAX, inline("abc"))), Reply::Published(_)));
    refused(&mut shard, 5, append(u64::MAX, 1, 2, inline("abc")));
}
