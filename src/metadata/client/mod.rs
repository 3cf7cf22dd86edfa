//! Asks the right member of the right shard, and asks again until somebody answers.
//!
//! # Invariants
//! E1: a command keeps its number through every attempt. E4: a shard that says that a key is not its own makes the
//! client look the shard map up again.
//!
//! # Cancel safety
//! Dropping a call loses its answer: the command may take effect.

mod attempts;
mod leaders;
mod route;

use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_catalog::command::{Command, CommandBody};
use cairn_catalog::query::{Answer, MapsFound, Query};
use cairn_catalog::reply::{Refusal, Reply};
use cairn_catalog::rows::Nothing;
use cairn_placement::{ClusterMap, ShardMap};
use cairn_runtime::{Context, Instant};
use cairn_types::record::Record;
use cairn_types::{Epoch, LogIndex, NodeId, ShardId};
use parking_lot::Mutex;

use self::attempts::Attempts;
use self::leaders::Leaders;
pub use self::route::Route;
use crate::error::MetadataError;
use crate::service::{
    Answered, ChangeMembersCall, Directory, MemberChange, MetadataService, NodeStatus, RenewCall, ServiceError,
};

/// A client of the catalog; cheap to clone, clones share what they learned.
#[derive(Clone)]
pub struct MetadataClient(Arc<State>);

struct State {
    context: Context,
    directory: Directory,
    leaders: Leaders,
    map: Mutex<Option<Arc<ShardMap>>>,
}

impl MetadataClient {
    /// A client that asks the nodes of `directory`.
    pub fn new(context: Context, directory: Directory) -> Self {
        Self(Arc::new(State { context, directory, leaders: Leaders::default(), map: Mutex::default() }))
    }

    /// The nodes that are asked.
    pub fn directory(&self) -> &Directory {
        &self.0.directory
    }

    /// Asks the shard at `route`. A refusal is an error.
    pub async fn query(&self, route: Route<'_>, query: Query, deadline: Instant) -> Result<Answer, MetadataError> {
        self.query_at(route, query, deadline).await.map(|answered| answered.answer)
    }

    /// As [`MetadataClient::query`], with the last command that the answer takes into account.
    pub async fn query_at(&self, route: Route<'_>, query: Query, deadline: Instant) -> Result<Answered, MetadataError> {
        let query = Arc::new(query);
        let mut shard = self.shard_of(route, deadline).await?;
        loop {
            let answered = self.ask(shard, &query, deadline).await?;
            let Answer::Refused(refusal) = answered.answer else { return Ok(answered) };
            shard = self.elsewhere(route, shard, refusal, deadline).await?;
        }
    }

    /// Proposes a command without a session: only those that may be applied any number of times. A refusal is an error.
    pub async fn submit(&self, route: Route<'_>, body: CommandBody, deadline: Instant) -> Result<Reply, MetadataError> {
        let command = Arc::new(Command { body, ..Command::default() });
        let mut shard = self.shard_of(route, deadline).await?;
        loop {
            match self.submit_to(shard, Arc::clone(&command), deadline).await {
                Err(MetadataError::Refused(refusal)) => {
                    shard = self.elsewhere(route, shard, refusal, deadline).await?;
                }
                result => return result,
            }
        }
    }

    /// Proposes a command in one shard, until it has a reply.
    pub(crate) async fn submit_to(
        &self,
        shard: ShardId,
        command: Arc<Command>,
        deadline: Instant,
    ) -> Result<Reply, MetadataError> {
        let propose = |service: Arc<dyn MetadataService>, until| {
            let command = Arc::clone(&command);
            async move { service.submit(shard, command, until).await }
        };
        match self.call(shard, deadline, propose).await? {
            Reply::Refused(refusal) => Err(MetadataError::Refused(refusal)),
            reply => Ok(reply),
        }
    }

    /// Renews a session's lease; `false` if it is over.
    pub(crate) async fn renew(&self, call: RenewCall, deadline: Instant) -> Result<bool, MetadataError> {
        let renew = |service: Arc<dyn MetadataService>, until| {
            let call = call.clone();
            async move { service.renew(call, until).await }
        };
        let answer = self.call(ShardId::ROOT, deadline, renew).await.map_err(nothing_happened)?;
        Ok(answer.is_open)
    }

    /// By shard, the oldest read that any session has open: garbage made at or after it waits.
    pub async fn oldest_reads(&self, deadline: Instant) -> Result<BTreeMap<ShardId, LogIndex>, MetadataError> {
        let ask = |service: Arc<dyn MetadataService>, until| async move { service.oldest_reads(until).await };
        self.call(ShardId::ROOT, deadline, ask).await.map_err(nothing_happened)
    }

    /// Has the leader of `shard` change its members, once no other change is under way.
    pub(crate) async fn change_members(
        &self,
        shard: ShardId,
        change: MemberChange,
        deadline: Instant,
    ) -> Result<(), MetadataError> {
        let ask = |service: Arc<dyn MetadataService>, until| {
            let call = ChangeMembersCall { shard, change: change.clone(), ..ChangeMembersCall::default() };
            async move { service.change_members(call, until).await }
        };
        self.call(shard, deadline, ask).await
    }

    /// How every node of the directory stands, or why it does not say.
    pub async fn status(&self, deadline: Instant) -> Vec<(NodeId, Result<NodeStatus, ServiceError>)> {
        let ask = async |node| {
            let Some(service) = self.0.directory.get(node) else { return (node, Err(ServiceError::Unreachable)) };
            let status = self.0.context.clock.until(deadline, service.status(deadline)).await;
            (node, status.unwrap_or(Err(ServiceError::Unreachable)))
        };
        futures::future::join_all(self.0.directory.nodes().into_iter().map(ask)).await
    }

    /// The shard map, looked up when it is not known yet.
    pub async fn shard_map(&self, deadline: Instant) -> Result<Arc<ShardMap>, MetadataError> {
        let known = self.0.map.lock().clone();
        match known {
            Some(map) => Ok(map),
            None => self.refresh_shard_map(deadline).await,
        }
    }

    /// Looks the shard map up.
    pub async fn refresh_shard_map(&self, deadline: Instant) -> Result<Arc<ShardMap>, MetadataError> {
        let found = self.maps(deadline).await?;
        let row = found.shards.ok_or(MetadataError::Unavailable { shard: ShardId::ROOT })?;
        let map = ShardMap::decode(row.document).map_err(|_| MetadataError::Corrupt { shard: ShardId::ROOT })?;
        let mut known = self.0.map.lock();
        if known.as_ref().is_none_or(|known| known.epoch <= map.epoch) {
            *known = Some(Arc::new(map));
        }
        Ok(Arc::clone(known.as_ref().expect("the map was set above or is newer")))
    }

    /// The map of placement groups and its epoch; `None` before there is one.
    pub async fn cluster_map(&self, deadline: Instant) -> Result<Option<(Epoch, ClusterMap)>, MetadataError> {
        let Some(row) = self.maps(deadline).await?.groups else { return Ok(None) };
        let map = ClusterMap::decode(row.document).map_err(|_| MetadataError::Corrupt { shard: ShardId::ROOT })?;
        Ok(Some((row.epoch, map)))
    }

    /// Both maps as the root shard has them.
    pub async fn maps(&self, deadline: Instant) -> Result<MapsFound, MetadataError> {
        let query = Arc::new(Query::Maps(Nothing::default()));
        match self.ask(ShardId::ROOT, &query, deadline).await?.answer {
            Answer::Maps(found) => Ok(found),
            Answer::Refused(refusal) => Err(MetadataError::Refused(refusal)),
            _ => Err(MetadataError::UnexpectedAnswer { shard: ShardId::ROOT }),
        }
    }

    /// The shard at `route`.
    pub(crate) async fn shard_of(&self, route: Route<'_>, deadline: Instant) -> Result<ShardId, MetadataError> {
        match route {
            Route::Shard(shard) => Ok(shard),
            Route::Key(bucket, key) => {
                let map = self.shard_map(deadline).await?;
                let shard = map.shard_for(bucket, key).ok_or(MetadataError::Corrupt { shard: ShardId::ROOT })?;
                Ok(shard.id)
            }
        }
    }

    /// Where to go after `shard` refused: another shard if it said that the key is not its own and the map knows better.
    pub(crate) async fn elsewhere(
        &self,
        route: Route<'_>,
        shard: ShardId,
        refusal: Refusal,
        deadline: Instant,
    ) -> Result<ShardId, MetadataError> {
        if !matches!((&refusal, route), (Refusal::WrongShard(_), Route::Key(..))) {
            return Err(MetadataError::Refused(refusal));
        }
        self.refresh_shard_map(deadline).await?;
        let other = self.shard_of(route, deadline).await?;
        if other == shard { Err(MetadataError::Refused(refusal)) } else { Ok(other) }
    }

    pub(crate) fn context(&self) -> &Context {
        &self.0.context
    }

    /// The answer of `shard`, a refusal too.
    async fn ask(&self, shard: ShardId, query: &Arc<Query>, deadline: Instant) -> Result<Answered, MetadataError> {
        let ask = |service: Arc<dyn MetadataService>, until| {
            let query = Arc::clone(query);
            async move { service.query(shard, query, until).await }
        };
        self.call(shard, deadline, ask).await.map_err(nothing_happened)
    }

    /// Calls members of `shard` until one of them answers or the deadline passes.
    async fn call<T, F>(
        &self,
        shard: ShardId,
        deadline: Instant,
        call: impl Fn(Arc<dyn MetadataService>, Instant) -> F,
    ) -> Result<T, MetadataError>
    where
        F: Future<Output = Result<T, ServiceError>>,
    {
        let mut attempts = Attempts::new(shard, deadline);
        loop {
            let node = self.0.leaders.next(shard, &attempts, || self.candidates(shard));
            let result = match node.and_then(|node| self.0.directory.get(node)) {
                None => Err(ServiceError::Unreachable),
                Some(service) => {
                    let until = attempts.attempt_deadline(self.0.context.clock.now());
                    let answer = self.0.context.clock.until(until, call(service, until)).await;
                    answer.unwrap_or(Err(ServiceError::Unknown))
                }
            };
            match result {
                Ok(value) => {
                    self.0.leaders.found(shard, node);
                    return Ok(value);
                }
                Err(error) => {
                    self.0.leaders.failed(shard, node, &error);
                    let now = self.0.context.clock.now();
                    let pause = attempts.failed(error, now, &self.0.context.entropy)?;
                    self.0.context.clock.sleep(pause).await;
                }
            }
        }
    }

    /// Who may lead `shard`: its members by the map, then whoever is known.
    fn candidates(&self, shard: ShardId) -> Vec<NodeId> {
        let known = self.0.map.lock().clone();
        let members = known.as_ref().and_then(|map| map.members(shard)).unwrap_or_default();
        let members = members.iter().copied().filter(|node| self.0.directory.get(*node).is_some());
        let members: Vec<NodeId> = members.collect();
        if members.is_empty() { self.0.directory.nodes() } else { members }
    }
}

/// The error of a call that changes nothing: its outcome is never unknown.
fn nothing_happened(error: MetadataError) -> MetadataError {
    match error {
        MetadataError::Unknown { shard } => MetadataError::Unavailable { shard },
        other => other,
    }
}
