//! What goes wrong between nodes.

use std::net::IpAddr;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use super::fabric::Fabric;

/// The faults of a world's network.
#[derive(Clone)]
pub struct SimNet(pub(in crate::sim) Arc<Fabric>);

impl SimNet {
    /// Latency of every link without one of its own; each piece of up to 64 KiB draws it anew.
    pub fn set_latency(&self, range: Range<Duration>) {
        self.0.state.lock().latency = range;
    }

    /// Latency from one host to another, in that direction.
    pub fn set_link_latency(&self, from: IpAddr, to: IpAddr, range: Range<Duration>) {
        self.0.state.lock().link_latency.insert((from, to), range);
    }

    /// Cuts the link in one direction: bytes are held, connects wait.
    pub fn cut_one_way(&self, from: IpAddr, to: IpAddr) {
        self.0.state.lock().cut.insert((from, to));
        self.0.log.fold(format_args!("cut {from} {to}"));
    }

    /// Cuts the link in both directions.
    pub fn cut(&self, a: IpAddr, b: IpAddr) {
        self.cut_one_way(a, b);
        self.cut_one_way(b, a);
    }

    /// Cuts every link between a host of `left` and one of `right`.
    pub fn partition(&self, left: &[IpAddr], right: &[IpAddr]) {
        left.iter().for_each(|a| right.iter().for_each(|b| self.cut(*a, *b)));
    }

    /// Heals the link in both directions; held bytes arrive.
    pub fn heal(&self, a: IpAddr, b: IpAddr) {
        self.heal_where(|from, to| (from, to) == (a, b) || (from, to) == (b, a));
    }

    /// Heals every link.
    pub fn heal_all(&self) {
        self.heal_where(|_, _| true);
    }

    /// Resets every stream between two hosts.
    pub fn reset(&self, a: IpAddr, b: IpAddr) {
        self.0.state.lock().reset_where(|connection| connection.joins(a, b));
    }

    /// Resets a stream at one in `count` of its writes; 0 never.
    pub fn reset_one_in(&self, count: u64) {
        self.0.state.lock().reset_one_in = count;
    }

    /// Streams with at least one open end.
    pub fn streams(&self) -> usize {
        self.0.state.lock().streams.len()
    }

    fn heal_where(&self, which: impl Fn(IpAddr, IpAddr) -> bool) {
        let mut state = self.0.state.lock();
        state.cut.retain(|(from, to)| !which(*from, *to));
        state.wake_all();
        drop(state);
        self.0.note_change();
    }
}
