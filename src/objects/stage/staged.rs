//! Bytes that are durable and invisible.

use std::sync::Arc;

use bytes::Bytes;
use cairn_catalog::command::Body;
use cairn_catalog::rows::{BodyFacts, StagedRun};
use cairn_encryption::PartSalt;
use cairn_metadata::BlobTicket;
use cairn_runtime::watch;

use super::measured::{Measured, VerifiedChecksum};

/// A body ready to be published. Dropped, its blobs count as resolved: what no command published of it is collected.
pub struct Staged {
    measured: Measured,
    place: Place,
    salt: PartSalt,
}

enum Place {
    Inline(Bytes),
    Run(Arc<HeldRun>),
}

/// A staged run. While it lives its blobs are in use: whoever publishes it holds it until the reply is there.
pub(crate) struct HeldRun {
    run: StagedRun,
    _tickets: Vec<BlobTicket>,
    fate: Fate,
}

impl HeldRun {
    /// The body is visible: fragments that come late are worth a note.
    pub(crate) fn published(&self) {
        self.fate.publish();
    }
}

/// Tells fragments that are still on their way what became of their body.
pub(super) struct Fate(watch::Sender<bool>);

impl Fate {
    pub(super) fn open() -> Self {
        Self(watch::Sender::new(false))
    }

    /// Waits for the end of the body: whether it was published.
    pub(super) fn watch(&self) -> watch::Receiver<bool> {
        self.0.subscribe()
    }

    fn publish(&self) {
        self.0.send_replace(true);
    }
}

impl Staged {
    pub(super) fn inline(measured: Measured, bytes: Bytes) -> Self {
        Self { measured, place: Place::Inline(bytes), salt: PartSalt::Whole }
    }

    pub(super) fn run(measured: Measured, run: StagedRun, tickets: Vec<BlobTicket>, fate: Fate) -> Self {
        let place = Place::Run(Arc::new(HeldRun { run, _tickets: tickets, fate }));
        Self { measured, place, salt: PartSalt::Whole }
    }

    pub(super) fn salted(self, salt: PartSalt) -> Self {
        Self { salt, ..self }
    }

    /// The salt that it was sealed with, as a part's row keeps it.
    pub(crate) fn salt(&self) -> Bytes {
        self.salt.to_bytes()
    }

    /// What was measured on the bytes.
    pub fn measured(&self) -> &Measured {
        &self.measured
    }

    /// Whether the bytes ride in the command.
    pub fn is_inline(&self) -> bool {
        matches!(self.place, Place::Inline(_))
    }

    pub(crate) fn body(&self) -> Body {
        match &self.place {
            Place::Inline(bytes) => Body::Inline(bytes.clone()),
            Place::Run(run) => Body::Run(run.run.clone()),
        }
    }

    pub(crate) fn body_facts(&self, verified: Option<&VerifiedChecksum>) -> BodyFacts {
        self.measured.body_facts(verified)
    }

    pub(crate) fn part_facts(&self, verified: Option<&VerifiedChecksum>) -> BodyFacts {
        self.measured.part_facts(verified)
    }

    /// The run, for whoever publishes it; `None` if the bytes ride in the command.
    pub(crate) fn held(&self) -> Option<Arc<HeldRun>> {
        match &self.place {
            Place::Inline(_) => None,
            Place::Run(run) => Some(Arc::clone(run)),
        }
    }
}
