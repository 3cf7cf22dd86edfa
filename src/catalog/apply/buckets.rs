//! Buckets in the root shard.

use cairn_types::{BucketId, ConfigVersion};

use super::draft::Draft;
use super::halt::{Halt, refuse};
use super::identity::check_account;
use crate::command::{BucketScope, CreateBucket, FinishDeleteBucket, SetBucketDocument, SetBucketState};
use crate::keys::{
    bucket_document_key, bucket_key, bucket_name_key, deleted_bucket_key, owned_bucket_key, prefix_range,
};
use crate::limits::DOCUMENT_BYTES_MAX;
use crate::reply::{BucketChanged, Refusal, Reply};
use crate::rows::{BucketDocumentRow, BucketNameRow, BucketRow, BucketState, DeletedBucketRow};
use crate::state::CatalogRead;

/// Makes a bucket. Shards learn of it by its recorded configuration, before it is used.
pub(super) fn create<S: CatalogRead>(draft: &mut Draft<'_, S>, command: &CreateBucket) -> Result<Reply, Halt> {
    let documents = &command.documents;
    let bad_document = |(_, document): &(_, bytes::Bytes)| document.len() > DOCUMENT_BYTES_MAX;
    if command.namespace.contains('\0') || command.name.as_str().is_empty() || documents.iter().any(bad_document) {
        return refuse(Refusal::OutOfBounds);
    }
    check_account(draft, &command.owner)?;
    let name_key = bucket_name_key(&command.namespace, &command.name);
    if let Some(taken) = draft.get::<BucketNameRow>(&name_key)? {
        return Err(name_taken(draft, command, taken.bucket)?.into());
    }
    let key = bucket_key(command.bucket);
    let used = draft.get::<BucketRow>(&key)?.is_some()
        || draft.get::<DeletedBucketRow>(&deleted_bucket_key(command.bucket))?.is_some();
    if used || command.bucket == BucketId(0) {
        return refuse(Refusal::IdTaken);
    }
    let version = ConfigVersion(1);
    let row = BucketRow {
        name: command.name.clone(),
        namespace: command.namespace.clone(),
        owner: command.owner.clone(),
        region: command.region.clone(),
        created: draft.now,
        state: BucketState::Active,
        config_version: version,
        settings: command.settings.clone(),
        ..BucketRow::default()
    };
    let name = BucketNameRow { bucket: command.bucket };
    draft.put(name_key, &name);
    draft.put(owned_bucket_key(&command.owner, &command.namespace, &command.name), &name);
    draft.put(key, &row);
    for (sub_resource, document) in documents {
        let row = BucketDocumentRow { document: document.clone(), version, ..BucketDocumentRow::default() };
        draft.put(bucket_document_key(command.bucket, sub_resource), &row);
    }
    Ok(changed(command.bucket, version))
}

fn name_taken<S: CatalogRead>(draft: &Draft<'_, S>, command: &CreateBucket, bucket: BucketId) -> Result<Refusal, Halt> {
    let row: BucketRow = draft.named(&bucket_key(bucket))?;
    Ok(match row.state {
        _ if row.owner != command.owner => Refusal::BucketExists(Default::default()),
        BucketState::Deleting => Refusal::BucketBusy(Default::default()),
        BucketState::Active => Refusal::BucketOwnedByYou(BucketScope { bucket, config_version: row.config_version }),
    })
}

/// Sets or removes a sub-resource.
pub(super) fn set_document<S: CatalogRead>(
    draft: &mut Draft<'_, S>,
    command: &SetBucketDocument,
) -> Result<Reply, Halt> {
    if command.document.as_ref().is_some_and(|document| document.len() > DOCUMENT_BYTES_MAX) {
        return refuse(Refusal::OutOfBounds);
    }
    let key = bucket_key(command.bucket);
    let Some(mut row) = draft.get::<BucketRow>(&key)? else {
        return refuse(Refusal::NoSuchBucket);
    };
    if row.state == BucketState::Deleting {
        return refuse(Refusal::BucketBusy);
    }
    if command.expected != ConfigVersion(0) && command.expected != row.config_version {
        return Err(Refusal::ConfigurationChanged(row.config_version).into());
    }
    row.config_version = row.config_version.next();
    if let Some(settings) = &command.settings {
        row.settings = settings.clone();
    }
    if !command.sub_resource.is_empty() {
        let document_key = bucket_document_key(command.bucket, &command.sub_resource);
        match &command.document {
            None => draft.delete(document_key),
            Some(document) => {
                let (document, version) = (document.clone(), row.config_version);
                draft.put(document_key, &BucketDocumentRow { document, version, ..BucketDocumentRow::default() });
            }
        }
    }
    draft.put(key, &row);
    Ok(changed(command.bucket, row.config_version))
}

/// Begins a deletion, or reopens.
pub(super) fn set_state<S: CatalogRead>(draft: &mut Draft<'_, S>, command: &SetBucketState) -> Result<Reply, Halt> {
    let key = bucket_key(command.bucket);
    let Some(mut row) = draft.get::<BucketRow>(&key)? else {
        return refuse(Refusal::NoSuchBucket);
    };
    if row.state != command.state {
        row.state = command.state;
        row.config_version = row.config_version.next();
        draft.put(key, &row);
    }
    Ok(changed(command.bucket, row.config_version))
}

/// Removes a bucket that every shard has sealed.
pub(super) fn finish_delete<S: CatalogRead>(
    draft: &mut Draft<'_, S>,
    command: &FinishDeleteBucket,
) -> Result<Reply, Halt> {
    let key = bucket_key(command.bucket);
    let Some(row) = draft.get::<BucketRow>(&key)? else { return Ok(Reply::done()) };
    if row.state != BucketState::Deleting {
        return refuse(Refusal::BucketBusy);
    }
    draft.delete(bucket_name_key(&row.namespace, &row.name));
    draft.delete(owned_bucket_key(&row.owner, &row.namespace, &row.name));
    draft.delete_range(prefix_range(bucket_document_key(command.bucket, "").to_vec()));
    draft.delete(key);
    draft.put(deleted_bucket_key(command.bucket), &DeletedBucketRow { deleted: draft.index });
    Ok(Reply::done())
}

fn changed(bucket: BucketId, config_version: ConfigVersion) -> Reply {
    Reply::BucketChanged(BucketChanged { bucket, config_version, ..BucketChanged::default() })
}
