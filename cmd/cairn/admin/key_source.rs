//! Where a command finds the key of its administrator.

use std::env;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

/// The key of an administrator. Without `Debug`: it is never logged.
pub(super) struct Administrator {
    /// Its id.
    pub(super) access_key: String,
    /// Its secret.
    pub(super) secret_key: String,
}

/// Reads the pair from the environment: an administrator's own, else the root pair.
pub(super) fn from_environment() -> Result<Administrator> {
    for owner in ["ADMIN", "ROOT"] {
        let access = value(&format!("CAIRN_{owner}_ACCESS_KEY"))?;
        let secret = value(&format!("CAIRN_{owner}_SECRET_KEY"))?;
        match (access, secret) {
            (Some(access_key), Some(secret_key)) => return Ok(Administrator { access_key, secret_key }),
            (None, None) => {}
            _ => bail!("CAIRN_{owner}_ACCESS_KEY and CAIRN_{owner}_SECRET_KEY go together: one of them is not set"),
        }
    }
    bail!(
        "no administrator's key: set CAIRN_ADMIN_ACCESS_KEY and CAIRN_ADMIN_SECRET_KEY (or CAIRN_ROOT_ACCESS_KEY and \
         CAIRN_ROOT_SECRET_KEY), or the same with _FILE"
    )
}

/// A variable, or what the file that its other form names holds.
fn value(name: &str) -> Result<Option<String>> {
    let file_name = format!("{name}_FILE");
    match (env::var(name).ok(), env::var_os(&file_name)) {
        (Some(_), Some(_)) => bail!("{name} and {file_name} are both set"),
        (Some(plain), None) => Ok(Some(plain)),
        (None, Some(file)) => {
            let file = PathBuf::from(file);
            let text = std::fs::read_to_string(&file).with_context(|| format!("read {}", file.display()))?;
            Ok(Some(text.trim_end().to_owned()))
        }
        (None, None) => Ok(None),
    }
}
