//! Who may administer.

use cairn_catalog::query::FindAccount;
use cairn_policy::Principal;
use cairn_s3::auth::{AuthScheme, Claim, ClaimContext, Service};
use cairn_s3::payload::BodyProof;
use cairn_s3::{RequestHead, S3Error, S3ErrorCode};
use cairn_types::CanonicalId;
use http::request::Parts;
use sha2::{Digest, Sha256};

use super::SERVICE;
use super::error::AdminError;
use crate::gateway::Gateway;

/// The one who asks, proved to be allowed to. There is no other way to the operations than through it.
pub(super) struct Administrator {
    pub(super) gateway: Gateway,
    /// The account that the key speaks for.
    pub(super) account: CanonicalId,
    /// The key that signed.
    pub(super) access_key: String,
}

impl Administrator {
    /// Proves that a request is an administrator's: signed by a key of an account that administers, body included.
    pub(super) async fn prove(gateway: &Gateway, parts: &Parts, body: &[u8]) -> Result<Self, AdminError> {
        let head = RequestHead::new(&parts.method, &parts.uri, &parts.headers);
        let body_sha256: [u8; 32] = Sha256::digest(body).into();
        let now = gateway.context().clock.wall();
        let service = Service::Query { names: &[SERVICE], body_sha256 };
        let context = ClaimContext { service, virtual_host_bucket: None, now };
        let claim = match Claim::parse(&head, &gateway.settings().auth, &context) {
            Ok(Claim::Signed(claim)) => claim,
            Ok(Claim::Anonymous(_)) => return Err(denied("the request is not signed")),
            Err(error) => return Err(refused(error)),
        };
        if claim.scheme() != AuthScheme::HeaderV4 {
            return Err(denied("only signatures of version 4 in the Authorization header are taken"));
        }
        let identity = gateway.identities().find(claim.access_key()).await.map_err(refused)?;
        identity.admit(claim.session_token(), now).map_err(refused)?;
        let verified = claim.verify(identity.secret(), gateway.signing_keys()).map_err(refused)?;
        let access_key = verified.access_key().to_owned();
        // Whoever carries the request on could put another body in the place of one that the signature leaves out.
        if !matches!(verified.into_body(), BodyProof::Sha256(signed) if signed == body_sha256) {
            return Err(denied("the signature does not cover the body"));
        }
        match identity.principal() {
            Principal::Account { id, .. } if identity.administers() => {
                Ok(Self { gateway: gateway.clone(), account: id.clone(), access_key })
            }
            _ => Err(denied("the access key is not an administrator's")),
        }
    }

    /// The question for the administrator's own account.
    pub(super) fn own_account(&self) -> FindAccount {
        FindAccount { id: self.account.clone(), ..FindAccount::default() }
    }
}

fn denied(reason: &str) -> AdminError {
    AdminError::Denied(reason.to_owned())
}

/// Whatever is wrong with a signature is a refusal; that nobody could look is not.
fn refused(error: S3Error) -> AdminError {
    match error.code {
        S3ErrorCode::ServiceUnavailable | S3ErrorCode::InternalError => AdminError::NobodyKnows(error),
        _ => AdminError::Denied(error.to_string()),
    }
}
