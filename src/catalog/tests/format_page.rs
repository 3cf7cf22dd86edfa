//! `docs/formats/catalog.md` names every field that is stored or sent.
#![allow(clippy::disallowed_methods, reason = "reads files of the repository; nothing is simulated here")]

use std::path::{Path, PathBuf};

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder of the crate");
    entries.map(|entry| entry.expect("an entry").path()).collect()
}

/// `4 => pub field: Type,` or `4 => Variant(Type),` as the row of a table; `4 => Name,` as that of a number.
fn table_row(line: &str) -> Option<String> {
    let (tag, rest) = line.trim().strip_suffix(',')?.split_once(" => ")?;
    tag.parse::<u32>().ok()?;
    let rest = rest.strip_prefix("pub ").unwrap_or(rest);
    Some(match (rest.split_once(": "), rest.split_once('(')) {
        (Some((field, kind)), _) => format!("| {tag} | `{field}` | `{kind}` |"),
        (None, Some((variant, kind))) => format!("| {tag} | `{variant}` | `{}` |", kind.strip_suffix(')')?),
        (None, None) => format!("| {tag} | `{rest}` |"),
    })
}

#[test]
fn the_page_of_formats_names_every_field() {
    // Relative to the package, where cargo runs tests: a path that is compiled in is that of whichever checkout compiled.
    let root = Path::new(".");
    let page = std::fs::read_to_string(root.join("../../docs/formats/catalog.md")).expect("the page");
    let mut rows = 0;
    for folder in ["rows", "command", "reply", "query"] {
        for path in sources(&root.join(folder)) {
            let text = std::fs::read_to_string(&path).expect("a source file");
            for row in text.lines().filter_map(table_row) {
                rows += 1;
                assert!(page.contains(&row), "{} is not documented: {row}", path.display());
            }
        }
    }
    assert!(rows > 400, "the sources were read: {rows} fields");
}
