//! `ListObjectVersions`

use bytes::Bytes;
use cairn_catalog::query::{ListPosition as RowPosition, ListedVersion, VersionPosition};
use cairn_catalog::rows::{ChecksumForm, VersionKind};
use cairn_s3::S3Error;
use cairn_s3::operation::{ListObjectVersions, ListPosition};
use cairn_s3::response::{ListObjectVersionsOutput, ObjectEntry, VersionEntry, VersionListEntry};
use cairn_types::{UnixMillis, VersionId};

use super::listing::{merged, request, row_position};
use super::rows::{etag, listed_checksum, wire_class};
use crate::pipeline::{Answer, Exchange, Governed, Owners, governed};

/// `GET /b?versions`
pub(crate) async fn list_object_versions(
    exchange: &Exchange,
    bucket: &mut Governed,
    list: ListObjectVersions,
) -> Result<Answer, S3Error> {
    let objects = exchange.gateway.objects();
    let wanted = request(&list.scope, begin(&list), list.max_keys);
    let page = governed!(bucket, |view| objects.list_versions(&view, wanted.clone()))?;
    let is_truncated = page.next.is_some();
    let owners = Owners::of(exchange, page.entries.iter().map(|version| &version.owner).collect()).await;
    let kinds = (|version| VersionListEntry::Version(entry(version, &owners)), VersionListEntry::CommonPrefix);
    let entries = merged(page.entries, page.prefixes, |version| version.key.as_bytes(), kinds);
    Ok(ListObjectVersionsOutput { entries, is_truncated }.into_response(&list).into())
}

/// After a version of the marked key, if one is named; else after the key.
fn begin(list: &ListObjectVersions) -> RowPosition {
    match (list.position(), list.version_id_marker) {
        (Some(ListPosition::AfterKey(key)), Some(id)) => {
            let order = match id {
                VersionId::Null => None,
                VersionId::Ordered(order) => Some(order),
            };
            let position = VersionPosition { key: Bytes::from(key), order, ..VersionPosition::default() };
            RowPosition::AfterVersion(position)
        }
        (position, _) => row_position(position),
    }
}

fn entry(listed: ListedVersion, owners: &Owners) -> VersionEntry {
    let version_id = if listed.null { VersionId::Null } else { VersionId::Ordered(listed.order) };
    let (is_latest, last_modified) = (listed.latest, UnixMillis(listed.order.time));
    let (key, owner) = (listed.key.as_str().to_owned(), Some(owners.show(&listed.owner)));
    if listed.kind == VersionKind::DeleteMarker {
        return VersionEntry::DeleteMarker { version_id, is_latest, key, last_modified, owner };
    }
    let form = listed.facts.checksums.first();
    let form = form.map(|sum| ChecksumForm { algorithm: sum.algorithm, kind: sum.kind });
    let object = ObjectEntry {
        key,
        size: listed.facts.size,
        etag: etag(&listed.facts.etag),
        last_modified,
        owner,
        checksum: listed_checksum(form.as_ref()),
        storage_class: wire_class(listed.class),
    };
    VersionEntry::Object { version_id, is_latest, object }
}
