//! What is counted: requests, sockets, messages, fan-out, the pool and the queues. No label names a room or a person.

use std::time::Duration;

use prometheus::{
    Encoder, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, Opts, Registry, TextEncoder,
};

use crate::db::Db;

/// What is counted; each node, and so each test, has its own.
pub struct Metrics {
    registry: Registry,
    /// Sockets open now.
    pub sockets: IntGauge,
    /// Messages stored.
    pub messages_posted: IntCounter,
    /// Frames handed to sockets.
    pub frames_sent: IntCounter,
    /// Bytes of those frames.
    pub bytes_sent: IntCounter,
    /// Sockets closed because their reader was too slow.
    pub slow_closes: IntCounter,
    /// Sockets that came back with a revision in hand.
    pub resumes: IntCounter,
    /// Rooms healed from Postgres after a lost frame.
    pub heals: IntCounter,
    /// Letters told to the other nodes.
    pub relayed: IntCounter,
    /// Letters that Redis did not take.
    pub unrelayed: IntCounter,
    /// Whether this node hears the others by Redis.
    pub relay_up: IntGauge,
    /// Posts per commit.
    pub writer_batch: Histogram,
    /// Posts waiting for a commit.
    pub writer_queue: IntGauge,
    requests: IntCounterVec,
    seconds: HistogramVec,
    pool_used: IntGauge,
    pool_size: IntGauge,
}

impl Metrics {
    /// All at nought.
    #[expect(clippy::new_without_default, reason = "made once, by App")]
    pub fn new() -> Self {
        let registry = Registry::new();
        let gauge = |name, help| kept(&registry, IntGauge::new(name, help));
        let counter = |name, help| kept(&registry, IntCounter::new(name, help));
        let batches = HistogramOpts::new("confab_writer_batch", "Posts per commit")
            .buckets(vec![1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0]);
        let times = HistogramOpts::new("confab_request_seconds", "Time to answer a request");
        let requests = Opts::new("confab_requests_total", "Requests answered");
        Metrics {
            sockets: gauge("confab_sockets", "Sockets open now"),
            messages_posted: counter("confab_messages_posted_total", "Messages stored"),
            frames_sent: counter("confab_frames_sent_total", "Frames handed to sockets"),
            bytes_sent: counter("confab_bytes_sent_total", "Bytes of frames handed to sockets"),
            slow_closes: counter("confab_slow_closes_total", "Sockets closed because their reader was too slow"),
            resumes: counter("confab_resumes_total", "Sockets that came back with a revision in hand"),
            heals: counter("confab_heals_total", "Rooms healed from Postgres after a lost frame"),
            relayed: counter("confab_relayed_total", "Letters told to the other nodes"),
            unrelayed: counter("confab_unrelayed_total", "Letters to the other nodes that Redis did not take"),
            relay_up: gauge("confab_relay_up", "Whether this node hears the others by Redis"),
            writer_batch: kept(&registry, Histogram::with_opts(batches)),
            writer_queue: gauge("confab_writer_queue", "Posts waiting for a commit"),
            requests: kept(&registry, IntCounterVec::new(requests, &["method", "route", "status"])),
            seconds: kept(&registry, HistogramVec::new(times, &["method", "route"])),
            pool_used: gauge("confab_pool_used", "Database connections in use"),
            pool_size: gauge("confab_pool_size", "Database connections open"),
            registry,
        }
    }

    /// Counts an answered request; `route` is the pattern, never the path.
    pub fn request(&self, method: &str, route: &str, status: u16, took: Duration) {
        self.requests.with_label_values(&[method, route, &status.to_string()]).inc();
        self.seconds.with_label_values(&[method, route]).observe(took.as_secs_f64());
    }

    /// Counts frames handed to sockets.
    pub fn frames(&self, frames: u64, bytes: u64) {
        self.frames_sent.inc_by(frames);
        self.bytes_sent.inc_by(bytes);
    }

    /// Counts a healed room.
    pub fn heal(&self) {
        self.heals.inc();
    }

    /// All of it, as Prometheus reads it.
    pub fn render(&self, db: &Db) -> String {
        let (used, size) = db.gauge();
        self.pool_used.set(used as i64);
        self.pool_size.set(size as i64);
        let mut text = Vec::new();
        if let Err(error) = TextEncoder::new().encode(&self.registry.gather(), &mut text) {
            tracing::error!(%error, "metrics could not be written");
        }
        String::from_utf8_lossy(&text).into_owned()
    }
}

#[expect(clippy::expect_used, reason = "the names are constants, well-formed and registered once")]
fn kept<T: prometheus::core::Collector + Clone + 'static>(registry: &Registry, made: prometheus::Result<T>) -> T {
    let metric = made.expect("a well-formed metric");
    registry.register(Box::new(metric.clone())).expect("a metric of its own name");
    metric
}
