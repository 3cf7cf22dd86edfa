//! Keys as the catalog keeps them: documents of the root account.

use cairn_catalog::command::{CommandBody, PutIdentityDocument, VersionCheck};
use cairn_catalog::query::{Answer, FindAccount, FindIdentityDocument, ListIdentityDocuments, Query};
use cairn_catalog::reply::Refusal;
use cairn_catalog::rows::{
    AliasKind, IdentityDocumentRow, KMS_KEY_KIND, KmsKey, KmsKeyState, KmsKeyVersion, Nothing, Row,
};
use cairn_encryption::{UnwrapError, WrappingKey};
use cairn_metadata::{MetadataError, Route, WriterSession};
use cairn_runtime::{Context, Instant};
use cairn_types::{CanonicalId, ShardId};
use tokio::sync::OnceCell;
use zeroize::Zeroizing;

use super::{KeyError, KeyName};
use crate::cluster_key::ClusterKey;
use crate::limits::{CATALOG_WAIT_MAX, KEY_VERSIONS_MAX};

/// Name of the account that keys belong to.
const ROOT_ACCOUNT: &str = "root";

/// Makes, changes and finds keys.
pub(crate) struct KeyCatalog {
    context: Context,
    session: WriterSession,
    /// Under which material is stored.
    wrapping: WrappingKey,
    root: OnceCell<CanonicalId>,
}

/// A key as it was read, and the version of its row.
type Found = (KmsKey, u64);

impl KeyCatalog {
    pub(crate) fn new(context: Context, session: WriterSession, cluster_key: &ClusterKey) -> Self {
        Self { context, session, wrapping: cluster_key.wrapping("kms"), root: OnceCell::new() }
    }

    /// Makes a key with new material.
    ///
    /// # Errors
    /// [`KeyError::Exists`].
    pub(crate) async fn create(&self, name: &KeyName, description: &str) -> Result<(), KeyError> {
        let versions = vec![self.new_version(name, 1)];
        let key =
            KmsKey { state: KmsKeyState::Enabled, versions, description: description.to_owned(), ..KmsKey::default() };
        let made = self.put(name, VersionCheck::Absent(Nothing::default()), Some(&key)).await;
        made.map_err(|error| match error {
            KeyError::Catalog(MetadataError::Refused(Refusal::VersionDiffers(_))) => KeyError::Exists(name.to_string()),
            other => other,
        })
    }

    /// Keys by name, after a name, and whether there are more.
    pub(crate) async fn list(&self, after: &str, max: u32) -> Result<(Vec<(String, KmsKey)>, bool), KeyError> {
        let account = self.root().await?;
        let query = ListIdentityDocuments {
            account,
            kind: KMS_KEY_KIND.to_owned(),
            after: after.to_owned(),
            max,
            ..ListIdentityDocuments::default()
        };
        let Answer::IdentityDocuments(page) = self.ask(Query::ListIdentityDocuments(query)).await? else {
            return Err(unexpected());
        };
        let keys = page.entries.into_iter().map(|(name, row)| Ok((name.clone(), key_of(&name, row)?)));
        Ok((keys.collect::<Result<_, KeyError>>()?, page.more))
    }

    /// Switches a key on or off.
    pub(crate) async fn set_state(&self, name: &KeyName, state: KmsKeyState) -> Result<(), KeyError> {
        self.change(name, |key| {
            key.state = state;
            Ok(())
        })
        .await
    }

    /// Gives a key new material. Bodies that older material encrypted stay readable.
    pub(crate) async fn rotate(&self, name: &KeyName) -> Result<u64, KeyError> {
        let mut number = 0;
        self.change(name, |key| {
            if key.versions.len() >= KEY_VERSIONS_MAX {
                return Err(KeyError::TooManyVersions(name.to_string()));
            }
            number = key.versions.last().map_or(0, |version| version.number) + 1;
            key.versions.push(self.new_version(name, number));
            Ok(())
        })
        .await?;
        Ok(number)
    }

    /// Removes a key: what it encrypted is lost for good.
    pub(crate) async fn delete(&self, name: &KeyName) -> Result<(), KeyError> {
        self.put(name, VersionCheck::Any(Nothing::default()), None).await.map_err(|error| named(error, name))
    }

    /// A key, and the version of its row.
    pub(crate) async fn find(&self, name: &KeyName) -> Result<Found, KeyError> {
        let account = self.root().await?;
        let query = FindIdentityDocument {
            account,
            kind: KMS_KEY_KIND.to_owned(),
            name: name.to_string(),
            ..FindIdentityDocument::default()
        };
        match self.ask(Query::FindIdentityDocument(query)).await.map_err(|error| named(error, name))? {
            Answer::IdentityDocument(row) => {
                let version = row.version;
                Ok((key_of(name.as_str(), *row)?, version))
            }
            _ => Err(unexpected()),
        }
    }

    /// The material of one version of a key.
    pub(super) fn open(&self, name: &KeyName, version: &KmsKeyVersion) -> Result<WrappingKey, KeyError> {
        let number = version.number.to_be_bytes();
        let opened = self.wrapping.unwrap(&about(name, &number), &version.wrapped).map_err(KeyError::Unwrap)?;
        let key = <[u8; 32]>::try_from(opened.as_slice()).map_err(|_| KeyError::Unwrap(UnwrapError::Form))?;
        Ok(WrappingKey::new(Zeroizing::new(key)))
    }

    fn new_version(&self, name: &KeyName, number: u64) -> KmsKeyVersion {
        let entropy = &self.context.entropy;
        let material = Zeroizing::new(entropy.bytes::<32>());
        let wrapped = self.wrapping.wrap(&about(name, &number.to_be_bytes()), entropy.bytes(), material.as_slice());
        KmsKeyVersion { number, wrapped, created: self.context.clock.wall(), ..KmsKeyVersion::default() }
    }

    /// Changes a key that is still as it was read; who changes it meanwhile is not undone.
    async fn change(
        &self,
        name: &KeyName,
        mut edit: impl FnMut(&mut KmsKey) -> Result<(), KeyError> + Send,
    ) -> Result<(), KeyError> {
        loop {
            let (mut key, version) = self.find(name).await?;
            edit(&mut key)?;
            match self.put(name, VersionCheck::Is(version), Some(&key)).await {
                Err(KeyError::Catalog(MetadataError::Refused(Refusal::VersionDiffers(_)))) => {}
                result => return result,
            }
        }
    }

    async fn put(&self, name: &KeyName, check: VersionCheck, key: Option<&KmsKey>) -> Result<(), KeyError> {
        let command = PutIdentityDocument {
            account: self.root().await?,
            kind: KMS_KEY_KIND.to_owned(),
            name: name.to_string(),
            check,
            document: key.map(Row::to_value),
            ..PutIdentityDocument::default()
        };
        let body = CommandBody::PutIdentityDocument(Box::new(command));
        let put = self.session.submit(Route::ROOT, body, self.deadline()).await;
        put.map(|_| ()).map_err(KeyError::Catalog)
    }

    async fn ask(&self, query: Query) -> Result<Answer, KeyError> {
        self.session.client().query(Route::ROOT, query, self.deadline()).await.map_err(KeyError::Catalog)
    }

    /// The account that keys belong to; it is made with the cluster and never goes.
    async fn root(&self) -> Result<CanonicalId, KeyError> {
        let find = || async {
            let kind = AliasKind::Name;
            let query = FindAccount { kind, name: ROOT_ACCOUNT.to_owned(), ..FindAccount::default() };
            match self.ask(Query::FindAccount(query)).await? {
                Answer::Account(found) => Ok(found.id),
                _ => Err(unexpected()),
            }
        };
        self.root.get_or_try_init(find).await.cloned()
    }

    fn deadline(&self) -> Instant {
        self.context.clock.now() + CATALOG_WAIT_MAX
    }
}

/// What the material of a version belongs to.
fn about<'a>(name: &'a KeyName, number: &'a [u8]) -> [&'a [u8]; 3] {
    [b"cairn kms key", name.as_str().as_bytes(), number]
}

fn key_of(name: &str, row: IdentityDocumentRow) -> Result<KmsKey, KeyError> {
    KmsKey::from_value(row.document).map_err(|_| KeyError::Row(name.to_owned()))
}

/// Says which key there is not.
fn named(error: KeyError, name: &KeyName) -> KeyError {
    match error {
        KeyError::Catalog(MetadataError::Refused(Refusal::NoSuchEntity(_))) => KeyError::NotFound(name.to_string()),
        other => other,
    }
}

fn unexpected() -> KeyError {
    KeyError::Catalog(MetadataError::UnexpectedAnswer { shard: ShardId::ROOT })
}
