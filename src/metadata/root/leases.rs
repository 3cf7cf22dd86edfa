//! Leases of sessions, in the memory of the root's leader.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use cairn_catalog::query::{Answer, OpenSessions, Query};
use cairn_catalog::rows::{Nothing, NumberSet};
use cairn_runtime::{Clock, Instant};
use cairn_types::{LogIndex, SessionId, ShardId};
use parking_lot::Mutex;

use crate::node::Shard;
use crate::service::{RenewCall, ServiceError};

/// See the module.
pub(crate) struct Leases {
    lease: Duration,
    /// `None` while another node leads.
    kept: Mutex<Option<Kept>>,
}

struct Kept {
    /// When this leader gave every session a whole lease.
    since: Instant,
    sessions: BTreeMap<SessionId, Lease>,
}

struct Lease {
    ends: Instant,
    oldest_reads: BTreeMap<ShardId, LogIndex>,
}

impl Leases {
    pub(crate) fn new(lease: Duration) -> Self {
        Self { lease, kept: Mutex::new(None) }
    }

    /// Leadership is over: what is known here is of no use.
    pub(crate) fn end(&self) {
        *self.kept.lock() = None;
    }

    /// Leadership has begun: every session gets a whole lease. `false` if the sessions cannot be told yet.
    pub(crate) async fn begin(&self, root: &Shard, clock: &Clock, deadline: Instant) -> bool {
        if self.kept.lock().is_some() {
            return true;
        }
        let Ok(open) = open_sessions(root, deadline).await else { return false };
        let since = clock.now();
        let ends = since + self.lease;
        let lease = |session: SessionId| (session, Lease { ends, oldest_reads: BTreeMap::new() });
        let sessions = open.sessions.iter().map(|session| lease(session.session)).collect();
        *self.kept.lock() = Some(Kept { since, sessions });
        true
    }

    /// Renews a lease; `false` if the session is not registered.
    pub(crate) async fn renew(
        &self,
        root: &Shard,
        clock: &Clock,
        call: RenewCall,
        deadline: Instant,
    ) -> Result<bool, ServiceError> {
        if !root.is_leader() {
            return Err(ServiceError::NotLeader { hint: root.leader() });
        }
        let is_known = self.kept.lock().as_ref().is_some_and(|kept| kept.sessions.contains_key(&call.session));
        if !is_known {
            let open = open_sessions(root, deadline).await?;
            if !open.sessions.iter().any(|session| session.session == call.session) {
                return Ok(false);
            }
        }
        if let Some(kept) = self.kept.lock().as_mut() {
            let lease = Lease { ends: clock.now() + self.lease, oldest_reads: call.oldest_reads };
            kept.sessions.insert(call.session, lease);
        }
        Ok(true)
    }

    /// Takes note of the sessions that are registered, and tells which of them have run out.
    pub(super) fn expired(&self, open: &OpenSessions, now: Instant) -> NumberSet {
        let mut kept = self.kept.lock();
        let Some(kept) = kept.as_mut() else { return NumberSet::default() };
        kept.sessions.retain(|session, _| open.sessions.iter().any(|open| open.session == *session));
        for session in &open.sessions {
            let lease = || Lease { ends: now + self.lease, oldest_reads: BTreeMap::new() };
            kept.sessions.entry(session.session).or_insert_with(lease);
        }
        kept.sessions.iter().filter(|(_, lease)| lease.ends <= now).map(|(session, _)| session.0).collect()
    }

    /// By shard, the oldest read that any session has open; once every session had the time to report.
    pub(crate) fn oldest_reads(&self, now: Instant) -> Result<BTreeMap<ShardId, LogIndex>, ServiceError> {
        let kept = self.kept.lock();
        let kept = kept.as_ref().filter(|kept| now >= kept.since + self.lease).ok_or(ServiceError::NotStarted)?;
        let mut oldest: BTreeMap<ShardId, LogIndex> = BTreeMap::new();
        for (shard, at) in kept.sessions.values().flat_map(|lease| &lease.oldest_reads) {
            let known = oldest.entry(*shard).or_insert(*at);
            *known = (*known).min(*at);
        }
        Ok(oldest)
    }
}

/// The registry as of a time after the call.
pub(super) async fn open_sessions(root: &Shard, deadline: Instant) -> Result<OpenSessions, ServiceError> {
    let query = Arc::new(Query::OpenSessions(Nothing::default()));
    match root.query(query, deadline).await?.answer {
        Answer::OpenSessions(open) => Ok(open),
        _ => Err(ServiceError::Invalid),
    }
}
