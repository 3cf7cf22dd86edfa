//! The fields before the file.

use std::fmt;

use crate::auth::PostPolicyFields;
use crate::error::{S3Error, S3ErrorCode};

/// Names in lower case, and values as sent. `Debug` shows the names alone: a value may be a key.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct FormFields {
    pairs: Vec<(String, String)>,
    /// The name of the file, without folders.
    file_name: String,
}

impl fmt::Debug for FormFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.pairs.iter().map(|(name, _)| name)).finish()
    }
}

impl FormFields {
    /// Adds a field.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for one that is there already, and for text that is not UTF-8.
    pub(super) fn add(&mut self, name: String, value: &[u8]) -> Result<(), S3Error> {
        let message = if self.get(&name).is_some() {
            format!("The form field {name} was given more than once")
        } else if let Ok(text) = std::str::from_utf8(value) {
            self.pairs.push((name, text.to_owned()));
            return Ok(());
        } else {
            format!("The form field {name} is not text")
        };
        Err(S3Error::with_message(S3ErrorCode::InvalidArgument, message))
    }

    /// Notes the file. Browsers of old sent its whole path.
    pub(super) fn set_file_name(&mut self, name: Option<String>) {
        let name = name.unwrap_or_default();
        self.file_name = name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    }

    /// The value of a field; the name is in lower case.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// All fields.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The key, in which `${filename}` stands for the name of the file.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` without one.
    pub fn key(&self) -> Result<String, S3Error> {
        let key = self.get("key").map(|key| key.replace("${filename}", &self.file_name));
        key.filter(|key| !key.is_empty()).ok_or_else(|| {
            let message = "Bucket POST must contain a field named 'key'.  If it is specified, please check the order \
                           of the fields.";
            S3Error::invalid_argument("key", "", message)
        })
    }

    /// Those that authenticate the form.
    pub fn signature(&self) -> PostPolicyFields<'_> {
        PostPolicyFields {
            policy: self.get("policy"),
            algorithm: self.get("x-amz-algorithm"),
            credential: self.get("x-amz-credential"),
            date: self.get("x-amz-date"),
            signature: self.get("x-amz-signature"),
            security_token: self.get("x-amz-security-token"),
            access_key_v2: self.get("awsaccesskeyid"),
            signature_v2: self.get("signature"),
        }
    }
}
