//! The root key pair of a new cluster, and the key under which secrets are stored.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use cairn_gateway::admin::KeyPair;
use cairn_runtime::Entropy;

use crate::config::RootPairSource;

/// Name of the file in which a generated pair lies.
pub(crate) const ROOT_PAIR_FILE: &str = "root-credentials";

/// Secrets that everybody knows, from the documentation and the defaults of servers and clients of S3; in lower case.
const WELL_KNOWN: [&str; 25] = [
    "minioadmin",
    "minio123",
    "miniostorage",
    "minio-secret-key",
    "rustfsadmin",
    "rustfssecret",
    "cairnadmin",
    "admin123",
    "adminadmin",
    "administrator",
    "password",
    "password1",
    "password123",
    "passw0rd",
    "rootroot",
    "changeme",
    "changeit",
    "secretkey",
    "secret_key",
    "secret123",
    "accesskey",
    "testtest",
    "12345678",
    "123456789",
    "wjalrxutnfemi/k7mdeng/bpxrficyexamplekey",
];

/// The pair of the root account. Without `Debug`: it is never logged.
pub(crate) struct RootPair {
    /// The access key.
    pub(crate) access_key: String,
    /// Its secret.
    pub(crate) secret_key: String,
}

/// What the operator gave, or `None` if nothing.
pub(crate) fn given(source: &RootPairSource) -> Result<Option<RootPair>> {
    let access = value("root-access-key", source.access_key.as_deref(), source.access_key_file.as_deref())?;
    let secret = source.secret_key.as_ref().map(|secret| secret.0.as_str());
    let secret = value("root-secret-key", secret, source.secret_key_file.as_deref())?;
    match (access, secret) {
        (None, None) => Ok(None),
        (Some(access_key), Some(secret_key)) => check(RootPair { access_key, secret_key }).map(Some),
        _ => bail!("root-access-key and root-secret-key go together: one of them is not set"),
    }
}

fn value(key: &str, plain: Option<&str>, file: Option<&Path>) -> Result<Option<String>> {
    match (plain, file) {
        (Some(_), Some(_)) => bail!("{key} and {key}-file are both set"),
        (Some(plain), None) => Ok(Some(plain.to_owned())),
        (None, Some(file)) => {
            let text = std::fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?;
            Ok(Some(text.trim_end().to_owned()))
        }
        (None, None) => Ok(None),
    }
}

/// Refuses what nobody should guard a cluster with. Ids are as long as those of other servers may be (AWS: 16 to 128), so
/// that a pair moves with its clients.
fn check(pair: RootPair) -> Result<RootPair> {
    let name = &pair.access_key;
    let letters = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if name.is_empty() {
        bail!("root-access-key: is empty");
    }
    if !(3..=128).contains(&name.len()) || !letters {
        bail!("root-access-key: not 3 to 128 letters, digits, - and _");
    }
    let secret = &pair.secret_key;
    if secret.is_empty() {
        bail!("root-secret-key: is empty");
    }
    if !(8..=128).contains(&secret.len()) {
        bail!("root-secret-key: has {} characters, not 8 to 128", secret.len());
    }
    if !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
        bail!("root-secret-key: has spaces or characters that are not ASCII");
    }
    let lower = secret.to_ascii_lowercase();
    if lower == name.to_ascii_lowercase() {
        bail!("root-secret-key: is the access key itself");
    }
    if WELL_KNOWN.contains(&lower.as_str()) {
        bail!("root-secret-key: everybody knows this one");
    }
    if lower.bytes().all(|byte| Some(&byte) == lower.as_bytes().first()) {
        bail!("root-secret-key: is one letter again and again");
    }
    Ok(pair)
}

/// A new random pair.
pub(crate) fn generate(entropy: &Entropy) -> RootPair {
    let KeyPair { access_key, secret } = KeyPair::generate(entropy);
    RootPair { access_key, secret_key: secret.expose().to_owned() }
}

/// Writes a pair where only its owner reads it.
pub(crate) fn write(directory: &Path, pair: &RootPair) -> Result<PathBuf> {
    let path = directory.join(ROOT_PAIR_FILE);
    let text = format!("CAIRN_ROOT_ACCESS_KEY={}\nCAIRN_ROOT_SECRET_KEY={}\n", pair.access_key, pair.secret_key);
    write_private(&path, &text)?;
    Ok(path)
}

/// Writes a file that only its owner reads, durably.
pub(crate) fn write_private(path: &Path, text: &str) -> Result<()> {
    let write = || -> std::io::Result<()> {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    write().with_context(|| format!("write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::{RootPairSource, given};
    use crate::config::Secret;

    fn pair(access: Option<&str>, secret: Option<&str>) -> Result<bool, String> {
        let source = RootPairSource {
            access_key: access.map(str::to_owned),
            secret_key: secret.map(|secret| Secret(secret.to_owned())),
            ..RootPairSource::default()
        };
        given(&source).map(|pair| pair.is_some()).map_err(|error| error.to_string())
    }

    #[test]
    fn weak_and_half_pairs_are_refused_with_the_reason() {
        assert_eq!(pair(None, None), Ok(false));
        assert_eq!(pair(Some("root"), Some("a-long-enough-secret")), Ok(true));
        for (access, secret, reason) in [
            (Some("root"), None, "go together"),
            (Some("root"), Some(""), "is empty"),
            (Some("root"), Some("short"), "not 8 to 128"),
            (Some("root"), Some("a secret with spaces"), "spaces"),
            (Some("root"), Some("xxxxxxxxxxxxxxxx"), "one letter"),
            (Some("minioadmin"), Some("minioadmin"), "access key itself"),
            (Some("admin"), Some("minioadmin"), "everybody knows"),
            (Some("admin"), Some("Password"), "everybody knows"),
            (Some("other"), Some("rustfsadmin"), "everybody knows"),
            (Some("AKIAIOSFODNN7EXAMPLE"), Some("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), "everybody knows"),
            (Some(""), Some("a-long-enough-secret"), "root-access-key: is empty"),
            (Some("ab"), Some("a-long-enough-secret"), "not 3 to 128"),
            (Some("no spaces"), Some("a-long-enough-secret"), "letters, digits"),
        ] {
            let refused = pair(access, secret).expect_err("refused");
            assert!(refused.contains(reason), "{refused}");
        }
    }
}
