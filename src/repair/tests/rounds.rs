//! What a whole round does.

use cairn_catalog::command::{AbortUpload, AppendObject, Body, CommandBody, CreateUpload, PublishPart, RenameObject};
use cairn_catalog::rows::{BodyFacts, ObjectMeta, VersioningMode};
use cairn_storage::{LostFragment, LostFragments, Noted};
use cairn_types::{DiskId, LogIndex, UploadId};

use super::support::{Cluster, facts, key, on_cluster, owner, three_copies};
use crate::DegradedMarks;

async fn abort_an_upload(cluster: &Cluster, name: &str) {
    let (scope, upload) = (cluster.scope(name), UploadId([7; 16]));
    let meta = ObjectMeta { owner: owner(), ..ObjectMeta::default() };
    let create = CreateUpload { scope: scope.clone(), upload, initiator: owner(), meta, ..CreateUpload::default() };
    cluster.submit(name, CommandBody::CreateUpload(Box::new(create))).await;
    for number in 1..=70 {
        let staged = cluster.stage(&cluster.session, name, 1).await;
        let part = PublishPart {
            scope: scope.clone(),
            upload,
            number,
            facts: facts(&staged.run),
            body: Body::Run(staged.run.clone()),
            ..PublishPart::default()
        };
        cluster.submit(name, CommandBody::PublishPart(Box::new(part))).await;
    }
    let abort = AbortUpload { scope, upload, ..AbortUpload::default() };
    cluster.submit(name, CommandBody::AbortUpload(abort)).await;
}

#[test]
fn what_was_overwritten_deleted_or_aborted_is_collected_and_what_is_referenced_stays() {
    on_cluster(1, |cluster| async move {
        cluster.put("overwritten", 1).await;
        cluster.put("overwritten", 2).await;
        // More blobs than one row has.
        cluster.put("deleted", 70).await;
        cluster.delete("deleted").await;
        abort_an_upload(&cluster, "aborted").await;
        cluster.put("kept", 1).await;
        assert_eq!(cluster.fragments().await, 3 * (1 + 2 + 70 + 70 + 1));

        let collected = cluster.collect().await;
        assert!(collected.is_complete(), "{collected:?}");
        assert_eq!((collected.rows_unrolled, collected.runs), (1, 1 + 1 + 70));
        assert_eq!(collected.fragments_deleted, 3 * (1 + 70 + 70));
        assert_eq!(collected.run_bytes, 100 * (1 + 70 + 70));
        assert_eq!(cluster.fragments().await, 3 * (2 + 1));
        assert_eq!(cluster.garbage().await.0, 0);

        cluster.delete("overwritten").await;
        cluster.delete("kept").await;
        cluster.collect().await;
        assert_eq!(cluster.fragments().await, 0);
        assert_eq!(cluster.garbage().await.0, 0);
    });
}

async fn rename(cluster: &Cluster, from: &str, to: &str) {
    let rename = RenameObject {
        scope: cluster.scope(to),
        source: key(from),
        versioning: VersioningMode::Off,
        owner: owner(),
        ..RenameObject::default()
    };
    cluster.submit(to, CommandBody::RenameObject(Box::new(rename))).await;
}

#[test]
fn what_was_renamed_stays_under_its_label_is_mended_there_and_goes_with_its_version() {
    on_cluster(17, |cluster| async move {
        let staged = cluster.stage_but(&cluster.session, "a", 2, Some(3)).await;
        cluster.publish("a", &staged.run).await;
        rename(&cluster, "a", "b").await;
        cluster.put("a", 1).await;
        rename(&cluster, "b", "c").await;
        cluster.session.raise_floors(cluster.deadline(10)).await.unwrap();
        let collected = cluster.collect().await;
        assert_eq!((collected.orphans_deleted, collected.runs), (0, 0), "{collected:?}");
        assert_eq!((cluster.fragments().await, cluster.degraded().await), (2 * 2 + 3, 2));
        cluster.put_fragment(&cluster.label("a", staged.run.run.0), staged.run.blobs[1].blob, 3).await;
        assert_eq!(cluster.collect().await.cleared, 1);
        assert_eq!(cluster.degraded().await, 1);
        cluster.delete("c").await;
        cluster.collect().await;
        assert_eq!((cluster.fragments().await, cluster.degraded().await), (3, 0), "the other object stays");
        drop(staged.tickets);
    });
}

#[test]
fn appends_under_two_names_stay_and_go_with_their_version() {
    on_cluster(18, |cluster| async move {
        let first = cluster.stage(&cluster.session, "a", 1).await;
        cluster.publish("a", &first.run).await;
        rename(&cluster, "a", "b").await;
        let more = cluster.stage(&cluster.session, "b", 2).await;
        let read = cluster.latest("b").await;
        let (offset, size) = (first.run.length(), first.run.length() + more.run.length());
        let append = AppendObject {
            scope: cluster.scope("b"),
            versioning: VersioningMode::Off,
            offset,
            source: Some(read),
            whole: BodyFacts { size, ..BodyFacts::default() },
            part: facts(&more.run),
            body: Body::Run(more.run.clone()),
            upload: UploadId([9; 16]),
            ..AppendObject::default()
        };
        cluster.submit("b", CommandBody::AppendObject(Box::new(append))).await;
        rename(&cluster, "b", "c").await;
        drop((first.tickets, more.tickets));
        cluster.session.raise_floors(cluster.deadline(10)).await.unwrap();
        assert_eq!(cluster.collect().await.orphans_deleted, 0);
        assert_eq!(cluster.fragments().await, 3 * 3);
        cluster.delete("c").await;
        cluster.collect().await;
        cluster.collect().await;
        assert_eq!((cluster.fragments().await, cluster.garbage().await.0), (0, 0));
    });
}

#[test]
fn what_is_staged_stays_until_it_is_published_or_given_up() {
    on_cluster(2, |cluster| async move {
        let staged = cluster.stage(&cluster.session, "a", 2).await;
        let given_up = cluster.stage(&cluster.session, "b", 1).await;
        cluster.session.raise_floors(cluster.deadline(10)).await.unwrap();
        let collected = cluster.collect().await;
        assert_eq!((collected.fragments_swept, collected.orphans_deleted), (9, 0));

        cluster.publish("a", &staged.run).await;
        drop((staged.tickets, given_up));
        cluster.session.raise_floors(cluster.deadline(10)).await.unwrap();
        let collected = cluster.collect().await;
        assert_eq!((collected.orphans_deleted, collected.orphan_bytes), (3, 300));
        assert_eq!(cluster.fragments().await, 6);
    });
}

#[test]
fn what_a_fenced_session_staged_is_collected() {
    on_cluster(3, |cluster| async move {
        let crashed = cluster.another_session().await;
        let staged = cluster.stage(&crashed, "a", 3).await;
        assert_eq!(cluster.collect().await.orphans_deleted, 0);
        crashed.close(cluster.deadline(10)).await.unwrap();
        cluster.sleep(5).await;
        assert_eq!(cluster.collect().await.orphans_deleted, 9);
        assert_eq!(cluster.fragments().await, 0);
        drop(staged.tickets);
    });
}

#[test]
fn garbage_goes_when_its_readers_are_done_and_later_ones_do_not_hold_it() {
    on_cluster(5, |cluster| async move {
        cluster.put("a", 1).await;
        let (_, at) = cluster.garbage().await;
        let early = cluster.session.open_read(cluster.shard().await, LogIndex(at.0 - 1));
        cluster.delete("a").await;
        let (_, at) = cluster.garbage().await;
        let late = cluster.session.open_read(cluster.shard().await, at);
        assert_eq!(cluster.collect().await.runs, 0);
        drop(early);
        let collected = cluster.collect().await;
        assert_eq!((collected.runs, collected.shards_awaiting_readers), (1, 0));
        drop(late);
    });
}

#[test]
fn a_fragment_that_came_late_is_noted() {
    on_cluster(6, |cluster| async move {
        let staged = cluster.stage_but(&cluster.session, "a", 2, Some(3)).await;
        cluster.publish("a", &staged.run).await;
        assert_eq!(cluster.degraded().await, 2);
        assert_eq!(cluster.collect().await.cleared, 0);
        let label = cluster.label("a", staged.run.run.0);
        cluster.put_fragment(&label, staged.run.blobs[1].blob, 3).await;
        assert_eq!(cluster.collect().await.cleared, 1);
        assert_eq!(cluster.degraded().await, 1);
    });
}

#[test]
fn a_damaged_fragment_is_noted_and_stays_so_although_its_disk_has_a_record_of_it() {
    on_cluster(16, |cluster| async move {
        let staged = cluster.stage_but(&cluster.session, "a", 2, None).await;
        cluster.publish("a", &staged.run).await;
        let (blob, index) = (staged.run.blobs[1].blob, three_copies().index(1).unwrap());
        let lost = LostFragment { disk: DiskId(2), label: cluster.label("a", staged.run.run.0), blob, index };
        let marks = DegradedMarks::new(cluster.context.clone(), cluster.client.clone());
        assert_eq!(marks.note(&lost).await, Noted::Yes);
        assert_eq!(marks.note(&lost).await, Noted::Yes);
        assert_eq!(cluster.degraded().await, 1, "noted once");
        *cluster.disks.0[&DiskId(2)].reads_back.lock() = false;
        assert_eq!(cluster.collect().await.cleared, 0);
        assert_eq!(cluster.degraded().await, 1);
        *cluster.disks.0[&DiskId(2)].reads_back.lock() = true;
        assert_eq!(cluster.collect().await.cleared, 1, "it was written anew");
        assert_eq!(cluster.degraded().await, 0);
        let gone = LostFragment { label: cluster.label("b", staged.run.run.0), ..lost };
        assert_eq!(marks.note(&gone).await, Noted::Yes, "no run holds it");
        assert_eq!(cluster.degraded().await, 0);
    });
}

#[test]
fn two_collectors_at_once_do_no_harm() {
    on_cluster(7, |cluster| async move {
        cluster.put("kept", 2).await;
        cluster.put("gone", 2).await;
        cluster.delete("gone").await;
        let (first, second) = futures::future::join(cluster.collect(), cluster.collect()).await;
        assert!(first.runs >= 1 || second.runs >= 1);
        assert!(first.is_complete() && second.is_complete(), "{first:?} {second:?}");
        assert_eq!(cluster.fragments().await, 6);
    });
}
