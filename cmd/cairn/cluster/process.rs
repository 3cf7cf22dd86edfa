//! One process of a cluster on this machine.

use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

use super::file::{ProcessEntry, ProcessId};

/// Longest wait for a process to be ready.
pub(crate) const READY_WAIT_MAX: Duration = Duration::from_secs(60);

/// Starts the process, its output in its log.
pub(crate) fn spawn(entry: &ProcessEntry) -> Result<Child> {
    let log = OpenOptions::new().create(true).append(true).open(&entry.log);
    let log = log.with_context(|| format!("open {}", entry.log.display()))?;
    let binary = std::env::current_exe().context("find this binary")?;
    Command::new(binary)
        .arg(&entry.role)
        .arg("--config")
        .arg(&entry.config)
        // What is set for this process is not meant for its children: their configuration is their file.
        .env_clear()
        .envs(std::env::vars_os().filter(|(name, _)| !name.to_string_lossy().starts_with("CAIRN_")))
        .stdin(Stdio::null())
        .stdout(log.try_clone().context("share the log")?)
        .stderr(log)
        // Ctrl-C at the terminal reaches only the supervisor, which stops its children in order.
        .process_group(0)
        .spawn()
        .with_context(|| format!("start {}", entry.name))
}

/// Waits until the process answers `GET path` on its admin listener with 200.
pub(crate) fn wait_for(entry: &ProcessEntry, path: &str, until: Instant) -> Result<()> {
    while !answers(&entry.admin_address, path) {
        if entry.process().is_some_and(|process| !is_alive(process)) {
            bail!("{} ended; its log is {}", entry.name, entry.log.display());
        }
        if Instant::now() >= until {
            bail!("{} does not answer {path}; its log is {}", entry.name, entry.log.display());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

fn answers(address: &str, path: &str) -> bool {
    let ask = || -> std::io::Result<bool> {
        let address: SocketAddr = address.parse().map_err(std::io::Error::other)?;
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")?;
        let mut status = [0; 12];
        stream.read_exact(&mut status)?;
        Ok(status.ends_with(b"200"))
    };
    ask().unwrap_or(false)
}

/// Asks a process to stop.
pub(crate) fn terminate(process: ProcessId) {
    signal(process, Signal::TERM);
}

/// Ends a process at once.
pub(crate) fn kill(process: ProcessId) {
    signal(process, Signal::KILL);
}

fn signal(process: ProcessId, signal: Signal) {
    if !is_alive(process) {
        return;
    }
    if let Some(pid) = i32::try_from(process.pid).ok().and_then(Pid::from_raw) {
        // A process that ended meanwhile needs no signal.
        let _ = kill_process(pid, signal);
    }
}

/// Whether the process runs that the entry is of: a zombie does not, and a stranger that was given its id is another.
pub(crate) fn is_alive(process: ProcessId) -> bool {
    stat(process.pid).is_some_and(|(state, started)| !matches!(state, 'Z' | 'X') && started == process.started)
}

/// The process of that id, if it runs.
pub(crate) fn process_id(pid: u32) -> Option<ProcessId> {
    stat(pid).map(|(_, started)| ProcessId { pid, started })
}

/// State of a process, and when it started in ticks since boot: field 22 of `/proc/PID/stat`, see proc(5).
fn stat(pid: u32) -> Option<(char, u64)> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may hold anything, also spaces and parentheses.
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut fields = fields.split(' ');
    let state = fields.next()?.chars().next()?;
    Some((state, fields.nth(18)?.parse().ok()?))
}
