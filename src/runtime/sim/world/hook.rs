//! How the ends of tasks reach the world.

use std::sync::{Arc, Weak};

use super::World;
use super::event_log::on_node;
use super::node::SimNode;
use crate::tasks::{BoxFuture, ExitHook, OnExit};

/// The hook of one incarnation of a node.
pub(super) struct WorldHook {
    pub(super) world: Weak<World>,
    pub(super) node: Arc<str>,
    pub(super) incarnation: u64,
}

impl ExitHook for WorldHook {
    fn begins(&self, name: &'static str, future: BoxFuture) -> BoxFuture {
        if let Some(world) = self.world.upgrade() {
            world.log.fold(format_args!("{} spawns {name}", self.node));
        }
        Box::pin(on_node(&self.node, future))
    }

    fn panicked(&self, name: &'static str, _on_exit: OnExit, message: &str) {
        if let Some(world) = self.world.upgrade() {
            world.fail(format!("task {name} of {} panicked: {message}", self.node));
        }
    }

    fn ended_early(&self, name: &'static str, on_exit: OnExit) {
        let Some(world) = self.world.upgrade() else { return };
        world.log.note(&self.node, format!("task {name} ended early"));
        if on_exit == OnExit::Abort {
            let node: Option<SimNode> = world.nodes.lock().get(&*self.node).cloned();
            if let Some(node) = node {
                node.die_of(name, self.incarnation);
            }
        }
    }
}
