//! Which handler takes which command.

use super::draft::Draft;
use super::halt::{Halt, refuse};
use super::{
    access_key, account, append, buckets, cluster, complete, configuration, delete, feed, fence, garbage, identity,
    members, multipart, publish, redundancy, registry, rename, unroll, update,
};
use crate::command::CommandBody;
use crate::reply::{Refusal, Reply};
use crate::state::CatalogRead;

/// Who applies a command.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Where {
    Anywhere,
    Data,
    Root,
}

/// Runs the handler of `body`.
pub(super) fn run<S: CatalogRead>(draft: &mut Draft<'_, S>, body: &CommandBody) -> Result<Reply, Halt> {
    match (place(body), draft.shard.is_root()) {
        (Where::Data, true) | (Where::Root, false) => refuse(Refusal::WrongShard),
        (Where::Root, true) => run_root(draft, body),
        (Where::Anywhere | Where::Data, _) => run_data(draft, body),
    }
}

fn run_data<S: CatalogRead>(draft: &mut Draft<'_, S>, body: &CommandBody) -> Result<Reply, Halt> {
    match body {
        CommandBody::Noop(_) => Ok(Reply::done()),
        CommandBody::Fence(command) => fence::fence(draft, command),
        CommandBody::RecordGeneration(command) => members::record_generation(draft, command),
        CommandBody::ResolveBlobs(command) => fence::resolve_blobs(draft, command),
        CommandBody::PublishVersion(command) => publish::publish_version(draft, command),
        CommandBody::ReplaceMetadata(command) => publish::replace_metadata(draft, command),
        CommandBody::DeleteObject(command) => delete::delete_object(draft, command),
        CommandBody::UpdateVersion(command) => update::update_version(draft, command),
        CommandBody::AppendObject(command) => append::append_object(draft, command),
        CommandBody::RenameObject(command) => rename::rename_object(draft, command),
        CommandBody::CreateUpload(command) => multipart::create_upload(draft, command),
        CommandBody::PublishPart(command) => multipart::publish_part(draft, command),
        CommandBody::CompleteUpload(command) => complete::complete_upload(draft, command),
        CommandBody::AbortUpload(command) => multipart::abort_upload(draft, command),
        CommandBody::RecordConfiguration(command) => configuration::record(draft, command),
        CommandBody::SealBucket(command) => configuration::seal(draft, command),
        CommandBody::ForgetBucket(command) => configuration::forget(draft, command),
        CommandBody::GarbageDone(command) => garbage::done(draft, command),
        CommandBody::UnrollGarbage(command) => unroll::step(draft, command),
        CommandBody::ClearDegraded(note) => redundancy::clear(draft, note),
        CommandBody::MarkDegraded(note) => redundancy::mark(draft, note),
        CommandBody::SetFeed(command) => feed::set(draft, command),
        CommandBody::TrimFeed(command) => feed::trim(draft, command),
        _ => refuse(Refusal::WrongShard),
    }
}

fn run_root<S: CatalogRead>(draft: &mut Draft<'_, S>, body: &CommandBody) -> Result<Reply, Halt> {
    match body {
        CommandBody::InitCluster(command) => cluster::init(draft, command),
        CommandBody::RegisterNode(command) => members::register_node(draft, command),
        CommandBody::SetNodeState(command) => members::set_node_state(draft, command),
        CommandBody::RegisterDisk(command) => members::register_disk(draft, command),
        CommandBody::SetDiskState(command) => members::set_disk_state(draft, command),
        CommandBody::SetMaps(command) => cluster::set_maps(draft, command),
        CommandBody::OpenSession(command) => registry::open(draft, command),
        CommandBody::RenewSession(command) => registry::renew(draft, command),
        CommandBody::CloseSession(command) => registry::close(draft, command),
        CommandBody::FenceSessions(command) => registry::fence(draft, command),
        CommandBody::CreateBucket(command) => buckets::create(draft, command),
        CommandBody::SetBucketDocument(command) => buckets::set_document(draft, command),
        CommandBody::SetBucketState(command) => buckets::set_state(draft, command),
        CommandBody::FinishDeleteBucket(command) => buckets::finish_delete(draft, command),
        CommandBody::PutAccount(command) => account::put(draft, command),
        CommandBody::DeleteAccount(command) => account::delete(draft, command),
        CommandBody::PutUser(command) => identity::put_user(draft, command),
        CommandBody::DeleteUser(command) => identity::delete_user(draft, command),
        CommandBody::PutAccessKey(command) => access_key::put(draft, command),
        CommandBody::DeleteAccessKey(command) => access_key::delete(draft, command),
        CommandBody::PutIdentityDocument(command) => identity::put_document(draft, command),
        _ => refuse(Refusal::WrongShard),
    }
}

fn place(body: &CommandBody) -> Where {
    match body {
        CommandBody::Noop(_)
        | CommandBody::RecordGeneration(_)
        | CommandBody::ResolveBlobs(_)
        | CommandBody::ForgetBucket(_) => Where::Anywhere,
        CommandBody::Fence(_)
        | CommandBody::PublishVersion(_)
        | CommandBody::ReplaceMetadata(_)
        | CommandBody::DeleteObject(_)
        | CommandBody::UpdateVersion(_)
        | CommandBody::AppendObject(_)
        | CommandBody::RenameObject(_)
        | CommandBody::CreateUpload(_)
        | CommandBody::PublishPart(_)
        | CommandBody::CompleteUpload(_)
        | CommandBody::AbortUpload(_)
        | CommandBody::RecordConfiguration(_)
        | CommandBody::SealBucket(_)
        | CommandBody::GarbageDone(_)
        | CommandBody::UnrollGarbage(_)
        | CommandBody::ClearDegraded(_)
        | CommandBody::MarkDegraded(_)
        | CommandBody::SetFeed(_)
        | CommandBody::TrimFeed(_) => Where::Data,
        CommandBody::InitCluster(_)
        | CommandBody::RegisterNode(_)
        | CommandBody::SetNodeState(_)
        | CommandBody::RegisterDisk(_)
        | CommandBody::SetDiskState(_)
        | CommandBody::SetMaps(_)
        | CommandBody::OpenSession(_)
        | CommandBody::RenewSession(_)
        | CommandBody::CloseSession(_)
        | CommandBody::FenceSessions(_)
        | CommandBody::CreateBucket(_)
        | CommandBody::SetBucketDocument(_)
        | CommandBody::SetBucketState(_)
        | CommandBody::FinishDeleteBucket(_)
        | CommandBody::PutAccount(_)
        | CommandBody::DeleteAccount(_)
        | CommandBody::PutUser(_)
        | CommandBody::DeleteUser(_)
        | CommandBody::PutAccessKey(_)
        | CommandBody::DeleteAccessKey(_)
        | CommandBody::PutIdentityDocument(_) => Where::Root,
    }
}
