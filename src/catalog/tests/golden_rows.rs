//! The bytes of every kind of row, key and value: `tests/golden/rows`. A stored row stays readable for good, so a line of
//! that file never changes; `CAIRN_REWRITE_GOLDEN=1` writes the file anew, for a new kind or a new field.
#![allow(clippy::disallowed_methods, reason = "reads files of the repository; nothing is simulated here")]
#![allow(clippy::wildcard_imports, reason = "every kind of row and key is named here")]

mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use bytes::Bytes;
use cairn_catalog::command::BucketScope;
use cairn_catalog::keys::*;
use cairn_catalog::reply::*;
use cairn_catalog::rows::*;
use cairn_types::record::Record;
use cairn_types::*;

struct Golden(Vec<(&'static str, Bytes, Bytes)>);

impl Golden {
    /// Adds a row after a round trip.
    fn row<R: Row + PartialEq + std::fmt::Debug>(&mut self, name: &'static str, key: Bytes, row: R) {
        let value = row.to_value();
        assert_eq!(R::from_value(value.clone()), Ok(row), "{name} survives its encoding");
        self.0.push((name, key, value));
    }
}

fn canonical(text: &str) -> CanonicalId {
    CanonicalId { digits: text.repeat(64) }
}

fn bytes(text: &str) -> Option<Bytes> {
    Some(Bytes::copy_from_slice(text.as_bytes()))
}

fn order(time: u64) -> VersionOrder {
    VersionOrder { time, region: RegionNumber(2), index: 7 }
}

fn blob(sequence: u64) -> BlobId {
    BlobId::new(SessionId(0x1234), BlobSequence(sequence))
}

fn geometry() -> Geometry {
    Geometry::new(4, 2).expect("a geometry")
}

fn missing() -> FragmentSet {
    geometry().indexes().filter(|index| index.get() % 2 == 1).collect()
}

fn meta() -> ObjectMeta {
    ObjectMeta {
        owner: canonical("a"),
        uploader: Some(canonical("b")),
        class: StorageClass::Glacier,
        headers: StandardHeaders {
            content_type: bytes("text/plain"),
            content_encoding: bytes("gzip"),
            content_disposition: bytes("inline"),
            content_language: bytes("de"),
            cache_control: bytes("no-cache"),
            expires: bytes("never"),
            website_redirect: bytes("/x"),
            ..StandardHeaders::default()
        },
        user: vec![("color".into(), Bytes::from_static(b"bl\xc3\xa4u"))],
        encryption: Some(Encryption {
            mode: EncryptionMode::Kms,
            key_id: "key".into(),
            key_version: 3,
            wrapped_data_key: Bytes::from_static(b"wrapped"),
            encryption_id: Bytes::from_static(b"id"),
            customer_verifier: Bytes::from_static(b"verifier"),
            bucket_key: true,
            ..Encryption::default()
        }),
        lock: Some(ObjectLock {
            retention: Some(Retention { mode: RetentionMode::Compliance, until: UnixMillis(99) }),
            legal_hold: true,
            ..ObjectLock::default()
        }),
        tags: vec![("k".into(), "v".into())],
        acl: bytes("acl"),
        replication: vec![("arn".into(), ReplicationStatus::Completed)],
        origin: RegionNumber(3),
        restore: Some(RestoreState { ongoing: true, expires: UnixMillis(100), ..RestoreState::default() }),
        ..ObjectMeta::default()
    }
}

fn facts() -> BodyFacts {
    let checksum = Checksum {
        algorithm: ChecksumAlgorithm::Sha256,
        kind: ChecksumKind::Composite,
        value: Bytes::from_static(&[7; 32]),
        origin: ChecksumOrigin::Computed,
        ..Checksum::default()
    };
    BodyFacts {
        size: 1 << 40,
        etag: ETag { kind: ETagKind::Composite, text: "0123-2".into() },
        checksums: vec![checksum],
        crc64_xz: Some(0xfedc_ba98_7654_3210),
        ..BodyFacts::default()
    }
}

fn place(sequence: u64) -> BlobPlace {
    BlobPlace {
        blob: blob(sequence),
        group: GroupId(5),
        group_epoch: Epoch(6),
        geometry: geometry(),
        length: 16 << 20,
        missing: missing(),
        digest: Digest128(0x0123_4567_89ab_cdef),
        ..BlobPlace::default()
    }
}

fn objects(golden: &mut Golden, bucket: BucketId, key: &ObjectKey, upload: UploadId) {
    let mut parts = PartIndex::default();
    [(1, 5 << 20), (2, 5 << 20), (9, 3)].into_iter().for_each(|(number, length)| parts.push(number, length));
    let version = VersionRow {
        order: order(1_000),
        null: true,
        kind: VersionKind::Object,
        facts: facts(),
        meta: meta(),
        body: BodyPlace::Upload(UploadPlace { upload, parts, ..UploadPlace::default() }),
        upload: Some(upload),
        appends: 2,
        config_version: ConfigVersion(4),
        ..VersionRow::default()
    };
    let head = HeadRow {
        latest: order(1_000),
        null: Some(order(900)),
        versions: 3,
        summary: HeadSummary::of(&version),
        ..HeadRow::default()
    };
    golden.row("head", head_key(bucket, key), head.clone());
    golden.row("marked head", marked_head_key(bucket, key), head);
    golden.row("version of parts", version_key(bucket, key, order(1_000)), version.clone());
    let runs = vec![RunPlace { run: RunId(blob(1)), length: 9 }];
    let body = BodyPlace::Runs(RunPlaces { runs, ..RunPlaces::default() });
    golden.row("version of a run", version_key(bucket, key, order(999)), VersionRow { body, ..version.clone() });
    let home = Some(ObjectKey::parse("before").expect("a key"));
    let runs = vec![RunPlace { run: RunId(blob(1)), length: 9 }];
    let body = BodyPlace::Runs(RunPlaces { runs, home: home.clone(), ..RunPlaces::default() });
    golden.row(
        "renamed version of a run",
        version_key(bucket, key, order(996)),
        VersionRow { body, ..version.clone() },
    );
    let mut parts = PartIndex::default();
    [(1, 7), (10_001, 3), (20_000, 4)].into_iter().for_each(|(number, length)| parts.push(number, length));
    let body = BodyPlace::Upload(UploadPlace { upload, parts, home, ..UploadPlace::default() });
    golden.row(
        "renamed version of appends",
        version_key(bucket, key, order(995)),
        VersionRow { body, ..version.clone() },
    );
    let body = BodyPlace::Inline(InlinePlace { length: 9 });
    golden.row("inline version", version_key(bucket, key, order(998)), VersionRow { body, ..version });
    let marker = VersionRow { kind: VersionKind::DeleteMarker, order: order(997), ..VersionRow::default() };
    golden.row("delete marker", version_key(bucket, key, order(997)), marker);
    let run = |holder| RunRow {
        holder,
        length: 32 << 20,
        blobs: vec![place(1), place(2)],
        pages: vec![16 << 20],
        degraded: 2,
        ..RunRow::default()
    };
    let garbage = GarbageId { index: LogIndex(8), ordinal: 1 };
    golden.row("run of a version", run_key(bucket, key, RunId(blob(1))), run(Holder::Version(order(1_000))));
    golden.row(
        "run of a part",
        run_key(bucket, key, RunId(blob(1))),
        run(Holder::Part(PartHolder { upload, number: 9 })),
    );
    golden.row("run of garbage", run_key(bucket, key, RunId(blob(1))), run(Holder::Garbage(garbage)));
    let page = RunPageRow { blobs: vec![place(65)], ..RunPageRow::default() };
    golden.row("run page", run_page_key(bucket, key, RunId(blob(1)), 1), page);
    let row = UploadRow {
        initiated: UnixMillis(5),
        created: LogIndex(6),
        initiator: canonical("c"),
        meta: meta(),
        checksum: Some(ChecksumForm { algorithm: ChecksumAlgorithm::Crc32c, kind: ChecksumKind::FullObject }),
        state: UploadState::Completing,
        parts: 2,
        part_bytes: 10,
        config_version: ConfigVersion(4),
        ..UploadRow::default()
    };
    golden.row("upload", upload_key(bucket, key, upload), row);
    let part = |body| PartRow {
        attempt: AttemptId { session: SessionId(7), number: RequestNumber(8) },
        size: 10,
        etag: facts().etag,
        modified: UnixMillis(9),
        checksums: facts().checksums,
        crc64_xz: Some(1),
        body,
        length: 26,
        encryption_salt: Bytes::from_static(b"salt"),
        ..PartRow::default()
    };
    golden.row("part of a run", part_key(bucket, key, upload, 9), part(PartBody::Run(RunId(blob(3)))));
    let key_before = ObjectKey::parse("before").expect("a key");
    let elsewhere = RunElsewhere { run: RunId(blob(3)), key: key_before, ..RunElsewhere::default() };
    let body = PartBody::RunElsewhere(elsewhere);
    golden.row("part of a run elsewhere", part_key(bucket, key, upload, 10_001), part(body));
    golden.row("inline part", part_key(bucket, key, upload, 9), part(PartBody::Inline(InlinePlace { length: 26 })));
    golden.0.push(("inline body", inline_key(bucket, key, order(998)), Bytes::from_static(b"body")));
    golden.0.push(("inline part body", part_inline_key(bucket, key, upload, 9), Bytes::from_static(b"body")));
}

fn shards(golden: &mut Golden, bucket: BucketId, key: &ObjectKey, upload: UploadId) {
    let shard = ShardId(3);
    let label = Label { bucket, key: key.clone(), run: RunId(blob(1)) };
    golden.row("horizon", horizon_key(shard), HorizonRow { horizon: SessionId(77) });
    let session = SessionRow {
        request_floor: RequestNumber(3),
        blob_floor: BlobSequence(9),
        blob_exceptions: [2, 5].into_iter().collect(),
        replies: [3, 4, 300].into_iter().collect(),
        ..SessionRow::default()
    };
    golden.row("session", session_key(shard, SessionId(7)), session);
    let published = Published { order: order(1), null: true, ..Published::default() };
    golden.row("reply", reply_key(shard, SessionId(7), RequestNumber(8)), Reply::Published(published));
    let refused = Reply::Refused(Refusal::BucketSealed(SealedBy {
        scope: BucketScope { bucket, config_version: ConfigVersion(4) },
    }));
    golden.row("refusal", reply_key(shard, SessionId(7), RequestNumber(9)), refused);
    let id = GarbageId { index: LogIndex(8), ordinal: 1 };
    golden.row("garbage run", garbage_key(shard, id), GarbageRow::Run(label));
    let parts = UploadGarbage {
        bucket,
        key: key.clone(),
        upload,
        named: [1, 9].into_iter().collect(),
        done: 4,
        ..UploadGarbage::default()
    };
    golden.row("garbage parts", garbage_key(shard, id), GarbageRow::Upload(parts));
    let uploads =
        BucketGarbage { bucket, before: LogIndex(5), done: Bytes::from_static(b"key"), ..BucketGarbage::default() };
    golden.row("garbage uploads", garbage_key(shard, id), GarbageRow::Bucket(uploads));
    let degraded = DegradedBlob {
        blob: blob(1),
        ordinal: 2,
        group: GroupId(5),
        group_epoch: Epoch(6),
        geometry: geometry(),
        missing: missing(),
        ..DegradedBlob::default()
    };
    let row = DegradedRow { blobs: vec![degraded], ..DegradedRow::default() };
    golden.row("degraded", degraded_key(shard, bucket, key, RunId(blob(1))), row);
    let count = DegradedCountRow { by_missing: BTreeMap::from([(1, 5), (2, 1)]), ..DegradedCountRow::default() };
    golden.row("degraded count", degraded_count_key(shard), count);
    let usage = Usage {
        objects: 1,
        versions: 2,
        markers: 3,
        bytes: BTreeMap::from([(StorageClass::Standard, 4), (StorageClass::Snow, 5)]),
        uploads: 6,
        part_bytes: 7,
        ..Usage::default()
    };
    let share = ShareRow {
        config_version: ConfigVersion(4),
        state: ShareState::Sealed,
        usage,
        uploads_cut: LogIndex(8),
        feed: Some(FeedState { from: LogIndex(9), rows: 10, broken: true }),
        ..ShareRow::default()
    };
    golden.row("share", share_key(shard, bucket), share);
    let at = FeedPosition { index: LogIndex(8), ordinal: 1 };
    let feed =
        FeedRow { key: key.clone(), order: order(1), null: true, event: FeedEvent::Removed, ..FeedRow::default() };
    golden.row("feed", feed_key(shard, bucket, at), feed);
    let start =
        GenerationRow { generation: Generation(4), start: Bytes::from_static(b"start"), ..GenerationRow::default() };
    golden.row("generation", generation_key(shard, NodeId(2)), start);
    golden.row("digest", digest_key(shard), DigestRow { index: LogIndex(8), digest: Digest128(9) });
}

fn root(golden: &mut Golden, bucket: BucketId) {
    let cluster = ClusterRow {
        cluster: ClusterId([1; 16]),
        region: RegionNumber(2),
        region_name: "us-east-1".into(),
        created: UnixMillis(3),
        root_account: canonical("a"),
        next_node: NodeId(4),
        next_disk: DiskId(5),
        ..ClusterRow::default()
    };
    golden.row("cluster", cluster_key(), cluster);
    let profile = NodeProfile {
        name: "n".into(),
        address: "127.0.0.1:1".into(),
        roles: vec!["metadata".into(), "storage".into()],
        zone: "z".into(),
        command_format: 1,
        ..NodeProfile::default()
    };
    let node = NodeRow {
        claim: Bytes::from_static(b"claim"),
        profile,
        state: NodeState::Draining,
        generation: Generation(4),
        registered: UnixMillis(5),
        ..NodeRow::default()
    };
    golden.row("node", node_key(NodeId(2)), node);
    let disk = DiskRow {
        claim: Bytes::from_static(b"claim"),
        node: NodeId(2),
        capacity: 1 << 40,
        state: DiskState::Fenced,
        reason: "sync".into(),
        registered: UnixMillis(5),
        device: "sda".into(),
        ..DiskRow::default()
    };
    golden.row("disk", disk_key(DiskId(3)), disk);
    let map = MapRow { epoch: Epoch(4), document: Bytes::from_static(b"map"), ..MapRow::default() };
    golden.row("group map", map_key(MapKind::Groups), map.clone());
    golden.row("shard map", map_key(MapKind::Shards), map);
    let name = BucketName::parse("my-bucket").expect("a bucket name");
    golden.row("bucket name", bucket_name_key("space", &name), BucketNameRow { bucket });
    golden.row("bucket of an owner", owned_bucket_key(&canonical("a"), "space", &name), BucketNameRow { bucket });
    let settings = BucketSettings {
        versioning: VersioningMode::Suspended,
        object_lock: true,
        ownership: Ownership::BucketOwnerEnforced,
        acl: bytes("acl"),
        default_class: StorageClass::StandardIa,
        quota_bytes: Some(0),
        ..BucketSettings::default()
    };
    let row = BucketRow {
        name,
        namespace: "space".into(),
        owner: canonical("a"),
        region: "us-east-1".into(),
        created: UnixMillis(3),
        state: BucketState::Deleting,
        config_version: ConfigVersion(4),
        settings,
        ..BucketRow::default()
    };
    golden.row("bucket", bucket_key(bucket), row);
    let document = BucketDocumentRow {
        document: Bytes::from_static(b"doc"),
        version: ConfigVersion(4),
        ..BucketDocumentRow::default()
    };
    golden.row("bucket document", bucket_document_key(bucket, "policy"), document);
    golden.row("deleted bucket", deleted_bucket_key(bucket), DeletedBucketRow { deleted: LogIndex(9) });
    let lease = LeaseRow {
        node: NodeId(2),
        purpose: "gateway".into(),
        opened: UnixMillis(3),
        renewed: UnixMillis(4),
        oldest_reads: BTreeMap::from([(ShardId(1), LogIndex(5))]),
        ..LeaseRow::default()
    };
    golden.row("lease", lease_key(SessionId(7)), lease);
    identities(golden);
}

fn identities(golden: &mut Golden) {
    let account = AccountRow {
        account: AccountId { number: 123_456_789_012 },
        name: "me".into(),
        email: "me@example.com".into(),
        namespace: "space".into(),
        created: UnixMillis(3),
        administrator: true,
        version: 4,
        ..AccountRow::default()
    };
    golden.row("account", account_key(&canonical("a")), account.clone());
    let disabled = AccountRow { state: AccountState::Disabled, ..account };
    golden.row("disabled account", account_key(&canonical("a")), disabled);
    let alias = || AccountAliasRow { account: canonical("a") };
    golden.row("account by name", account_alias_key(AliasKind::Name, "me"), alias());
    golden.row("account by e-mail", account_alias_key(AliasKind::Email, "me@example.com"), alias());
    golden.row("account by number", account_alias_key(AliasKind::Number, "123456789012"), alias());
    golden.row("account by namespace", account_alias_key(AliasKind::Namespace, "space"), alias());
    let user = UserRow {
        user_id: "AIDA".into(),
        path: "/".into(),
        policies: vec!["p".into()],
        created: UnixMillis(3),
        tags: vec![("k".into(), "v".into())],
        version: 4,
        ..UserRow::default()
    };
    golden.row("user", user_key(&canonical("a"), "joe"), user);
    let key = AccessKeyRow {
        account: canonical("a"),
        user: "joe".into(),
        wrapped_secret: Bytes::from_static(b"wrapped"),
        state: AccessKeyState::Inactive,
        created: UnixMillis(3),
        last_used: Some(UnixMillis(4)),
        expires: Some(UnixMillis(5)),
        session: bytes("session"),
        ..AccessKeyRow::default()
    };
    golden.row("access key", access_key_key("AKIA"), key.clone());
    golden.row("changed access key", access_key_key("AKIA"), AccessKeyRow { version: 2, ..key });
    golden.row("access key of a user", user_key_key(&canonical("a"), "joe", "AKIA"), Nothing::default());
    let document = IdentityDocumentRow {
        document: Bytes::from_static(b"doc"),
        version: 4,
        created: UnixMillis(3),
        ..IdentityDocumentRow::default()
    };
    golden.row("identity document", identity_document_key(&canonical("a"), "role", "r"), document);
    let version = KmsKeyVersion {
        number: 2,
        wrapped: Bytes::from_static(b"wrapped"),
        created: UnixMillis(3),
        ..KmsKeyVersion::default()
    };
    let state = KmsKeyState::Disabled;
    let key = KmsKey { state, versions: vec![version], description: "tax".into(), ..KmsKey::default() };
    let document = IdentityDocumentRow { document: key.encode(), version: 1, ..IdentityDocumentRow::default() };
    golden.row("encryption key", identity_document_key(&canonical("a"), KMS_KEY_KIND, "k"), document);
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes text");
        text
    })
}

#[test]
fn every_kind_of_row_keeps_its_bytes() {
    let (bucket, key) = (BucketId(0xb0c), support::key("a/ä"));
    let upload = UploadId(*b"0123456789abcdef");
    let mut golden = Golden(Vec::new());
    objects(&mut golden, bucket, &key, upload);
    shards(&mut golden, bucket, &key, upload);
    root(&mut golden, bucket);
    let lines = golden.0.iter().map(|(name, key, value)| format!("{name}\n  {}\n  {}\n", hex(key), hex(value)));
    let made: String = lines.collect();
    // Relative to the package, where cargo runs tests: a path that is compiled in is that of whichever checkout compiled.
    let path = Path::new("tests/golden/rows");
    if std::env::var_os("CAIRN_REWRITE_GOLDEN").is_some() {
        std::fs::write(path, &made).expect("the file is writable");
    }
    let kept = std::fs::read_to_string(path).expect("the file of golden rows");
    assert_eq!(made, kept);
    let tables: std::collections::BTreeSet<u8> = golden.0.iter().map(|(_, key, _)| key[0]).collect();
    let all = Table::OF_OBJECTS.into_iter().chain(Table::OF_SHARDS).chain(Table::OF_ROOT);
    assert_eq!(tables, all.map(Table::byte).collect(), "every table has a golden row");
}
