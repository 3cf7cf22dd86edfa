//! The table as text: Markdown with aligned columns, so that it reads in a terminal and can be pasted into a document.

use cairn_types::{GIB, MIB};

use super::Row;

const COLUMNS: [&str; 13] = [
    "row",
    "ops/s",
    "MiB/s",
    "p50 ms",
    "p99 ms",
    "CPU ms/op",
    "CPU s/GiB",
    "syncs/op",
    "rounds/op",
    "copied/stored",
    "written/stored",
    "peak MiB",
    "errors",
];
/// What cannot be seen or makes no sense.
const NONE: &str = "–";

/// All rows with all columns.
pub fn render(rows: &[Row]) -> String {
    let header = COLUMNS.map(str::to_owned);
    let lines: Vec<[String; COLUMNS.len()]> = std::iter::once(header).chain(rows.iter().map(cells)).collect();
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; COLUMNS.len()] = std::array::from_fn(width);
    let mut text = String::new();
    for (number, line) in lines.iter().enumerate() {
        text.push_str(&joined(line, &widths));
        if number == 0 {
            text.push_str(&joined(&widths.map(|width| "-".repeat(width)), &widths));
        }
    }
    text
}

/// The line about memory below the table.
pub(crate) fn render_memory(idle_bytes: Option<u64>, rows: &[Row]) -> String {
    let peak = rows.iter().filter_map(|row| row.outcome.server?.peak_bytes).max();
    let mib = |bytes: Option<u64>| bytes.map_or_else(|| NONE.to_owned(), |bytes| format!("{} MiB", bytes / MIB));
    format!("memory of the server: idle {}, peak {}\n", mib(idle_bytes), mib(peak))
}

fn joined(line: &[String; COLUMNS.len()], widths: &[usize; COLUMNS.len()]) -> String {
    let padded = line.iter().zip(widths).enumerate().map(|(column, (cell, width))| {
        let space = " ".repeat(width - cell.chars().count());
        if column == 0 { format!("{cell}{space}") } else { format!("{space}{cell}") }
    });
    format!("| {} |\n", padded.collect::<Vec<_>>().join(" | "))
}

fn cells(row: &Row) -> [String; COLUMNS.len()] {
    let outcome = &row.outcome;
    let used = outcome.server.unwrap_or_default();
    let count = row.count() as f64;
    let gib = outcome.bytes as f64 / GIB as f64;
    let rate = if row.counts_items { outcome.items_per_second() } else { outcome.operations_per_second() };
    let has_bytes = outcome.bytes > 0;
    let stored = if row.stores { outcome.bytes as f64 } else { 0.0 };
    [
        outcome.name.clone(),
        format!("{rate:.0}"),
        shown(has_bytes.then(|| outcome.mib_per_second()), 1),
        format!("{:.2}", outcome.millis_at(0.5)),
        format!("{:.2}", outcome.millis_at(0.99)),
        shown(per(used.cpu_seconds.map(|seconds| seconds * 1_000.0), count), 3),
        shown(per(used.cpu_seconds, gib), 2),
        shown(per(used.syncs, count), 2),
        shown(per(used.read_rounds, count), 2),
        shown(per(used.copied_bytes, stored), 2),
        shown(per(used.written_bytes, stored), 2),
        shown(used.peak_bytes.map(|bytes| bytes as f64 / MIB as f64), 0),
        (outcome.errors + outcome.missed).to_string(),
    ]
}

fn per(amount: Option<f64>, count: f64) -> Option<f64> {
    amount.filter(|_| count > 0.0).map(|amount| amount / count)
}

fn shown(value: Option<f64>, digits: usize) -> String {
    value.map_or_else(|| NONE.to_owned(), |value| format!("{value:.digits$}"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::operation::Done;
    use crate::outcome::Outcome;
    use crate::server_use::ServerUse;

    fn row() -> Row {
        let mut outcome = Outcome::new("PUT 1 MiB");
        for _ in 0..100 {
            outcome.count(Ok(Done { items: 1, bytes: MIB }), Duration::from_millis(1));
        }
        outcome.count(Err(anyhow::anyhow!("refused")), Duration::from_millis(1));
        outcome.elapsed = Duration::from_secs(1);
        outcome.server = Some(ServerUse {
            cpu_seconds: Some(0.5),
            written_bytes: Some(150.0 * MIB as f64),
            syncs: Some(50.0),
            copied_bytes: Some(125.0 * MIB as f64),
            read_rounds: Some(10.0),
            resident_bytes: Some(80 * MIB),
            peak_bytes: Some(90 * MIB),
        });
        Row { outcome, counts_items: false, stores: true }
    }

    #[test]
    fn every_column_is_a_number_per_operation_or_per_byte() {
        let cells = cells(&row());
        assert_eq!(
            cells,
            ["PUT 1 MiB", "100", "100.0", "1.00", "1.00", "5.000", "5.12", "0.50", "0.10", "1.25", "1.50", "90", "1"]
                .map(str::to_owned)
        );
    }

    #[test]
    fn what_was_not_watched_is_not_a_zero() {
        let mut row = row();
        row.outcome.server = None;
        row.outcome.bytes = 0;
        let cells = cells(&row);
        assert!([2, 5, 6, 7, 8, 9, 10, 11].iter().all(|column| cells[*column] == NONE), "{cells:?}");
    }

    #[test]
    fn columns_line_up() {
        let text = render(&[row()]);
        let widths: Vec<usize> = text.lines().map(|line| line.chars().count()).collect();
        assert_eq!(widths.len(), 3);
        assert!(widths.iter().all(|width| *width == widths[0]), "{text}");
    }
}
