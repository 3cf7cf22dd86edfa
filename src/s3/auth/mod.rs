//! Who asks: the authentication of a request, in two steps.
//!
//! [`Claim::parse`] reads what a request head claims and decides everything that needs no secret: form, region, dates,
//! expiry, which headers are signed. The caller then looks up the secret of [`SignedClaim::access_key`], and
//! [`SignedClaim::verify`] proves the claim. Without that second step a claim is worth nothing.
//!
//! # Invariants
//!
//! X1: every malformed claim has its exact error. A request with any trace of credentials is never anonymous.
//! X5: secrets have no `Debug`, are wiped when dropped, and signatures are compared in constant time.
//! `host` and every `x-amz-*` header must be signed, so nobody between can add meaning to a request.
//!
//! # Limits
//!
//! Work and memory are linear in the request head, which the caller bounds; [`SigningKeyCache`] is bounded.
//!
//! # Not here
//!
//! Looking up secrets and checking session tokens (the gateway), what the caller may do (`cairn-policy`), the body
//! ([`crate::payload`]).

mod canonical;
mod canonical_v2;
mod chunk_chain;
mod claim;
mod date;
mod encoding;
mod header_v4;
mod key_cache;
mod post_policy;
mod query_parameters;
mod query_v4;
mod refusal;
mod scope;
mod secret;
mod settings;
pub mod sign;
mod signed_headers;
mod v2;
mod v4_proof;
mod verified;

#[cfg(test)]
mod tests;

pub use chunk_chain::ChunkChain;
pub use claim::{AnonymousClaim, Claim, SignedClaim, claimed_access_key};
pub use encoding::{uri_encode, uri_encode_path};
pub use key_cache::SigningKeyCache;
pub use post_policy::PostPolicyFields;
pub use secret::{SecretKey, SigningKey};

pub(crate) use secret::equal_in_constant_time;
pub use settings::{AuthSettings, ClaimContext, Service, SigV2};
pub use verified::{AuthScheme, Verified};
