//! The language of the scripts: `[w<session>#<number>[/<floor>]] <verb> <name>=<value> …`.

use std::collections::BTreeMap;

use bytes::Bytes;
use cairn_catalog::command::*;
use cairn_catalog::query::*;
use cairn_catalog::rows::*;
use cairn_types::{
    BlobId, BlobSequence, BucketId, CanonicalId, ConfigVersion, Generation, Label, LogIndex, NodeId, RegionNumber,
    RequestNumber, RunId, SessionId, UnixMillis, UploadId, VersionOrder,
};

use super::{edits, root};
use crate::support;

/// The arguments of a line.
pub(crate) struct Words<'a> {
    pub(crate) verb: &'a str,
    named: BTreeMap<&'a str, &'a str>,
}

impl<'a> Words<'a> {
    pub(crate) fn parse(words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut words = words.into_iter();
        let verb = words.next().expect("a verb");
        let named = words.map(|word| word.split_once('=').unwrap_or((word, "")));
        Self { verb, named: named.collect() }
    }

    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        self.named.get(name).copied()
    }

    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.text(name).map(|text| text.parse().unwrap_or_else(|_| panic!("{name}={text} is a number")))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.named.contains_key(name)
    }

    pub(crate) fn bytes(&self, name: &str) -> Bytes {
        Bytes::copy_from_slice(self.text(name).unwrap_or("").as_bytes())
    }

    fn numbers(&self, name: &str) -> Vec<u64> {
        let list = self.text(name).unwrap_or("");
        list.split(',').filter(|word| !word.is_empty()).map(|word| word.parse().expect("a number")).collect()
    }

    pub(crate) fn bucket(&self) -> BucketId {
        BucketId(self.number("b").unwrap_or(support::BUCKET.0))
    }

    fn bucket_scope(&self) -> BucketScope {
        BucketScope { bucket: self.bucket(), config_version: ConfigVersion(self.number("cv").unwrap_or(1)) }
    }

    pub(crate) fn scope(&self) -> KeyScope {
        let BucketScope { bucket, config_version } = self.bucket_scope();
        KeyScope { bucket, key: support::key(self.text("k").unwrap_or("k")), config_version }
    }

    pub(crate) fn versioning(&self) -> VersioningMode {
        match self.text("v").unwrap_or("off") {
            "off" => VersioningMode::Off,
            "on" => VersioningMode::Enabled,
            "suspended" => VersioningMode::Suspended,
            other => panic!("v={other}"),
        }
    }

    pub(crate) fn precondition(&self) -> Precondition {
        match self.text("if") {
            None => Precondition::Unconditional(Nothing::default()),
            Some("absent") => Precondition::Absent(Nothing::default()),
            Some("exists") => Precondition::Exists(Nothing::default()),
            Some(tag) => Precondition::Matches(support::etag(tag)),
        }
    }

    pub(crate) fn order(&self, name: &str) -> Option<VersionOrder> {
        let mut numbers = self.text(name)?.split('.').map(|word| word.parse::<u64>().expect("a number"));
        let mut next = || numbers.next().expect("time.region.index");
        Some(VersionOrder { time: next(), region: RegionNumber(next() as u16), index: next() })
    }

    pub(crate) fn upload(&self) -> UploadId {
        support::upload(self.number("u").unwrap_or(1) as u8)
    }

    /// `inline=text`, or `blobs=<session>.<first>[x<count>]` of `length=` bytes each, `missing=` indexes of the first.
    pub(crate) fn body(&self) -> Body {
        let Some(blobs) = self.text("blobs") else { return Body::Inline(self.bytes("inline")) };
        let (session, rest) = blobs.split_once('.').expect("session.sequence");
        let (first, count) = rest.split_once('x').unwrap_or((rest, "1"));
        let number = |text: &str| text.parse::<u64>().expect("a number");
        let length = self.number("length").unwrap_or(10);
        let mut staged = support::run(number(session), number(first), number(count), length);
        let place = &mut staged.blobs[0];
        let missing = self.numbers("missing").into_iter();
        place.missing = missing.map(|index| place.geometry.index(index as u8).expect("an index")).collect();
        Body::Run(staged)
    }

    pub(crate) fn facts(&self, body: Option<&Body>) -> BodyFacts {
        let measured = match body {
            Some(Body::Inline(bytes)) => bytes.len() as u64,
            Some(Body::Run(staged)) => staged.length(),
            None => 0,
        };
        support::facts(self.number("size").unwrap_or(measured), self.text("etag").unwrap_or("e"))
    }

    pub(crate) fn meta(&self) -> ObjectMeta {
        let lock = self.has("hold") || self.has("retain");
        let mode = if self.has("compliance") { RetentionMode::Compliance } else { RetentionMode::Governance };
        let retention = self.number("retain").map(|until| Retention { mode, until: UnixMillis(until) });
        ObjectMeta {
            owner: CanonicalId { digits: self.text("owner").unwrap_or("").to_owned() },
            lock: lock.then(|| ObjectLock { retention, legal_hold: self.has("hold"), ..ObjectLock::default() }),
            encryption: self.encryption("encrypted"),
            ..ObjectMeta::default()
        }
    }

    /// `<encryption id>:<key>`.
    pub(crate) fn encryption(&self, name: &str) -> Option<Encryption> {
        let (id, key) = self.text(name)?.split_once(':')?;
        let encryption_id = Bytes::copy_from_slice(id.as_bytes());
        Some(Encryption { key_id: key.into(), encryption_id, ..Encryption::default() })
    }

    fn label(&self) -> Label {
        let KeyScope { bucket, key, .. } = self.scope();
        Label { bucket, key, run: RunId(self.blob("run")) }
    }

    fn blob(&self, name: &str) -> BlobId {
        let (session, sequence) = self.text(name).and_then(|text| text.split_once('.')).expect("session.sequence");
        let number = |text: &str| text.parse().expect("a number");
        BlobId::new(SessionId(number(session)), BlobSequence(number(sequence)))
    }

    fn garbage(&self, name: &str) -> Vec<GarbageId> {
        let list = self.text(name).unwrap_or("").split(',');
        list.filter_map(|word| word.split_once('.'))
            .map(|(index, ordinal)| GarbageId {
                index: LogIndex(index.parse().expect("a number")),
                ordinal: ordinal.parse().expect("a number"),
            })
            .collect()
    }

    pub(crate) fn account(&self) -> CanonicalId {
        CanonicalId { digits: self.text("account").unwrap_or("acc").to_owned() }
    }

    pub(crate) fn check(&self) -> VersionCheck {
        match self.text("version") {
            None => VersionCheck::Any(Nothing::default()),
            Some("absent") => VersionCheck::Absent(Nothing::default()),
            Some(version) => VersionCheck::Is(version.parse().expect("a number")),
        }
    }
}

/// `w<session>#<number>[/<floor>]`.
pub(crate) fn envelope(word: &str) -> Option<(SessionId, RequestNumber, RequestNumber)> {
    let (session, rest) = word.strip_prefix('w')?.split_once('#')?;
    let (number, floor) = rest.split_once('/').unwrap_or((rest, "0"));
    let parse = |text: &str| text.parse::<u64>().ok();
    Some((SessionId(parse(session)?), RequestNumber(parse(number)?), RequestNumber(parse(floor)?)))
}

pub(crate) fn command(words: &Words<'_>) -> CommandBody {
    match words.verb {
        "update" | "append" | "rename" => edits::command(words),
        "put" | "replace" | "delete" | "create" | "part" | "complete" | "abort" => of_keys(words),
        "init" | "node" | "node-state" | "disk" | "disk-state" | "maps" => root::of_members(words),
        "bucket" | "document" | "bucket-state" | "finish" => root::of_buckets(words),
        "account" | "drop-account" | "user" | "drop-user" | "key" | "drop-key" | "identity" => {
            root::of_identities(words)
        }
        _ => of_shards(words),
    }
}

fn of_keys(words: &Words<'_>) -> CommandBody {
    let (scope, versioning, precondition) = (words.scope(), words.versioning(), words.precondition());
    match words.verb {
        "put" => {
            let body = words.body();
            let facts = words.facts(Some(&body));
            let meta = words.meta();
            let command = PublishVersion { scope, versioning, precondition, facts, meta, body, ..Default::default() };
            CommandBody::PublishVersion(Box::new(command))
        }
        "replace" => CommandBody::ReplaceMetadata(Box::new(ReplaceMetadata {
            scope,
            versioning,
            precondition,
            source: words.order("source").expect("source="),
            meta: words.meta(),
            ..Default::default()
        })),
        "delete" => CommandBody::DeleteObject(Box::new(DeleteObject {
            scope,
            versioning,
            target: match (words.text("id"), words.order("order")) {
                (Some("null"), _) => DeleteTarget::Null(Nothing::default()),
                (_, Some(order)) => DeleteTarget::Ordered(order),
                _ => DeleteTarget::Latest(Nothing::default()),
            },
            conditions: DeleteConditions {
                etag: words.text("if").map(|tag| match tag {
                    "any" => ETagCondition::Any(Nothing::default()),
                    tag => ETagCondition::Is(support::etag(tag)),
                }),
                last_modified: words.number("if-time").map(UnixMillis),
                size: words.number("if-size"),
                ..DeleteConditions::default()
            },
            bypass_governance: words.has("bypass"),
            ..Default::default()
        })),
        "create" => CommandBody::CreateUpload(Box::new(CreateUpload {
            scope,
            upload: words.upload(),
            meta: words.meta(),
            ..Default::default()
        })),
        "part" => {
            let body = words.body();
            CommandBody::PublishPart(Box::new(PublishPart {
                scope,
                upload: words.upload(),
                number: words.number("n").expect("n=") as u16,
                facts: words.facts(Some(&body)),
                body,
                ..Default::default()
            }))
        }
        "complete" => CommandBody::CompleteUpload(Box::new(CompleteUpload {
            scope,
            versioning,
            precondition,
            upload: words.upload(),
            parts: words.text("parts").unwrap_or("").split(',').filter(|word| !word.is_empty()).map(listed).collect(),
            facts: words.facts(None),
            expected_size: words.number("expect"),
            ..Default::default()
        })),
        _ => CommandBody::AbortUpload(AbortUpload { scope, upload: words.upload(), ..Default::default() }),
    }
}

/// `<number>:<session>#<request>`, or `<number>` alone for a part that was not found.
fn listed(word: &str) -> ListedPart {
    let (number, attempt) = word.split_once(':').map_or((word, None), |(number, attempt)| (number, Some(attempt)));
    let attempt = attempt.and_then(|text| text.split_once('#')).map(|(session, request)| AttemptId {
        session: SessionId(session.parse().expect("a number")),
        number: RequestNumber(request.parse().expect("a number")),
    });
    ListedPart { number: number.parse().expect("a number"), attempt }
}

fn of_shards(words: &Words<'_>) -> CommandBody {
    let set = |name| words.numbers(name).into_iter().collect();
    let scope = words.bucket_scope();
    let bucket = scope.bucket;
    let note = || FragmentNote {
        label: words.label(),
        blob: words.blob("blob"),
        index: words.number("index").expect("index=") as u8,
        ..FragmentNote::default()
    };
    match words.verb {
        "noop" => CommandBody::Noop(Nothing::default()),
        "fence" => CommandBody::Fence(Fence {
            horizon: SessionId(words.number("horizon").expect("horizon=")),
            live: set("live"),
            ..Fence::default()
        }),
        "generation" => CommandBody::RecordGeneration(RecordGeneration {
            node: NodeId(words.number("node").expect("node=")),
            generation: Generation(words.number("generation").expect("generation=")),
            start: words.bytes("start"),
            ..RecordGeneration::default()
        }),
        "resolve" => CommandBody::ResolveBlobs(ResolveBlobs {
            floor: BlobSequence(words.number("floor").expect("floor=")),
            exceptions: set("except"),
            ..ResolveBlobs::default()
        }),
        "record" => CommandBody::RecordConfiguration(RecordConfiguration { scope }),
        "seal" => CommandBody::SealBucket(SealBucket { scope, sealed: true }),
        "unseal" => CommandBody::SealBucket(SealBucket { scope, sealed: false }),
        "forget" => CommandBody::ForgetBucket(ForgetBucket {
            bucket,
            sessions_below: SessionId(words.number("below").unwrap_or(0)),
        }),
        "done" => CommandBody::GarbageDone(GarbageDone { rows: words.garbage("rows"), ..GarbageDone::default() }),
        "unroll" => CommandBody::UnrollGarbage(UnrollGarbage { row: words.garbage("row")[0] }),
        "clear" => CommandBody::ClearDegraded(note()),
        "mark" => CommandBody::MarkDegraded(note()),
        "feed" => CommandBody::SetFeed(SetFeed { bucket, on: !words.has("off") }),
        "trim" => CommandBody::TrimFeed(TrimFeed {
            bucket,
            below: FeedPosition { index: LogIndex(words.number("below").expect("below=")), ordinal: 0 },
        }),
        "open" => CommandBody::OpenSession(OpenSession {
            node: NodeId(words.number("node").unwrap_or(1)),
            purpose: "gateway".into(),
            ..OpenSession::default()
        }),
        "renew" => CommandBody::RenewSession(RenewSession {
            session: SessionId(words.number("session").expect("session=")),
            ..RenewSession::default()
        }),
        "close" => {
            CommandBody::CloseSession(CloseSession { session: SessionId(words.number("session").expect("session=")) })
        }
        "fence-sessions" => {
            CommandBody::FenceSessions(FenceSessions { sessions: set("sessions"), ..FenceSessions::default() })
        }
        other => panic!("no command {other}"),
    }
}

/// A question; those of the root shard need no arguments here.
pub(crate) fn query(words: &Words<'_>) -> Query {
    let scope = words.scope();
    match words.verb {
        "?lookup" => Query::LookupVersion(LookupVersion {
            scope,
            target: match (words.text("id"), words.order("order")) {
                (Some("null"), _) => VersionTarget::Null(Nothing::default()),
                (_, Some(order)) => VersionTarget::Ordered(order),
                _ => VersionTarget::Latest(Nothing::default()),
            },
            body: match (words.number("from"), words.number("tail"), words.number("part")) {
                (Some(from), ..) => BodyWish::From(from),
                (_, Some(tail), _) => BodyWish::Tail(tail),
                (_, _, Some(part)) => BodyWish::FromPart(part as u32),
                _ => BodyWish::Nothing(Nothing::default()),
            },
            ..LookupVersion::default()
        }),
        "?check" => Query::CheckBlobs(CheckBlobs {
            blobs: vec![BlobCheck { label: words.label(), blob: words.blob("blob"), ..BlobCheck::default() }],
            ..CheckBlobs::default()
        }),
        "?session" => Query::Session(SessionState { session: SessionId(words.number("session").expect("session=")) }),
        "?garbage" => Query::ListGarbage(ListGarbage {
            before: LogIndex(words.number("before").unwrap_or(0)),
            max: 10,
            ..ListGarbage::default()
        }),
        "?degraded" => Query::ListDegraded(ListDegraded { max: 10, ..ListDegraded::default() }),
        "?count" => Query::DegradedCount(DegradedCount::default()),
        "?upload" => Query::GetUpload(GetUpload { scope, upload: words.upload(), ..GetUpload::default() }),
        "?feed" => Query::FollowFeed(FollowFeed { bucket: scope.bucket, max: 10, ..FollowFeed::default() }),
        "?bucket" => {
            Query::FindBucket(FindBucket { name: words.text("name").unwrap_or("").into(), ..Default::default() })
        }
        "?deleted" => Query::DeletedBuckets(Nothing::default()),
        "?maps" => Query::Maps(Nothing::default()),
        "?sessions" => Query::OpenSessions(Nothing::default()),
        "?key" => {
            Query::FindAccessKey(FindAccessKey { id: words.text("name").unwrap_or("").into(), ..Default::default() })
        }
        "?list" | "?versions" | "?uploads" => listing(words),
        "?account" | "?accounts" | "?users" | "?keys" | "?buckets" => root::asked(words),
        other => panic!("no query {other}"),
    }
}

fn listing(words: &Words<'_>) -> Query {
    let after = match (words.text("after"), words.text("after-prefix")) {
        (Some(key), _) if words.has("after-order") || words.has("after-null") => {
            let key = Bytes::copy_from_slice(key.as_bytes());
            let order = words.order("after-order");
            ListPosition::AfterVersion(VersionPosition { key, order, ..VersionPosition::default() })
        }
        (Some(key), _) => ListPosition::AfterKey(Bytes::copy_from_slice(key.as_bytes())),
        (_, Some(prefix)) => ListPosition::AfterPrefix(Bytes::copy_from_slice(prefix.as_bytes())),
        _ => ListPosition::default(),
    };
    let mut list = support::list(
        words.text("prefix").unwrap_or(""),
        words.text("delimiter").unwrap_or(""),
        after,
        words.number("max").unwrap_or(1_000) as u32,
    );
    list.scope = words.bucket_scope();
    match words.verb {
        "?list" => Query::ListObjects(ListObjects { list, ..ListObjects::default() }),
        "?versions" => Query::ListVersions(ListVersions { list, ..ListVersions::default() }),
        _ => Query::ListUploads(ListUploads { list, ..ListUploads::default() }),
    }
}
