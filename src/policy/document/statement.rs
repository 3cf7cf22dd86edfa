//! One statement.

use super::PolicyError;
use super::actions;
use super::elements::{Elements, Scalars, texts, wrong_type};
use super::json::Json;
use super::policy::{Attached, Language};
use super::principals::{Grip, Principals};
use super::resources::Resources;
use crate::Principal;
use crate::action::{Action, ActionSet};
use crate::arn::KnownArns;
use crate::condition::{Condition, Operator};
use crate::context::{ConditionKey, Keys};

/// What a statement does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Effect {
    Allow,
    Deny,
}

/// A statement of a policy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Statement {
    pub(crate) sid: Option<String>,
    pub(crate) effect: Effect,
    pub(crate) actions: ActionSet,
    /// None in the policy of an identity: it is about whom it is attached to.
    pub(crate) principals: Option<Principals>,
    pub(crate) resources: Resources,
    pub(crate) conditions: Vec<Condition>,
}

/// A request, as statements see it.
#[derive(Clone, Copy)]
pub(crate) struct Probe<'a> {
    pub(crate) principal: &'a Principal,
    pub(crate) action: Action,
    pub(crate) arns: KnownArns<'a>,
    pub(crate) keys: Keys<'a>,
    /// Whether what lies with the object is at hand.
    pub(crate) is_object_read: bool,
}

/// Whether a statement is about a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Applies {
    No,
    /// It depends on the object.
    Perhaps,
    Yes(Grip),
}

impl Statement {
    pub(super) fn parse(json: Json, attached: Attached<'_>, language: Language) -> Result<Self, PolicyError> {
        let missing = |name| PolicyError::MissingElement { name };
        let mut elements = Elements::of("Statement", json)?;
        let sid = elements.take_text("Sid")?;
        let effect = match elements.take_text("Effect")?.ok_or_else(|| missing("Effect"))?.as_str() {
            "Allow" => Effect::Allow,
            "Deny" => Effect::Deny,
            other => return Err(PolicyError::Effect { text: other.to_owned() }),
        };
        let principals = parse_principals(&mut elements, attached, effect)?;
        let action = elements.take_either("Action", "NotAction")?.ok_or_else(|| missing("Action"))?;
        let resource = elements.take_either("Resource", "NotResource")?.ok_or_else(|| missing("Resource"))?;
        let resources = Resources::parse(resource, attached, language)?;
        let actions = actions::parse(action, attached, &resources)?;
        let conditions = match elements.take("Condition") {
            None => Vec::new(),
            Some(json) => parse_conditions(json, language)?,
        };
        elements.finish()?;
        Ok(Self { sid, effect, actions, principals, resources, conditions })
    }

    /// Whether it is about a request, whose action it is known to be about.
    pub(super) fn applies(&self, probe: &Probe<'_>) -> Applies {
        let grip = match &self.principals {
            None => Grip::Directly,
            Some(principals) => match principals.grip(probe.principal) {
                None => return Applies::No,
                Some(grip) => grip,
            },
        };
        let mut is_sure = probe.is_object_read || !self.resources.needs_object();
        if is_sure && !self.resources.include(probe.arns, &probe.keys) {
            return Applies::No;
        }
        for condition in &self.conditions {
            if !probe.is_object_read && condition.needs_object() {
                is_sure = false;
            } else if !condition.holds(&probe.keys) {
                return Applies::No;
            }
        }
        if is_sure { Applies::Yes(grip) } else { Applies::Perhaps }
    }
}

fn parse_principals(
    elements: &mut Elements,
    attached: Attached<'_>,
    effect: Effect,
) -> Result<Option<Principals>, PolicyError> {
    match (elements.take_either("Principal", "NotPrincipal")?, attached) {
        (None, Attached::ToIdentity) => Ok(None),
        (Some(_), Attached::ToIdentity) => Err(PolicyError::PrincipalInIdentityPolicy),
        (None, Attached::ToBucket(_)) => Err(PolicyError::MissingElement { name: "Principal" }),
        (Some((_, true)), Attached::ToBucket(_)) if effect == Effect::Allow => Err(PolicyError::NotPrincipalWithAllow),
        (Some(principal), Attached::ToBucket(_)) => Principals::parse(principal).map(Some),
    }
}

/// `{operator: {key: values}}`
fn parse_conditions(json: Json, language: Language) -> Result<Vec<Condition>, PolicyError> {
    let mut conditions = Vec::new();
    for (name, keys) in Elements::of("Condition", json)?.into_all() {
        let Json::Object(keys) = keys else { return Err(wrong_type(&name, "an object of condition keys")) };
        let operator = Operator::parse(&name).ok_or(PolicyError::Operator { text: name })?;
        for (text, json) in keys {
            let values = texts(&text, json, Scalars::Any)?;
            let key = ConditionKey::parse(&text).ok_or(PolicyError::ConditionKey { text })?;
            conditions.push(Condition::new(operator, key, &values, language.has_variables())?);
        }
    }
    Ok(conditions)
}
