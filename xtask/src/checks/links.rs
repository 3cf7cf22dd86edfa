//! Links between the documents of the checkout lead to files that exist.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::verdict;
use crate::places::Places;

const FOLDERS: &[&str] = &["docs", "deploy", "tests", "chaos", "src", "cmd"];

/// Follows every relative link of every Markdown file.
pub(crate) fn check(places: &Places) -> Result<()> {
    let mut documents = documents_in(&places.checkout, Depth::ThisFolder)?;
    for folder in FOLDERS {
        documents.extend(documents_in(&places.checkout.join(folder), Depth::All)?);
    }
    let mut faults = Vec::new();
    for document in &documents {
        let text = fs::read_to_string(document)?;
        let broken = links(&text).into_iter().filter(|link| !leads_somewhere(document, link));
        faults.extend(broken.map(|link| format!("{}: {link} leads nowhere", document.display())));
    }
    verdict(&faults)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    ThisFolder,
    All,
}

fn documents_in(directory: &Path, depth: Depth) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if !directory.is_dir() {
        return Ok(found);
    }
    for entry in directory.read_dir()? {
        let path = entry?.path();
        if path.is_dir() && depth == Depth::All {
            found.extend(documents_in(&path, depth)?);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
    Ok(found)
}

/// The targets of `[text](target)` outside code.
fn links(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut in_code = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
            continue;
        }
        if !in_code {
            // Every other piece between backticks is code.
            line.split('`').step_by(2).for_each(|prose| found.extend(targets(prose)));
        }
    }
    found
}

fn targets(prose: &str) -> impl Iterator<Item = String> {
    prose.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target.to_owned())
}

fn leads_somewhere(document: &Path, link: &str) -> bool {
    let is_elsewhere = link.contains("://") || link.starts_with("mailto:") || link.starts_with('#');
    let file = link.split('#').next().unwrap_or(link);
    let folder = document.parent().unwrap_or_else(|| Path::new("."));
    is_elsewhere || folder.join(file).exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_outside_code_only() {
        let text = "see [a](a.md) and [b](b.md#part)\n```\n[c](c.md)\n```\nnot `[d](d.md)` but [e](e.md)\n";
        assert_eq!(links(text), ["a.md", "b.md#part", "e.md"]);
    }

    #[test]
    fn a_link_to_a_missing_file_is_a_fault() {
        let folder = tempfile::tempdir().unwrap();
        let document = folder.path().join("page.md");
        fs::write(folder.path().join("there.md"), "").unwrap();
        assert!(leads_somewhere(&document, "there.md#part"));
        assert!(leads_somewhere(&document, "https://example.org/"));
        assert!(!leads_somewhere(&document, "missing.md"));
    }

    #[test]
    fn the_documents_of_the_checkout_pass() {
        check(&Places::find().unwrap()).unwrap();
    }
}
