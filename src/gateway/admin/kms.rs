//! Keys of the key service. Their material never leaves the catalog.

use cairn_catalog::rows::{KmsKey, KmsKeyState};
use serde::{Deserialize, Serialize};

use super::LISTED_MAX;
use super::administrator::Administrator;
use super::api::Perform;
use super::error::{AdminError, Entity};
use super::names::KmsKeyName;
use super::operation::{Nothing, Operation, State};
use crate::kms::{KeyError, KeyName};

/// Makes a key.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateKmsKey {
    /// Its name.
    pub name: KmsKeyName,
    /// What it is for, for people.
    pub description: String,
}

/// Lists keys by name.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListKmsKeys {
    /// Those after this name.
    pub after: String,
}

/// Switches a key on or off.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetKmsKeyState {
    /// Its name.
    pub name: KmsKeyName,
    /// Whether it encrypts and decrypts.
    pub state: State,
}

/// Gives a key new material; what older material encrypted stays readable.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RotateKmsKey {
    /// Its name.
    pub name: KmsKeyName,
}

/// Removes a key: what it encrypted is lost for good.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeleteKmsKey {
    /// Its name.
    pub name: KmsKeyName,
}

/// A key.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct KmsKeyInfo {
    /// Its name: what requests call it.
    pub key_name: String,
    /// Whether it encrypts and decrypts.
    pub state: State,
    /// The version that encrypts.
    pub version: u64,
    /// When that version was made, in ISO 8601.
    pub rotated: String,
    /// What it is for.
    pub description: String,
}

/// A page of keys.
#[derive(Serialize, Deserialize)]
pub struct KmsKeyList {
    /// By name.
    pub keys: Vec<KmsKeyInfo>,
    /// Whether there are more.
    pub more: bool,
}

impl Operation for CreateKmsKey {
    const PATH: &'static str = "kms/create";
    type Answer = KmsKeyInfo;
}

impl Operation for ListKmsKeys {
    const PATH: &'static str = "kms/list";
    type Answer = KmsKeyList;
}

impl Operation for SetKmsKeyState {
    const PATH: &'static str = "kms/set-state";
    type Answer = KmsKeyInfo;
}

impl Operation for RotateKmsKey {
    const PATH: &'static str = "kms/rotate";
    type Answer = KmsKeyInfo;
}

impl Operation for DeleteKmsKey {
    const PATH: &'static str = "kms/delete";
    type Answer = Nothing;
}

impl KmsKeyInfo {
    fn of(key_name: String, key: &KmsKey) -> Self {
        let state = match key.state {
            KmsKeyState::Enabled => State::Active,
            KmsKeyState::Disabled => State::Disabled,
        };
        let newest = key.versions.last();
        Self {
            key_name,
            state,
            version: newest.map_or(0, |version| version.number),
            rotated: newest.map(|version| version.created.to_string()).unwrap_or_default(),
            description: key.description.clone(),
        }
    }
}

/// The name as the key service has it; it was checked when it was read.
fn key_name(name: &KmsKeyName) -> Result<KeyName, AdminError> {
    KeyName::parse(name.as_str()).ok_or_else(|| AdminError::NotFound(Entity::KmsKey(name.to_string())))
}

async fn shown(by: &Administrator, name: &KeyName) -> Result<KmsKeyInfo, AdminError> {
    let (key, _) = by.keys().find(name).await?;
    Ok(KmsKeyInfo::of(name.to_string(), &key))
}

impl From<KeyError> for AdminError {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::NotFound(name) => Self::NotFound(Entity::KmsKey(name)),
            KeyError::Exists(name) => Self::Exists(Entity::KmsKey(name)),
            KeyError::TooManyVersions(_) => Self::Protected("the key cannot be rotated any more: make another one"),
            KeyError::Catalog(error) => Self::Catalog(error),
            other @ (KeyError::Disabled(_) | KeyError::Row(_) | KeyError::Unwrap(_)) => {
                Self::KeyService(other.to_string())
            }
        }
    }
}

impl Perform for CreateKmsKey {
    async fn perform(self, by: &Administrator) -> Result<KmsKeyInfo, AdminError> {
        let name = key_name(&self.name)?;
        by.keys().create(&name, &self.description).await?;
        shown(by, &name).await
    }
}

impl Perform for ListKmsKeys {
    async fn perform(self, by: &Administrator) -> Result<KmsKeyList, AdminError> {
        let (keys, more) = by.keys().list(&self.after, LISTED_MAX).await?;
        Ok(KmsKeyList { keys: keys.into_iter().map(|(name, key)| KmsKeyInfo::of(name, &key)).collect(), more })
    }
}

impl Perform for SetKmsKeyState {
    async fn perform(self, by: &Administrator) -> Result<KmsKeyInfo, AdminError> {
        let name = key_name(&self.name)?;
        let state = match self.state {
            State::Active => KmsKeyState::Enabled,
            State::Disabled => KmsKeyState::Disabled,
        };
        by.keys().set_state(&name, state).await?;
        shown(by, &name).await
    }
}

impl Perform for RotateKmsKey {
    async fn perform(self, by: &Administrator) -> Result<KmsKeyInfo, AdminError> {
        let name = key_name(&self.name)?;
        by.keys().rotate(&name).await?;
        shown(by, &name).await
    }
}

impl Perform for DeleteKmsKey {
    async fn perform(self, by: &Administrator) -> Result<Nothing, AdminError> {
        by.keys().delete(&key_name(&self.name)?).await?;
        Ok(Nothing {})
    }
}
