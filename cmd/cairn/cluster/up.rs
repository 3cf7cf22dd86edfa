//! `cairn cluster up` and `start`: the supervisor.
//!
//! It starts processes in order (metadata, storage, gateways), stops them in reverse, and restarts none: a process that
//! was killed stays dead until `cairn cluster start`.

use std::path::Path;
use std::process::Child;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::file::{ClusterFile, ProcessEntry, ProcessId};
use super::layout::{Shape, cluster_key_file, lay_out};
use super::process::{READY_WAIT_MAX, is_alive, kill, process_id, spawn, terminate, wait_for};
use super::{InitRequest, init, initialise};
use crate::config::RootPairSource;
use crate::config::Secret;
use crate::credentials::{self, RootPair};
use crate::founding::ClusterKeySource;
use crate::roles;

/// How long processes may take to stop before they are killed.
const STOP_WAIT_MAX: Duration = Duration::from_secs(30);

/// Starts the cluster in `directory`, makes it first if there is none, and runs until it is told to stop.
pub(crate) fn up(directory: &Path, shape: &Shape) -> Result<()> {
    let signals = Signals::listen()?;
    let (file, new) = match ClusterFile::read(directory)? {
        Some(file) => (file, None),
        None => {
            let pair = root_pair()?;
            (lay_out(directory, shape, &pair, &roles::entropy())?, Some(pair))
        }
    };
    let mut supervisor = Supervisor { directory, file, children: Vec::new() };
    let run = supervisor.run(new, shape, &signals);
    supervisor.stop(&signals);
    run
}

/// Starts processes of a cluster again and waits until they are ready. They belong to nobody: `up` stops them by their
/// ids in the file.
pub(crate) fn start(directory: &Path, names: &[String]) -> Result<()> {
    let mut file = ClusterFile::read(directory)?.with_context(|| format!("no cluster in {}", directory.display()))?;
    for name in names {
        let entry = file.entry_mut(name).with_context(|| format!("the cluster has no {name}"))?;
        if entry.process().is_some_and(is_alive) {
            bail!("{name} runs already");
        }
        let child = spawn(entry)?;
        entry.set_process(process_id(child.id()));
    }
    file.write(directory)?;
    let until = Instant::now() + READY_WAIT_MAX;
    file.processes
        .iter()
        .filter(|entry| names.contains(&entry.name))
        .try_for_each(|entry| wait_for(entry, "/health/live", until))
}

/// The pair from the environment, or a new one.
fn root_pair() -> Result<RootPair> {
    let variable = |name: &str| std::env::var(name).ok();
    let source = RootPairSource {
        access_key: variable("CAIRN_ROOT_ACCESS_KEY"),
        access_key_file: variable("CAIRN_ROOT_ACCESS_KEY_FILE").map(Into::into),
        secret_key_file: variable("CAIRN_ROOT_SECRET_KEY_FILE").map(Into::into),
        secret_key: variable("CAIRN_ROOT_SECRET_KEY").map(Secret),
    };
    Ok(credentials::given(&source)?.unwrap_or_else(|| credentials::generate(&roles::entropy())))
}

struct Supervisor<'a> {
    directory: &'a Path,
    file: ClusterFile,
    children: Vec<Child>,
}

impl Supervisor<'_> {
    fn run(&mut self, new: Option<RootPair>, shape: &Shape, signals: &Signals) -> Result<()> {
        self.start_role("metadata", "/health/live")?;
        if let Some(pair) = &new {
            initialise(&InitRequest {
                metadata: self.file.addresses("metadata"),
                region: self.file.region.clone(),
                pair,
                cluster_key: &ClusterKeySource::File(cluster_key_file(self.directory)),
            })?;
        }
        self.start_role("storage", "/health/ready")?;
        if new.is_some() {
            init::grow(&self.file.addresses("metadata"), shape.storage())?;
        }
        self.start_role("gateway", "/health/ready")?;
        self.announce();
        signals.wait(1);
        Ok(())
    }

    /// Starts all processes of a role that do not run, and waits for each to answer `path`.
    fn start_role(&mut self, role: &str, path: &str) -> Result<()> {
        for entry in self.file.processes.iter_mut().filter(|entry| entry.role == role) {
            if entry.process().is_some_and(is_alive) {
                bail!("{} runs already, as process {}", entry.name, entry.pid.unwrap_or_default());
            }
            let child = spawn(entry)?;
            entry.set_process(process_id(child.id()));
            self.children.push(child);
        }
        // At once: who was started is to be found also if this process ends before all are ready.
        self.file.write(self.directory)?;
        let until = Instant::now() + READY_WAIT_MAX;
        self.file.processes.iter().filter(|entry| entry.role == role).try_for_each(|entry| wait_for(entry, path, until))
    }

    fn announce(&self) {
        println!("S3 is served at {}", self.file.endpoints.join(" and "));
        println!("the root key pair lies in {}", self.file.root_credentials_file.display());
        println!("the processes are listed in {}", ClusterFile::path(self.directory).display());
        println!("Ctrl-C stops the cluster");
    }

    /// Stops everything, gateways first. Processes that `start` started are in the file.
    fn stop(&mut self, signals: &Signals) {
        if let Ok(Some(file)) = ClusterFile::read(self.directory) {
            self.file = file;
        }
        let until = Instant::now() + STOP_WAIT_MAX;
        for role in ["gateway", "storage", "metadata"] {
            let entries = self.file.processes.iter().filter(|entry| entry.role == role);
            let processes: Vec<ProcessId> = entries.filter_map(ProcessEntry::process).collect();
            processes.iter().copied().for_each(terminate);
            while processes.iter().any(|process| is_alive(*process)) {
                // A second signal, or patience at its end: no more waiting.
                if signals.count() > 1 || Instant::now() >= until {
                    processes.iter().copied().for_each(kill);
                }
                self.reap();
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        self.reap();
    }

    /// Takes leave of children that ended, so that they are not seen as running.
    fn reap(&mut self) {
        self.children.retain_mut(|child| !matches!(child.try_wait(), Ok(Some(_))));
    }
}

/// Signals to stop, counted.
struct Signals(Arc<AtomicUsize>);

impl Signals {
    fn listen() -> Result<Self> {
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().context("listen for signals")?;
        std::thread::Builder::new()
            .name("signals".into())
            .spawn(move || {
                runtime.block_on(async {
                    loop {
                        if cairn_runtime::production::stop_requested().await.is_err() {
                            return;
                        }
                        counted.fetch_add(1, Ordering::SeqCst);
                    }
                });
            })
            .context("listen for signals")?;
        Ok(Self(count))
    }

    fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    fn wait(&self, count: usize) {
        while self.count() < count {
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}
