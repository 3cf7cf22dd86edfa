//! The gateway as its process holds it.

use std::sync::Arc;

use cairn_metadata::MetadataClient;
use cairn_objects::Objects;
use cairn_runtime::net::Listener;
use cairn_runtime::permits::ByteBudget;
use cairn_runtime::select::{Either3, select3};
use cairn_runtime::watch;
use cairn_runtime::{Context, OnExit};
use cairn_s3::auth::SigningKeyCache;
use http::Request;
use hyper::body::Incoming;
use tokio::sync::Semaphore;

use crate::account_names::AccountNames;
use crate::buckets::Buckets;
use crate::cluster_key::ClusterKey;
use crate::encryption::{Privacy, Vault};
use crate::http1::serve_connection;
use crate::identity::Identities;
use crate::kms::{BuiltInKeys, KeyCatalog};
use crate::limits::{ACCEPT_PAUSE, DOCUMENT_BYTES_MAX};
use crate::metrics::Metrics;
use crate::pipeline::{HttpDate, RequestNames, answer};
use crate::renames::Renames;
use crate::settings::{GatewaySettings, InsecureSseC};

/// What a gateway is built from.
pub struct Components {
    /// Time, randomness, tasks.
    pub context: Context,
    /// The data path; its session also carries changes of buckets.
    pub objects: Objects,
    /// The key under which the catalog keeps secrets.
    pub cluster_key: ClusterKey,
}

/// Speaks S3 on any number of listeners; cheap to clone, clones are the same gateway.
#[derive(Clone)]
pub struct Gateway(Arc<Core>);

struct Core {
    context: Context,
    objects: Objects,
    settings: GatewaySettings,
    cluster_key: Arc<ClusterKey>,
    identities: Identities,
    key_catalog: Arc<KeyCatalog>,
    vault: Vault,
    buckets: Buckets,
    account_names: AccountNames,
    renames: Renames,
    signing_keys: SigningKeyCache,
    documents: ByteBudget,
    names: RequestNames,
    date: HttpDate,
    metrics: Metrics,
    connections: Arc<Semaphore>,
    stop: watch::Sender<bool>,
}

impl Gateway {
    /// A gateway that serves nobody yet.
    pub fn new(components: Components, settings: GatewaySettings) -> Self {
        let Components { context, objects, cluster_key } = components;
        let metadata = objects.metadata().clone();
        let cluster_key = Arc::new(cluster_key);
        let key_catalog = Arc::new(KeyCatalog::new(context.clone(), objects.session().clone(), &cluster_key));
        let keys = BuiltInKeys::new(context.clone(), Arc::clone(&key_catalog));
        let vault = Vault::new(context.clone(), &cluster_key, Arc::new(keys));
        let identities = Identities::new(context.clone(), metadata.clone(), Arc::clone(&cluster_key));
        Self(Arc::new(Core {
            cluster_key,
            identities,
            key_catalog,
            vault,
            buckets: Buckets::new(metadata),
            account_names: AccountNames::default(),
            renames: Renames::default(),
            signing_keys: SigningKeyCache::default(),
            documents: ByteBudget::new(DOCUMENT_BYTES_MAX),
            names: RequestNames::new(&context.entropy),
            date: HttpDate::default(),
            metrics: Metrics::default(),
            connections: Arc::new(Semaphore::new(settings.connections_max)),
            stop: watch::Sender::new(false),
            context,
            objects,
            settings,
        }))
    }

    /// Answers requests on `listener` until [`Gateway::stop`], or until the process is asked to shut down. Then it takes no
    /// more connections, and returns once every request that was accepted has its answer.
    ///
    /// # Cancel safety
    /// Dropping the call leaves connections that were accepted to their tasks.
    pub async fn serve(&self, listener: Arc<dyn Listener>) {
        self.accept_until_stop(listener.as_ref()).await;
        // No more of them: those that wait to be accepted are refused by the system.
        drop(listener);
        self.0.stop.send_replace(true);
        self.finish().await;
    }

    /// Ends every [`Gateway::serve`] once the requests under way have their answers.
    pub fn stop(&self) {
        self.0.stop.send_replace(true);
    }

    /// Connections that are open.
    pub fn connections(&self) -> usize {
        self.0.settings.connections_max - self.0.connections.available_permits()
    }

    async fn accept_until_stop(&self, listener: &dyn Listener) {
        let tasks = &self.0.context.tasks;
        let privacy = self.privacy_of(listener);
        let mut stop = self.0.stop.subscribe();
        loop {
            let accept = async {
                let permit = Arc::clone(&self.0.connections).acquire_owned().await;
                (permit.expect("the semaphore of connections is never closed"), listener.accept().await)
            };
            let stopped = async {
                // The sender is in `self`.
                let _ = stop.wait_for(|stop| *stop).await;
            };
            match select3(stopped, tasks.shutdown_requested(), accept).await {
                Either3::First(()) | Either3::Second(()) => return,
                Either3::Third((permit, Ok((stream, peer)))) => {
                    let (gateway, stop) = (self.clone(), self.0.stop.subscribe());
                    tasks.spawn("s3 connection", OnExit::Ignore, async move {
                        let _permit = permit;
                        let clock = gateway.0.context.clock.clone();
                        let handler = move |link, mut request: Request<Incoming>| {
                            request.extensions_mut().insert(privacy);
                            answer(gateway.clone(), (link, peer.ip()), request)
                        };
                        serve_connection(clock, stream, stop, handler).await;
                    });
                }
                Either3::Third((_, Err(error))) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    self.0.context.clock.sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    /// Whether what comes over a listener may hold customers' keys.
    fn privacy_of(&self, listener: &dyn Listener) -> Privacy {
        let is_loopback = listener.local_address().is_ok_and(|address| address.ip().is_loopback());
        match (self.0.settings.insecure_sse_c, is_loopback) {
            (InsecureSseC::Always, _) | (InsecureSseC::OnLoopback, true) => Privacy::Enough,
            (InsecureSseC::OnLoopback, false) | (InsecureSseC::Never, _) => Privacy::Open,
        }
    }

    /// Waits until no connection is open.
    async fn finish(&self) {
        let all = u32::try_from(self.0.settings.connections_max).unwrap_or(u32::MAX);
        // Closed never; the permits are given back at once, for another serve that ends.
        let _ = self.0.connections.acquire_many(all).await;
    }

    pub(crate) fn context(&self) -> &Context {
        &self.0.context
    }

    pub(crate) fn objects(&self) -> &Objects {
        &self.0.objects
    }

    pub(crate) fn metadata(&self) -> &MetadataClient {
        self.0.objects.metadata()
    }

    pub(crate) fn settings(&self) -> &GatewaySettings {
        &self.0.settings
    }

    /// The key under which secrets are kept.
    pub(crate) fn cluster_key(&self) -> &ClusterKey {
        &self.0.cluster_key
    }

    pub(crate) fn identities(&self) -> &Identities {
        &self.0.identities
    }

    /// Keys of the key service, to be made and changed.
    pub(crate) fn key_catalog(&self) -> &KeyCatalog {
        &self.0.key_catalog
    }

    /// Data keys.
    pub(crate) fn vault(&self) -> &Vault {
        &self.0.vault
    }

    pub(crate) fn buckets(&self) -> &Buckets {
        &self.0.buckets
    }

    pub(crate) fn account_names(&self) -> &AccountNames {
        &self.0.account_names
    }

    pub(crate) fn renames(&self) -> &Renames {
        &self.0.renames
    }

    pub(crate) fn signing_keys(&self) -> &SigningKeyCache {
        &self.0.signing_keys
    }

    /// Memory for documents.
    pub(crate) fn documents(&self) -> &ByteBudget {
        &self.0.documents
    }

    pub(crate) fn names(&self) -> &RequestNames {
        &self.0.names
    }

    pub(crate) fn date(&self) -> &HttpDate {
        &self.0.date
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }
}
