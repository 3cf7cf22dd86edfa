//! A member of a shard: proposes, answers, and tells how it stands.
//!
//! # Invariants
//! Reads are linearizable: they share rounds of heartbeats, one in flight at a time, and join only a round that begins
//! after they came. A member that is the only voter needs none once it has led and applied an entry of its term.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use cairn_catalog::command::{Command, CommandBody};
use cairn_catalog::query::Query;
use cairn_catalog::reply::Reply;
use cairn_catalog::state::ReadError;
use cairn_runtime::{Clock, Instant};
use cairn_types::record::{Field, Record, Writer};
use cairn_types::{LogIndex, NodeId, ShardId, UnixMillis};
use openraft::async_runtime::WatchReceiver;
use openraft::errors::{ClientWriteError, ForwardToLeader, InitializeError, LinearizableReadError, RaftError};
use openraft::{Raft, ReadPolicy};

use super::Node;
use super::identity::IdentityRecord;
use crate::limits::{COMMAND_BYTES_MAX, ELECTION_MAX, STOP_GRACE};
use crate::log::{ShardLog, ShardLogStorage};
use crate::network::{NetworkParts, PeerFactory};
use crate::raft::{Membership, Proposal, RaftTypes, raft_config};
use crate::rounds::Rounds;
use crate::service::{Answered, HostedShard, ServiceError};
use crate::state::{ShardMachine, ShardState};

/// The Raft of a shard.
pub(crate) type ShardRaft = Raft<RaftTypes, ShardMachine>;

/// The tag of `proposed_at` in a command.
const PROPOSED_AT_TAG: u32 = 4;

/// A running member of a shard.
pub(crate) struct Shard {
    pub(crate) id: ShardId,
    pub(crate) hosted: HostedShard,
    pub(crate) raft: ShardRaft,
    pub(crate) state: Arc<ShardState>,
    pub(crate) log: Arc<ShardLog>,
    node: NodeId,
    clock: Clock,
    /// The time of the last command proposed here: times only grow while a leader leads.
    proposed: AtomicU64,
    rounds: Arc<Rounds<Result<(), ServiceError>>>,
}

impl Shard {
    /// Starts the member. The first of the founders gives a shard without members its first ones.
    pub(super) async fn start(
        node: &Node,
        identity: &IdentityRecord,
        hosted: &HostedShard,
        state: Arc<ShardState>,
    ) -> io::Result<Self> {
        let parts = NetworkParts {
            directory: node.directory.clone(),
            clock: node.context.clock.clone(),
            entropy: node.context.entropy.clone(),
            cluster: identity.cluster,
            node: identity.node,
            generation: identity.generation,
            shard: hosted.shard,
            range: hosted.range.clone(),
        };
        let config = raft_config(hosted.shard, node.settings.entries_kept)?;
        let storage = ShardLogStorage::new(hosted.shard, Arc::clone(&node.log));
        let machine = ShardMachine::new(Arc::clone(&state), Arc::clone(&node.flushes));
        let peers = PeerFactory(Arc::new(parts));
        let raft = Raft::new(identity.node, config, peers, storage, machine).await.map_err(io::Error::other)?;
        let voters = identity.first_voters();
        if voters.first() == Some(&identity.node) {
            match raft.initialize(voters).await {
                Ok(()) | Err(RaftError::APIError(InitializeError::NotAllowed(_))) => {}
                Err(error) => return Err(io::Error::other(error)),
            }
        }
        Ok(Self::assemble(node, identity.node, hosted, raft, state))
    }

    fn assemble(node: &Node, id: NodeId, hosted: &HostedShard, raft: ShardRaft, state: Arc<ShardState>) -> Self {
        let log = node.log.shard(hosted.shard);
        let reading = Reading { raft: raft.clone(), state: Arc::clone(&state), log: Arc::clone(&log), node: id };
        let rounds = Rounds::new(node.context.tasks.clone(), move || {
            let reading = reading.clone();
            async move { reading.round().await }
        });
        Self {
            id: hosted.shard,
            hosted: hosted.clone(),
            raft,
            state,
            log,
            node: id,
            clock: node.context.clock.clone(),
            proposed: AtomicU64::new(0),
            rounds,
        }
    }

    /// Proposes a command and waits for its reply.
    pub(super) async fn submit(
        &self,
        node: &Node,
        command: &Command,
        deadline: Instant,
    ) -> Result<Reply, ServiceError> {
        self.must_lead()?;
        if node.is_short_of_space.load(Ordering::Relaxed) && adds_something(&command.body) {
            return Err(ServiceError::Busy);
        }
        let proposal = encode(command, self.next_time());
        if proposal.0.len() > COMMAND_BYTES_MAX {
            return Err(ServiceError::Invalid);
        }
        metrics::counter!("cairn_copied_bytes_total", "step" => "command").increment(proposal.0.len() as u64);
        let permit = self.clock.until(deadline, node.budget.take(proposal.0.len() as u64)).await;
        let _permit = permit.map_err(|_| ServiceError::Busy)?;
        match self.clock.until(deadline, self.raft.client_write(proposal)).await {
            Ok(Ok(written)) => Ok(written.data.0),
            Ok(Err(error)) => Err(write_error(error)),
            Err(_) => Err(ServiceError::Unknown),
        }
    }

    /// Answers a question as of a time after it came.
    pub(crate) async fn query(&self, query: Arc<Query>, deadline: Instant) -> Result<Answered, ServiceError> {
        self.must_lead()?;
        self.linearize(deadline).await?;
        let at = self.state.applied().map(|id| LogIndex(id.index())).unwrap_or_default();
        let answer = self.state.answer(query).await.map_err(|error| read_error(self.id, &error))?;
        Ok(Answered { answer, at, ..Answered::default() })
    }

    /// Returns once the rows here are those of a time after the call came.
    pub(super) async fn linearize(&self, deadline: Instant) -> Result<(), ServiceError> {
        if self.log.is_sole() {
            return Ok(());
        }
        match self.clock.until(deadline, self.rounds.join()).await {
            Ok(Some(result)) => result,
            Ok(None) | Err(_) => Err(ServiceError::Unreachable),
        }
    }

    /// Rounds of heartbeats made for reads.
    pub(super) fn read_rounds(&self) -> u64 {
        self.rounds.count()
    }

    /// Whether this member believes to lead.
    pub(crate) fn is_leader(&self) -> bool {
        self.raft.is_leader()
    }

    /// Who leads, as far as this member knows.
    pub(crate) fn leader(&self) -> Option<NodeId> {
        self.raft.server_metrics().borrow_watched().current_leader
    }

    /// Why the member has stopped, if it has.
    pub(super) fn failure(&self) -> Option<String> {
        self.raft.metrics().borrow_watched().running_state.as_ref().err().map(ToString::to_string)
    }

    /// Stops the member; what it has not answered is unknown to who asked.
    pub(super) async fn stop(&self) {
        if self.clock.within(STOP_GRACE, self.raft.shutdown()).await.is_err() {
            tracing::warn!(shard = %self.id, "the shard did not stop in time");
        }
    }

    /// The member.
    pub(super) fn node(&self) -> NodeId {
        self.node
    }

    pub(super) fn clock(&self) -> &Clock {
        &self.clock
    }

    fn must_lead(&self) -> Result<(), ServiceError> {
        if self.is_leader() {
            return Ok(());
        }
        let hint = self.leader().filter(|leader| *leader != self.node);
        Err(ServiceError::NotLeader { hint })
    }

    /// The clock, or the time after the last one given.
    fn next_time(&self) -> UnixMillis {
        let now = self.clock.wall().0;
        let last = self.proposed.fetch_max(now, Ordering::Relaxed);
        UnixMillis(last.max(now))
    }
}

/// What a round of reads needs.
#[derive(Clone)]
struct Reading {
    raft: ShardRaft,
    state: Arc<ShardState>,
    log: Arc<ShardLog>,
    node: NodeId,
}

impl Reading {
    /// Makes sure that this member leads, and waits for the rows that were committed when it did.
    async fn round(&self) -> Result<(), ServiceError> {
        let changes = self.log.sole_changes();
        let clock = cairn_runtime::Context::current().clock;
        let asked = clock.within(ELECTION_MAX, self.raft.get_read_linearizer(ReadPolicy::ReadIndex)).await;
        let linearizer = asked.map_err(|_| ServiceError::NotLeader { hint: None })?.map_err(linearize_error)?;
        metrics::counter!("cairn_metadata_read_rounds_total").increment(1);
        let index = linearizer.read_log_id().index();
        let waited = clock.within(ELECTION_MAX, self.state.wait_applied(index)).await;
        if waited != Ok(true) {
            return Err(ServiceError::Unreachable);
        }
        if self.is_only_voter() {
            self.log.mark_sole(changes);
        }
        Ok(())
    }

    fn is_only_voter(&self) -> bool {
        let metrics = self.raft.server_metrics();
        let membership = Arc::clone(&metrics.borrow_watched().membership_config);
        only_voter(membership.membership()) == Some(self.node)
    }
}

/// The only voter, if there is just one.
fn only_voter(membership: &Membership) -> Option<NodeId> {
    let [voters] = &membership.get_joint_config()[..] else { return None };
    voters.first().copied().filter(|_| voters.len() == 1)
}

/// Whether a command takes space that only other commands give back.
fn adds_something(body: &CommandBody) -> bool {
    matches!(
        body,
        CommandBody::PublishVersion(_)
            | CommandBody::ReplaceMetadata(_)
            | CommandBody::UpdateVersion(_)
            | CommandBody::AppendObject(_)
            | CommandBody::RenameObject(_)
            | CommandBody::CreateUpload(_)
            | CommandBody::PublishPart(_)
            | CommandBody::CreateBucket(_)
            | CommandBody::SetBucketDocument(_)
    )
}

/// The command with its time: the one encoding of it on its way through the log.
fn encode(command: &Command, at: UnixMillis) -> Proposal {
    let mut out = Writer::with_capacity(1_024);
    command.write_fields(&mut out);
    at.write(PROPOSED_AT_TAG, &mut out);
    Proposal(out.into_bytes())
}

fn not_leader(forward: &ForwardToLeader<RaftTypes>) -> ServiceError {
    ServiceError::NotLeader { hint: forward.leader_id }
}

fn write_error(error: RaftError<RaftTypes, ClientWriteError<RaftTypes>>) -> ServiceError {
    match error {
        RaftError::APIError(ClientWriteError::ForwardToLeader(forward)) => not_leader(&forward),
        RaftError::APIError(ClientWriteError::LogEntryDiscarded(_)) | RaftError::Fatal(_) => ServiceError::Unknown,
        RaftError::APIError(ClientWriteError::ChangeMembershipError(_) | ClientWriteError::PreconditionFailed(_)) => {
            ServiceError::Invalid
        }
    }
}

fn linearize_error(error: RaftError<RaftTypes, LinearizableReadError<RaftTypes>>) -> ServiceError {
    match error {
        RaftError::APIError(LinearizableReadError::ForwardToLeader(forward)) => not_leader(&forward),
        RaftError::APIError(LinearizableReadError::QuorumNotEnough(_)) => ServiceError::NotLeader { hint: None },
        RaftError::Fatal(_) => ServiceError::Unreachable,
    }
}

fn read_error(shard: ShardId, error: &ReadError) -> ServiceError {
    tracing::error!(%shard, %error, "rows of the catalog cannot be read");
    match error {
        ReadError::NotCached | ReadError::Engine(_) => ServiceError::Unreachable,
        ReadError::Corrupt { .. } | ReadError::Contradiction { .. } => ServiceError::Corrupt,
    }
}
