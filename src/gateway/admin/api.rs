//! A request, from its bytes to the bytes of its answer.

use std::future::Future;

use bytes::Bytes;
use http::request::Parts;
use http::{Method, Request, StatusCode};
use http_body::Body;
use http_body_util::{BodyExt, Limited};

use super::account::{CreateAccount, DeleteAccount, ListAccounts, SetAccountState, ShowAccount};
use super::administrator::Administrator;
use super::error::AdminError;
use super::key::{CreateKey, DeleteKey, ListKeys, SetKeyState};
use super::kms::{CreateKmsKey, DeleteKmsKey, ListKmsKeys, RotateKmsKey, SetKmsKeyState};
use super::operation::Operation;
use super::policy::{AttachPolicy, CreatePolicy, DeletePolicy, DetachPolicy, ListPolicies, ShowPolicy};
use super::user::{CreateUser, DeleteUser, ListUsers, ShowUser};
use super::{PATH_PREFIX, REQUEST_BYTES_MAX, REQUEST_WAIT_MAX};
use crate::gateway::Gateway;

/// Answers administrators; cheap to clone.
#[derive(Clone)]
pub struct AdminApi(Gateway);

/// An answer: JSON. Without `Debug`: it may hold a secret.
pub struct AdminAnswer {
    /// The status.
    pub status: StatusCode,
    /// The document.
    pub body: Vec<u8>,
}

/// How an operation is done.
pub(super) trait Perform: Operation {
    fn perform(self, by: &Administrator) -> impl Future<Output = Result<Self::Answer, AdminError>> + Send;
}

impl AdminApi {
    /// The API of a gateway.
    pub fn new(gateway: Gateway) -> Self {
        Self(gateway)
    }

    /// Answers one request.
    pub async fn answer<B>(&self, request: Request<B>) -> AdminAnswer
    where
        B: Body<Data = Bytes> + Send,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let (parts, body) = request.into_parts();
        let result = match self.read(body).await {
            Ok(body) => self.perform(&parts, &body).await,
            Err(error) => Err(error),
        };
        match result {
            Ok(body) => AdminAnswer { status: StatusCode::OK, body },
            Err(error) => {
                tracing::info!(path = parts.uri.path(), %error, "an administrator's operation was refused");
                AdminAnswer { status: error.status(), body: to_json(&error.failure()) }
            }
        }
    }

    /// The whole body: small, and within a bounded time.
    async fn read<B>(&self, body: B) -> Result<Bytes, AdminError>
    where
        B: Body<Data = Bytes> + Send,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let whole = Limited::new(body, REQUEST_BYTES_MAX).collect();
        match self.0.context().clock.within(REQUEST_WAIT_MAX, whole).await {
            Ok(Ok(body)) => Ok(body.to_bytes()),
            Ok(Err(_)) | Err(_) => Err(AdminError::BadBody),
        }
    }

    async fn perform(&self, parts: &Parts, body: &[u8]) -> Result<Vec<u8>, AdminError> {
        let by = Administrator::prove(&self.0, parts, body).await?;
        let path = parts.uri.path();
        let unknown = || AdminError::NoSuchOperation(format!("{} {path}", parts.method));
        let operation = path.strip_prefix(PATH_PREFIX).filter(|_| parts.method == Method::POST).ok_or_else(unknown)?;
        let answer = match operation {
            CreateAccount::PATH => perform::<CreateAccount>(&by, body).await,
            ListAccounts::PATH => perform::<ListAccounts>(&by, body).await,
            ShowAccount::PATH => perform::<ShowAccount>(&by, body).await,
            SetAccountState::PATH => perform::<SetAccountState>(&by, body).await,
            DeleteAccount::PATH => perform::<DeleteAccount>(&by, body).await,
            CreateUser::PATH => perform::<CreateUser>(&by, body).await,
            ListUsers::PATH => perform::<ListUsers>(&by, body).await,
            ShowUser::PATH => perform::<ShowUser>(&by, body).await,
            DeleteUser::PATH => perform::<DeleteUser>(&by, body).await,
            CreateKey::PATH => perform::<CreateKey>(&by, body).await,
            ListKeys::PATH => perform::<ListKeys>(&by, body).await,
            SetKeyState::PATH => perform::<SetKeyState>(&by, body).await,
            DeleteKey::PATH => perform::<DeleteKey>(&by, body).await,
            CreatePolicy::PATH => perform::<CreatePolicy>(&by, body).await,
            ListPolicies::PATH => perform::<ListPolicies>(&by, body).await,
            ShowPolicy::PATH => perform::<ShowPolicy>(&by, body).await,
            DeletePolicy::PATH => perform::<DeletePolicy>(&by, body).await,
            AttachPolicy::PATH => perform::<AttachPolicy>(&by, body).await,
            DetachPolicy::PATH => perform::<DetachPolicy>(&by, body).await,
            CreateKmsKey::PATH => perform::<CreateKmsKey>(&by, body).await,
            ListKmsKeys::PATH => perform::<ListKmsKeys>(&by, body).await,
            SetKmsKeyState::PATH => perform::<SetKmsKeyState>(&by, body).await,
            RotateKmsKey::PATH => perform::<RotateKmsKey>(&by, body).await,
            DeleteKmsKey::PATH => perform::<DeleteKmsKey>(&by, body).await,
            _ => return Err(unknown()),
        }?;
        tracing::info!(operation, access_key = by.access_key, "an administrator's operation is done");
        Ok(answer)
    }
}

async fn perform<O: Perform>(by: &Administrator, body: &[u8]) -> Result<Vec<u8>, AdminError> {
    let operation: O = serde_json::from_slice(body).map_err(AdminError::Malformed)?;
    operation.perform(by).await.map(|answer| to_json(&answer))
}

fn to_json(value: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("texts and numbers make JSON")
}
