//! What a load costs the server: read from `/proc` and from its metrics before and after.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::Serialize;

use crate::connection::{BodyWish, Connection};
use crate::endpoint::Endpoint;
use crate::limits::REQUEST_TIMEOUT;
use crate::pieces::Pieces;

const SYNCS: &str = "cairn_disk_syncs_total";
const WRITTEN: &str = "cairn_disk_written_bytes_total";
const COPIED: &str = "cairn_copied_bytes_total";
const ROUNDS: &str = "cairn_metadata_read_rounds_total";

/// How to look at a server.
#[derive(Debug, Clone, Default)]
pub struct ServerProbe {
    /// Its process, when it runs on this machine.
    pub pid: Option<u32>,
    /// Where its metrics are.
    pub metrics: Option<MetricsAddress>,
}

/// A page of metrics: `http://host:port/path`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricsAddress {
    endpoint: Endpoint,
    path: String,
}

/// The server's counters at one moment; what cannot be seen is `None`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct ServerSnapshot {
    /// User and system time of all threads, also of those that have ended, in seconds.
    pub cpu_seconds: Option<f64>,
    /// Resident memory in bytes.
    pub resident_bytes: Option<u64>,
    /// The most that resident memory ever was.
    pub peak_bytes: Option<u64>,
    /// Bytes that the process made the kernel write to storage.
    pub kernel_written_bytes: Option<u64>,
    /// Syncs of disks, as the server counts them.
    pub syncs: Option<f64>,
    /// Bytes written to disks, as the server counts them.
    pub written_bytes: Option<f64>,
    /// Bytes of payloads and commands that the server copied on their way to disks.
    pub copied_bytes: Option<f64>,
    /// Rounds among the members of a shard that reads waited for.
    pub read_rounds: Option<f64>,
}

/// The difference of two snapshots.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct ServerUse {
    /// CPU seconds used.
    pub cpu_seconds: Option<f64>,
    /// Bytes written: the kernel's count, else the server's own.
    pub written_bytes: Option<f64>,
    /// Syncs made.
    pub syncs: Option<f64>,
    /// Bytes of payloads and commands copied on their way to disks.
    pub copied_bytes: Option<f64>,
    /// Rounds of reads among members.
    pub read_rounds: Option<f64>,
    /// Resident memory at the end.
    pub resident_bytes: Option<u64>,
    /// Peak memory so far.
    pub peak_bytes: Option<u64>,
}

impl std::str::FromStr for MetricsAddress {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let after_scheme = text.find("://").map_or(0, |at| at + 3);
        let (authority, path) = match text[after_scheme..].find('/') {
            Some(at) => text.split_at(after_scheme + at),
            None => (text, "/metrics"),
        };
        Ok(Self { endpoint: authority.parse()?, path: path.to_owned() })
    }
}

impl ServerProbe {
    /// Lets the peak of memory begin anew, so that each row has its own. Where the kernel does not allow it the peak stays that of
    /// the process so far: larger than the row's, never smaller.
    pub(crate) fn reset_peak(&self) {
        if let Some(pid) = self.pid {
            // 5 resets the high-water mark of resident memory.
            let _ = fs::write(format!("/proc/{pid}/clear_refs"), "5");
        }
    }

    /// Reads everything that can be seen.
    pub fn snapshot(&self) -> Result<ServerSnapshot> {
        let mut snapshot = ServerSnapshot::default();
        if let Some(pid) = self.pid {
            snapshot.read_process(pid)?;
        }
        if let Some(address) = &self.metrics {
            let page = http_get(&address.endpoint, &address.path)?;
            snapshot.syncs = counter(&page, SYNCS);
            snapshot.written_bytes = counter(&page, WRITTEN);
            snapshot.copied_bytes = counter(&page, COPIED);
            snapshot.read_rounds = counter(&page, ROUNDS);
        }
        Ok(snapshot)
    }
}

impl ServerSnapshot {
    fn read_process(&mut self, pid: u32) -> Result<()> {
        let read = |file: &str| {
            let path = format!("/proc/{pid}/{file}");
            fs::read_to_string(&path).with_context(|| format!("read {path}"))
        };
        self.cpu_seconds = Some(cpu_seconds(&read("stat")?)?);
        let status = read("status")?;
        self.resident_bytes = kib_field(&status, "VmRSS:");
        self.peak_bytes = kib_field(&status, "VmHWM:");
        // Only the owner may read this one: without it the server's own counter stands in.
        self.kernel_written_bytes = read("io").ok().and_then(|io| field(&io, "write_bytes:"));
        Ok(())
    }

    /// What was used since an earlier snapshot of the same process.
    pub fn since(&self, earlier: &Self) -> ServerUse {
        let difference = |now: Option<f64>, before: Option<f64>| Some(now? - before?);
        let as_float = |bytes: Option<u64>| bytes.map(|bytes| bytes as f64);
        let by_kernel = difference(as_float(self.kernel_written_bytes), as_float(earlier.kernel_written_bytes));
        ServerUse {
            cpu_seconds: difference(self.cpu_seconds, earlier.cpu_seconds),
            written_bytes: by_kernel.or_else(|| difference(self.written_bytes, earlier.written_bytes)),
            syncs: difference(self.syncs, earlier.syncs),
            copied_bytes: difference(self.copied_bytes, earlier.copied_bytes),
            read_rounds: difference(self.read_rounds, earlier.read_rounds),
            resident_bytes: self.resident_bytes,
            peak_bytes: self.peak_bytes,
        }
    }
}

/// `utime` and `stime` of `/proc/<pid>/stat`: fields 14 and 15, counted after the name, which may hold anything.
fn cpu_seconds(stat: &str) -> Result<f64> {
    let (_, after_name) = stat.rsplit_once(')').context("/proc stat has a name in parentheses")?;
    let mut times = after_name.split_whitespace().skip(11).take(2).map(str::parse::<u64>);
    let (Some(Ok(user)), Some(Ok(system))) = (times.next(), times.next()) else {
        bail!("/proc stat has no CPU times");
    };
    Ok((user + system) as f64 / rustix::param::clock_ticks_per_second() as f64)
}

fn field(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

fn kib_field(text: &str, name: &str) -> Option<u64> {
    field(text, name).map(|kib| kib * 1_024)
}

/// The sum over all labels of a counter in the text format of Prometheus.
fn counter(page: &str, name: &str) -> Option<f64> {
    let values = page.lines().filter_map(|line| {
        let rest = line.strip_prefix(name).filter(|rest| rest.starts_with([' ', '{']))?;
        rest.rsplit_once(' ')?.1.parse::<f64>().ok()
    });
    values.reduce(|sum, value| sum + value)
}

/// One unsigned GET; an answer other than 200 is an error.
pub(crate) fn http_get(endpoint: &Endpoint, path: &str) -> Result<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::scope(|scope| {
        // A timer belongs to the runtime that it is made in.
        let answered = async { tokio::time::timeout(REQUEST_TIMEOUT, get(endpoint, path)).await };
        let asked = scope.spawn(|| runtime.block_on(answered));
        asked.join().map_err(|_| anyhow::anyhow!("a thread of the client panicked"))?.context("no answer in time")?
    })
}

async fn get(endpoint: &Endpoint, path: &str) -> Result<String> {
    let mut request = Pieces::default();
    let head = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", endpoint.host_header());
    request.push(head.into());
    let answer = Connection::new(endpoint).exchange(request, BodyWish::Keep).await?;
    if answer.status != 200 {
        bail!("{path} answers {}", answer.status);
    }
    Ok(String::from_utf8_lossy(&answer.body).into_owned())
}

/// Waits until `ready` says so.
pub(crate) fn wait_until(limit: Duration, mut ready: impl FnMut() -> Result<bool>) -> Result<()> {
    let start = std::time::Instant::now();
    while !ready()? {
        if start.elapsed() > limit {
            bail!("not within {} s", limit.as_secs());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_time_is_found_behind_any_name() {
        let stat = "7 (a) b) (c) S 1 7 7 0 -1 4194560 1 2 3 4 250 150 0 0 20 0 1 0 100";
        let seconds = cpu_seconds(stat).unwrap();
        assert!((seconds - 400.0 / rustix::param::clock_ticks_per_second() as f64).abs() < 1e-9);
        assert!(cpu_seconds("no name").is_err());
    }

    #[test]
    fn counters_are_summed_over_their_labels_and_not_over_longer_names() {
        let page = "# TYPE cairn_disk_syncs_total counter\ncairn_disk_syncs_total{disk=\"a b\"} 3\ncairn_disk_syncs_total{disk=\"c\"} 4\n\
                    cairn_disk_syncs_total_other 100\n";
        assert_eq!(counter(page, SYNCS), Some(7.0));
        assert_eq!(counter(page, WRITTEN), None);
    }

    #[test]
    fn this_process_can_be_seen() {
        let probe = ServerProbe { pid: Some(std::process::id()), metrics: None };
        let before = probe.snapshot().unwrap();
        let after = probe.snapshot().unwrap();
        let used = after.since(&before);
        assert!(used.cpu_seconds.unwrap() >= 0.0);
        assert!(used.peak_bytes.unwrap() >= used.resident_bytes.unwrap() / 2);
        assert_eq!(used.syncs, None);
    }

    #[test]
    fn a_page_of_a_server_is_read() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address: MetricsAddress = format!("http://{}/metrics", listener.local_addr().unwrap()).parse().unwrap();
        let server = std::thread::spawn(move || {
            use std::io::{Read, Write};
            let (mut stream, _) = listener.accept().unwrap();
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") {
                stream.read_exact(&mut byte).unwrap();
                head.push(byte[0]);
            }
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 26\r\n\r\ncairn_disk_syncs_total 12\n\n").unwrap();
        });
        let probe = ServerProbe { pid: None, metrics: Some(address) };
        assert_eq!(probe.snapshot().unwrap().syncs, Some(12.0));
        server.join().unwrap();
    }

    #[test]
    fn a_process_that_is_gone_is_an_error() {
        assert!(ServerProbe { pid: Some(u32::MAX), metrics: None }.snapshot().is_err());
    }

    #[test]
    fn metrics_lie_at_the_usual_path_unless_told() {
        let address: MetricsAddress = "http://127.0.0.1:9001".parse().unwrap();
        assert_eq!(address.path, "/metrics");
        let address: MetricsAddress = "http://127.0.0.1:9001/m/x".parse().unwrap();
        assert_eq!((address.path.as_str(), address.endpoint.address().as_str()), ("/m/x", "127.0.0.1:9001"));
    }
}
