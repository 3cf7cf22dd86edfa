//! Every line of `docs/s3-compatibility.md` names the test that shows what it claims, and every operation has a line.
//!
//! The last column of each table holds names between backticks: files of `tests/clients` (`test_x.py`) or of the checkout
//! (`src/…/x.rs`), and functions of the files that the line names. A line that names no file, or something that is not
//! there, is a fault.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::verdict;
use crate::places::Places;

const DOCUMENT: &str = "docs/s3-compatibility.md";
const SUITES: &str = "tests/clients";
const LAST_COLUMN: &str = "Shown by";

/// What the document must speak of: the operations of S3 that an application may rely on.
const OPERATIONS: &[&str] = &[
    "ListBuckets",
    "CreateBucket",
    "HeadBucket",
    "DeleteBucket",
    "GetBucketLocation",
    "ListObjects",
    "ListObjectsV2",
    "ListObjectVersions",
    "DeleteObjects",
    "PostObject",
    "GetBucketAcl",
    "PutBucketAcl",
    "GetBucketPolicy",
    "PutBucketPolicy",
    "DeleteBucketPolicy",
    "GetBucketPolicyStatus",
    "GetBucketCors",
    "PutBucketCors",
    "DeleteBucketCors",
    "GetBucketWebsite",
    "PutBucketWebsite",
    "DeleteBucketWebsite",
    "GetBucketLifecycleConfiguration",
    "PutBucketLifecycleConfiguration",
    "DeleteBucketLifecycle",
    "GetBucketVersioning",
    "PutBucketVersioning",
    "GetBucketReplication",
    "PutBucketReplication",
    "DeleteBucketReplication",
    "GetBucketNotificationConfiguration",
    "PutBucketNotificationConfiguration",
    "GetBucketLogging",
    "PutBucketLogging",
    "GetBucketTagging",
    "PutBucketTagging",
    "DeleteBucketTagging",
    "GetBucketEncryption",
    "PutBucketEncryption",
    "DeleteBucketEncryption",
    "GetObjectLockConfiguration",
    "PutObjectLockConfiguration",
    "GetBucketOwnershipControls",
    "PutBucketOwnershipControls",
    "DeleteBucketOwnershipControls",
    "GetPublicAccessBlock",
    "PutPublicAccessBlock",
    "DeletePublicAccessBlock",
    "PutObject",
    "GetObject",
    "HeadObject",
    "DeleteObject",
    "CopyObject",
    "OPTIONS",
    "GetObjectAcl",
    "PutObjectAcl",
    "GetObjectTagging",
    "PutObjectTagging",
    "DeleteObjectTagging",
    "GetObjectRetention",
    "PutObjectRetention",
    "GetObjectLegalHold",
    "PutObjectLegalHold",
    "GetObjectAttributes",
    "RestoreObject",
    "CreateMultipartUpload",
    "UploadPart",
    "UploadPartCopy",
    "CompleteMultipartUpload",
    "AbortMultipartUpload",
    "ListParts",
    "ListMultipartUploads",
    "ListTagsForResource",
    "TagResource",
    "UntagResource",
    "GetCallerIdentity",
];

/// Reads the document and follows every name in it.
pub(crate) fn check(places: &Places) -> Result<()> {
    let text = fs::read_to_string(places.checkout.join(DOCUMENT)).with_context(|| format!("read {DOCUMENT}"))?;
    let mut faults = faults_in(&text, &places.checkout);
    faults.extend(missing_operations(&text).map(|name| format!("{DOCUMENT}: no line tells of {name}")));
    verdict(&faults)
}

fn faults_in(text: &str, checkout: &Path) -> Vec<String> {
    let mut faults = Vec::new();
    for line in table_lines(text) {
        let place = format!("{DOCUMENT}:{}", line.number);
        match line.claim() {
            Ok(claim) => faults.extend(claim.faults(checkout).into_iter().map(|fault| format!("{place}: {fault}"))),
            Err(fault) => faults.push(format!("{place}: {fault}")),
        }
    }
    faults
}

fn missing_operations(text: &str) -> impl Iterator<Item = &'static str> {
    let subjects: Vec<String> = table_lines(text).iter().filter_map(|line| line.cells.first().cloned()).collect();
    let is_told = move |name: &str| subjects.iter().any(|subject| words(subject).any(|word| word == name));
    OPERATIONS.iter().copied().filter(move |name| !is_told(name))
}

fn words(subject: &str) -> impl Iterator<Item = &str> {
    subject.split(|character: char| !character.is_ascii_alphanumeric())
}

/// A line of a table, without those of its header.
struct Line {
    number: usize,
    header: Vec<String>,
    cells: Vec<String>,
}

impl Line {
    fn claim(&self) -> Result<Claim, String> {
        if self.header.last().is_none_or(|name| name != LAST_COLUMN) {
            return Err(format!("its table has no last column \"{LAST_COLUMN}\""));
        }
        if self.cells.len() != self.header.len() {
            return Err(format!("{} cells under {} headings", self.cells.len(), self.header.len()));
        }
        let shown_by = self.cells.last().map_or("", String::as_str);
        Ok(Claim::parse(shown_by))
    }
}

/// All tables of the document, line by line.
fn table_lines(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut header: Option<Vec<String>> = None;
    for (index, line) in text.lines().enumerate() {
        let Some(inside) = line.trim().strip_prefix('|') else {
            header = None;
            continue;
        };
        let cells = cells(inside);
        match &header {
            None => header = Some(cells),
            Some(_) if cells.iter().all(|cell| is_rule(cell)) => {}
            Some(header) => lines.push(Line { number: index + 1, header: header.clone(), cells }),
        }
    }
    lines
}

fn cells(inside: &str) -> Vec<String> {
    inside.strip_suffix('|').unwrap_or(inside).split('|').map(|cell| cell.trim().to_owned()).collect()
}

fn is_rule(cell: &str) -> bool {
    !cell.is_empty() && cell.chars().all(|character| matches!(character, '-' | ':'))
}

/// What a line says proves it.
struct Claim {
    files: Vec<String>,
    functions: Vec<String>,
}

impl Claim {
    /// Every other piece between backticks is a name.
    fn parse(cell: &str) -> Self {
        let names = cell.split('`').skip(1).step_by(2).map(str::to_owned);
        let (files, functions) = names.partition(|name| name.ends_with(".py") || name.ends_with(".rs"));
        Self { files, functions }
    }

    fn faults(&self, checkout: &Path) -> Vec<String> {
        if self.files.is_empty() {
            return vec!["it names no file of tests".to_owned()];
        }
        let mut faults = Vec::new();
        let mut sources = String::new();
        for file in &self.files {
            match fs::read_to_string(path_of(checkout, file)) {
                Ok(source) => sources.push_str(&source),
                Err(_) => faults.push(format!("there is no {file}")),
            }
        }
        let unknown = self.functions.iter().filter(|name| !defines(&sources, name));
        faults.extend(unknown.map(|name| format!("{} has no {name}", self.files.join(", "))));
        faults
    }
}

fn path_of(checkout: &Path, file: &str) -> PathBuf {
    if file.contains('/') { checkout.join(file) } else { checkout.join(SUITES).join(file) }
}

/// Whether a source defines a function of that name, in Python or in Rust.
fn defines(sources: &str, name: &str) -> bool {
    let is_definition = |line: &str| {
        let rest = line.trim_start();
        let rest = rest.strip_prefix("async ").unwrap_or(rest);
        let name_on = rest.strip_prefix("def ").or_else(|| rest.strip_prefix("fn "));
        name_on.and_then(|rest| rest.strip_prefix(name)).is_some_and(|rest| rest.starts_with('('))
    };
    sources.lines().any(is_definition)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "| Operation | State | Shown by |\n|---|---|---|\n";

    /// A checkout with one file of tests of either language.
    fn checkout() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join(SUITES)).unwrap();
        fs::create_dir_all(root.path().join("src")).unwrap();
        fs::write(root.path().join(SUITES).join("test_a.py"), "def test_it_works(s3):\n    pass\n").unwrap();
        fs::write(root.path().join("src/b.rs"), "    #[test]\n    fn it_holds() {}\n").unwrap();
        root
    }

    fn faults_of(line: &str) -> Vec<String> {
        faults_in(&format!("# Title\n\n{HEADER}{line}\n\nafter\n"), checkout().path())
    }

    #[test]
    fn a_line_that_names_what_exists_passes() {
        for shown in ["`test_a.py`", "`test_a.py` `test_it_works`", "`src/b.rs` `it_holds`", "`test_a.py`, `src/b.rs`"]
        {
            assert_eq!(faults_of(&format!("| GetObject | full | {shown} |")), Vec::<String>::new(), "{shown}");
        }
    }

    #[test]
    fn a_line_that_names_no_test_is_a_fault() {
        for shown in ["", "by hand", "test_a.py", "`test_it_works`"] {
            let faults = faults_of(&format!("| GetObject | full | {shown} |"));
            assert_eq!(faults, ["docs/s3-compatibility.md:5: it names no file of tests"], "{shown}");
        }
    }

    #[test]
    fn a_name_of_nothing_is_a_fault() {
        for (shown, fault) in [
            ("`test_b.py`", "there is no test_b.py"),
            ("`test_a.py`, `src/c.rs`", "there is no src/c.rs"),
            ("`test_a.py` `test_it_work`", "test_a.py has no test_it_work"),
            ("`test_a.py` `it_holds`", "test_a.py has no it_holds"),
        ] {
            assert_eq!(faults_of(&format!("| GetObject | full | {shown} |")), [format!("{DOCUMENT}:5: {fault}")]);
        }
    }

    #[test]
    fn a_line_with_a_cell_too_few_or_too_many_is_a_fault() {
        assert_eq!(faults_of("| GetObject | `test_a.py` |").len(), 1);
        assert_eq!(faults_of("| GetObject | full | | `test_a.py` |").len(), 1);
    }

    #[test]
    fn a_table_without_the_column_is_a_fault_on_each_line() {
        let text = "| Operation | State |\n|---|---|\n| GetObject | `test_a.py` |\n| PutObject | `test_a.py` |\n";
        assert_eq!(faults_in(text, checkout().path()).len(), 2);
    }

    #[test]
    fn an_operation_without_a_line_is_missing() {
        let text =
            format!("{HEADER}| GetObject with `partNumber` | | |\n| PutBucketWebsite, DeleteBucketWebsite | | |\n");
        let missing: Vec<_> = missing_operations(&text).collect();
        assert_eq!(missing.len(), OPERATIONS.len() - 3);
        assert!(missing.contains(&"GetObjectAcl"), "a name inside a longer one does not count");
    }

    #[test]
    fn the_document_of_the_checkout_passes() {
        check(&Places::find().unwrap()).unwrap();
    }
}
