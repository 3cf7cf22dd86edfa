//! How a cluster on this machine is laid out: names, addresses, directories, configurations.

use std::net::TcpListener;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use cairn_runtime::Entropy;
use clap::ArgMatches;

use super::file::{ClusterFile, ProcessEntry};
use crate::credentials::{self, RootPair};
use crate::founding;

/// How many processes of each role.
pub(crate) struct Shape {
    metadata: u16,
    storage: u16,
    gateways: u16,
    region: String,
}

impl Shape {
    /// What the command line says.
    pub(crate) fn of(matches: &ArgMatches) -> Self {
        let count = |name: &str| *matches.get_one::<u16>(name).expect("counts have defaults");
        Self {
            metadata: count("metadata"),
            storage: count("storage"),
            gateways: count("gateways"),
            region: matches.get_one::<String>("region").expect("region has a default").clone(),
        }
    }

    /// Storage nodes.
    pub(crate) fn storage(&self) -> usize {
        usize::from(self.storage)
    }
}

/// File in which the cluster's key lies.
const CLUSTER_KEY_FILE: &str = "cluster-key";

/// Lays out a new cluster in `directory`: keys, configurations, empty data directories.
pub(crate) fn lay_out(directory: &Path, shape: &Shape, pair: &RootPair, entropy: &Entropy) -> Result<ClusterFile> {
    std::fs::create_dir_all(directory).with_context(|| format!("create {}", directory.display()))?;
    let directory = &directory.canonicalize().with_context(|| format!("find {}", directory.display()))?;
    let root_credentials_file = credentials::write(directory, pair)?;
    founding::ensure_cluster_key(&cluster_key_file(directory), entropy)?;
    let mut ports = Ports::default();
    let mut processes = Vec::new();
    for (role, count) in [("metadata", shape.metadata), ("storage", shape.storage), ("gateway", shape.gateways)] {
        for number in 1..=count {
            processes.push(entry(directory, role, number, &mut ports)?);
        }
    }
    let gateways = processes.iter().filter(|process: &&ProcessEntry| process.role == "gateway");
    let endpoints = gateways.map(|process| format!("http://{}", process.address)).collect();
    let file = ClusterFile { region: shape.region.clone(), endpoints, root_credentials_file, processes };
    file.processes.iter().try_for_each(|process| write_config(directory, process, &file))?;
    Ok(file)
}

/// Where the cluster's key lies.
pub(crate) fn cluster_key_file(directory: &Path) -> PathBuf {
    directory.join(CLUSTER_KEY_FILE)
}

fn entry(directory: &Path, role: &str, number: u16, ports: &mut Ports) -> Result<ProcessEntry> {
    let name = format!("{role}-{number}");
    let home = directory.join(&name);
    let data = match role {
        "metadata" => vec![home.join("data")],
        "storage" => vec![home.join("disk1")],
        _ => Vec::new(),
    };
    for directory in data.iter().chain([&home]) {
        std::fs::create_dir_all(directory).with_context(|| format!("create {}", directory.display()))?;
    }
    Ok(ProcessEntry {
        address: ports.take()?,
        admin_address: ports.take()?,
        pid: None,
        started: None,
        data,
        config: home.join("config.toml"),
        log: home.join("log"),
        role: role.to_owned(),
        name,
    })
}

fn write_config(directory: &Path, process: &ProcessEntry, file: &ClusterFile) -> Result<()> {
    let metadata = file.addresses("metadata");
    let mut text =
        format!("name = {:?}\nmetadata = {metadata:?}\nadmin-listen = {:?}\n", process.name, process.admin_address);
    if process.role == "gateway" {
        text += &format!("listen = {:?}\ncluster-key-file = {:?}\n", process.address, cluster_key_file(directory));
    } else {
        text += &format!("node-listen = {:?}\ndata = {:?}\n", process.address, process.data);
    }
    if process.role == "storage" {
        // Many nodes share this machine's disk: a segment's space is taken at once.
        text += "segment-size = \"64MiB\"\n";
    }
    std::fs::write(&process.config, text).with_context(|| format!("write {}", process.config.display()))
}

/// Free ports, each handed out once: all are held until all were drawn.
#[derive(Default)]
struct Ports(Vec<TcpListener>);

impl Ports {
    fn take(&mut self) -> Result<String> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).context("find a free port")?;
        let address = listener.local_addr().context("find a free port")?.to_string();
        self.0.push(listener);
        Ok(address)
    }
}
