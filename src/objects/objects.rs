//! The data path as its callers hold it.

use std::sync::Arc;

use cairn_catalog::command::{CommandBody, KeyScope};
use cairn_catalog::query::{Answer, Query};
use cairn_catalog::reply::Reply;
use cairn_metadata::{MetadataClient, MetadataError, Route, WriterSession};
use cairn_runtime::buffers::BufferPool;
use cairn_runtime::permits::ByteBudget;
use cairn_runtime::{Context, Instant, OnExit};
use cairn_storage::FragmentServices;
use cairn_types::ShardId;

use crate::limits::{CATALOG_CALL_MAX, SESSION_PAUSE};
use crate::placement_view::PlacementView;
use crate::read::{Latencies, LostNotes, note_lost};
use crate::settings::Settings;
use crate::stage::{Hashers, HeldRun};

/// Stages, publishes and reads objects; cheap to clone, clones share everything.
#[derive(Clone)]
pub struct Objects(pub(crate) Arc<Core>);

/// What all operations share.
pub(crate) struct Core {
    pub(crate) context: Context,
    pub(crate) session: WriterSession,
    pub(crate) services: Arc<dyn FragmentServices>,
    pub(crate) placement: PlacementView,
    pub(crate) settings: Settings,
    pub(crate) pool: BufferPool,
    pub(crate) stage_budget: ByteBudget,
    pub(crate) read_budget: ByteBudget,
    pub(crate) latencies: Latencies,
    pub(crate) hashers: Hashers,
    pub(crate) lost: LostNotes,
}

/// A command has no reply.
pub(crate) enum SubmitError {
    Metadata(MetadataError),
    Stopped,
}

impl Objects {
    /// The data path of a process: it writes under `session` and reaches disks through `services`, which it tells of
    /// every new placement map. Tasks of the context follow the map and note lost fragments until shutdown.
    pub fn new(
        context: Context,
        session: WriterSession,
        services: Arc<dyn FragmentServices>,
        settings: Settings,
    ) -> Self {
        let placement = PlacementView::new(session.client().clone(), Arc::clone(&services));
        let (lost, suspects) = LostNotes::new();
        let core = Arc::new(Core {
            pool: BufferPool::new(usize::try_from(settings.stage_bytes() / 2).unwrap_or(usize::MAX)),
            stage_budget: ByteBudget::new(settings.stage_bytes()),
            read_budget: ByteBudget::new(settings.readahead_bytes()),
            latencies: Latencies::default(),
            hashers: Hashers::default(),
            lost,
            context,
            session,
            services,
            placement,
            settings,
        });
        let follower = Arc::clone(&core);
        core.context.tasks.spawn("placement map", OnExit::Report, async move {
            follower.placement.follow(&follower.context).await;
        });
        core.context.tasks.spawn("lost fragments", OnExit::Report, note_lost(Arc::clone(&core), suspects));
        Self(core)
    }

    /// The settings in force.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The session that it writes under.
    pub fn session(&self) -> &WriterSession {
        &self.0.session
    }

    /// The client of the catalog.
    pub fn metadata(&self) -> &MetadataClient {
        self.0.session.client()
    }

    /// Looks the placement map up now, for those who just changed it.
    pub async fn refresh_placement(&self) -> Result<(), MetadataError> {
        self.0.placement.refresh(&self.0.context).await.map(drop)
    }
}

impl Core {
    /// Until when one call to the catalog may take.
    pub(crate) fn catalog_deadline(&self) -> Instant {
        self.context.clock.now() + CATALOG_CALL_MAX
    }

    /// Asks the shard of a key.
    pub(crate) async fn ask(&self, scope: &KeyScope, query: Query) -> Result<Answer, MetadataError> {
        self.session.client().query(Route::of_scope(scope), query, self.catalog_deadline()).await
    }

    /// Proposes a command about a key in a task that the caller's end does not end. What is published is held until
    /// there is a reply: a caller that is gone does not resolve it. A command that introduces no blob is tried again
    /// under the next session when its own turns out to be over.
    pub(crate) async fn submit(
        self: &Arc<Self>,
        scope: KeyScope,
        body: CommandBody,
        held: Option<Arc<HeldRun>>,
    ) -> Result<Reply, SubmitError> {
        let core = Arc::clone(self);
        let task = async move {
            let result = core.submit_here(&scope, body, held.is_none()).await;
            if let (Ok(_), Some(held)) = (&result, &held) {
                held.published();
            }
            result
        };
        match self.context.tasks.spawn("publish", OnExit::Ignore, task).await {
            Ok(result) => result.map_err(SubmitError::Metadata),
            Err(_) => Err(SubmitError::Stopped),
        }
    }

    async fn submit_here(&self, scope: &KeyScope, body: CommandBody, may_repeat: bool) -> Result<Reply, MetadataError> {
        let deadline = self.catalog_deadline();
        let route = Route::of_scope(scope);
        if !may_repeat {
            return self.session.submit(route, body, deadline).await;
        }
        loop {
            let result = self.session.submit(route, body.clone(), deadline).await;
            let is_over = self.context.clock.now() + SESSION_PAUSE >= deadline;
            if is_over || !matches!(result, Err(MetadataError::SessionLost { .. })) {
                return result;
            }
            self.context.clock.sleep(SESSION_PAUSE).await;
        }
    }
}

/// The error of an answer that is not of the kind of its question.
pub(crate) fn unexpected() -> MetadataError {
    MetadataError::UnexpectedAnswer { shard: ShardId::ROOT }
}
