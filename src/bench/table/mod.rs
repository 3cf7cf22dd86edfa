//! The canonical table: its rows, in the order in which they make and use each other's keys, and its form.

mod render;

use std::sync::Arc;
use std::time::Duration;

use cairn_types::{KIB, MIB};

use crate::keys::KeySet;
use crate::load::{Load, Stop, Workload};
use crate::outcome::Outcome;
use crate::pace::Pace;
use crate::payload::{Payload, PayloadMode};
use crate::policy::BucketPolicy;
use crate::size::ByteSize;

pub use render::render;
pub(crate) use render::render_memory;

/// Connections of most rows, and of those with large objects or listings: enough to keep two cores busy.
const CONNECTIONS: usize = 16;
const CONNECTIONS_LARGE: usize = 4;
/// From this size on four connections move more bytes than the machine has.
const LARGE_BYTES: u64 = 8 * MIB;

/// One line of the table.
#[derive(Debug, Clone)]
pub struct Row {
    /// What was measured.
    pub outcome: Outcome,
    /// Whether the row counts keys and not requests (DeleteObjects).
    pub counts_items: bool,
    /// Whether its bytes were stored, so that bytes written per byte make sense.
    pub stores: bool,
}

impl Row {
    /// The line for a load.
    pub(crate) fn new(load: &Load, outcome: Outcome) -> Self {
        let counts_items = load.workload == Workload::DeleteObjects;
        Self { outcome, counts_items, stores: load.workload == Workload::Put }
    }

    /// What rates and costs are divided by.
    pub(crate) fn count(&self) -> u64 {
        if self.counts_items { self.outcome.items } else { self.outcome.operations }
    }
}

/// How large the table is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    /// Time of each row.
    pub time: Duration,
    /// Keys that are listed.
    pub list_keys: u64,
    /// How bodies are signed.
    pub payload: PayloadMode,
}

/// The loads of the table. A row that deletes comes after those that read its keys.
pub(crate) fn canonical_rows(plan: &Plan) -> Vec<Load> {
    let mut rows = Vec::new();
    let sizes = [4 * KIB, 64 * KIB, MIB, 16 * MIB].map(ByteSize);
    for size in sizes {
        let put = row(plan, &format!("PUT {size}"), Workload::Put, size, KeySet::new(&format!("size-{}", size.0)));
        let get = Load { name: format!("GET {size}"), workload: Workload::Get, ..put.clone() };
        rows.extend([put, get]);
    }
    let small = rows[0].clone();
    rows.push(Load { name: "HEAD".to_owned(), workload: Workload::Head, ..small.clone() });
    rows.extend(policy_rows(plan));
    rows.push(Load { name: "DELETE".to_owned(), workload: Workload::Delete, ..small });
    rows.extend(list_rows(plan));
    rows.push(row(plan, "mixed 10 MiB", Workload::Mixed, ByteSize(10 * MIB), KeySet::new("mixed")));
    rows
}

/// What a decision costs: the same requests without a policy and with one of 20 KiB.
fn policy_rows(plan: &Plan) -> [Load; 3] {
    let put = row(plan, "PUT 1 KiB", Workload::Put, ByteSize(KIB), KeySet::new("decided"));
    let head = Load { name: "HEAD 1 KiB".to_owned(), workload: Workload::Head, ..put.clone() };
    let decided =
        Load { name: "HEAD 1 KiB, policy of 20 KiB".to_owned(), policy: BucketPolicy::Largest, ..head.clone() };
    [put, head, decided]
}

fn list_rows(plan: &Plan) -> [Load; 4] {
    let put = row(plan, "PUT 1 B", Workload::Put, ByteSize(1), KeySet::new("list"));
    let put = Load { stop: Stop::Operations(plan.list_keys), ..put };
    let list = Load { connections: CONNECTIONS_LARGE, stop: Stop::After(plan.time), ..put.clone() };
    [
        put,
        Load { name: "LIST flat, page of 1,000".to_owned(), workload: Workload::List, ..list.clone() },
        Load { name: "LIST delimiter, 1,000 prefixes".to_owned(), workload: Workload::ListDelimiter, ..list.clone() },
        Load { name: "DeleteObjects, per key".to_owned(), workload: Workload::DeleteObjects, ..list },
    ]
}

fn row(plan: &Plan, name: &str, workload: Workload, size: ByteSize, keys: KeySet) -> Load {
    Load {
        name: name.to_owned(),
        workload,
        keys: Arc::new(keys),
        payload: Payload::new(size, plan.payload),
        connections: if size.0 >= LARGE_BYTES { CONNECTIONS_LARGE } else { CONNECTIONS },
        threads: 1,
        pace: Pace::Closed,
        stop: Stop::After(plan.time),
        policy: BucketPolicy::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_that_reads_or_deletes_follows_the_one_that_makes_its_keys() {
        let plan = Plan { time: Duration::from_secs(1), list_keys: 10, payload: PayloadMode::Unsigned };
        let rows = canonical_rows(&plan);
        for (place, load) in rows.iter().enumerate() {
            if matches!(load.workload, Workload::Put | Workload::Mixed) {
                continue;
            }
            let made = rows[..place]
                .iter()
                .any(|before| before.workload == Workload::Put && Arc::ptr_eq(&before.keys, &load.keys));
            let deleted = rows[..place].iter().any(|before| {
                matches!(before.workload, Workload::Delete | Workload::DeleteObjects)
                    && Arc::ptr_eq(&before.keys, &load.keys)
            });
            assert!(made && !deleted, "{}", load.name);
        }
    }

    #[test]
    fn the_rows_are_those_of_the_documents() {
        let plan = Plan { time: Duration::from_secs(1), list_keys: 10, payload: PayloadMode::Unsigned };
        let names: Vec<String> = canonical_rows(&plan).into_iter().map(|load| load.name).collect();
        assert_eq!(
            names,
            [
                "PUT 4 KiB",
                "GET 4 KiB",
                "PUT 64 KiB",
                "GET 64 KiB",
                "PUT 1 MiB",
                "GET 1 MiB",
                "PUT 16 MiB",
                "GET 16 MiB",
                "HEAD",
                "PUT 1 KiB",
                "HEAD 1 KiB",
                "HEAD 1 KiB, policy of 20 KiB",
                "DELETE",
                "PUT 1 B",
                "LIST flat, page of 1,000",
                "LIST delimiter, 1,000 prefixes",
                "DeleteObjects, per key",
                "mixed 10 MiB"
            ]
        );
    }
}
