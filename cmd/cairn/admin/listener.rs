//! The admin listener: health, metrics, status.
//!
//! `GET /health/live` 200 while the process runs · `GET /health/ready` 200 while it serves, else 503 · `GET /metrics` ·
//! `GET /admin/v1/status` · `POST /admin/v1/collect` where the process collects · everything else under `/admin/v1/` is the
//! signed API of a gateway.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context as _, Result};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use cairn_gateway::admin::AdminApi;
use cairn_runtime::select::{Either, select};
use cairn_runtime::{Context, OnExit};
use futures::future::BoxFuture;
use metrics_exporter_prometheus::PrometheusHandle;

use super::status::StatusSource;

/// Whether the process serves; cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Readiness(Arc<Flags>);

#[derive(Default)]
struct Flags {
    started: AtomicBool,
    waits_for_cluster: AtomicBool,
}

impl Readiness {
    /// The process has started, or is about to stop.
    pub(crate) fn set(&self, started: bool) {
        self.0.started.store(started, Ordering::SeqCst);
    }

    /// The process has no cluster to serve in, or has found it: started alone is not ready.
    pub(crate) fn set_waits_for_cluster(&self, waits: bool) {
        self.0.waits_for_cluster.store(waits, Ordering::SeqCst);
    }

    fn get(&self) -> bool {
        self.0.started.load(Ordering::SeqCst) && !self.0.waits_for_cluster.load(Ordering::SeqCst)
    }
}

/// Collects garbage now and says what it did, as JSON.
pub(crate) type Collect = Arc<dyn Fn() -> BoxFuture<'static, Result<serde_json::Value>> + Send + Sync>;

/// The listener.
#[derive(Clone)]
pub(crate) struct AdminListener {
    /// Whether the process serves.
    pub(crate) readiness: Readiness,
    /// What it says of itself and of the cluster.
    pub(crate) status: Arc<dyn StatusSource>,
    /// Its metrics.
    pub(crate) metrics: PrometheusHandle,
    /// How it collects, if it does.
    pub(crate) collect: Option<Collect>,
    /// What administrators ask, if it is a gateway.
    pub(crate) api: Option<AdminApi>,
}

impl AdminListener {
    /// Binds `address` and serves until the process ends: health is asked for also while it stops.
    pub(crate) async fn start(self, context: &Context, address: SocketAddr) -> Result<SocketAddr> {
        let listener = tokio::net::TcpListener::bind(address).await.with_context(|| format!("listen on {address}"))?;
        let bound = listener.local_addr().context("learn the admin address")?;
        let router = axum::Router::new()
            .route("/health/live", get(async || StatusCode::OK))
            .route("/health/ready", get(ready))
            .route("/metrics", get(metrics))
            .route("/admin/v1/status", get(status))
            .route("/admin/v1/collect", post(collect))
            .route("/admin/v1/{*operation}", any(administer))
            .with_state(self);
        let tasks = context.tasks.clone();
        context.tasks.spawn("admin listener", OnExit::Ignore, async move {
            let serving = axum::serve(listener, router).into_future();
            if let Either::Right(Err(error)) = select(tasks.shutdown_requested(), serving).await {
                tracing::error!(%error, "the admin listener stopped");
            }
        });
        Ok(bound)
    }
}

async fn ready(State(listener): State<AdminListener>) -> StatusCode {
    if listener.readiness.get() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
}

async fn metrics(State(listener): State<AdminListener>) -> String {
    listener.metrics.render()
}

async fn status(State(listener): State<AdminListener>) -> Response {
    json(&listener.status.status().await)
}

async fn collect(State(listener): State<AdminListener>) -> Response {
    let Some(collect) = listener.collect else {
        return (StatusCode::NOT_FOUND, "this process does not collect\n").into_response();
    };
    match collect().await {
        Ok(collected) => json(&collected),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, format!("{error:#}\n")).into_response(),
    }
}

async fn administer(State(listener): State<AdminListener>, request: Request) -> Response {
    let Some(api) = listener.api else {
        return (StatusCode::NOT_FOUND, "this process is no gateway\n").into_response();
    };
    let answer = api.answer(request).await;
    (answer.status, [(header::CONTENT_TYPE, "application/json")], answer.body).into_response()
}

fn json(value: &impl serde::Serialize) -> Response {
    let body = serde_json::to_vec(value).expect("texts and numbers make JSON");
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}
