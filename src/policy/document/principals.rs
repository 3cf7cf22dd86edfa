//! `Principal` and `NotPrincipal`.

use cairn_types::{AccountId, CanonicalId};

use super::PolicyError;
use super::elements::{Elements, Scalars, texts};
use super::json::Json;
use crate::Principal;

/// Somebody whom a bucket's policy names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NamedPrincipal {
    /// `*`: everybody, known or not.
    Everyone,
    /// An account, by its number or its ARN.
    Account(AccountId),
    /// An account, by its canonical id.
    Canonical(CanonicalId),
    /// A user.
    User {
        /// Its account.
        account: AccountId,
        /// Path and name, as in its ARN: `/name`, `/path/name`.
        path_and_name: String,
    },
    /// A role, a service, an identity provider: nobody who could come here.
    Nobody,
}

/// How far a statement reaches a principal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Grip {
    /// It names the account, which may pass the right on to its users by their own policies.
    Account,
    /// It names the principal itself, or everybody.
    Directly,
}

/// Whom a statement is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Principals {
    is_negated: bool,
    named: Vec<NamedPrincipal>,
}

impl Principals {
    /// # Errors
    /// What names nobody.
    pub(super) fn parse((json, is_negated): (Json, bool)) -> Result<Self, PolicyError> {
        let named = match json {
            Json::Text(text) if text == "*" => vec![NamedPrincipal::Everyone],
            Json::Text(text) => return Err(PolicyError::Principal { text }),
            json => parse_kinds(json)?,
        };
        Ok(Self { is_negated, named })
    }

    pub(crate) fn named(&self) -> &[NamedPrincipal] {
        &self.named
    }

    /// Whether everybody is among them.
    pub(crate) fn include_everyone(&self) -> bool {
        self.is_negated || self.named.contains(&NamedPrincipal::Everyone)
    }

    /// How a statement about them reaches `principal`, if it does.
    ///
    /// `NotPrincipal` exempts exactly whom it names: an account's ARN exempts the account itself and none of its users.
    pub(super) fn grip(&self, principal: &Principal) -> Option<Grip> {
        let grip = self.named.iter().filter_map(|named| named.grip(principal)).max();
        if self.is_negated { (grip != Some(Grip::Directly)).then_some(Grip::Directly) } else { grip }
    }
}

impl NamedPrincipal {
    fn grip(&self, principal: &Principal) -> Option<Grip> {
        let of_account = match principal {
            Principal::Anonymous | Principal::User { .. } => Grip::Account,
            Principal::Account { .. } => Grip::Directly,
        };
        let (canonical, number) = match (self, principal.account()) {
            (Self::Everyone, _) => return Some(Grip::Directly),
            (_, None) => return None,
            (_, Some(account)) => account,
        };
        let is_named = match self {
            Self::Everyone | Self::Nobody => false,
            Self::Account(named) => *named == number,
            Self::Canonical(named) => named == canonical,
            Self::User { account, path_and_name } => {
                let is_user = *account == number && is_called(principal, path_and_name);
                return is_user.then_some(Grip::Directly);
            }
        };
        is_named.then_some(of_account)
    }

    /// An account's number, its ARN, the ARN of somebody in it, or `*`.
    fn parse_aws(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self::Everyone);
        }
        let Some(rest) = text.strip_prefix("arn:aws:") else { return parse_number(text).map(Self::Account) };
        let (service, rest) = rest.split_once("::")?;
        let (account, who) = rest.split_once(':')?;
        let account = parse_number(account)?;
        let (kind, name) = who.split_once('/').unwrap_or((who, ""));
        let is_name = !name.is_empty() && !name.ends_with('/') && !name.contains(['*', '?', '$']);
        match (service, kind) {
            ("iam", "root") if who == "root" => Some(Self::Account(account)),
            ("iam", "user") if is_name => Some(Self::User { account, path_and_name: format!("/{name}") }),
            ("iam", "role") | ("sts", "assumed-role" | "federated-user") if is_name => Some(Self::Nobody),
            _ => None,
        }
    }
}

fn is_called(principal: &Principal, path_and_name: &str) -> bool {
    match principal {
        Principal::User { path, name, .. } => {
            path_and_name.strip_prefix(path.as_str()).is_some_and(|rest| rest == name)
        }
        Principal::Anonymous | Principal::Account { .. } => false,
    }
}

fn parse_number(text: &str) -> Option<AccountId> {
    let is_number = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok())?.map(|number| AccountId { number })
}

/// `{"AWS": …, "CanonicalUser": …}`
fn parse_kinds(json: Json) -> Result<Vec<NamedPrincipal>, PolicyError> {
    let mut named = Vec::new();
    for (kind, json) in Elements::of("Principal", json)?.into_all() {
        let parse: fn(&str) -> Option<NamedPrincipal> = match kind.as_str() {
            "AWS" => NamedPrincipal::parse_aws,
            "CanonicalUser" => parse_canonical,
            "Service" | "Federated" => |_| Some(NamedPrincipal::Nobody),
            _ => return Err(PolicyError::Principal { text: kind }),
        };
        for text in texts("Principal", json, Scalars::TextOnly)? {
            named.push(parse(&text).ok_or(PolicyError::Principal { text })?);
        }
    }
    if named.is_empty() {
        return Err(PolicyError::Empty { name: "Principal".to_owned() });
    }
    Ok(named)
}

fn parse_canonical(text: &str) -> Option<NamedPrincipal> {
    let is_id = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_id.then(|| NamedPrincipal::Canonical(CanonicalId { digits: text.to_ascii_lowercase() }))
}
