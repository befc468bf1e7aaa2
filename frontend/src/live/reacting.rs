//! Reactions: shown at once, sent one after the other for each emoji, and what the rows tell in the end.

use std::rc::Rc;
use std::time::Duration;

use leptos::task::spawn_local;
use types::MessageId;

use super::{Live, Wires};
use crate::state::Wish;
use crate::{api, pause};

/// The row comes by the stream, before or after the answer: so many moments the wish is shown without it.
const ROW_PATIENCE: u32 = 20;
const MOMENT: Duration = Duration::from_millis(100);

impl Live {
    /// An emoji of mine is to stand under a message, or not to.
    pub fn react(self, id: MessageId, emoji: String, on: bool) {
        let Some(wires) = self.wires() else { return };
        let wish = Wish { id, emoji, on };
        // One request at a time: what is wished meanwhile follows on the answer.
        if wires.state.reacting.wish(wish.clone()) {
            spawn_local(async move { wires.carry_out(wish).await });
        }
    }
}

impl Wires {
    /// Asks until the server does what is wished; then the wish is shown until the row has had time to come.
    async fn carry_out(self: Rc<Self>, mut wish: Wish) {
        let reacting = self.state.reacting;
        'wished: loop {
            let answer = api::react(wish.id, &wish.emoji, wish.on).await;
            for _ in 0..ROW_PATIENCE {
                if !self.connects() {
                    return;
                }
                match reacting.now(wish.id, &wish.emoji) {
                    Some(on) if on != wish.on => {
                        wish.on = on;
                        continue 'wished;
                    }
                    Some(_) if answer.is_ok() => pause::wait(MOMENT).await,
                    _ => break,
                }
            }
            return reacting.end(&wish);
        }
    }
}
