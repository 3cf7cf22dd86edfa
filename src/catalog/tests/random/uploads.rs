//! Random uploads.
#![allow(clippy::wildcard_imports, reason = "commands and rows are what every test speaks of")]

use cairn_catalog::command::*;
use cairn_catalog::reply::{Refusal, Reply};
use cairn_catalog::rows::*;
use cairn_types::UploadId;

use super::world::{KEYS, Upload, Version, World, atoms};
use crate::support::*;

impl World {
    pub(crate) fn create(&mut self, key: usize) {
        let id = UploadId((self.number as u128 + 1).to_be_bytes());
        let command = CreateUpload { scope: scope(KEYS[key]), upload: id, ..CreateUpload::default() };
        assert_eq!(self.send(CommandBody::CreateUpload(Box::new(command))), Reply::done());
        self.uploads.push((id, Upload { key, ..Upload::default() }));
    }

    fn picked(&self, pick: u8) -> Option<usize> {
        (!self.uploads.is_empty()).then(|| usize::from(pick) % self.uploads.len())
    }

    pub(crate) fn part(&mut self, pick: u8, number: u16, staged: bool) {
        let Some(place) = self.picked(pick) else { return };
        let length = 5 * 1024 * 1024;
        let (body, size) = match staged {
            true => (Body::Run(self.staged(2, length / 2)), length),
            false => (inline("small"), length),
        };
        let (id, upload) = self.uploads[place].clone();
        let made_of = atoms(&body);
        let command = PublishPart {
            scope: scope(KEYS[upload.key]),
            upload: id,
            number,
            facts: facts(size, "p"),
            body,
            ..PublishPart::default()
        };
        match self.send(CommandBody::PublishPart(Box::new(command))) {
            Reply::PartPublished(done) => {
                assert!(!upload.done);
                self.uploads[place].1.parts.insert(number, (done.attempt, size, made_of));
            }
            Reply::Refused(Refusal::NoSuchUpload(_)) => assert!(upload.done),
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn complete(&mut self, pick: u8, subset: u8, late: bool) {
        let Some(place) = self.picked(pick) else { return };
        let (id, upload) = self.uploads[place].clone();
        let chosen: Vec<_> = upload.parts.iter().filter(|(number, _)| subset & 1 << **number == 0).collect();
        let stale = AttemptId::default();
        let parts: Vec<_> = chosen
            .iter()
            .map(|(number, (attempt, ..))| ListedPart {
                number: **number,
                attempt: Some(if late { stale } else { *attempt }),
            })
            .collect();
        let size: u64 = chosen.iter().map(|(_, (_, size, _))| size).sum();
        let body = chosen.iter().flat_map(|(_, (.., made_of))| made_of.clone()).collect();
        let wrong = late || chosen.is_empty();
        let tag = format!("c{}", self.number);
        let command = CompleteUpload {
            scope: scope(KEYS[upload.key]),
            versioning: self.mode,
            upload: id,
            parts,
            facts: facts(size, &tag),
            ..CompleteUpload::default()
        };
        let versions = self.keys.get(&upload.key).into_iter().flatten();
        let made = versions.rev().find(|version| version.upload == Some(id));
        let made = made.map(|version| (version.order, version.etag.clone()));
        match self.send(CommandBody::CompleteUpload(Box::new(command))) {
            // A repeat: answered by the version that the upload made.
            Reply::Completed(done) if upload.done => {
                assert_eq!(made, Some((done.version.order, done.facts.etag.text)));
            }
            Reply::Completed(done) => {
                assert!(!wrong && !self.null_is_locked(upload.key));
                self.uploads[place].1.done = true;
                let null = self.mode != VersioningMode::Enabled;
                let order = done.version.order;
                self.add(
                    upload.key,
                    Version { order, null, etag: tag, size, body, upload: Some(id), ..Version::default() },
                );
            }
            Reply::Refused(Refusal::NoSuchUpload(_)) => assert!(upload.done && made.is_none()),
            Reply::Refused(Refusal::OutOfBounds(_)) => assert!(chosen.is_empty()),
            Reply::Refused(Refusal::PartChanged(_)) => assert!(late),
            Reply::Refused(Refusal::Locked(_)) => assert!(!wrong && self.null_is_locked(upload.key)),
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn abort(&mut self, pick: u8) {
        let Some(place) = self.picked(pick) else { return };
        let (id, upload) = self.uploads[place].clone();
        let command = AbortUpload { scope: scope(KEYS[upload.key]), upload: id, ..AbortUpload::default() };
        match self.send(CommandBody::AbortUpload(command)) {
            Reply::Done(_) => assert!(!upload.done),
            Reply::Refused(Refusal::NoSuchUpload(_)) => assert!(upload.done),
            other => panic!("{other:?}"),
        }
        self.uploads[place].1.done = true;
    }
}
