//! What clients asked and saw, with times.

use std::sync::Arc;
use std::time::Duration;

use cairn_runtime::sim::SimWorld;
use parking_lot::Mutex;

use super::ETag;

/// What was asked of a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Act {
    /// It gets this body: PUT, copy, Complete.
    Write(ETag),
    /// It gets this body if it has none.
    Create(ETag),
    /// It gets the second body if it has the first.
    Replace(ETag, ETag),
    /// It has no body any more.
    Delete,
    /// It had this body, or none.
    Read(Option<ETag>),
}

/// What the client was told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    /// It happened.
    Done,
    /// The condition did not hold.
    Refused,
    /// Nothing that says: it may have happened, or may still.
    Unknown,
}

/// One act of one client on one key.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) client: usize,
    pub(crate) key: String,
    pub(crate) act: Act,
    pub(crate) outcome: Outcome,
    pub(crate) began: Duration,
    pub(crate) ended: Duration,
}

/// One page of a listing.
#[derive(Clone, Debug)]
pub(crate) struct ListedPage {
    pub(crate) client: usize,
    pub(crate) began: Duration,
    pub(crate) ended: Duration,
    /// It lists what is above this key.
    pub(crate) after: String,
    /// Whether more follow its last key.
    pub(crate) is_truncated: bool,
    pub(crate) objects: Vec<(String, ETag)>,
}

impl ListedPage {
    /// What the page says about a key: nothing if the key is outside of what it covers.
    pub(crate) fn says(&self, key: &str) -> Option<Option<&ETag>> {
        let last = self.objects.last().map(|(last, _)| last.as_str());
        let covers = key > self.after.as_str() && (!self.is_truncated || last.is_some_and(|last| key <= last));
        covers.then(|| self.objects.iter().find(|(listed, _)| listed == key).map(|(_, etag)| etag))
    }
}

/// All of a run; cheap to clone.
#[derive(Clone)]
pub(crate) struct History {
    world: SimWorld,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    entries: Vec<Entry>,
    pages: Vec<ListedPage>,
}

impl History {
    pub(crate) fn new(world: &SimWorld) -> Self {
        Self { world: world.clone(), seen: Arc::default() }
    }

    pub(crate) fn now(&self) -> Duration {
        self.world.elapsed()
    }

    /// Notes an act that began at `began` and ends now.
    pub(crate) fn note(&self, client: usize, key: &str, act: Act, outcome: Outcome, began: Duration) {
        let entry = Entry { client, key: key.to_owned(), act, outcome, began, ended: self.now() };
        self.seen.lock().entries.push(entry);
    }

    pub(crate) fn note_page(&self, page: ListedPage) {
        self.seen.lock().pages.push(page);
    }

    pub(crate) fn entries(&self) -> Vec<Entry> {
        self.seen.lock().entries.clone()
    }

    pub(crate) fn pages(&self) -> Vec<ListedPage> {
        self.seen.lock().pages.clone()
    }
}
