//! The configuration of each role, checked.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, bail};
use cairn_gateway::{EncryptAll, InsecureSseC};
use cairn_types::{GIB, KIB, MIB};

use super::fault::Faults;
use super::key::Role;
use super::resolve::Resolved;
use super::value;
use crate::braces;
use crate::founding::ClusterKeySource;

/// What every role has.
#[derive(Clone, Debug)]
pub(crate) struct Common {
    /// Health, metrics, admin API.
    pub(crate) admin_listen: SocketAddr,
    /// After so long of a graceful stop, what still runs is cut.
    pub(crate) stop_timeout: Duration,
    /// How much is logged.
    pub(crate) log_level: String,
    /// Whether it is logged as JSON.
    pub(crate) log_json: bool,
}

/// What serves S3.
#[derive(Clone, Debug)]
pub(crate) struct S3Settings {
    /// Where.
    pub(crate) listen: SocketAddr,
    /// Bases of virtual-hosted requests.
    pub(crate) domains: Vec<String>,
    /// Whether path style is served.
    pub(crate) path_style: bool,
    /// Whether virtual-hosted style is served.
    pub(crate) virtual_style: bool,
    /// Whether SigV2 is accepted in the header.
    pub(crate) allow_sigv2: bool,
    /// Whether everything is encrypted.
    pub(crate) encrypt_all: EncryptAll,
    /// Where SSE-C is taken over plain HTTP.
    pub(crate) insecure_sse_c: InsecureSseC,
    /// Key of the secrets in the metadata.
    pub(crate) cluster_key_file: Option<PathBuf>,
    /// Or the key itself.
    pub(crate) cluster_key: Option<Secret>,
    /// Payload bytes held at once.
    pub(crate) memory_bytes: u64,
    /// Objects up to it are inline.
    pub(crate) inline_bytes_max: u64,
    /// Client connections at once.
    pub(crate) connections_max: usize,
}

impl S3Settings {
    /// Where the operator keeps the cluster key, if that was said.
    pub(crate) fn cluster_key_source(&self) -> Result<Option<ClusterKeySource>> {
        match (&self.cluster_key_file, &self.cluster_key) {
            (Some(_), Some(_)) => bail!("cluster-key and cluster-key-file are both set"),
            (Some(file), None) => Ok(Some(ClusterKeySource::File(file.clone()))),
            (None, Some(key)) => Ok(Some(ClusterKeySource::Given(key.clone()))),
            (None, None) => Ok(None),
        }
    }
}

/// Where the root key pair comes from.
#[derive(Clone, Debug, Default)]
pub(crate) struct RootPairSource {
    /// The access key, or a file that holds it.
    pub(crate) access_key: Option<String>,
    /// File of the access key.
    pub(crate) access_key_file: Option<PathBuf>,
    /// File of the secret.
    pub(crate) secret_key_file: Option<PathBuf>,
    /// The secret itself.
    pub(crate) secret_key: Option<Secret>,
}

/// A text that is never shown.
#[derive(Clone)]
pub(crate) struct Secret(pub(crate) String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(redacted)")
    }
}

/// `cairn server`.
#[derive(Clone, Debug)]
pub(crate) struct ServerConfig {
    /// What every role has.
    pub(crate) common: Common,
    /// S3.
    pub(crate) s3: S3Settings,
    /// Directories, one per disk.
    pub(crate) data: Vec<PathBuf>,
    /// Name of the region.
    pub(crate) region: String,
    /// Length of a segment.
    pub(crate) segment_bytes: u64,
    /// Root key pair of a new cluster.
    pub(crate) root: RootPairSource,
}

/// `cairn metadata`.
#[derive(Clone, Debug)]
pub(crate) struct MetadataConfig {
    /// What every role has.
    pub(crate) common: Common,
    /// What people call it.
    pub(crate) name: String,
    /// Its directory.
    pub(crate) data: PathBuf,
    /// Where peers reach it.
    pub(crate) listen: SocketAddr,
    /// All metadata nodes.
    pub(crate) metadata: Vec<SocketAddr>,
}

/// `cairn storage`.
#[derive(Clone, Debug)]
pub(crate) struct StorageConfig {
    /// What every role has.
    pub(crate) common: Common,
    /// What people call it.
    pub(crate) name: String,
    /// Directories, one per disk.
    pub(crate) data: Vec<PathBuf>,
    /// Where peers reach it.
    pub(crate) listen: SocketAddr,
    /// All metadata nodes.
    pub(crate) metadata: Vec<SocketAddr>,
    /// Its zone.
    pub(crate) zone: String,
    /// Length of a segment.
    pub(crate) segment_bytes: u64,
}

/// `cairn gateway`.
#[derive(Clone, Debug)]
pub(crate) struct GatewayConfig {
    /// What every role has.
    pub(crate) common: Common,
    /// What people call it.
    pub(crate) name: String,
    /// S3.
    pub(crate) s3: S3Settings,
    /// All metadata nodes.
    pub(crate) metadata: Vec<SocketAddr>,
}

/// Checks the values of `role` without running anything.
pub(crate) fn check(role: Role, resolved: &Resolved) -> Result<(), Faults> {
    match role {
        Role::Server => ServerConfig::from_resolved(resolved).map(drop),
        Role::Metadata => MetadataConfig::from_resolved(resolved).map(drop),
        Role::Storage => StorageConfig::from_resolved(resolved).map(drop),
        Role::Gateway => GatewayConfig::from_resolved(resolved).map(drop),
    }
}

/// Values of one role being checked.
struct Reader<'a> {
    resolved: &'a Resolved,
    faults: Faults,
}

impl<'a> Reader<'a> {
    fn new(resolved: &'a Resolved) -> Self {
        Self { resolved, faults: Faults::default() }
    }

    fn required<T>(&mut self, key: &str, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        match self.resolved.one(key) {
            Some(text) => self.faults.take(key, parse(text)),
            None => {
                self.faults.add(format!("{key}: must be set"));
                None
            }
        }
    }

    fn path(&self, key: &str) -> Option<PathBuf> {
        self.resolved.one(key).map(PathBuf::from)
    }

    fn addresses(&mut self, key: &str) -> Option<Vec<SocketAddr>> {
        let list = self.resolved.list(key);
        if list.is_empty() {
            self.faults.add(format!("{key}: must be set"));
        }
        let parsed: Vec<_> = list.iter().map(|text| self.faults.take(key, value::address(text))).collect();
        parsed.into_iter().collect()
    }

    fn directories(&mut self) -> Option<Vec<PathBuf>> {
        let mut directories = Vec::new();
        for pattern in self.resolved.list("data") {
            match braces::expand(pattern) {
                Ok(expanded) => directories.extend(expanded.into_iter().map(PathBuf::from)),
                Err(error) => self.faults.add(format!("data: {error}")),
            }
        }
        if directories.is_empty() {
            self.faults.add("data: must name at least one directory");
        }
        let mut sorted = directories.clone();
        sorted.sort();
        if let Some(twice) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
            self.faults.add(format!("data: {} is named twice", twice[0].display()));
        }
        Some(directories)
    }

    fn common(&mut self) -> Option<Common> {
        let admin_listen = self.required("admin-listen", value::address);
        let stop_timeout = self.required("stop-timeout", |text| value::duration(text, Duration::ZERO));
        let log_level = self.required("log-level", |text| Ok(text.to_owned()));
        let log_json = self.required("log-format", |text| value::choice(text, &["text", "json"]));
        Some(Common {
            admin_listen: admin_listen?,
            stop_timeout: stop_timeout?,
            log_level: log_level?,
            log_json: log_json? == "json",
        })
    }

    fn s3(&mut self) -> Option<S3Settings> {
        let listen = self.required("listen", value::address);
        let path_style = self.required("path-style", value::truth);
        let virtual_style = self.required("virtual-style", value::truth);
        let allow_sigv2 = self.required("allow-sigv2", value::truth);
        let encrypt_all = self.required("encrypt-all", value::truth);
        let insecure_sse_c = self.required("insecure-sse-c", insecure_sse_c);
        let memory_bytes = self.required("gateway-memory", |text| value::size(text, 64 * MIB, 1 << 41));
        let inline_bytes_max = self.required("inline-limit", |text| value::size(text, 0, 64 * KIB));
        let connections_max = self.required("connections-max", |text| value::number(text, 16));
        Some(S3Settings {
            listen: listen?,
            domains: self.resolved.list("domain").iter().map(|domain| domain.to_lowercase()).collect(),
            path_style: path_style?,
            virtual_style: virtual_style?,
            allow_sigv2: allow_sigv2?,
            encrypt_all: if encrypt_all? { EncryptAll::On } else { EncryptAll::Off },
            insecure_sse_c: insecure_sse_c?,
            cluster_key_file: self.path("cluster-key-file"),
            cluster_key: self.resolved.one("cluster-key").map(|key| Secret(key.to_owned())),
            memory_bytes: memory_bytes?,
            inline_bytes_max: inline_bytes_max?,
            connections_max: usize::try_from(connections_max?).unwrap_or(usize::MAX),
        })
    }

    fn segment_bytes(&mut self) -> Option<u64> {
        self.required("segment-size", |text| value::size(text, 16 * MIB, 16 * GIB))
    }

    fn root(&self) -> RootPairSource {
        RootPairSource {
            access_key: self.resolved.one("root-access-key").map(str::to_owned),
            access_key_file: self.path("root-access-key-file"),
            secret_key_file: self.path("root-secret-key-file"),
            secret_key: self.resolved.one("root-secret-key").map(|secret| Secret(secret.to_owned())),
        }
    }

    /// `config`, unless there were faults.
    fn finish<T>(self, config: Option<T>) -> Result<T, Faults> {
        self.faults.check()?;
        Ok(config.expect("a value is missing only where a fault was added"))
    }
}

impl ServerConfig {
    /// Checks the values.
    pub(crate) fn from_resolved(resolved: &Resolved) -> Result<Self, Faults> {
        let mut reader = Reader::new(resolved);
        let (common, s3) = (reader.common(), reader.s3());
        let (data, region) = (reader.directories(), reader.required("region", value::region));
        let (segment_bytes, root) = (reader.segment_bytes(), reader.root());
        let config = || {
            Some(Self { common: common?, s3: s3?, data: data?, region: region?, segment_bytes: segment_bytes?, root })
        };
        let config = config();
        reader.finish(config)
    }
}

impl MetadataConfig {
    /// Checks the values.
    pub(crate) fn from_resolved(resolved: &Resolved) -> Result<Self, Faults> {
        let mut reader = Reader::new(resolved);
        let common = reader.common();
        let listen = reader.required("node-listen", value::address);
        let metadata = reader.addresses("metadata");
        let data = reader.directories();
        if data.as_ref().is_some_and(|data| data.len() > 1) {
            reader.faults.add("data: a metadata node has one directory");
        }
        let name = resolved.one("name").map(str::to_owned);
        let config = || {
            let (listen, data) = (listen?, data?.into_iter().next()?);
            let name = name.unwrap_or_else(|| format!("metadata {listen}"));
            Some(Self { common: common?, name, data, listen, metadata: metadata? })
        };
        let config = config();
        reader.finish(config)
    }
}

impl StorageConfig {
    /// Checks the values.
    pub(crate) fn from_resolved(resolved: &Resolved) -> Result<Self, Faults> {
        let mut reader = Reader::new(resolved);
        let common = reader.common();
        let listen = reader.required("node-listen", value::address);
        let metadata = reader.addresses("metadata");
        let (data, segment_bytes) = (reader.directories(), reader.segment_bytes());
        let name = resolved.one("name").map(str::to_owned);
        let zone = resolved.one("zone").unwrap_or("").to_owned();
        let config = || {
            let listen = listen?;
            let name = name.unwrap_or_else(|| format!("storage {listen}"));
            Some(Self {
                common: common?,
                name,
                data: data?,
                listen,
                metadata: metadata?,
                zone,
                segment_bytes: segment_bytes?,
            })
        };
        let config = config();
        reader.finish(config)
    }
}

impl GatewayConfig {
    /// Checks the values.
    pub(crate) fn from_resolved(resolved: &Resolved) -> Result<Self, Faults> {
        let mut reader = Reader::new(resolved);
        let (common, s3, metadata) = (reader.common(), reader.s3(), reader.addresses("metadata"));
        if s3.as_ref().is_some_and(|s3| s3.cluster_key_file.is_none() && s3.cluster_key.is_none()) {
            reader.faults.add("cluster-key-file: must be set, or cluster-key");
        }
        let name = resolved.one("name").map(str::to_owned);
        let config = || {
            let s3 = s3?;
            let name = name.unwrap_or_else(|| format!("gateway {}", s3.listen));
            Some(Self { common: common?, name, s3, metadata: metadata? })
        };
        let config = config();
        reader.finish(config)
    }
}

fn insecure_sse_c(text: &str) -> Result<InsecureSseC, String> {
    Ok(match value::choice(text, &["true", "false", "loopback"])?.as_str() {
        "true" => InsecureSseC::Always,
        "false" => InsecureSseC::Never,
        _ => InsecureSseC::OnLoopback,
    })
}
