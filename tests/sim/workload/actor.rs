//! One client: does one thing after the other and notes what it sees.

use std::time::Duration;

use cairn_runtime::Context;
use cairn_runtime::sim::{Random, log};

use super::bodies::etag_of;
use super::choice::{Choice, draw_len};
use super::{Act, Bodies, ETag, History, ListedPage, Outcome};
use crate::client::{Answer, NoAnswer, S3Client};

/// The bucket of a run.
pub(crate) const BUCKET: &str = "simulated";

/// Keys that clients write, in order.
pub(crate) const KEYS: &[&str] = &["a", "a b", "a+b", "a/1", "a/2", "b//c", "d", "z/ä", "z/…"];

/// Keys that clients only ever create, and never delete.
pub(crate) const CONTESTED: &[&str] = &["once/1", "once/2", "once/3"];

/// Longest pause between two operations.
const PAUSE_MS: u64 = 800;

/// A client of a run.
pub(crate) struct Actor {
    id: usize,
    s3: S3Client,
    random: Random,
    bodies: Bodies,
    history: History,
    /// Keys with the last tag that this client saw there.
    seen: Vec<(usize, ETag)>,
}

impl Actor {
    pub(crate) fn new(id: usize, s3: S3Client, random: Random, bodies: Bodies, history: History) -> Self {
        Self { id, s3, random, bodies, history, seen: Vec::new() }
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
        let key = self.random.index(KEYS.len());
        match Choice::draw(&mut self.random) {
            Choice::Put => self.put(gateway, key).await,
            Choice::Get => self.get(gateway, KEYS[key]).await,
            Choice::Delete => self.delete(gateway, key).await,
            Choice::List => self.list(gateway).await,
            Choice::Create => self.create(gateway, KEYS[key]).await,
            Choice::Contest => {
                let contested = self.random.index(CONTESTED.len());
                self.create(gateway, CONTESTED[contested]).await;
            }
            Choice::Replace => self.replace(gateway).await,
            Choice::Copy => self.copy(gateway, key).await,
            Choice::Multipart => self.multipart(gateway, key).await,
        }
    }

    async fn put(&mut self, gateway: usize, key: usize) {
        let len = draw_len(&mut self.random);
        let (etag, body) = self.bodies.draw(&mut self.random, len);
        let began = self.history.now();
        let answer = self.s3.put(gateway, BUCKET, KEYS[key], body).await;
        self.note_write(gateway, key, Act::Write(etag), &answer, began);
    }

    async fn create(&mut self, gateway: usize, key: &str) {
        let len = draw_len(&mut self.random);
        let (etag, body) = self.bodies.draw(&mut self.random, len);
        let began = self.history.now();
        let answer = self.s3.put_if(gateway, BUCKET, key, body, ("if-none-match", "*".to_owned())).await;
        self.note(gateway, key, Act::Create(etag), &answer, began);
    }

    async fn replace(&mut self, gateway: usize) {
        let Some((key, expected)) = self.seen.pop() else { return };
        let len = draw_len(&mut self.random);
        let (etag, body) = self.bodies.draw(&mut self.random, len);
        let began = self.history.now();
        let condition = ("if-match", format!("\"{expected}\""));
        let answer = self.s3.put_if(gateway, BUCKET, KEYS[key], body, condition).await;
        self.note_write(gateway, key, Act::Replace(expected, etag), &answer, began);
    }

    async fn copy(&mut self, gateway: usize, to: usize) {
        // A copy has the tag of a body sent in one piece.
        let plain = |(_, etag): &&(usize, ETag)| !etag.contains('-');
        let Some((from, etag)) = self.seen.iter().rev().find(plain).cloned() else { return };
        if from == to {
            return;
        }
        let began = self.history.now();
        let answer = self.s3.copy(gateway, BUCKET, (KEYS[from], &etag), KEYS[to]).await;
        if matches!(&answer, Ok(answer) if matches!(answer.status(), 404 | 412)) {
            log(format!("client {} copies nothing: {} changed", self.id, KEYS[from]));
            return;
        }
        self.note_write(gateway, to, Act::Write(etag), &answer, began);
    }

    async fn multipart(&mut self, gateway: usize, key: usize) {
        let len = draw_len(&mut self.random);
        let (etag, parts) = self.bodies.draw_parts(&mut self.random, &[len]);
        let created = self.s3.create_upload(gateway, BUCKET, KEYS[key]).await;
        let Some(upload) = success(&created).and_then(|answer| answer.text("UploadId")) else { return };
        let other = (gateway + 1) % self.s3.gateways();
        let upload = (BUCKET, KEYS[key], upload.as_str());
        let mut etags = Vec::new();
        for (place, part) in parts.iter().enumerate() {
            let sent = self.s3.upload_part(other, upload, place + 1, part.clone()).await;
            if success(&sent).is_none() {
                log(format!("client {} gives an upload up", self.id));
                let _ = self.s3.abort_upload(gateway, upload).await;
                return;
            }
            etags.push(etag_of(part));
        }
        let began = self.history.now();
        let answer = self.s3.complete_upload(gateway, upload, &etags).await;
        self.note_write(gateway, key, Act::Write(etag), &answer, began);
    }

    async fn delete(&mut self, gateway: usize, key: usize) {
        let began = self.history.now();
        let answer = self.s3.delete(gateway, BUCKET, KEYS[key]).await;
        self.note(gateway, KEYS[key], Act::Delete, &answer, began);
    }

    async fn get(&mut self, gateway: usize, key: &str) {
        if let Some(etag) = read(&self.s3, &self.bodies, &self.history, (self.id, gateway), key).await
            && let Some(place) = KEYS.iter().position(|known| *known == key)
        {
            self.seen.push((place, etag));
        }
    }

    async fn list(&mut self, gateway: usize) {
        let max_keys = 1 + self.random.index(KEYS.len() + CONTESTED.len());
        list_all(&self.s3, &self.history, (self.id, gateway), max_keys).await;
    }

    fn note_write(&mut self, gateway: usize, key: usize, act: Act, answer: &Result<Answer, NoAnswer>, began: Duration) {
        let etag = match &act {
            Act::Write(etag) | Act::Create(etag) | Act::Replace(_, etag) => etag.clone(),
            Act::Delete | Act::Read(_) => unreachable!("it is a write"),
        };
        if let Some(told) = success(answer) {
            assert_eq!(told.etag().as_ref(), Some(&etag), "the tag of {act:?} on {}", KEYS[key]);
            self.seen.push((key, etag));
        }
        self.note(gateway, KEYS[key], act, answer, began);
    }

    fn note(&self, gateway: usize, key: &str, act: Act, answer: &Result<Answer, NoAnswer>, began: Duration) {
        let outcome = match answer {
            Ok(answer) if answer.is_success() => Outcome::Done,
            Ok(answer) if answer.is_unknown() => Outcome::Unknown,
            Ok(answer) if answer.status() == 412 => Outcome::Refused,
            Ok(answer) if answer.status() == 404 && matches!(act, Act::Replace(..)) => Outcome::Refused,
            // Another write was under way; nothing happened.
            Ok(answer) if answer.status() == 409 => return,
            Ok(answer) => panic!("{act:?} on {key:?}: {} {:?}", answer.status(), answer.code()),
            Err(_) => Outcome::Unknown,
        };
        log(format!("client {} by gateway {gateway}: {act:?} on {key:?}: {outcome:?} {}", self.id, why(answer)));
        self.history.note(self.id, key, act, outcome, began);
    }
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

/// Reads a key, checks that what came is what some client sent, and notes it.
///
/// # Panics
/// If other bytes came.
pub(crate) async fn read(
    s3: &S3Client,
    bodies: &Bodies,
    history: &History,
    (client, gateway): (usize, usize),
    key: &str,
) -> Option<ETag> {
    let began = history.now();
    let answer = match s3.get(gateway, BUCKET, key).await {
        Ok(answer) if !answer.is_unknown() => answer,
        Ok(answer) => {
            log(format!("client {client} by gateway {gateway}: read of {key:?}: {}", answer.status()));
            return None;
        }
        Err(NoAnswer(reason)) => {
            log(format!("client {client} by gateway {gateway}: read of {key:?}: {reason}"));
            return None;
        }
    };
    let found = match answer.status() {
        200 => Some(answer.etag().expect("every object has a tag")),
        404 => None,
        other => panic!("a read of {key:?}: {other} {:?}", answer.code()),
    };
    if let Some(etag) = &found {
        let sent = bodies.get(etag).unwrap_or_else(|| panic!("nobody sent {etag} that {key:?} has"));
        assert!(sent == answer.body, "{key:?} has other bytes than {etag} was sent with (D1, D6)");
    }
    log(format!("client {client} by gateway {gateway}: read of {key:?}: {found:?}"));
    history.note(client, key, Act::Read(found.clone()), Outcome::Done, began);
    found
}

/// Lists the whole bucket page by page and notes each.
pub(crate) async fn list_all(s3: &S3Client, history: &History, (client, gateway): (usize, usize), max_keys: usize) {
    let mut after = String::new();
    loop {
        let began = history.now();
        let Ok(answer) = s3.list(gateway, BUCKET, max_keys, &after).await else { return };
        if answer.is_unknown() {
            return;
        }
        assert_eq!(answer.status(), 200, "a listing: {:?}", answer.code());
        let keys = answer.texts("Key");
        let etags = answer.texts("ETag").into_iter().map(|etag| etag.trim_matches('"').to_owned());
        let objects: Vec<(String, ETag)> = keys.into_iter().zip(etags).collect();
        log(format!("client {client} by gateway {gateway}: listed {} after {after:?}", objects.len()));
        let is_truncated = answer.text("IsTruncated").as_deref() == Some("true");
        let last = objects.last().map(|(key, _)| key.clone());
        let page = ListedPage { client, began, ended: history.now(), after: after.clone(), is_truncated, objects };
        history.note_page(page);
        match last {
            Some(last) if is_truncated => after = last,
            _ => return,
        }
    }
}
