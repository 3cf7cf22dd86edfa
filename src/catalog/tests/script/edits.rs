//! Commands that change or move a version: `update`, `append`, `rename`.

use cairn_catalog::command::*;
use cairn_catalog::rows::*;
use cairn_types::{CanonicalId, UnixMillis};

use super::parse::Words;
use crate::support;

pub(crate) fn command(words: &Words<'_>) -> CommandBody {
    match words.verb {
        "update" => update(words),
        "append" => append(words),
        _ => rename(words),
    }
}

/// `tags=k:v,…`, `acl=text`, `retain=time [compliance] [bypass]` (`retain=0` removes), `hold=on|off`, `rewrap=id:key`.
fn update(words: &Words<'_>) -> CommandBody {
    let mut changes = Vec::new();
    if let Some(text) = words.text("tags") {
        let pairs = text.split(',').filter_map(|pair| pair.split_once(':'));
        let tags = pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        changes.push(VersionChange::Tags(TagSet { tags, ..TagSet::default() }));
    }
    if words.has("acl") {
        let acl = Some(words.bytes("acl")).filter(|acl| !acl.is_empty());
        changes.push(VersionChange::Acl(AclChange { acl, ..AclChange::default() }));
    }
    if let Some(until) = words.number("retain") {
        let mode = if words.has("compliance") { RetentionMode::Compliance } else { RetentionMode::Governance };
        let retention = (until > 0).then_some(Retention { mode, until: UnixMillis(until) });
        let bypass_governance = words.has("bypass");
        let change = RetentionChange { retention, bypass_governance, ..RetentionChange::default() };
        changes.push(VersionChange::Retention(change));
    }
    if let Some(hold) = words.text("hold") {
        changes.push(VersionChange::LegalHold(hold == "on"));
    }
    changes.extend(words.encryption("rewrap").map(VersionChange::Encryption));
    CommandBody::UpdateVersion(Box::new(UpdateVersion {
        scope: words.scope(),
        target: match (words.text("id"), words.order("order")) {
            (Some("null"), _) => UpdateTarget::Null(Nothing::default()),
            (_, Some(order)) => UpdateTarget::Ordered(order),
            _ => UpdateTarget::Latest(Nothing::default()),
        },
        precondition: words.precondition(),
        object_lock: words.has("lock"),
        changes,
        ..UpdateVersion::default()
    }))
}

/// `at-byte=` is the offset, `source=` the version that was read, `u=` the id for parts, then a body as of a put.
fn append(words: &Words<'_>) -> CommandBody {
    let body = words.body();
    let part = words.facts(Some(&body));
    let offset = words.number("at-byte").unwrap_or(0);
    let whole = support::facts(offset.saturating_add(part.size), words.text("etag").unwrap_or("e"));
    CommandBody::AppendObject(Box::new(AppendObject {
        scope: words.scope(),
        versioning: words.versioning(),
        precondition: words.precondition(),
        offset,
        source: words.order("source"),
        whole,
        part,
        meta: words.meta(),
        body,
        upload: words.upload(),
        ..AppendObject::default()
    }))
}

/// `from=` is the old key, `k=` the new one; `from-if=`, `from-unless=`, `from-since=`, `from-until=` are conditions on
/// the old key, `to-…` on the new one.
fn rename(words: &Words<'_>) -> CommandBody {
    let etag = |name: &str| {
        words.text(name).map(|tag| match tag {
            "any" => ETagCondition::Any(Nothing::default()),
            tag => ETagCondition::Is(support::etag(tag)),
        })
    };
    let conditions = |of: &str| HttpConditions {
        matches: etag(&format!("{of}-if")),
        differs: etag(&format!("{of}-unless")),
        modified_since: words.number(&format!("{of}-since")).map(UnixMillis),
        unmodified_since: words.number(&format!("{of}-until")).map(UnixMillis),
        ..HttpConditions::default()
    };
    CommandBody::RenameObject(Box::new(RenameObject {
        scope: words.scope(),
        source: support::key(words.text("from").expect("from=")),
        versioning: words.versioning(),
        source_conditions: conditions("from"),
        conditions: conditions("to"),
        owner: CanonicalId { digits: words.text("owner").unwrap_or("").to_owned() },
        ..RenameObject::default()
    }))
}
