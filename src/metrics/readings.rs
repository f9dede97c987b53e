//! What is read from the node when somebody looks.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{
    DescriptorEncoder, EncodeCounterValue, EncodeGaugeValue, EncodeMetric,
};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

use super::process::Process;

/// A node at one moment. What is `None` is not known, and left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Readings {
    /// Whether a load balancer should send requests here.
    pub ready: bool,
    /// The latest term that it has heard of.
    pub term: u64,
    /// Whether it leads.
    pub leads: bool,
    /// The last entry that it has applied.
    pub applied_index: u64,
    /// Entries that it has and has not applied.
    pub apply_lag: u64,
    /// On the leader: entries that each other member lacks, by number.
    pub match_lag: Vec<(u64, u64)>,
    /// Clients' writes that are not decided.
    pub undecided: u64,
    /// Seconds that its wall clock stands before the median of all members'.
    pub clock_offset: Option<f64>,
    /// Holds that are pending.
    pub holds_active: u64,
    /// Bookings that were ever made, as far as it has applied.
    pub bookings_made: u64,
    /// The outbox, by kind.
    pub outbox: Vec<Outbox>,
    /// Open event streams.
    pub listeners: u64,
    /// The process.
    pub process: Option<Process>,
}

/// Rows of the outbox of one kind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outbox {
    /// Which kind.
    pub kind: &'static str,
    /// How many.
    pub depth: u64,
    /// The age of the oldest in seconds; 0 if there is none.
    pub oldest: f64,
}

/// Space on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Space {
    /// Bytes that this process may still write.
    pub free_bytes: u64,
    /// Bytes of the ballast, which an operator may delete.
    pub ballast_bytes: u64,
}

/// What was read last, as the registry asks for it.
#[derive(Debug, Default)]
pub(super) struct Scrape(Mutex<(Readings, Option<Space>)>);

impl Scrape {
    pub(super) fn read(&self, readings: Readings) {
        self.lock().0 = readings;
    }

    pub(super) fn space(&self, space: Space) {
        self.lock().1 = Some(space);
    }

    fn lock(&self) -> MutexGuard<'_, (Readings, Option<Space>)> {
        // Each update is one assignment: a panic elsewhere cannot have torn it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Collector for Scrape {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let (readings, space) = self.lock().clone();
        let mut out = Out(&mut encoder);
        readings.encode_consensus(&mut out)?;
        readings.encode_work(&mut out)?;
        if let Some(space) = space {
            out.gauge("disk_free_bytes", "Bytes this node may still write", space.free_bytes)?;
            let help = "Bytes of the ballast, deleted to start a node whose disk is full";
            out.gauge("disk_ballast_bytes", help, space.ballast_bytes)?;
        }
        match readings.process {
            Some(process) => encode_process(process, &mut out),
            None => Ok(()),
        }
    }
}

impl Readings {
    fn encode_consensus(&self, out: &mut Out<'_, '_>) -> Result<(), fmt::Error> {
        out.gauge("node_ready", "1 if this node can serve", u64::from(self.ready))?;
        out.gauge("raft_term", "The latest term that this node has heard of", self.term)?;
        out.gauge("raft_is_leader", "1 if this node leads", u64::from(self.leads))?;
        let help = "The last entry that this node has applied";
        out.gauge("raft_applied_index", help, self.applied_index)?;
        let help = "Entries in this node's log that it has not applied";
        out.gauge("raft_apply_lag_entries", help, self.apply_lag)?;
        let help = "On the leader: entries of its log that a peer has not confirmed";
        let lags = self.match_lag.iter().map(|(peer, lag)| (peer.to_string(), *lag));
        out.gauges("raft_peer_match_lag_entries", help, "peer", lags)?;
        let help = "Clients' writes that are not decided yet";
        out.gauge("raft_undecided_writes", help, self.undecided)?;
        match self.clock_offset {
            Some(offset) => {
                let help = "How far this node's clock stands before the median of all";
                out.gauge("clock_offset_seconds", help, offset)
            }
            None => Ok(()),
        }
    }

    fn encode_work(&self, out: &mut Out<'_, '_>) -> Result<(), fmt::Error> {
        out.gauge("holds_active", "Holds that are pending", self.holds_active)?;
        let help = "Bookings made in the whole cluster, as far as this node has applied";
        out.counter("bookings", help, self.bookings_made)?;
        let depths = self.outbox.iter().map(|row| (row.kind.to_owned(), row.depth));
        out.gauges("outbox_depth", "Rows of the outbox", "kind", depths)?;
        let ages = self.outbox.iter().map(|row| (row.kind.to_owned(), row.oldest));
        let help = "Age of the oldest row of the outbox; 0 if there is none";
        out.gauges("outbox_oldest_seconds", help, "kind", ages)?;
        out.gauge("stream_listeners", "Open event streams", self.listeners)
    }
}

fn encode_process(process: Process, out: &mut Out<'_, '_>) -> Result<(), fmt::Error> {
    let help = "Memory of this process that is resident";
    out.gauge("process_resident_memory_bytes", help, process.resident_bytes)?;
    out.gauge("process_open_fds", "File descriptors that are open", process.open_fds)?;
    out.gauge("process_max_fds", "File descriptors that may be open", process.max_fds)?;
    let help = "Processor time that this process has used";
    out.counter("process_cpu_seconds", help, process.cpu_seconds)
}

/// Writes one metric after the other.
struct Out<'a, 'b>(&'a mut DescriptorEncoder<'b>);

impl Out<'_, '_> {
    fn gauge<N>(&mut self, name: &str, help: &str, value: N) -> Result<(), fmt::Error>
    where
        N: EncodeGaugeValue,
    {
        let gauge = ConstGauge::new(value);
        let encoder = self.0.encode_descriptor(name, help, None, gauge.metric_type())?;
        gauge.encode(encoder)
    }

    fn counter<N>(&mut self, name: &str, help: &str, value: N) -> Result<(), fmt::Error>
    where
        N: EncodeCounterValue,
    {
        let counter = ConstCounter::new(value);
        let encoder = self.0.encode_descriptor(name, help, None, counter.metric_type())?;
        counter.encode(encoder)
    }

    fn gauges<N: EncodeGaugeValue>(
        &mut self,
        name: &str,
        help: &str,
        label: &'static str,
        values: impl Iterator<Item = (String, N)>,
    ) -> Result<(), fmt::Error> {
        let mut values = values.peekable();
        if values.peek().is_none() {
            return Ok(());
        }
        let kind = ConstGauge::new(0_u64).metric_type();
        let mut encoder = self.0.encode_descriptor(name, help, None, kind)?;
        for (value, number) in values {
            let labels = [(label, value)];
            ConstGauge::new(number).encode(encoder.encode_family(&labels)?)?;
        }
        Ok(())
    }
}
