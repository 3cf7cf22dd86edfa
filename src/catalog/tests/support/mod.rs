//! A shard in memory and short ways to make commands.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(unreachable_pub, reason = "a module of several test programs")]
#![allow(clippy::wildcard_imports, reason = "commands, queries and rows are what every test speaks of")]

use std::cell::Cell;
use std::ops::Range;

use bytes::Bytes;
use cairn_catalog::answer::answer;
use cairn_catalog::apply::apply;
use cairn_catalog::command::*;
use cairn_catalog::keys::{KeyRange, ShardContext};
use cairn_catalog::query::*;
use cairn_catalog::reply::{Refusal, Reply};
use cairn_catalog::rows::*;
use cairn_catalog::state::{CatalogRead, MemoryState, Overlay, ReadError, RowScan, Rows};
use cairn_types::record::Record;
use cairn_types::{
    BlobId, BlobSequence, BucketId, ConfigVersion, Digest128, Epoch, Geometry, GroupId, LogIndex, ObjectKey,
    RegionNumber, RequestNumber, RunId, SessionId, ShardId, UnixMillis, UploadId, VersionOrder,
};

pub const BUCKET: BucketId = BucketId(0xb);

/// A shard whose rows are in memory.
pub struct Shard {
    pub state: MemoryState,
    pub context: ShardContext,
    pub index: LogIndex,
    pub now: u64,
}

impl Shard {
    pub fn data() -> Self {
        Self::new(ShardId(1), KeyRange::all())
    }

    pub fn root() -> Self {
        Self::new(ShardId::ROOT, KeyRange::none())
    }

    pub fn new(shard: ShardId, range: KeyRange) -> Self {
        let context = ShardContext { shard, range, region: RegionNumber(1) };
        Self { state: MemoryState::default(), context, index: LogIndex(0), now: 1_000 }
    }

    /// A data shard that knows the bucket under configuration 1, by session 1.
    pub fn with_bucket() -> Self {
        let mut shard = Self::data();
        let scope = BucketScope { bucket: BUCKET, config_version: ConfigVersion(1) };
        let reply = shard.send(1, 1, CommandBody::RecordConfiguration(RecordConfiguration { scope }));
        assert_eq!(reply, Reply::done());
        shard
    }

    pub fn send(&mut self, session: u64, number: u64, body: CommandBody) -> Reply {
        self.send_with_floor(session, number, 0, body)
    }

    pub fn internal(&mut self, body: CommandBody) -> Reply {
        self.send(0, 0, body)
    }

    pub fn send_with_floor(&mut self, session: u64, number: u64, floor: u64, body: CommandBody) -> Reply {
        self.run(Command {
            session: SessionId(session),
            number: RequestNumber(number),
            request_floor: RequestNumber(floor),
            proposed_at: UnixMillis(self.now),
            body,
            ..Command::default()
        })
    }

    /// Applies a command after a trip over the wire, twice (it must be deterministic), once through an overlay.
    pub fn run(&mut self, command: Command) -> Reply {
        let command = Command::decode(command.encode()).expect("a command survives its encoding");
        self.index = self.index.next();
        let applied = apply(&self.state, &self.context, self.index, &command).expect("rows are readable");
        let overlay = Overlay::new(&self.state);
        let again = apply(&overlay, &self.context, self.index, &command).expect("rows are readable");
        assert_eq!(applied, again, "apply is deterministic");
        self.state.write(&applied.writes);
        assert_eq!(Reply::decode(applied.reply.encode()), Ok(applied.reply.clone()));
        applied.reply
    }

    pub fn ask(&self, query: Query) -> Answer {
        let query = Query::decode(query.encode()).expect("a query survives its encoding");
        let answer = answer(&self.state, &self.context, &query).expect("rows are readable");
        assert_eq!(Answer::decode(answer.encode()).as_ref(), Ok(&answer));
        answer
    }

    pub fn usage(&self) -> ShareRow {
        match self.ask(Query::BucketUsage(BucketUsage { bucket: BUCKET })) {
            Answer::Share(found) => found.share.expect("the share is there"),
            other => panic!("{other:?}"),
        }
    }
}

/// Counts what is read.
pub struct Counting<'a> {
    pub state: &'a MemoryState,
    pub gets: Cell<usize>,
    pub seeks: Cell<usize>,
    pub rows: Cell<usize>,
}

impl<'a> Counting<'a> {
    pub fn new(state: &'a MemoryState) -> Self {
        Self { state, gets: Cell::new(0), seeks: Cell::new(0), rows: Cell::new(0) }
    }
}

impl CatalogRead for Counting<'_> {
    fn get(&self, key: &[u8]) -> Result<Option<Bytes>, ReadError> {
        self.gets.set(self.gets.get() + 1);
        self.state.get(key)
    }

    fn scan<'a>(&'a self, range: Range<&[u8]>) -> Rows<'a> {
        self.seeks.set(self.seeks.get() + 1);
        Box::new(CountedRows { rows: self.state.scan(range), counts: self })
    }

    fn scan_back<'a>(&'a self, range: Range<&[u8]>) -> Rows<'a> {
        self.state.scan_back(range)
    }
}

/// Counts the rows that are returned; those that are skipped cost what the engine makes of it.
struct CountedRows<'a> {
    rows: Rows<'a>,
    counts: &'a Counting<'a>,
}

impl Iterator for CountedRows<'_> {
    type Item = Result<(Bytes, Bytes), ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.rows.next().inspect(|_| self.counts.rows.set(self.counts.rows.get() + 1))
    }
}

impl RowScan for CountedRows<'_> {
    fn skip_prefix(&mut self, prefix: &[u8]) {
        self.rows.skip_prefix(prefix);
    }
}

/// Knows nothing without the disk.
pub struct Uncached;

impl CatalogRead for Uncached {
    fn get(&self, _key: &[u8]) -> Result<Option<Bytes>, ReadError> {
        Err(ReadError::NotCached)
    }

    fn scan<'a>(&'a self, _range: Range<&[u8]>) -> Rows<'a> {
        Box::new(std::iter::once(Err(ReadError::NotCached)).peekable())
    }

    fn scan_back<'a>(&'a self, _range: Range<&[u8]>) -> Rows<'a> {
        Box::new(std::iter::once(Err(ReadError::NotCached)).peekable())
    }
}

pub fn key(text: &str) -> ObjectKey {
    ObjectKey::parse(text.to_owned()).expect("a key")
}

pub fn scope(text: &str) -> KeyScope {
    KeyScope { bucket: BUCKET, key: key(text), config_version: ConfigVersion(1) }
}

pub fn etag(text: &str) -> ETag {
    ETag { kind: ETagKind::Md5, text: text.to_owned() }
}

pub fn facts(size: u64, tag: &str) -> BodyFacts {
    BodyFacts { size, etag: etag(tag), ..BodyFacts::default() }
}

pub fn blob(session: u64, sequence: u64, length: u64) -> BlobPlace {
    BlobPlace {
        blob: BlobId::new(SessionId(session), BlobSequence(sequence)),
        group: GroupId(1),
        group_epoch: Epoch(1),
        geometry: Geometry::new(4, 2).expect("a geometry"),
        length,
        digest: Digest128(u128::from(sequence)),
        ..BlobPlace::default()
    }
}

/// A run of `count` blobs with sequences from `first`.
pub fn run(session: u64, first: u64, count: u64, length: u64) -> StagedRun {
    let blobs = (first..first + count).map(|sequence| blob(session, sequence, length)).collect();
    StagedRun { run: RunId(BlobId::new(SessionId(session), BlobSequence(first))), blobs, ..StagedRun::default() }
}

pub fn put(text: &str, versioning: VersioningMode, tag: &str, body: Body) -> PublishVersion {
    let size = match &body {
        Body::Inline(bytes) => bytes.len() as u64,
        Body::Run(staged) => staged.length(),
    };
    PublishVersion { scope: scope(text), versioning, facts: facts(size, tag), body, ..PublishVersion::default() }
}

pub fn inline(text: &str) -> Body {
    Body::Inline(Bytes::copy_from_slice(text.as_bytes()))
}

pub fn publish(command: PublishVersion) -> CommandBody {
    CommandBody::PublishVersion(Box::new(command))
}

pub fn delete(text: &str, versioning: VersioningMode, target: DeleteTarget) -> CommandBody {
    CommandBody::DeleteObject(Box::new(DeleteObject {
        scope: scope(text),
        versioning,
        target,
        ..DeleteObject::default()
    }))
}

pub fn upload(number: u8) -> UploadId {
    UploadId([number; 16])
}

pub fn lookup(text: &str, target: VersionTarget, body: BodyWish) -> Query {
    Query::LookupVersion(LookupVersion { scope: scope(text), target, body, ..LookupVersion::default() })
}

pub fn list(prefix: &str, delimiter: &str, after: ListPosition, max: u32) -> PagedList {
    PagedList {
        scope: BucketScope { bucket: BUCKET, config_version: ConfigVersion(1) },
        prefix: Bytes::copy_from_slice(prefix.as_bytes()),
        delimiter: Bytes::copy_from_slice(delimiter.as_bytes()),
        after,
        max,
        ..PagedList::default()
    }
}

pub fn order_of(reply: &Reply) -> VersionOrder {
    match reply {
        Reply::Published(published) => published.order,
        Reply::Completed(completed) => completed.version.order,
        Reply::Deleted(deleted) => deleted.version.as_ref().expect("a version was deleted").order,
        other => panic!("no version in {other:?}"),
    }
}

pub fn refusal(reply: Reply) -> Refusal {
    match reply {
        Reply::Refused(refusal) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

pub mod recount;

/// Cases of a property: few by default, as many as `PROPTEST_CASES` says for a long run.
pub fn cases(few: u32) -> proptest::test_runner::Config {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(few);
    proptest::test_runner::Config { cases, failure_persistence: None, ..Default::default() }
}
