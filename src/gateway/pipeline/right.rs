//! What a request needs to be allowed.

use cairn_policy::Action;
use cairn_types::{ObjectKey, UploadId, VersionId};

/// One action that must be allowed, and on what.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Right {
    pub(crate) action: Action,
    pub(crate) on: On,
}

/// What an action is on.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum On {
    /// The caller's own account, or a bucket that is to be made in it.
    Account,
    /// The bucket.
    Bucket,
    /// The bucket's list, of keys that begin with this one alone.
    Listing(ObjectKey),
    /// A version that may be there. What decides about it may lie with it.
    Object(ObjectKey, Option<VersionId>),
    /// The object that this very request makes.
    NewObject(ObjectKey),
    /// An upload in parts; none while it is being begun.
    Upload(ObjectKey, Option<UploadId>),
}

/// When an object is looked at that a decision depends on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Look {
    /// Before the request goes on.
    Before,
    /// With the version that the request reads anyway: decided is about the same version that is served.
    WhenFound,
}

impl Right {
    pub(crate) fn on_bucket(action: Action) -> Self {
        Self { action, on: On::Bucket }
    }

    pub(crate) fn on_object(action: Action, key: &ObjectKey, version: Option<VersionId>) -> Self {
        Self { action, on: On::Object(key.clone(), version) }
    }

    /// A right on a version goes by another name than the one on whatever is the latest.
    pub(crate) fn on_version(
        (latest, of_version): (Action, Action),
        key: &ObjectKey,
        version: Option<VersionId>,
    ) -> Self {
        Self::on_object(if version.is_some() { of_version } else { latest }, key, version)
    }
}
