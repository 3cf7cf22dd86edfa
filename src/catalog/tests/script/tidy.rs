//! Rows, replies and answers as short text: what is empty or a default is left out.

use cairn_catalog::keys::{ObjectRowKey, Table};
use cairn_catalog::reply::Reply;
use cairn_catalog::rows::*;
use cairn_catalog::state::Write;

/// Values that say nothing.
const EMPTY: [&str; 22] = [
    "None",
    "[]",
    "{}",
    "\"\"",
    "b\"\"",
    "0",
    "false",
    "Unknown([])",
    "NumberSet([])",
    "PartIndex([])",
    "UnixMillis(0)",
    "LogIndex(0)",
    "BlobSequence(0)",
    "RegionNumber(r0)",
    "RunId(w0.0)",
    "CanonicalId { }",
    "StandardHeaders { }",
    "ETag { }",
    "ObjectMeta { }",
    "BodyFacts { }",
    "Usage { }",
    "BucketSettings { }",
];

/// Fields that are left out, and what is written shorter.
const SHORT: [(&str, &str); 12] = [
    ("(Nothing { })", ""),
    ("kind: Md5", ""),
    ("class: Standard", ""),
    ("default_class: Standard", ""),
    ("state: Open", ""),
    ("state: Active", ""),
    ("versioning: Off", ""),
    ("ownership: ObjectWriter", ""),
    ("group: GroupId(g1), group_epoch: Epoch(e1), geometry: 4+2, ", ""),
    ("RegionNumber(", "("),
    ("VersionOrder ", ""),
    ("default_", ""),
];

/// The `Debug` text of a value without fields that say nothing.
pub(crate) fn tidy(value: &impl std::fmt::Debug) -> String {
    let mut text = format!("{value:?}");
    text = shorten(text, ", digest: 0", " }", |_| " }".to_owned());
    // Again and again: a record whose fields all went says nothing itself.
    for _ in 0..3 {
        text = shorten(text, "BlobId { session: SessionId(w", " }", |inner| {
            inner.replace("), sequence: BlobSequence(", ".").replace(')', "")
        });
        text = shorten(text, "{ time: ", " }", |inner| {
            inner.replace(", region: (", ".").replace("), index: ", ".").replace(", region: RegionNumber(", ".")
        });
        for empty in EMPTY {
            text = without(text, empty);
        }
        for (long, short) in SHORT {
            text = text.replace(long, short);
        }
        for (torn, whole) in
            [("{ , ", "{ "), (", , ", ", "), (",  }", " }"), (", }", " }"), ("{  }", "{ }"), ("VersionOrder ", "")]
        {
            text = text.replace(torn, whole);
        }
    }
    text
}

/// Replaces every `<open>inner<close>` by `change(inner)`.
fn shorten(text: String, open: &str, close: &str, change: impl Fn(&str) -> String) -> String {
    let mut pieces = text.split(open);
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (inner, rest) = piece.split_once(close).unwrap_or((piece, ""));
        out.push_str(&change(inner));
        out.push_str(rest);
    }
    out
}

/// Takes every field out whose value is `empty`.
fn without(mut text: String, empty: &str) -> String {
    for (needle, last) in [(format!(": {empty}, "), false), (format!(": {empty} }}"), true)] {
        while let Some(at) = text.find(&needle) {
            let name = text[..at].rfind([' ', '{', '(']).map_or(0, |space| space + 1);
            match last {
                false => text.replace_range(name..at + needle.len(), ""),
                true => {
                    let start = text[..name].trim_end_matches([' ', ',']).len();
                    text.replace_range(start..at + needle.len(), " }");
                }
            }
        }
    }
    text
}

/// One line per write.
pub(crate) fn describe(write: &Write) -> String {
    match write {
        Write::Put(key, value) => format!("+ {} {}", describe_key(key), describe_value(key, value)),
        Write::Delete(key) => format!("- {}", describe_key(key)),
        Write::DeleteRange(range) => format!("-- {} .. {}", describe_key(&range.start), hex(&range.end)),
    }
}

fn describe_key(raw: &[u8]) -> String {
    let table = Table::from_byte(raw[0]).expect("a table");
    if table == Table::AccountAlias {
        return format!("{table:?} {} {}", raw[5], raw[6..].escape_ascii());
    }
    let Some(parsed) = ObjectRowKey::parse(raw) else { return format!("{table:?} {}", pieces(&raw[5..])) };
    let key = String::from_utf8_lossy(parsed.key);
    let suffix = match (table, parsed.order(), parsed.upload(), parsed.part_number()) {
        (Table::Version | Table::Inline, Some(order), ..) => format!("{}.{}.{}", order.time, order.region, order.index),
        (Table::Upload, _, Some(upload), _) => format!("u{:x}", upload.0[0]),
        (Table::Part | Table::PartInline, _, Some(upload), Some(number)) => format!("u{:x} {number}", upload.0[0]),
        _ => pieces(parsed.suffix),
    };
    format!("{table:?} {key} {suffix}").trim_end().to_owned()
}

/// Numbers of eight or four bytes; anything else as text.
fn pieces(mut raw: &[u8]) -> String {
    let mut words = Vec::new();
    while let Some((number, rest)) = raw.split_at_checked(8).filter(|(number, _)| number[..4] == [0; 4]) {
        words.push(u64::from_be_bytes(number.try_into().expect("8 bytes")).to_string());
        raw = rest;
    }
    match raw {
        [] => {}
        [a, b, c, d] => words.push(u32::from_be_bytes([*a, *b, *c, *d]).to_string()),
        text => words.push(text.escape_ascii().to_string()),
    }
    words.join(" ")
}

fn hex(raw: &[u8]) -> String {
    raw.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn describe_value(key: &[u8], value: &bytes::Bytes) -> String {
    fn row<R: Row + std::fmt::Debug>(value: &bytes::Bytes) -> String {
        tidy(&R::from_value(value.clone()).expect("a row that was just written"))
    }
    match Table::from_byte(key[0]).expect("a table") {
        Table::Head | Table::MarkedHead => row::<HeadRow>(value),
        Table::Version => row::<VersionRow>(value),
        Table::Inline | Table::PartInline => format!("{value:?}"),
        Table::Run => row::<RunRow>(value),
        Table::RunPage => row::<RunPageRow>(value),
        Table::Upload => row::<UploadRow>(value),
        Table::Part => row::<PartRow>(value),
        Table::Horizon => row::<HorizonRow>(value),
        Table::Session => row::<SessionRow>(value),
        Table::Reply => row::<Reply>(value),
        Table::Garbage => row::<GarbageRow>(value),
        Table::Degraded => row::<DegradedRow>(value),
        Table::DegradedCount => row::<DegradedCountRow>(value),
        Table::Share => row::<ShareRow>(value),
        Table::Feed => row::<FeedRow>(value),
        Table::Generation => row::<GenerationRow>(value),
        Table::Digest => row::<DigestRow>(value),
        Table::Cluster => row::<ClusterRow>(value),
        Table::Node => row::<NodeRow>(value),
        Table::Disk => row::<DiskRow>(value),
        Table::Map => row::<MapRow>(value),
        Table::BucketName => row::<BucketNameRow>(value),
        Table::Bucket => row::<BucketRow>(value),
        Table::BucketDocument => row::<BucketDocumentRow>(value),
        Table::DeletedBucket => row::<DeletedBucketRow>(value),
        Table::Lease => row::<LeaseRow>(value),
        Table::Account => row::<AccountRow>(value),
        Table::User => row::<UserRow>(value),
        Table::AccessKey => row::<AccessKeyRow>(value),
        Table::IdentityDocument => row::<IdentityDocumentRow>(value),
        Table::AccountAlias => row::<AccountAliasRow>(value),
        Table::UserKey => row::<Nothing>(value),
        Table::OwnedBucket => row::<BucketNameRow>(value),
    }
}
