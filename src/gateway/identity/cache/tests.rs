//! Identities against a root shard that forgets keys or falls silent.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use cairn_catalog::query::{AccessKeyFound, Answer, Query};
use cairn_catalog::reply::Refusal;
use cairn_catalog::rows::{AccessKeyRow, AccessKeyState, Nothing};
use cairn_metadata::ServiceError;
use cairn_runtime::{Context, sim};
use cairn_s3::S3ErrorCode;
use cairn_s3::auth::SecretKey;
use cairn_types::UnixMillis;

use super::Identities;
use crate::cluster_key::ClusterKey;
use crate::fake_root::FakeRoot;

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

fn key(context: &Context) -> Arc<ClusterKey> {
    Arc::new(ClusterKey::parse(KEY, context.entropy.clone()).unwrap())
}

fn wrapped(context: &Context) -> Bytes {
    key(context).wrap("AK", &SecretKey::new("secret".to_owned()))
}

/// A root shard that knows one key.
fn knows(row: AccessKeyRow) -> impl FnMut(&Query) -> Result<Answer, ServiceError> + Send + 'static {
    move |query| match query {
        Query::FindAccessKey(find) if find.id == "AK" => {
            Ok(Answer::AccessKey(Box::new(AccessKeyFound { key: row.clone(), ..AccessKeyFound::default() })))
        }
        _ => Ok(Answer::Refused(Refusal::NoSuchEntity(Nothing::default()))),
    }
}

fn knows_nobody(_: &Query) -> Result<Answer, ServiceError> {
    Ok(Answer::Refused(Refusal::NoSuchEntity(Nothing::default())))
}

fn silent(_: &Query) -> Result<Answer, ServiceError> {
    Err(ServiceError::Unreachable)
}

async fn code(identities: &Identities) -> Option<S3ErrorCode> {
    identities.find("AK").await.err().map(|error| error.code)
}

/// A key that is in use, and its root shard.
async fn in_use(context: &Context) -> (Identities, FakeRoot) {
    let root = FakeRoot::new(knows(AccessKeyRow { wrapped_secret: wrapped(context), ..AccessKeyRow::default() }));
    let identities = Identities::new(context.clone(), root.client(context), key(context));
    assert_eq!(code(&identities).await, None);
    (identities, root)
}

/// A root shard whose key has a policy.
fn knows_with(row: AccessKeyRow, policy: &'static str) -> impl FnMut(&Query) -> Result<Answer, ServiceError> {
    move |_| {
        let policies = vec![Bytes::from_static(policy.as_bytes())];
        Ok(Answer::AccessKey(Box::new(AccessKeyFound { key: row.clone(), policies, ..AccessKeyFound::default() })))
    }
}

#[test]
fn policies_come_with_the_key_and_one_that_cannot_be_read_closes_it() {
    sim::run(1, |context| async move {
        let row = AccessKeyRow { wrapped_secret: wrapped(&context), ..AccessKeyRow::default() };
        let readable = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#;
        for (policy, wanted) in [(readable, None), ("", Some(S3ErrorCode::InternalError))] {
            let root = FakeRoot::new(knows_with(row.clone(), policy));
            let identities = Identities::new(context.clone(), root.client(&context), key(&context));
            let found = identities.find("AK").await;
            assert_eq!(found.as_ref().err().map(|error| error.code), wanted, "{policy}");
            assert!(found.is_err() || found.is_ok_and(|identity| identity.policies().len() == 1));
        }
    });
}

#[test]
fn a_revoked_key_is_refused_within_five_seconds() {
    for idle in [0, 100, 1_900, 2_100, 3_900, 10_000] {
        sim::run(1, move |context| async move {
            let (identities, root) = in_use(&context).await;
            context.clock.sleep(Duration::from_millis(idle)).await;
            assert_eq!(code(&identities).await, None);
            root.answer(knows_nobody);
            let revoked = context.clock.now();
            while code(&identities).await.is_none() {
                assert!(context.clock.now() - revoked < Duration::from_secs(5), "still taken");
                context.clock.sleep(Duration::from_millis(50)).await;
            }
            assert_eq!(code(&identities).await, Some(S3ErrorCode::InvalidAccessKeyId));
        });
    }
}

#[test]
fn a_key_in_use_is_looked_up_beside_its_requests() {
    sim::run(2, |context| async move {
        let (identities, root) = in_use(&context).await;
        let began = context.clock.now();
        for _ in 0..1_000 {
            let before = context.clock.now();
            assert_eq!(code(&identities).await, None);
            assert_eq!(context.clock.now(), before, "nobody waits");
            context.clock.sleep(Duration::from_millis(20)).await;
        }
        let seconds = (context.clock.now() - began).as_secs() as usize;
        assert!((seconds / 4..=seconds).contains(&root.asked()), "{} lookups in {seconds} s", root.asked());
    });
}

#[test]
fn without_the_root_the_last_identities_are_good_for_a_minute() {
    sim::run(3, |context| async move {
        let (identities, root) = in_use(&context).await;
        let began = context.clock.now();
        root.answer(silent);
        let refused = loop {
            match code(&identities).await {
                None => context.clock.sleep(Duration::from_secs(1)).await,
                Some(code) => break code,
            }
        };
        let lasted = (context.clock.now() - began).as_secs();
        assert_eq!(refused, S3ErrorCode::ServiceUnavailable);
        assert!((55..=61).contains(&lasted), "{lasted} s");
        let row = AccessKeyRow { wrapped_secret: wrapped(&context), ..AccessKeyRow::default() };
        root.answer(knows(row));
        assert_eq!(code(&identities).await, None, "and good again once the root answers");
    });
}

#[test]
fn an_unknown_key_is_asked_for_each_time() {
    sim::run(4, |context| async move {
        let root = FakeRoot::new(knows_nobody);
        let identities = Identities::new(context.clone(), root.client(&context), key(&context));
        assert_eq!(code(&identities).await, Some(S3ErrorCode::InvalidAccessKeyId));
        root.answer(knows(AccessKeyRow { wrapped_secret: wrapped(&context), ..AccessKeyRow::default() }));
        assert_eq!(code(&identities).await, None, "made a moment ago");
    });
}

#[test]
fn a_secret_of_another_cluster_key_is_our_fault() {
    sim::run(5, |context| async move {
        let other = ClusterKey::parse(&ClusterKey::generate(&context.entropy), context.entropy.clone()).unwrap();
        let wrapped_secret = other.wrap("AK", &SecretKey::new("secret".to_owned()));
        let root = FakeRoot::new(knows(AccessKeyRow { wrapped_secret, ..AccessKeyRow::default() }));
        let identities = Identities::new(context.clone(), root.client(&context), key(&context));
        assert_eq!(code(&identities).await, Some(S3ErrorCode::InternalError));
    });
}

#[test]
fn keys_are_admitted_by_state_and_token() {
    sim::run(6, |context| async move {
        let plain = AccessKeyRow { wrapped_secret: wrapped(&context), ..AccessKeyRow::default() };
        let inactive = AccessKeyRow { state: AccessKeyState::Inactive, ..plain.clone() };
        let temporary = AccessKeyRow { expires: Some(UnixMillis(1_000)), ..plain.clone() };
        for (row, token, now, expected) in [
            (&plain, None, 0, None),
            (&plain, Some("t"), 0, Some(S3ErrorCode::InvalidToken)),
            (&inactive, None, 0, Some(S3ErrorCode::InvalidAccessKeyId)),
            (&temporary, None, 0, Some(S3ErrorCode::InvalidAccessKeyId)),
            (&temporary, Some("t"), 999, Some(S3ErrorCode::InvalidToken)),
            (&temporary, Some("t"), 1_000, Some(S3ErrorCode::ExpiredToken)),
        ] {
            let root = FakeRoot::new(knows(row.clone()));
            let identities = Identities::new(context.clone(), root.client(&context), key(&context));
            let identity = identities.find("AK").await.unwrap();
            let admitted = identity.admit(token, UnixMillis(now));
            assert_eq!(admitted.err().map(|error| error.code), expected, "{token:?} at {now}");
        }
    });
}
