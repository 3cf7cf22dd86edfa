//! The status page for people.

use std::fmt::{self, Write as _};

use super::status::{DiskLine, MemberLine, NodeLine, ShardLine, StatusPage};

/// The page in lines.
pub(super) fn text(page: &StatusPage) -> String {
    let mut text = String::new();
    write(page, &mut text).expect("a string takes everything");
    text
}

fn write(page: &StatusPage, to: &mut String) -> fmt::Result {
    let or_unknown = |text: &Option<String>| text.clone().unwrap_or_else(unknown);
    writeln!(to, "cluster {} in {}", or_unknown(&page.cluster), or_unknown(&page.region))?;
    page.nodes.iter().try_for_each(|line| node(line, to))?;
    page.disks.iter().try_for_each(|line| disk(line, to))?;
    page.shards.iter().try_for_each(|line| shard(line, to))?;
    if let Some(groups) = &page.groups {
        writeln!(to, "placement groups with a disk down or gone: {} of {}", groups.impaired, groups.all)?;
    }
    let (versions, blobs) = (count(page.degraded_versions), count(page.degraded_blobs));
    writeln!(to, "versions and parts known to be below full redundancy: {versions} ({blobs} blobs)")?;
    writeln!(to, "garbage rows to collect: {}", count(page.garbage_rows))
}

fn node(line: &NodeLine, to: &mut String) -> fmt::Result {
    let up = if line.up { "up" } else { "down" };
    let address = if line.address.is_empty() { "in this process" } else { &line.address };
    writeln!(to, "node {:>4}  {up:<8} {:<16} {} at {address}", line.node, line.role, line.name)
}

fn disk(line: &DiskLine, to: &mut String) -> fmt::Result {
    write!(to, "disk {:>4}  {:<8} on node {}", line.disk, line.state, line.node)?;
    match line.state.as_str() {
        "down" => writeln!(to, ", {} GiB", gib(line.capacity_bytes)),
        _ => {
            let (used, capacity) = (gib(line.used_bytes), gib(line.capacity_bytes));
            writeln!(to, ", {used} of {capacity} GiB, {} fragments of {} GiB", line.fragments, gib(line.live_bytes))
        }
    }
}

fn shard(line: &ShardLine, to: &mut String) -> fmt::Result {
    let leader = line.leader.map_or_else(|| "nobody".to_owned(), |leader| format!("node {leader}"));
    let members: Vec<String> = line.members.iter().map(member).collect();
    writeln!(to, "shard {:>3}  led by {leader}, members {}", line.shard, members.join(", "))
}

fn member(line: &MemberLine) -> String {
    match line.lag_entries {
        Some(0) => line.node.to_string(),
        Some(lag) => format!("{} (lacks {lag} entries)", line.node),
        None => format!("{} (lag unknown)", line.node),
    }
}

fn count(count: Option<u64>) -> String {
    count.map_or_else(unknown, |count| count.to_string())
}

fn unknown() -> String {
    "unknown".to_owned()
}

fn gib(bytes: u64) -> String {
    format!("{:.1}", bytes as f64 / cairn_types::GIB as f64)
}

#[cfg(test)]
mod tests {
    use cairn_types::GIB;

    use super::super::status::GroupCounts;
    use super::{DiskLine, MemberLine, NodeLine, ShardLine, StatusPage, text};

    fn disk(disk: u64, state: &str) -> DiskLine {
        DiskLine {
            disk,
            node: 4,
            state: state.to_owned(),
            capacity_bytes: 8 * GIB,
            used_bytes: 2 * GIB,
            live_bytes: GIB,
            fragments: 700,
        }
    }

    #[test]
    fn a_page_is_readable() {
        let members = [(1, Some(0)), (2, Some(7)), (3, None)];
        let members = members.map(|(node, lag_entries)| MemberLine { node, lag_entries });
        let page = StatusPage {
            cluster: Some("c1".to_owned()),
            region: Some("us-east-1".to_owned()),
            nodes: vec![NodeLine {
                node: 4,
                name: "storage-1".to_owned(),
                role: "storage".to_owned(),
                address: "10.0.0.4:7000".to_owned(),
                up: true,
            }],
            disks: vec![disk(1, "active"), disk(2, "down")],
            shards: vec![ShardLine { shard: 0, leader: Some(1), members: members.into() }],
            groups: Some(GroupCounts { all: 60, impaired: 12 }),
            degraded_versions: Some(3),
            degraded_blobs: Some(5),
            garbage_rows: None,
        };
        let lines = [
            "cluster c1 in us-east-1",
            "node    4  up       storage          storage-1 at 10.0.0.4:7000",
            "disk    1  active   on node 4, 2.0 of 8.0 GiB, 700 fragments of 1.0 GiB",
            "disk    2  down     on node 4, 8.0 GiB",
            "shard   0  led by node 1, members 1, 2 (lacks 7 entries), 3 (lag unknown)",
            "placement groups with a disk down or gone: 12 of 60",
            "versions and parts known to be below full redundancy: 3 (5 blobs)",
            "garbage rows to collect: unknown",
        ];
        assert_eq!(text(&page).lines().collect::<Vec<_>>(), lines);
    }

    #[test]
    fn a_cluster_that_says_nothing_is_unknown_and_not_well() {
        let text = text(&StatusPage::default());
        assert!(text.starts_with("cluster unknown in unknown\n"), "{text}");
        assert!(text.contains("below full redundancy: unknown (unknown blobs)"), "{text}");
    }
}
