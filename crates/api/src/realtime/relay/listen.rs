//! What the other nodes tell: one connection, subscribed to what somebody here listens to.
//!
//! Between the moment somebody begins to listen and the moment Redis confirms it, and while Redis is away, letters are
//! lost; so after each of both the heads are looked at, soon and for all topics at once.

use std::convert::Infallible;
use std::time::Duration;

use deadpool_redis::redis::aio::PubSubSink;
use deadpool_redis::redis::{ErrorKind, Msg, RedisError, RedisResult, Value};
use futures_util::StreamExt;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use super::letter::{self, Letter, Said};
use super::{Relay, WITHIN};
use crate::app::App;
use crate::realtime::{Encoded, Topic};

/// Topics of one SUBSCRIBE at most.
const BATCH: usize = 512;
/// How often a silent connection is asked whether it still stands.
const PING: Duration = Duration::from_secs(3);
/// The longest pause before a Redis that is away is tried again.
const PAUSE: Duration = Duration::from_secs(1);

/// Listens, and comes back after every loss.
pub(super) async fn run(app: &App, relay: &Relay) {
    let mut told = false;
    loop {
        let Err(error) = listen(app, relay, &mut told).await;
        app.metrics.relay_up.set(0);
        if !told {
            tracing::warn!(%error, "Redis is away: changes made on other nodes are found by looking each second");
            told = true;
        }
        sleep(PAUSE.mul_f64(0.25 + 0.75 * fastrand::f64())).await;
    }
}

async fn listen(app: &App, relay: &Relay, told: &mut bool) -> Result<Infallible, RedisError> {
    let (mut sink, mut stream) = within(relay.client.get_async_pubsub()).await?.split();
    within(sink.subscribe(relay.channels.all())).await?;
    app.hub.stir_all();
    while let Ok(topics) = timeout(Duration::ZERO, app.hub.stirred(BATCH)).await {
        subscribe(relay, &mut sink, topics).await?;
        app.hub.stirred.done();
    }
    app.metrics.relay_up.set(1);
    if std::mem::take(told) {
        tracing::info!("Redis is back");
    }
    app.hub.look.ask(true);
    relay.ask();
    app.presence.announce();
    let mut clock = interval(PING);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            message = stream.next() => match message {
                Some(message) => hear(app, relay, &message),
                None => return Err(lost("the connection was closed")),
            },
            topics = app.hub.stirred(BATCH) => {
                subscribe(relay, &mut sink, topics).await?;
                app.hub.stirred.done();
                app.hub.look.ask(false);
            }
            _ = clock.tick() => drop(within(sink.ping::<Value>()).await?),
        }
    }
}

async fn subscribe(relay: &Relay, sink: &mut PubSubSink, topics: Vec<(Topic, bool)>) -> RedisResult<()> {
    let (come, gone): (Vec<_>, Vec<_>) =
        topics.into_iter().filter(|(topic, _)| *topic != Topic::Site).partition(|(_, listened)| *listened);
    let names = |topics: Vec<(Topic, bool)>| -> Vec<String> {
        topics.into_iter().map(|(topic, _)| relay.channels.of_topic(topic)).collect()
    };
    if !come.is_empty() {
        within(sink.subscribe(names(come))).await?;
    }
    if !gone.is_empty() {
        within(sink.unsubscribe(names(gone))).await?;
    }
    Ok(())
}

fn hear(app: &App, relay: &Relay, message: &Msg) {
    let read = letter::read(message.get_payload_bytes());
    let Some((Letter { node, said }, text)) = read else {
        tracing::debug!(channel = message.get_channel_name(), "a letter of another version was passed over");
        return;
    };
    if node == relay.node {
        return;
    }
    match said {
        Said::Ended { sessions } => app.sessions.cut(&sessions),
        Said::Here { people } => app.presence.hear(node, people),
        Said::Ask => app.presence.announce(),
        Said::Rows(rows) => {
            if let Some(topic) = relay.channels.topic(message.get_channel_name()) {
                hand_on(app, topic, rows, text);
            }
        }
        Said::Typing { user_id, typing } => {
            if let Some(Topic::Room(room_id)) = relay.channels.topic(message.get_channel_name()) {
                app.typing.hear(app, room_id, user_id, typing);
            }
        }
    }
}

fn hand_on(app: &App, topic: Topic, rows: letter::Rows, text: Encoded) {
    app.hub.accept(app, topic, vec![rows.part(topic, text)]);
}

async fn within<T>(answer: impl Future<Output = RedisResult<T>>) -> RedisResult<T> {
    timeout(WITHIN, answer).await.unwrap_or_else(|_| Err(lost("no answer in time")))
}

fn lost(why: &'static str) -> RedisError {
    RedisError::from((ErrorKind::Io, why))
}
