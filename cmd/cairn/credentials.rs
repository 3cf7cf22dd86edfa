//! The root key pair of a new cluster, and the key under which secrets are stored.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use cairn_runtime::Entropy;

use crate::config::RootPairSource;

/// Name of the file in which a generated pair lies.
pub(crate) const ROOT_PAIR_FILE: &str = "root-credentials";

/// Pairs that everybody knows, from other servers' documentation.
const WELL_KNOWN: [&str; 8] =
    ["minioadmin", "rustfsadmin", "password", "admin123", "changeme", "secretkey", "12345678", "adminadmin"];

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

fn check(pair: RootPair) -> Result<RootPair> {
    let name = &pair.access_key;
    let letters = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
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
    if WELL_KNOWN.contains(&secret.to_lowercase().as_str()) || secret == name {
        bail!("root-secret-key: everybody knows this one");
    }
    Ok(pair)
}

/// A new random pair.
pub(crate) fn generate(entropy: &Entropy) -> RootPair {
    const CAPITALS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
    let draw = |letters: &[u8], count: usize| -> String {
        (0..count).map(|_| letters[entropy.below(letters.len() as u64) as usize] as char).collect()
    };
    RootPair { access_key: format!("CAIRN{}", draw(CAPITALS, 15)), secret_key: draw(LETTERS, 40) }
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
        assert_eq!(pair(Some("root"), Some("a long enough secret")), Ok(true));
        for (access, secret, reason) in [
            (Some("root"), None, "go together"),
            (Some("root"), Some(""), "is empty"),
            (Some("root"), Some("short"), "not 8 to 128"),
            (Some("minioadmin"), Some("minioadmin"), "everybody knows"),
            (Some("no spaces"), Some("a long enough secret"), "letters, digits"),
        ] {
            let refused = pair(access, secret).expect_err("refused");
            assert!(refused.contains(reason), "{refused}");
        }
    }
}
