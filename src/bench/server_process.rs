//! A `cairn server` of our own on six directories, for the canonical table.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};
use cairn_s3::auth::SecretKey;
use rustix::process::{Pid, Signal, kill_process};

use crate::endpoint::Endpoint;
use crate::limits::{START_TIMEOUT, STOP_TIMEOUT};
use crate::server_use::{ServerProbe, http_get, wait_until};
use crate::target::Target;

const ACCESS_KEY: &str = "benchmark";
const SECRET_KEY: &str = "benchmark-secret-of-this-run-alone";
const BUCKET: &str = "benchmark";

/// A server that runs; stopped when it is dropped.
pub(crate) struct ServerProcess {
    child: Child,
    endpoint: Endpoint,
    admin: Endpoint,
}

impl ServerProcess {
    /// Starts `binary server` on six directories below `directory` and waits until it is ready.
    pub(crate) fn start(binary: &Path, directory: &Path) -> Result<Self> {
        let (listen, admin) = (free_address()?, free_address()?);
        let log = fs::File::create(directory.join("server.log"))?;
        let disks = format!("{}/disk{{1...6}}", directory.display());
        let mut command = Command::new(binary);
        command.args(["server", "--data", &disks, "--listen", &listen, "--admin-listen", &admin]);
        command.env("CAIRN_ROOT_ACCESS_KEY", ACCESS_KEY).env("CAIRN_ROOT_SECRET_KEY", SECRET_KEY);
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let child = command.spawn().with_context(|| format!("start {}", binary.display()))?;
        let (endpoint, admin) = (format!("http://{listen}").parse()?, format!("http://{admin}").parse()?);
        let mut server = Self { child, endpoint, admin };
        server.wait_until_ready().with_context(|| format!("the server says: {}", log_of(directory)))?;
        Ok(server)
    }

    /// The server, its root key and a bucket.
    pub(crate) fn target(&self) -> Target {
        Target {
            endpoint: self.endpoint.clone(),
            bucket: BUCKET.to_owned(),
            region: "us-east-1".to_owned(),
            access_key: ACCESS_KEY.to_owned(),
            secret_key: SecretKey::new(SECRET_KEY.to_owned()),
        }
    }

    /// How to look at it.
    pub(crate) fn probe(&self) -> Result<ServerProbe> {
        let metrics = format!("http://{}/metrics", self.admin.address()).parse()?;
        Ok(ServerProbe { pid: Some(self.child.id()), metrics: Some(metrics) })
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        wait_until(START_TIMEOUT, || {
            if let Some(status) = self.child.try_wait()? {
                bail!("it ended: {status}");
            }
            Ok(http_get(&self.admin, "/health/ready").is_ok())
        })
    }

    fn stop(&mut self) -> Result<()> {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).context("a child has a process id")?;
        if self.child.try_wait()?.is_some() {
            return Ok(());
        }
        kill_process(pid, Signal::TERM)?;
        wait_until(STOP_TIMEOUT, || Ok(self.child.try_wait()?.is_some()))
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        if let Err(error) = self.stop() {
            eprintln!("the server did not stop by itself ({error:#}): it is killed");
            // It is gone already, or this ends it; there is nobody to tell.
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// An address that nobody listens on now.
fn free_address() -> Result<String> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string())
}

fn log_of(directory: &Path) -> String {
    let log = fs::read_to_string(directory.join("server.log")).unwrap_or_default();
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(10)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_ends_at_once_is_an_error_with_its_last_words() {
        let directory = tempfile::tempdir().unwrap();
        // `ls` does not know our options and says so.
        let error = ServerProcess::start(Path::new("/bin/ls"), directory.path()).err().unwrap();
        assert!(format!("{error:#}").contains("--data"), "{error:#}");
    }

    #[test]
    fn a_binary_that_is_not_there_is_an_error() {
        let directory = tempfile::tempdir().unwrap();
        assert!(ServerProcess::start(&directory.path().join("none"), directory.path()).is_err());
    }
}
