//! `cairn bench`: from arguments to a printed report.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use cairn_s3::auth::SecretKey;

use crate::arguments::{BenchArguments, BenchCommand, FloorArguments, RunArguments, TableArguments};
use crate::drive::{drive, make_bucket, set_policy};
use crate::floor::measure_floor;
use crate::keys::KeySet;
use crate::load::{Load, Stop, Workload};
use crate::outcome::Outcome;
use crate::pace::Pace;
use crate::payload::Payload;
use crate::policy::BucketPolicy;
use crate::server_process::ServerProcess;
use crate::server_use::ServerProbe;
use crate::table::{Plan, Row, canonical_rows, render};
use crate::target::Target;

/// Time for each rate of the floor beside a table.
const FLOOR_TIME: Duration = Duration::from_secs(2);

/// Runs `cairn bench` and prints its report. Blocks; operations that failed make it an error, after the report.
pub fn run(arguments: BenchArguments) -> Result<()> {
    match arguments.command {
        BenchCommand::Run(arguments) => run_one(&arguments),
        BenchCommand::Table(arguments) => run_table(&arguments),
        BenchCommand::Floor(arguments) => run_floor(&arguments),
    }
}

fn run_one(arguments: &RunArguments) -> Result<()> {
    let target = Target {
        endpoint: arguments.endpoint.clone(),
        bucket: arguments.bucket.clone(),
        region: arguments.region.clone(),
        access_key: arguments.access_key.clone(),
        secret_key: SecretKey::new(arguments.secret_key.clone()),
    };
    let probe = ServerProbe { pid: arguments.pid, metrics: arguments.metrics_url.clone() };
    let load = load_of(arguments)?;
    make_bucket(&load, &target)?;
    prepare(&load, arguments.objects, &target)?;
    let row = measured(&load, &target, &probe)?;
    if arguments.json {
        println!("{:#}", row.outcome.to_json());
    } else {
        print!("{}", render(std::slice::from_ref(&row)));
    }
    fail_on_errors(&[row])
}

fn load_of(arguments: &RunArguments) -> Result<Load> {
    if !(arguments.seconds > 0.0 && arguments.rate.is_none_or(|rate| rate > 0.0)) {
        bail!("--seconds and --rate are above 0");
    }
    Ok(Load {
        name: format!("{:?} {}", arguments.workload, arguments.size),
        workload: arguments.workload,
        keys: Arc::new(KeySet::new(&format!("run-{}", std::process::id()))),
        payload: Payload::new(arguments.size, arguments.payload),
        connections: arguments.connections.max(1),
        threads: arguments.threads.max(1),
        pace: arguments.rate.map_or(Pace::Closed, |per_second| Pace::Open { per_second }),
        stop: Stop::After(Duration::from_secs_f64(arguments.seconds)),
        policy: BucketPolicy::None,
    })
}

/// Puts what the workload reads, lists or deletes; unmeasured, but without a single error.
fn prepare(load: &Load, objects: u64, target: &Target) -> Result<()> {
    if load.workload == Workload::Put || objects == 0 {
        return Ok(());
    }
    let puts = Load {
        name: "prepare".to_owned(),
        workload: Workload::Put,
        pace: Pace::Closed,
        stop: Stop::Operations(objects),
        ..load.clone()
    };
    let outcome = drive(&puts, target)?;
    match outcome.first_error {
        Some(error) => bail!("prepare objects: {error}"),
        None => Ok(()),
    }
}

/// Runs a load and reads what it cost the server.
fn measured(load: &Load, target: &Target, probe: &ServerProbe) -> Result<Row> {
    probe.reset_peak();
    let before = probe.snapshot()?;
    let mut outcome = drive(load, target)?;
    outcome.server = Some(probe.snapshot()?.since(&before));
    Ok(Row::new(load, outcome))
}

fn run_table(arguments: &TableArguments) -> Result<()> {
    fs::create_dir_all(&arguments.dir).with_context(|| format!("create {}", arguments.dir.display()))?;
    let floor = measure_floor(&arguments.dir, FLOOR_TIME)?;
    let directory = tempfile::Builder::new().prefix("table-").tempdir_in(&arguments.dir)?;
    let binary = arguments.binary.clone().map_or_else(std::env::current_exe, Ok)?;
    let server = ServerProcess::start(&binary, directory.path())?;
    let idle = server.probe()?.snapshot()?.resident_bytes;
    let rows = measure_rows(arguments, &server)?;
    drop(server);
    if arguments.json {
        let rows: Vec<_> = rows.iter().map(|row| row.outcome.to_json()).collect();
        println!("{:#}", serde_json::json!({ "rows": rows, "floor": floor, "idle_bytes": idle }));
    } else {
        print!("{}\n{}{}", render(&rows), crate::table::render_memory(idle, &rows), floor.render());
    }
    fail_on_errors(&rows)
}

fn measure_rows(arguments: &TableArguments, server: &ServerProcess) -> Result<Vec<Row>> {
    let plan = Plan {
        time: Duration::from_secs_f64(arguments.seconds),
        list_keys: arguments.list_keys,
        payload: arguments.payload,
    };
    let (target, probe) = (server.target(), server.probe()?);
    let wanted = |name: &str| arguments.only.as_deref().is_none_or(|only| name.contains(only));
    let loads = canonical_rows(&plan);
    if let Some(first) = loads.first() {
        make_bucket(first, &target)?;
    }
    let mut rows = Vec::new();
    for load in &loads {
        // A row that is left out still runs when it makes the keys of another.
        if !wanted(&load.name) && load.workload != Workload::Put {
            continue;
        }
        eprintln!("{} …", load.name);
        if load.workload == Workload::Mixed {
            prepare(load, MIXED_OBJECTS, &target)?;
        }
        if load.policy != BucketPolicy::None {
            set_policy(load, load.policy, &target)?;
        }
        let row = measured(load, &target, &probe)?;
        if load.policy != BucketPolicy::None {
            set_policy(load, BucketPolicy::None, &target)?;
        }
        if wanted(&load.name) {
            rows.push(row);
        }
    }
    Ok(rows)
}

/// Objects that a mixed load reads.
const MIXED_OBJECTS: u64 = 50;

fn run_floor(arguments: &FloorArguments) -> Result<()> {
    let floor = measure_floor(&arguments.dir, Duration::from_secs_f64(arguments.seconds))?;
    print!("{}", floor.render());
    Ok(())
}

fn fail_on_errors(rows: &[Row]) -> Result<()> {
    let failed = |outcome: &Outcome| outcome.errors + outcome.missed;
    let faults: Vec<String> = rows
        .iter()
        .filter(|row| failed(&row.outcome) > 0)
        .map(|row| {
            let Outcome { name, errors, missed, first_error, .. } = &row.outcome;
            format!(
                "{name}: {errors} failed, {missed} missed; first: {}",
                first_error.as_deref().unwrap_or("none failed")
            )
        })
        .collect();
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    Ok(())
}
