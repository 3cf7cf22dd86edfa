//! Which encryption a new object gets.

use cairn_s3::encryption::{
    BlockedEncryption, BucketEncryption, CustomerKey, DefaultEncryption, EncryptionMethod, KmsLayers,
    RequestedEncryption,
};
use cairn_s3::{S3Error, S3ErrorCode};

use crate::kms::KeyName;
use crate::settings::EncryptAll;

/// How a new object is encrypted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Chosen {
    /// With the cluster's key.
    Managed,
    /// With a key of the key service.
    Kms {
        layers: KmsLayers,
        name: KeyName,
        /// JSON, authenticated with the data key; empty for none.
        context: String,
        bucket_key: bool,
    },
    /// With the customer's key.
    Customer(CustomerKey),
}

/// What the request says, else what the bucket does by default, else what the cluster does to everything.
///
/// # Errors
/// `AccessDenied` for a customer's key where the bucket blocks them; `KMS.NotFoundException` for what cannot be a key's name.
pub(crate) fn choose(
    requested: &RequestedEncryption,
    bucket: &BucketEncryption,
    all: EncryptAll,
) -> Result<Option<Chosen>, S3Error> {
    let bucket_key = requested.bucket_key.or(bucket.bucket_key).unwrap_or(false);
    let kms = |layers, key_id: Option<&str>, context: Option<&str>| {
        let name = key_id.map_or_else(|| Ok(KeyName::default_key()), key_name)?;
        Ok(Some(Chosen::Kms { layers, name, context: context.unwrap_or_default().to_owned(), bucket_key }))
    };
    match (&requested.method, &bucket.default) {
        (Some(EncryptionMethod::Unusable(error)), _) => Err(error.clone()),
        (Some(EncryptionMethod::Customer(_)), _) if bucket.blocked == Some(BlockedEncryption::CustomerKeys) => {
            Err(S3ErrorCode::AccessDenied.into())
        }
        (Some(EncryptionMethod::Customer(key)), _) => Ok(Some(Chosen::Customer(key.clone()))),
        (Some(EncryptionMethod::Managed), _) | (None, Some(DefaultEncryption::Managed)) => Ok(Some(Chosen::Managed)),
        (Some(EncryptionMethod::Kms { layers, key_id, context }), default) => {
            // A request that asks for the bucket's own way without a key means the bucket's key.
            let own = match default {
                Some(DefaultEncryption::Kms { layers: own, key_id }) if own == layers => key_id.as_deref(),
                Some(_) | None => None,
            };
            kms(*layers, key_id.as_deref().or(own), context.as_ref().map(|context| context.as_str()))
        }
        (None, Some(DefaultEncryption::Kms { layers, key_id })) => kms(*layers, key_id.as_deref(), None),
        (None, None) if all == EncryptAll::On => Ok(Some(Chosen::Managed)),
        (None, None) => Ok(None),
    }
}

fn key_name(text: &str) -> Result<KeyName, S3Error> {
    KeyName::of_request(text)
        .ok_or_else(|| S3Error::with_message(S3ErrorCode::KmsNotFoundException, format!("Invalid keyId '{text}'")))
}

#[cfg(test)]
mod tests {
    use super::{
        BlockedEncryption, BucketEncryption, Chosen, DefaultEncryption, EncryptAll, EncryptionMethod, KeyName,
        KmsLayers, RequestedEncryption, S3ErrorCode, choose,
    };

    fn kms(layers: KmsLayers, name: &str, bucket_key: bool) -> Chosen {
        Chosen::Kms { layers, name: KeyName::parse(name).unwrap(), context: String::new(), bucket_key }
    }

    fn asked(layers: KmsLayers, key_id: Option<&str>) -> RequestedEncryption {
        let key_id = key_id.map(str::to_owned);
        RequestedEncryption { method: Some(EncryptionMethod::Kms { layers, key_id, context: None }), bucket_key: None }
    }

    fn bucket(layers: KmsLayers, key_id: &str) -> BucketEncryption {
        let default = Some(DefaultEncryption::Kms { layers, key_id: Some(key_id.to_owned()) });
        BucketEncryption { default, bucket_key: Some(true), blocked: None }
    }

    #[test]
    fn the_request_decides_then_the_bucket_then_the_cluster() {
        let (nothing, none) = (RequestedEncryption::default(), BucketEncryption::default());
        let own = bucket(KmsLayers::One, "own");
        let of = |requested, bucket, all| choose(requested, bucket, all).unwrap();
        assert_eq!(of(&nothing, &none, EncryptAll::Off), None);
        assert_eq!(of(&nothing, &none, EncryptAll::On), Some(Chosen::Managed));
        assert_eq!(of(&nothing, &own, EncryptAll::On), Some(kms(KmsLayers::One, "own", true)));
        let managed = RequestedEncryption { method: Some(EncryptionMethod::Managed), bucket_key: None };
        assert_eq!(of(&managed, &own, EncryptAll::Off), Some(Chosen::Managed));
        let other = asked(KmsLayers::One, Some("other"));
        assert_eq!(of(&other, &own, EncryptAll::Off), Some(kms(KmsLayers::One, "other", true)));
        let (one, two) = (asked(KmsLayers::One, None), asked(KmsLayers::Two, None));
        assert_eq!(of(&one, &own, EncryptAll::Off), Some(kms(KmsLayers::One, "own", true)));
        let default = Some(kms(KmsLayers::Two, "default", true));
        assert_eq!(of(&two, &own, EncryptAll::Off), default, "the bucket's key is for one layer");
        let refused = choose(&asked(KmsLayers::One, Some("no name")), &none, EncryptAll::Off);
        assert_eq!(refused.err().map(|error| error.code), Some(S3ErrorCode::KmsNotFoundException));
    }

    #[test]
    fn a_bucket_that_blocks_customers_keys_takes_all_others() {
        let blocked =
            BucketEncryption { blocked: Some(BlockedEncryption::CustomerKeys), ..BucketEncryption::default() };
        assert_eq!(choose(&RequestedEncryption::default(), &blocked, EncryptAll::Off), Ok(None));
        assert!(choose(&asked(KmsLayers::One, None), &blocked, EncryptAll::Off).is_ok());
    }
}
