//! Names that people give, checked where they are read.

use cairn_catalog::query::FindAccount;
use cairn_catalog::rows::AliasKind;
use cairn_s3::address::Namespace;
use cairn_types::CanonicalId;
use serde::{Deserialize, Serialize};

use crate::kms::KeyName;

/// Longest name of an account: shorter than a canonical id.
const ACCOUNT_NAME_MAX: usize = 63;
/// Longest name of a user (IAM).
const USER_NAME_MAX: usize = 64;
/// Longest name of a policy (IAM).
const POLICY_NAME_MAX: usize = 128;
/// Longest address (RFC 5321).
const EMAIL_MAX: usize = 254;
/// Longest path of a user (IAM).
const PATH_MAX: usize = 512;

/// Text that is not the name it is meant to be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is not {wanted}")]
pub struct NameError {
    text: String,
    wanted: &'static str,
}

macro_rules! checked_name {
    ($(#[$attribute:meta])* $name:ident, $check:path, $wanted:literal) => {
        $(#[$attribute])*
        #[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks the text.
            pub fn parse(text: &str) -> Result<Self, NameError> {
                match $check(text) {
                    true => Ok(Self(text.to_owned())),
                    false => Err(NameError { text: text.to_owned(), wanted: $wanted }),
                }
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = NameError;

            fn try_from(text: String) -> Result<Self, NameError> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

checked_name! {
    /// Name of an account, and what S3's answers show as its owner's. Never an e-mail address nor an id, so that an
    /// account can be meant by any of them.
    AccountName, is_account_name, "an account's name: 1 to 63 letters, digits, spaces and ._-+=, with a letter among them"
}

checked_name! {
    /// Name of a user.
    UserName, is_user_name, "a user's name: 1 to 64 letters, digits and +=,.@_-"
}

checked_name! {
    /// Name of a policy.
    PolicyName, is_policy_name, "a policy's name: 1 to 128 letters, digits and +=,.@_-"
}

checked_name! {
    /// Name of a key of the key service.
    KmsKeyName, is_kms_key_name, "a key's name: 1 to 128 letters, digits and _-./"
}

checked_name! {
    /// A namespace of bucket names that is one account's own.
    NamespaceName, is_namespace, "a namespace: 1 to 63 of a-z, 0-9 and -, first and last a letter or digit"
}

checked_name! {
    /// An e-mail address.
    Email, is_email, "an e-mail address"
}

checked_name! {
    /// Path of a user: `/`, or names between slashes.
    UserPath, is_path, "a path: / or names between slashes, 512 characters at most"
}

checked_name! {
    /// An account as an administrator means it: by name, e-mail address, 12-digit id or canonical id.
    AccountReference, is_reference, "an account's name, e-mail address, 12-digit id or canonical id"
}

impl Default for UserPath {
    fn default() -> Self {
        Self("/".to_owned())
    }
}

impl AccountReference {
    /// The question that finds the account.
    pub(super) fn query(&self) -> FindAccount {
        let text = self.as_str();
        if is_canonical_id(text) {
            return FindAccount { id: CanonicalId { digits: text.to_owned() }, ..FindAccount::default() };
        }
        let kind = match () {
            () if is_number(text) => AliasKind::Number,
            () if text.contains('@') => AliasKind::Email,
            () => AliasKind::Name,
        };
        FindAccount { kind, name: text.to_owned(), ..FindAccount::default() }
    }
}

fn is_account_name(text: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || b" ._-+=,".contains(&byte);
    (1..=ACCOUNT_NAME_MAX).contains(&text.len())
        && text.trim() == text
        && text.bytes().all(good)
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

fn is_user_name(text: &str) -> bool {
    (1..=USER_NAME_MAX).contains(&text.len()) && is_iam_name(text)
}

fn is_kms_key_name(text: &str) -> bool {
    KeyName::parse(text).is_some()
}

/// The rule of addresses.
fn is_namespace(text: &str) -> bool {
    !text.is_empty() && Namespace::parse(text).is_ok()
}

fn is_policy_name(text: &str) -> bool {
    (1..=POLICY_NAME_MAX).contains(&text.len()) && is_iam_name(text)
}

/// The letters of IAM's names.
fn is_iam_name(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+=,.@_-".contains(&byte))
}

fn is_email(text: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_graphic() && !b"\"(),:;<>[]\\@".contains(&byte);
    let parts = text.split_once('@');
    text.len() <= EMAIL_MAX
        && parts.is_some_and(|(local, domain)| {
            !local.is_empty() && !domain.is_empty() && local.bytes().all(good) && domain.bytes().all(good)
        })
}

fn is_path(text: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_graphic();
    text.len() <= PATH_MAX
        && text.starts_with('/')
        && text.ends_with('/')
        && !text.contains("//")
        && text.bytes().all(good)
}

fn is_reference(text: &str) -> bool {
    is_canonical_id(text) || is_number(text) || is_email(text) || is_account_name(text)
}

fn is_canonical_id(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn is_number(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use cairn_catalog::rows::AliasKind;

    use super::{AccountName, AccountReference, Email, UserName, UserPath};

    #[test]
    fn an_account_is_meant_by_any_of_its_names() {
        let kind = |text: &str| AccountReference::parse(text).unwrap().query().kind;
        assert_eq!(kind("Sales. Dept"), AliasKind::Name);
        assert_eq!(kind("sales@example.org"), AliasKind::Email);
        assert_eq!(kind("123456789012"), AliasKind::Number);
        let id = "0123456789abcdef".repeat(4);
        assert_eq!(AccountReference::parse(&id).unwrap().query().id.digits, id);
    }

    #[test]
    fn names_that_could_be_taken_for_something_else_are_refused() {
        for text in ["", " a", "a ", "123456789012", "a@b", "a:b", "a/b", "a\0b", "é", &"a".repeat(64)] {
            assert!(AccountName::parse(text).is_err(), "{text:?}");
        }
        for text in ["", "a b", "a:b", "a/b", "a*", &"a".repeat(65)] {
            assert!(UserName::parse(text).is_err(), "{text:?}");
        }
        for text in ["", "a", "@b", "a@", "a@b@c", "a b@c", "a@\n"] {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
        for text in ["", "a", "/a", "a/", "//", "/a b/"] {
            assert!(UserPath::parse(text).is_err(), "{text:?}");
        }
        assert!(UserPath::parse("/").is_ok() && UserPath::parse("/team/a/").is_ok());
    }
}
