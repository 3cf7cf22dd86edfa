//! From a request to its answer: understand, authenticate, authorise, handle, answer.
//!
//! # Invariants
//! X1: an error is turned into S3's form in one place, last. Whoever did not prove who they are learns nothing of what
//! they asked for. No body is read before the request is authorised; but for the fields of a form, which say who posts it,
//! and three small documents of those who proved who they are, since conditions of policies ask for their words: tags,
//! retention, legal hold.
//! X5: neither signatures nor secrets are logged.

mod accounts;
mod answer;
mod authenticate;
mod authorise;
mod circumstances;
mod cross_origin;
mod dispatch;
mod document;
mod errors;
mod exchange;
mod form;
mod form_file;
mod governed;
mod http_date;
mod names;
mod payload;
mod right;
mod ruling;
mod serve;
mod slow;

pub(crate) use accounts::{DistinctIds, Naming, Owners, find_account};
pub(crate) use answer::Answer;
pub(crate) use authorise::{DELETE, READ_TAGS};
pub(crate) use errors::{Refused, catalog_failed, failed, object_lock_off, versions_are_kept};
pub(crate) use exchange::Exchange;
pub(crate) use governed::{Governed, governed, version_target};
pub(crate) use http_date::HttpDate;
pub(crate) use names::RequestNames;
pub(crate) use payload::{Payload, Promised, StagedBody};
pub(crate) use right::{On, Right};
pub(crate) use serve::answer;
pub(crate) use slow::answer_slowly;
