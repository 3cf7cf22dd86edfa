//! What the leader of the root shard does beside leading it: it keeps the leases of sessions, fences those that ran out
//! in every shard, and finishes bucket deletions that were left behind.
//!
//! # Invariants
//! Leases only decide when to fence; that fenced work has no effect is each shard's refusal. A new leader gives every
//! session a whole lease before it fences any.
//!
//! # Crash
//! Everything here is done again by the next leader, from the rows; every command may be repeated.

mod closings;
mod fence;
mod leases;

use std::sync::Arc;

use cairn_runtime::Instant;
use cairn_runtime::select::{Either, select};

use self::closings::Closings;
use self::fence::Fencing;
pub(crate) use self::leases::Leases;
use crate::client::MetadataClient;
use crate::limits::{BACKGROUND_TIMEOUT, CLOSING_CHECK_INTERVAL, LEASE_CHECK_INTERVAL};
use crate::node::Node;

/// Runs on every node until shutdown; does something on the root's leader.
pub(crate) async fn run(node: Arc<Node>) {
    let context = node.context().clone();
    let client = MetadataClient::new(context.clone(), node.directory().clone());
    let mut duties =
        Duties { node, client, fencing: Fencing::default(), closings: Closings::default(), next_look: None };
    loop {
        let pause = context.clock.sleep(LEASE_CHECK_INTERVAL);
        if let Either::Left(()) = select(context.tasks.shutdown_requested(), pause).await {
            return;
        }
        duties.turn().await;
    }
}

struct Duties {
    node: Arc<Node>,
    client: MetadataClient,
    fencing: Fencing,
    closings: Closings,
    /// When to look for closings; `None` while another node leads.
    next_look: Option<Instant>,
}

impl Duties {
    async fn turn(&mut self) {
        let clock = self.node.context().clock.clone();
        let deadline = clock.now() + BACKGROUND_TIMEOUT;
        let Some(root) = self.node.led_root() else {
            self.node.leases().end();
            self.fencing = Fencing::default();
            self.closings = Closings::default();
            self.next_look = None;
            return;
        };
        if !self.node.leases().begin(&root, &clock, deadline).await {
            return;
        }
        self.fencing.turn(&self.node, &self.client, deadline).await;
        let now = clock.now();
        if self.next_look.is_none_or(|next| now >= next) {
            self.next_look = Some(now + CLOSING_CHECK_INTERVAL);
            self.closings.turn(&self.client, deadline + BACKGROUND_TIMEOUT).await;
        }
    }
}
