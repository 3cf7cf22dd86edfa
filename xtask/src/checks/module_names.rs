//! No crate or module is a grab-bag: a thing that has no better name than these has no place yet.

use std::path::Path;

use anyhow::Result;

use super::verdict;
use crate::places::Places;

const BANNED: &[&str] = &["common", "helper", "helpers", "misc", "util", "utils", "v2"];
/// Where one of them is the right word: version 2 of the signatures.
const EXCEPT: &[&str] = &["src/s3/auth/v2.rs"];
const FOLDERS: &[&str] = &["src", "cmd", "tests", "chaos", "xtask"];

/// Looks at every Rust file and every folder of them.
pub(crate) fn check(places: &Places) -> Result<()> {
    let mut faults = Vec::new();
    for folder in FOLDERS {
        collect(&places.checkout.join(folder), &mut faults)?;
    }
    verdict(&faults)
}

fn collect(directory: &Path, faults: &mut Vec<String>) -> Result<()> {
    if !directory.is_dir() {
        return Ok(());
    }
    for entry in directory.read_dir()? {
        let path = entry?.path();
        let is_folder = path.is_dir();
        let is_source = path.extension().is_some_and(|extension| extension == "rs");
        if (is_folder || is_source) && is_banned(&path) {
            faults.push(format!("{} has no name of its own", path.display()));
        }
        if is_folder {
            collect(&path, faults)?;
        }
    }
    Ok(())
}

fn is_banned(path: &Path) -> bool {
    let is_grab_bag = path.file_stem().is_some_and(|stem| BANNED.contains(&stem.to_string_lossy().as_ref()));
    is_grab_bag && !EXCEPT.iter().any(|except| path.ends_with(except))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grab_bag_is_a_fault_as_file_and_as_folder() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join("common")).unwrap();
        std::fs::write(root.path().join("util.rs"), "").unwrap();
        std::fs::write(root.path().join("common/clock.rs"), "").unwrap();
        let mut faults = Vec::new();
        collect(root.path(), &mut faults).unwrap();
        assert_eq!(faults.len(), 2);
    }

    #[test]
    fn the_workspace_itself_passes() {
        check(&Places::find().unwrap()).unwrap();
    }
}
