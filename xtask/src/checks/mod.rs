//! Checks of the repository that no compiler makes: layers, licences, names, links, claims.

pub(crate) mod claims;
pub(crate) mod layers;
pub(crate) mod licences;
pub(crate) mod links;
pub(crate) mod module_names;

use anyhow::{Result, bail};

/// All faults at once, or success.
fn verdict(faults: &[String]) -> Result<()> {
    if faults.is_empty() {
        return Ok(());
    }
    bail!("{} fault(s)\n  {}", faults.len(), faults.join("\n  "))
}
