//! A bucket policy as large as S3 takes, of which every statement must be looked at for a read and none is about it.

use std::fmt::Write as _;

use cairn_s3::limits::POLICY_BYTES_MAX;

/// Whether a load's bucket has a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BucketPolicy {
    /// It has none.
    None,
    /// The largest.
    Largest,
}

/// The document for a bucket.
pub(crate) fn largest_policy(bucket: &str) -> String {
    let mut document = String::from(r#"{"Version":"2012-10-17","Statement":["#);
    for number in 0.. {
        let mut statement = if number == 0 { String::new() } else { String::from(",") };
        let written = write!(
            statement,
            r#"{{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::{bucket}/private-{number:03}/*"}}"#
        );
        written.expect("writing to a string does not fail");
        if document.len() + statement.len() + 2 > POLICY_BYTES_MAX {
            break;
        }
        document.push_str(&statement);
    }
    document.push_str("]}");
    document
}

#[cfg(test)]
mod tests {
    use cairn_s3::limits::POLICY_BYTES_MAX;

    use super::largest_policy;

    #[test]
    fn a_policy_is_as_large_as_one_may_be() {
        let document = largest_policy("bench");
        assert!((POLICY_BYTES_MAX - 200..=POLICY_BYTES_MAX).contains(&document.len()), "{}", document.len());
        let json: serde_json::Value = serde_json::from_str(&document).unwrap();
        assert!(json["Statement"].as_array().unwrap().len() > 100);
    }
}
