//! The arguments of `cairn bench`. No `Debug`: they hold a secret.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::endpoint::Endpoint;
use crate::load::Workload;
use crate::payload::PayloadMode;
use crate::server_use::MetricsAddress;
use crate::size::ByteSize;

/// Measure an S3 server.
#[derive(Args)]
pub struct BenchArguments {
    /// What to measure.
    #[command(subcommand)]
    pub command: BenchCommand,
}

/// What `cairn bench` can do.
#[derive(Subcommand)]
pub enum BenchCommand {
    /// One workload against any S3 endpoint.
    Run(Box<RunArguments>),
    /// The canonical table: starts a server of its own on six directories and runs every row.
    Table(TableArguments),
    /// What the cores and the disk of this machine can do at best.
    Floor(FloorArguments),
}

/// One workload.
#[derive(Args)]
pub struct RunArguments {
    /// The endpoint, such as http://127.0.0.1:9000.
    #[arg(long, env = "CAIRN_BENCH_ENDPOINT", default_value = "http://127.0.0.1:9000")]
    pub endpoint: Endpoint,
    /// The bucket; made if it does not exist.
    #[arg(long, env = "CAIRN_BENCH_BUCKET", default_value = "benchmark")]
    pub bucket: String,
    /// The region that signatures name.
    #[arg(long, env = "AWS_REGION", default_value = "us-east-1")]
    pub region: String,
    /// The access key.
    #[arg(long, env = "AWS_ACCESS_KEY_ID")]
    pub access_key: String,
    /// The secret key.
    #[arg(long, env = "AWS_SECRET_ACCESS_KEY", hide_env_values = true)]
    pub secret_key: String,
    /// What to ask for.
    #[arg(long, value_enum, default_value = "put")]
    pub workload: Workload,
    /// Bytes of each object.
    #[arg(long, default_value = "4KiB")]
    pub size: ByteSize,
    /// Objects to put beforehand, for workloads that read, list or delete.
    #[arg(long, default_value_t = 10_000)]
    pub objects: u64,
    /// Connections, each with one request in flight.
    #[arg(long, default_value_t = 16)]
    pub connections: usize,
    /// Threads of this client.
    #[arg(long, default_value_t = 1)]
    pub threads: usize,
    /// Seconds to run.
    #[arg(long, default_value_t = 15.0)]
    pub seconds: f64,
    /// Open loop: operations a second, whatever the server does; latency counts from when an operation was due.
    #[arg(long)]
    pub rate: Option<f64>,
    /// How bodies are signed.
    #[arg(long, value_enum, default_value = "chunked")]
    pub payload: PayloadMode,
    /// The server's process, to read its CPU time, memory and writes.
    #[arg(long)]
    pub pid: Option<u32>,
    /// The server's metrics, such as http://127.0.0.1:9001/metrics, to read its syncs.
    #[arg(long)]
    pub metrics_url: Option<MetricsAddress>,
    /// Print JSON instead of a table.
    #[arg(long)]
    pub json: bool,
}

/// The canonical table.
#[derive(Args)]
pub struct TableArguments {
    /// Where the server's directories are made and removed; a real disk, or the syncs mean nothing.
    #[arg(long)]
    pub dir: PathBuf,
    /// The server's binary; this one unless told.
    #[arg(long)]
    pub binary: Option<PathBuf>,
    /// Seconds for each row.
    #[arg(long, default_value_t = 10.0)]
    pub seconds: f64,
    /// Keys for the listings.
    #[arg(long, default_value_t = 100_000)]
    pub list_keys: u64,
    /// Only the rows whose name contains this; what they need is still prepared.
    #[arg(long)]
    pub only: Option<String>,
    /// How bodies are signed.
    #[arg(long, value_enum, default_value = "chunked")]
    pub payload: PayloadMode,
    /// Print JSON instead of a table.
    #[arg(long)]
    pub json: bool,
}

/// The floor of the machine.
#[derive(Args)]
pub struct FloorArguments {
    /// Where the disk is measured.
    #[arg(long)]
    pub dir: PathBuf,
    /// Seconds for each rate.
    #[arg(long, default_value_t = 2.0)]
    pub seconds: f64,
}
