//! What a topic missed is read from Postgres and handed on: one flight per topic, a few topics at once.

use std::sync::Arc;

use parking_lot::Mutex;

use super::hub::{Hub, Listeners, Topic};
use super::span::Span;
use crate::app::App;

impl Hub {
    /// Reads the rows since what is known and hands them on; one flight per topic.
    pub fn heal(&self, app: &App, topic: Topic) {
        let Some(listeners) = self.listeners(topic) else { return };
        {
            let mut inner = listeners.lock();
            if inner.healing {
                inner.again = true;
                return;
            }
            inner.healing = true;
        }
        let app = app.clone();
        tokio::spawn(async move {
            app.metrics.heal();
            // Closed only with the hub itself.
            let _permit = app.hub.flights.clone().acquire_owned().await;
            loop {
                let more = app.hub.heal_once(&app, topic, &listeners).await;
                let mut inner = listeners.lock();
                if !more && !std::mem::take(&mut inner.again) {
                    inner.healing = false;
                    return;
                }
            }
        });
    }

    /// One page of a flight; whether there is more to read.
    async fn heal_once(&self, app: &App, topic: Topic, listeners: &Arc<Mutex<Listeners>>) -> bool {
        // Who listened has gone: a new topic of the same name has read its own head.
        if !self.listeners(topic).is_some_and(|now| Arc::ptr_eq(&now, listeners)) {
            return false;
        }
        let Some(known) = listeners.lock().known else { return false };
        match super::sweep::read(app, topic, known).await {
            Ok(Some((span, more))) => {
                let (_, reached) = span.reach();
                self.hand_on_healed(app, span);
                // Overtaken by a commit's own news, the page was dropped: what it held above that is read again.
                more || listeners.lock().known.is_some_and(|known| known < reached)
            }
            Ok(None) => false,
            Err(error) => {
                // The sweep comes by again within a second.
                tracing::warn!(%error, "a stream could not be healed yet");
                listeners.lock().again = false;
                false
            }
        }
    }

    fn hand_on_healed(&self, app: &App, span: Span) {
        let topic = span.topic();
        let (since, _) = span.reach();
        let Some(listeners) = self.listeners(topic) else { return };
        // A commit's own news may have come first: then this read is old and the next turn reads on from there.
        if listeners.lock().known == Some(since) {
            self.hand_on(app, span);
        }
    }
}
