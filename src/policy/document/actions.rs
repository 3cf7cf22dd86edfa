//! `Action` and `NotAction`.

use super::PolicyError;
use super::elements::{Scalars, texts};
use super::json::Json;
use super::policy::Attached;
use super::resources::Resources;
use crate::action::{Action, ActionScope, ActionSet, actions_matching, is_action_text};

/// The actions that a statement is about.
///
/// # Errors
/// On a bucket: actions that S3 does not have, and those that no resource of the statement can have, since such a statement
/// says less than its author believes. Policies of identities speak of other services too.
pub(super) fn parse(
    (json, is_negated): (Json, bool),
    attached: Attached<'_>,
    resources: &Resources,
) -> Result<ActionSet, PolicyError> {
    let name = if is_negated { "NotAction" } else { "Action" };
    let mut actions = ActionSet::default();
    for text in texts(name, json, Scalars::TextOnly)? {
        let named = actions_matching(&text);
        let is_known = matches!(attached, Attached::ToIdentity) || !named.is_empty();
        if !is_action_text(&text) || !is_known {
            return Err(PolicyError::Action { text });
        }
        let is_for_bucket = matches!(attached, Attached::ToBucket(_)) && !is_negated;
        if is_for_bucket && !named.iter().any(|action| may_be_done_to(action, resources)) {
            return Err(PolicyError::ActionWithoutResource { text });
        }
        actions = actions.union(named);
    }
    Ok(if is_negated { actions.complement() } else { actions })
}

fn may_be_done_to(action: Action, resources: &Resources) -> bool {
    match action.scope() {
        ActionScope::Account => false,
        ActionScope::Bucket => resources.may_name_bucket,
        ActionScope::Object => resources.may_name_objects,
    }
}
