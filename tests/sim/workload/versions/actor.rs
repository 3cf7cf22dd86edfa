//! One client of versions: does one thing after the other and notes what it sees.

use std::time::Duration;

use cairn_runtime::Context;
use cairn_runtime::sim::{Random, log};

use super::super::bodies::etag_of;
use super::super::choice::draw_len;
use super::super::{Bodies, ETag};
use super::choice::Choice;
use super::listing::{list_by_pages, list_family};
use super::{Condition, FAMILIES, Family, KEPT, Keeps, LockChange, Name, Seen, Told, VersionAct, VersionHistory};
use crate::client::{Answer, NoAnswer, S3Client};

/// Longest pause between two operations.
const PAUSE_MS: u64 = 800;

/// Only bodies that lie in rows come under retention: at the end of a run the disks are empty (D8).
const RETAINED_MAX: usize = 4 * 1_024;

/// After the end of every run.
const LONG: &str = "2100-01-01T00:00:00Z";

/// A place among the families.
type Place = (usize, usize);

/// What clients of versions share.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) bodies: Bodies,
    pub(crate) history: VersionHistory,
}

/// A client of a run.
pub(crate) struct VersionActor {
    id: usize,
    s3: S3Client,
    random: Random,
    shared: Shared,
    /// Versions that this client saw, the last one last.
    seen: Vec<(Place, Seen)>,
}

impl VersionActor {
    pub(crate) fn new(id: usize, s3: S3Client, random: Random, shared: Shared) -> Self {
        Self { id, s3, random, shared, seen: Vec::new() }
    }

    /// Does `operations` things.
    pub(crate) async fn run(mut self, operations: usize) {
        for _ in 0..operations {
            let pause = Duration::from_millis(self.random.below(PAUSE_MS));
            Context::current().clock.sleep(pause).await;
            self.step().await;
        }
    }

    async fn step(&mut self) {
        let gateway = self.random.index(self.s3.gateways());
        let family = self.random.index(FAMILIES.len());
        let place = (family, self.random.index(FAMILIES[family].keys.len()));
        match Choice::draw(&mut self.random, &FAMILIES[family]) {
            Choice::Put => self.put(gateway, place, Condition::Unconditional).await,
            Choice::Create => self.put(gateway, place, Condition::Absent).await,
            Choice::Replace => {
                let Some(etag) = self.seen_body(place) else { return };
                self.put(gateway, place, Condition::Matches(etag)).await;
            }
            Choice::Multipart => self.multipart(gateway, place).await,
            Choice::Get => self.get(gateway, place).await,
            Choice::GetVersion => self.get_version(gateway, family).await,
            Choice::Delete => self.delete(gateway, place, Condition::Unconditional).await,
            Choice::DeleteIf => {
                let Some(etag) = self.seen_body(place) else { return };
                self.delete(gateway, place, Condition::Matches(etag)).await;
            }
            Choice::DeleteVersion => self.delete_version(gateway, family).await,
            Choice::DeleteMany => self.delete_many(gateway, place).await,
            Choice::List => self.list(gateway, FAMILIES[family].bucket).await,
            Choice::ListPages => self.list_pages(gateway, FAMILIES[family].bucket).await,
            Choice::Lock => self.lock(gateway, family).await,
            Choice::Rename => self.rename(gateway, place).await,
            Choice::Append => {
                let Some(etag) = self.seen_body(place) else { return };
                self.append(gateway, place, etag).await;
            }
        }
    }

    async fn put(&mut self, gateway: usize, place: Place, condition: Condition) {
        let len = draw_len(&mut self.random);
        let (etag, body) = self.shared.bodies.draw(&mut self.random, len);
        let (family, key) = named(place);
        let began = self.shared.history.now();
        let answer = match &condition {
            Condition::Unconditional => self.s3.put(gateway, family.bucket, key, body).await,
            Condition::Absent => {
                let absent = ("if-none-match", "*".to_owned());
                self.s3.put_if(gateway, family.bucket, key, body, absent).await
            }
            Condition::Matches(expected) => {
                let same = ("if-match", format!("\"{expected}\""));
                self.s3.put_if(gateway, family.bucket, key, body, same).await
            }
        };
        self.note_write(place, (etag, condition), &answer, began);
    }

    /// Adds to the body that has that tag.
    async fn append(&mut self, gateway: usize, place: Place, before: ETag) {
        let len = draw_len(&mut self.random);
        let offset = self.shared.bodies.get(&before).expect("it was seen").len();
        let (etag, more) = self.shared.bodies.draw_more(&mut self.random, &before, len);
        let (family, key) = named(place);
        let began = self.shared.history.now();
        let answer = self.s3.append(gateway, family.bucket, (key, &before, offset), more).await;
        self.note_write(place, (etag, Condition::Matches(before)), &answer, began);
    }

    async fn multipart(&mut self, gateway: usize, place: Place) {
        let len = draw_len(&mut self.random);
        let (etag, parts) = self.shared.bodies.draw_parts(&mut self.random, &[len]);
        let (family, key) = named(place);
        let created = self.s3.create_upload(gateway, family.bucket, key).await;
        let Some(upload) = success(&created).and_then(|answer| answer.text("UploadId")) else { return };
        let upload = (family.bucket, key, upload.as_str());
        let sent = self.s3.upload_part(gateway, upload, 1, parts[0].clone()).await;
        if success(&sent).is_none() {
            log(format!("client {} gives an upload up", self.id));
            return;
        }
        let began = self.shared.history.now();
        let answer = self.s3.complete_upload(gateway, upload, &[etag_of(&parts[0])]).await;
        self.note_write(place, (etag, Condition::Unconditional), &answer, began);
    }

    fn note_write(
        &mut self,
        place: Place,
        (body, condition): (ETag, Condition),
        answer: &Result<Answer, NoAnswer>,
        began: Duration,
    ) {
        let name = success(answer).map(name_told);
        if let Some(name) = &name {
            self.seen.push((place, Seen::Object(body.clone(), name.clone())));
        }
        self.note(place, VersionAct::Write { body, condition, name }, answer, began);
    }

    async fn delete(&mut self, gateway: usize, place: Place, condition: Condition) {
        let (family, key) = named(place);
        let began = self.shared.history.now();
        let answer = match &condition {
            Condition::Matches(etag) => self.s3.delete_if(gateway, family.bucket, (key, etag)).await,
            Condition::Unconditional | Condition::Absent => self.s3.delete(gateway, family.bucket, key).await,
        };
        let marker = success(&answer).map(name_told);
        if let Some(marker) = marker.clone().filter(|_| family.keeps != Keeps::Nothing) {
            self.seen.push((place, Seen::Marker(marker)));
        }
        self.note(place, VersionAct::Delete { condition, marker }, &answer, began);
    }

    async fn delete_version(&mut self, gateway: usize, family: usize) {
        let Some((place, seen)) = self.draw_seen(family) else { return };
        let (family, key) = named(place);
        let name = seen.name().expect("it is a version").clone();
        let began = self.shared.history.now();
        let answer = self.s3.delete_version(gateway, family.bucket, (key, name.text())).await;
        let was_marker = success(&answer).is_some_and(is_marker);
        self.note(place, VersionAct::DeleteVersion { name, was_marker }, &answer, began);
    }

    /// A key and one version of its family, in one request: each has a result of its own.
    async fn delete_many(&mut self, gateway: usize, place: Place) {
        let Some((other, seen)) = self.draw_seen(place.0) else { return };
        let (family, key) = named(place);
        let name = seen.name().expect("it is a version").clone();
        let targets = [(key, None), (named(other).1, Some(name.text()))];
        let began = self.shared.history.now();
        let answer = self.s3.delete_objects(gateway, family.bucket, &targets).await;
        let results = success(&answer).map(|answer| answer.elements(&["Deleted", "Error"])).unwrap_or_default();
        let (first, second) = (results.first(), results.get(1));
        let marker = first.and_then(|(_, result)| result.text("DeleteMarkerVersionId")).map(|id| Name::of(&id));
        let was_marker = second.is_some_and(|(_, result)| result.text("DeleteMarker").is_some());
        let key_deleted = VersionAct::Delete { condition: Condition::Unconditional, marker };
        self.note_told(place, key_deleted, result_told(first), began);
        self.note_told(other, VersionAct::DeleteVersion { name, was_marker }, result_told(second), began);
    }

    async fn get(&mut self, gateway: usize, place: Place) {
        let (s3, shared) = (&self.s3, &self.shared);
        if let Some(seen) = read_latest(s3, shared, (self.id, gateway), place).await
            && seen != Seen::Nothing
        {
            self.seen.push((place, seen));
        }
    }

    async fn get_version(&mut self, gateway: usize, family: usize) {
        let Some((place, seen)) = self.draw_seen(family) else { return };
        let name = seen.name().expect("it is a version").clone();
        read_version(&self.s3, &self.shared, (self.id, gateway), (place, &name)).await;
    }

    async fn list(&mut self, gateway: usize, bucket: &str) {
        let listed = list_family(&self.s3, &self.shared.history, (self.id, gateway), bucket).await;
        for entry in listed.unwrap_or_default() {
            let places = FAMILIES.iter().enumerate().filter(|(_, family)| family.bucket == bucket);
            let place = places.filter_map(|(at, family)| Some((at, family.place(&entry.key)?))).next();
            self.seen.push((place.expect("runs have few keys"), entry.seen));
        }
    }

    async fn list_pages(&mut self, gateway: usize, bucket: &str) {
        let max_keys = 1 + self.random.index(6);
        let listed = list_by_pages(&self.s3, gateway, bucket, max_keys).await;
        log(format!("client {} listed {:?} versions of {bucket} by pages", self.id, listed.map(|listed| listed.len())));
    }

    async fn lock(&mut self, gateway: usize, family: usize) {
        let Some((place, seen)) = self.draw_seen(family) else { return };
        let (family, key) = named(place);
        let (Seen::Object(body, name), KEPT) = (&seen, family.bucket) else { return };
        let is_small = self.shared.bodies.get(body).is_some_and(|body| body.len() <= RETAINED_MAX);
        let change = match self.random.below(6) {
            0 if is_small => LockChange::Retain,
            0..4 => LockChange::Hold,
            _ => LockChange::Release,
        };
        let (bucket, version) = (family.bucket, (key, name.text()));
        let began = self.shared.history.now();
        let answer = match change {
            LockChange::Retain => self.s3.retain(gateway, bucket, version, LONG).await,
            LockChange::Hold => self.s3.hold(gateway, bucket, version, true).await,
            LockChange::Release => self.s3.hold(gateway, bucket, version, false).await,
        };
        self.note(place, VersionAct::Lock(name.clone(), change), &answer, began);
        // So that somebody tries it soon.
        self.seen.push((place, seen));
    }

    async fn rename(&mut self, gateway: usize, place: Place) {
        let (family, key) = named(place);
        let to = (place.1 + 1) % family.keys.len();
        let began = self.shared.history.now();
        let answer = self.s3.rename(gateway, family.bucket, (key, family.keys[to])).await;
        let name = success(&answer).map(name_told);
        self.note(place, VersionAct::Rename { to, name }, &answer, began);
    }

    /// The body that this client last saw under a key.
    fn seen_body(&self, place: Place) -> Option<ETag> {
        let of_key = self.seen.iter().rev().filter(|(at, _)| *at == place);
        of_key.filter_map(|(_, seen)| seen.body().cloned()).next()
    }

    /// One of the versions that this client saw of a family.
    fn draw_seen(&mut self, family: usize) -> Option<(Place, Seen)> {
        let of_family: Vec<_> = self.seen.iter().filter(|((at, _), _)| *at == family).collect();
        // The last ones are likely to be there still.
        let recent = &of_family[of_family.len().saturating_sub(12)..];
        let drawn = (!recent.is_empty()).then(|| self.random.index(recent.len()))?;
        Some(recent[drawn].clone())
    }

    fn note(&self, place: Place, act: VersionAct, answer: &Result<Answer, NoAnswer>, began: Duration) {
        let told = match answer {
            Ok(answer) if answer.is_success() => Told::Done,
            Ok(answer) if answer.is_unknown() => Told::Unknown,
            Ok(answer) if answer.status() == 403 => Told::Locked,
            Ok(answer) if matches!(answer.status(), 404 | 412) => Told::Refused,
            Ok(answer) if answer.code().as_deref() == Some("InvalidWriteOffset") => Told::Refused,
            // Another write was under way; nothing happened.
            Ok(answer) if answer.status() == 409 => return,
            Ok(answer) => panic!("{act:?} on {place:?}: {} {:?}", answer.status(), answer.code()),
            Err(_) => Told::Unknown,
        };
        log(why(answer));
        self.note_told(place, act, told, began);
    }

    fn note_told(&self, place: Place, act: VersionAct, told: Told, began: Duration) {
        log(format!("client {}: {act:?} on {place:?}: {told:?}", self.id));
        self.shared.history.note(self.id, place, act, told, began);
    }
}

fn named((family, key): Place) -> (&'static Family, &'static str) {
    let family: &Family = &FAMILIES[family];
    (family, family.keys[key])
}

fn why(answer: &Result<Answer, NoAnswer>) -> String {
    match answer {
        Ok(answer) => answer.code().unwrap_or_default(),
        Err(NoAnswer(reason)) => reason.clone(),
    }
}

fn success(answer: &Result<Answer, NoAnswer>) -> Option<&Answer> {
    answer.as_ref().ok().filter(|answer| answer.is_success())
}

/// What one result of several says.
fn result_told(result: Option<&(&str, Answer)>) -> Told {
    match result {
        Some(("Deleted", _)) => Told::Done,
        Some((_, error)) if error.text("Code").as_deref() == Some("AccessDenied") => Told::Locked,
        Some(_) | None => Told::Unknown,
    }
}

/// What an answer calls a version; a bucket without versioning shows no names.
fn name_told(answer: &Answer) -> Name {
    answer.header("x-amz-version-id").map_or(Name::Null, Name::of)
}

fn is_marker(answer: &Answer) -> bool {
    answer.header("x-amz-delete-marker") == Some("true")
}

/// Reads a key and notes what its latest version is.
pub(crate) async fn read_latest(
    s3: &S3Client,
    shared: &Shared,
    (client, gateway): (usize, usize),
    place: Place,
) -> Option<Seen> {
    let (family, key) = named(place);
    let began = shared.history.now();
    let answer = s3.get(gateway, family.bucket, key).await.ok()?;
    let seen = seen(&answer, shared, key)?;
    shared.history.note(client, place, VersionAct::ReadLatest(seen.clone()), Told::Done, began);
    log(format!("client {client} by gateway {gateway}: read of {place:?}: {seen:?}"));
    Some(seen)
}

/// Reads a version and notes what it is.
pub(crate) async fn read_version(
    s3: &S3Client,
    shared: &Shared,
    (client, gateway): (usize, usize),
    (place, name): (Place, &Name),
) -> Option<Seen> {
    let (family, key) = named(place);
    let began = shared.history.now();
    let answer = s3.get_version(gateway, family.bucket, (key, name.text())).await.ok()?;
    let seen = seen(&answer, shared, key)?;
    let act = VersionAct::ReadVersion(name.clone(), seen.clone());
    shared.history.note(client, place, act, Told::Done, began);
    log(format!("client {client} by gateway {gateway}: read of {name:?} of {place:?}: {seen:?}"));
    Some(seen)
}

/// What an answer to a read shows; `None` if nothing.
///
/// # Panics
/// If other bytes came than somebody sent.
fn seen(answer: &Answer, shared: &Shared, key: &str) -> Option<Seen> {
    match answer.status() {
        200 => {
            let etag = answer.etag().expect("every object has a tag");
            let sent = shared.bodies.get(&etag).unwrap_or_else(|| panic!("nobody sent {etag} that {key:?} has"));
            assert!(sent == answer.body, "{key:?} has other bytes than {etag} was sent with (D1, D6)");
            Some(Seen::Object(etag, name_told(answer)))
        }
        404 | 405 if is_marker(answer) => Some(Seen::Marker(name_told(answer))),
        404 => Some(Seen::Nothing),
        _ if answer.is_unknown() => None,
        other => panic!("a read of {key:?}: {other} {:?}", answer.code()),
    }
}
