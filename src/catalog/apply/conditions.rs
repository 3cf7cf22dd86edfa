//! Conditions on the version that is there.

use super::halt::{Halt, refuse};
use crate::command::{DeleteConditions, ETagCondition, HttpConditions, Precondition};
use crate::reply::Refusal;
use crate::rows::{HeadRow, VersionRow};

/// What conditions look at. A delete marker counts as no version.
#[derive(Clone, Copy)]
pub(super) struct Present<'a> {
    pub(super) etag: &'a str,
    pub(super) size: u64,
    pub(super) time: u64,
}

impl<'a> Present<'a> {
    /// The latest version of a key.
    pub(super) fn latest(head: Option<&'a HeadRow>) -> Option<Self> {
        let head = head.filter(|head| !head.is_marked())?;
        Some(Self { etag: &head.summary.etag.text, size: head.summary.size, time: head.latest.time })
    }

    /// One version.
    pub(super) fn version(version: &'a VersionRow) -> Option<Self> {
        let facts = &version.facts;
        (!version.is_marker()).then_some(Self { etag: &facts.etag.text, size: facts.size, time: version.order.time })
    }

    fn has(&self, asked: &ETagCondition) -> bool {
        match asked {
            ETagCondition::Any(_) => true,
            ETagCondition::Is(etag) => etag.text == self.etag,
        }
    }
}

/// C4: of conditional creates of a key one passes, whatever their order.
pub(super) fn check_precondition(precondition: &Precondition, present: Option<Present<'_>>) -> Result<(), Halt> {
    match (precondition, present) {
        (Precondition::Unconditional(_), _) | (Precondition::Absent(_), None) | (Precondition::Exists(_), Some(_)) => {
            Ok(())
        }
        (Precondition::Absent(_), Some(_)) => refuse(Refusal::PreconditionFailed),
        (Precondition::Exists(_) | Precondition::Matches(_), None) => refuse(Refusal::NoSuchKey),
        (Precondition::Matches(etag), Some(present)) if etag.text == present.etag => Ok(()),
        (Precondition::Matches(_), Some(_)) => refuse(Refusal::PreconditionFailed),
    }
}

/// Conditions of a delete: the ETag asks for a version, time and size hold where there is none.
pub(super) fn check_delete(conditions: &DeleteConditions, present: Option<Present<'_>>) -> Result<(), Halt> {
    let Some(present) = present else {
        return match conditions.etag {
            Some(_) => refuse(Refusal::NoSuchKey),
            None => Ok(()),
        };
    };
    let etag = conditions.etag.as_ref().is_none_or(|etag| present.has(etag));
    // HTTP dates have whole seconds.
    let time = conditions.last_modified.is_none_or(|time| time.seconds() == present.time / 1_000);
    let size = conditions.size.is_none_or(|size| size == present.size);
    if etag && time && size { Ok(()) } else { refuse(Refusal::PreconditionFailed) }
}

/// HTTP's conditions: `If-Match` asks for a version, the others hold where there is none. A time is looked at only where
/// the ETag condition beside it is absent (RFC 9110, 13.2.2).
pub(super) fn check_http(conditions: &HttpConditions, present: Option<Present<'_>>) -> Result<(), Halt> {
    let Some(present) = present else {
        return if conditions.matches.is_some() { refuse(Refusal::NoSuchKey) } else { Ok(()) };
    };
    let seconds = present.time / 1_000;
    let unchanged = match (&conditions.matches, conditions.unmodified_since) {
        (Some(etag), _) => present.has(etag),
        (None, Some(since)) => seconds <= since.seconds(),
        (None, None) => true,
    };
    let changed = match (&conditions.differs, conditions.modified_since) {
        (Some(etag), _) => !present.has(etag),
        (None, Some(since)) => seconds > since.seconds(),
        (None, None) => true,
    };
    if unchanged && changed { Ok(()) } else { refuse(Refusal::PreconditionFailed) }
}
