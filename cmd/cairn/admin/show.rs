//! Answers on the terminal: JSON for programs, aligned text for people.

use anyhow::{Context as _, Result};
use serde::Serialize;

/// How an answer is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// One line of JSON.
    Json,
    /// Text.
    Text,
}

impl Form {
    /// Prints an answer; `text` makes the lines for people.
    pub(super) fn print<A: Serialize>(self, answer: &A, text: impl FnOnce(&A) -> String) -> Result<()> {
        match self {
            Self::Json => println!("{}", serde_json::to_string(answer).context("write the answer")?),
            Self::Text => print!("{}", text(answer)),
        }
        Ok(())
    }
}

/// One line per field, values under each other.
pub(super) fn fields(fields: &[(&str, &str)]) -> String {
    let width = fields.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    fields.iter().map(|(name, value)| format!("{name:width$}  {value}\n")).collect()
}

/// A table with a line per row, under a line of titles.
pub(super) fn table<const COLUMNS: usize>(titles: [&str; COLUMNS], rows: &[[String; COLUMNS]]) -> String {
    let mut widths = titles.map(str::len);
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: [&str; COLUMNS]| {
        let cells = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    let rows = rows.iter().map(|row| line(row.each_ref().map(String::as_str)));
    [line(titles)].into_iter().chain(rows).collect()
}

#[cfg(test)]
mod tests {
    use super::{fields, table};

    #[test]
    fn values_stand_under_each_other() {
        assert_eq!(fields(&[("name", "a"), ("account id", "1")]), "name        a\naccount id  1\n");
        let rows = [["alice".to_owned(), "active".to_owned()], ["b".to_owned(), String::new()]];
        assert_eq!(table(["name", "state"], &rows), "name   state\nalice  active\nb\n");
    }
}
