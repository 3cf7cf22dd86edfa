//! A writer's session: numbers its commands and blobs, renews its lease, and is followed by another when it is fenced.
//!
//! # Invariants
//! E1: a number is given once per session and shard, and kept through retries. E3: a blob's sequence is given once; it
//! counts as in use until its ticket is dropped, and below the floor that the shards know, the exceptions apart, nothing
//! is in use. Work of a fenced session fails with an error that says so; it never goes on under the next one.
//!
//! # Crash
//! A session that is not renewed is fenced, and everything that it staged and did not publish is collected.

mod blobs;
mod incarnation;
mod numbers;
mod reads;
mod tasks;

use std::sync::Arc;

use cairn_catalog::command::{CloseSession, Command, CommandBody, OpenSession};
use cairn_catalog::reply::{Refusal, Reply};
use cairn_runtime::{Instant, OnExit};
use cairn_types::{LogIndex, NodeId, SessionId, ShardId};
use parking_lot::RwLock;
use tokio::sync::Notify;

pub use self::blobs::BlobTicket;
use self::incarnation::Incarnation;
pub use self::reads::OpenRead;
use crate::client::{MetadataClient, Route};
use crate::error::MetadataError;

/// Who opens a session.
#[derive(Clone, Debug)]
pub struct SessionOwner {
    /// The node.
    pub node: NodeId,
    /// What for, for people.
    pub purpose: String,
}

/// An open session and its successors; cheap to clone, clones are the same session.
#[derive(Clone)]
pub struct WriterSession(Arc<State>);

pub(crate) struct State {
    client: MetadataClient,
    owner: SessionOwner,
    current: RwLock<Arc<Incarnation>>,
    /// Told when a shard said that the session is fenced.
    fenced: Notify,
    reads: Arc<reads::OpenReads>,
}

impl WriterSession {
    /// Opens a session, and starts to renew it in tasks of the client's context.
    pub async fn open(client: MetadataClient, owner: SessionOwner, deadline: Instant) -> Result<Self, MetadataError> {
        let session = register(&client, &owner, deadline).await?;
        let current = RwLock::new(Arc::new(Incarnation::new(session)));
        let reads = Arc::default();
        let state = Arc::new(State { client, owner, current, fenced: Notify::new(), reads });
        let tasks = &state.client.context().tasks;
        tasks.spawn("session renewal", OnExit::Report, tasks::renew(Arc::clone(&state)));
        tasks.spawn("blob floors", OnExit::Report, tasks::raise_floors(Arc::clone(&state)));
        Ok(Self(state))
    }

    /// The present session.
    pub fn id(&self) -> SessionId {
        self.0.incarnation().session
    }

    /// The client that the session uses.
    pub fn client(&self) -> &MetadataClient {
        &self.0.client
    }

    /// Proposes a command under a number of its own and repeats it until it has a reply. A refusal is an error.
    ///
    /// # Cancel safety
    /// Dropping the call loses the reply; the command may take effect, once.
    pub async fn submit(&self, route: Route<'_>, body: CommandBody, deadline: Instant) -> Result<Reply, MetadataError> {
        let incarnation = self.0.incarnation();
        let client = &self.0.client;
        let mut shard = client.shard_of(route, deadline).await?;
        let mut command = Command { session: incarnation.session, body, ..Command::default() };
        loop {
            let number = incarnation.numbers.take(shard);
            command.number = number.number();
            command.request_floor = number.floor();
            let shared = Arc::new(command);
            let result = client.submit_to(shard, Arc::clone(&shared), deadline).await;
            let Err(MetadataError::Refused(refusal)) = result else { return result };
            if self.0.is_over(&incarnation, &refusal) {
                return Err(MetadataError::SessionLost { session: incarnation.session });
            }
            shard = client.elsewhere(route, shard, refusal, deadline).await?;
            command = Arc::unwrap_or_clone(shared);
        }
    }

    /// The next blob of the present session.
    pub fn next_blob(&self) -> BlobTicket {
        BlobTicket::take(self.0.incarnation())
    }

    /// Notes a read that began when `at` was the last command of `shard`; garbage made later waits for its end.
    pub fn open_read(&self, shard: ShardId, at: LogIndex) -> OpenRead {
        OpenRead::begin(Arc::clone(&self.0.reads), shard, at)
    }

    /// Declares in every shard the blobs resolved that are, now instead of with the next round.
    pub async fn raise_floors(&self, deadline: Instant) -> Result<(), MetadataError> {
        tasks::raise_floors_once(&self.0, deadline).await
    }

    /// Ends the session for good, without waiting for its lease.
    pub async fn close(&self, deadline: Instant) -> Result<(), MetadataError> {
        let session = self.0.incarnation().end();
        let close = CommandBody::CloseSession(CloseSession { session });
        match self.0.client.submit(Route::ROOT, close, deadline).await {
            Ok(_) | Err(MetadataError::Refused(Refusal::NoSuchSession(_))) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl State {
    pub(crate) fn incarnation(&self) -> Arc<Incarnation> {
        Arc::clone(&self.current.read())
    }

    /// A shard refused the session: another one has to follow it.
    fn note_fenced(&self, incarnation: &Incarnation) {
        incarnation.set_fenced();
        self.fenced.notify_one();
    }

    /// Whether a refusal says that the command's session is over, or that it belongs to one that is.
    fn is_over(&self, incarnation: &Incarnation, refusal: &Refusal) -> bool {
        match refusal {
            Refusal::Fenced(_) => {
                self.note_fenced(incarnation);
                true
            }
            Refusal::BlobNotIntroducible(blob) => blob.session != incarnation.session,
            _ => false,
        }
    }
}

/// Opens a session in the root shard.
pub(crate) async fn register(
    client: &MetadataClient,
    owner: &SessionOwner,
    deadline: Instant,
) -> Result<SessionId, MetadataError> {
    let open = OpenSession { node: owner.node, purpose: owner.purpose.clone(), ..OpenSession::default() };
    match client.submit(Route::ROOT, CommandBody::OpenSession(open), deadline).await? {
        Reply::SessionOpened(session) => Ok(session),
        _ => Err(MetadataError::UnexpectedAnswer { shard: ShardId::ROOT }),
    }
}
