//! What I wrote that is not confirmed yet, as it is shown. `live` keeps it on the device, where the tabs of a person
//! share it, and sends it.

use std::rc::Rc;

use leptos::prelude::*;
use sync::Outbox;

/// Something done to the outbox: here at once, on the device in its turn, perhaps on top of what another tab did.
pub type Step = Rc<dyn Fn(&mut Outbox)>;

/// The outbox as a signal.
#[derive(Clone, Copy)]
pub struct Outgoing {
    outbox: RwSignal<Outbox>,
    /// What was done here and is not on the device yet, in order.
    fresh: StoredValue<Vec<Step>, LocalStorage>,
}

impl Outgoing {
    /// Nothing written yet.
    #[expect(clippy::new_without_default, reason = "made at one place, with the page")]
    pub fn new() -> Self {
        Self { outbox: RwSignal::new(Outbox::default()), fresh: StoredValue::new_local(Vec::new()) }
    }

    /// Reads it, tracked.
    pub fn with<T>(self, read: impl FnOnce(&Outbox) -> T) -> T {
        self.outbox.with(read)
    }

    /// Reads it, untracked.
    pub fn with_now<T>(self, read: impl FnOnce(&Outbox) -> T) -> T {
        self.outbox.with_untracked(read)
    }

    /// Does something to it. Nothing, once the page it belongs to is gone.
    pub fn take(self, step: Step) {
        let Some(mut outbox) = self.outbox.try_get_untracked() else { return };
        step(&mut outbox);
        self.fresh.update_value(|fresh| fresh.push(step));
        self.show(outbox);
    }

    /// What is to be done on the device.
    pub fn fresh(self) -> Vec<Step> {
        self.fresh.try_get_value().unwrap_or_default()
    }

    /// The first steps, so many, are done there, and this is what it holds; none where nothing can be kept.
    pub fn kept(self, count: usize, held: Option<Outbox>) {
        let rest = self.fresh.try_update_value(|fresh| {
            fresh.drain(..count.min(fresh.len()));
            fresh.clone()
        });
        if let (Some(rest), Some(mut held)) = (rest, held) {
            rest.iter().for_each(|step| step(&mut held));
            self.show(held);
        }
    }

    fn show(self, outbox: Outbox) {
        if self.outbox.try_with_untracked(|shown| *shown != outbox) == Some(true) {
            self.outbox.set(outbox);
        }
    }
}

#[cfg(test)]
mod tests {
    use types::{MessageId, NewMessage, RoomId, Time};

    use super::*;

    fn room() -> RoomId {
        "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap()
    }

    fn id(n: u128) -> MessageId {
        MessageId(uuid::Uuid::from_u128(n))
    }

    fn written(n: u128) -> Step {
        let message = NewMessage { body: "hi".into(), ..NewMessage::default() };
        Rc::new(move |outbox| outbox.push(room(), id(n), message.clone(), Time::default()))
    }

    fn shown(outgoing: Outgoing) -> Vec<MessageId> {
        outgoing.with_now(|outbox| outbox.of(room()).iter().map(|pending| pending.id).collect())
    }

    #[test]
    fn what_another_tab_wrote_comes_first_and_what_is_not_kept_yet_stays() {
        let owner = Owner::new();
        owner.set();
        let outgoing = Outgoing::new();
        outgoing.take(written(2));
        let steps = outgoing.fresh();
        outgoing.take(written(3));
        let mut device = Outbox::default();
        written(1)(&mut device);
        steps.iter().for_each(|step| step(&mut device));
        outgoing.kept(steps.len(), Some(device));
        assert_eq!(shown(outgoing), [id(1), id(2), id(3)]);
        assert_eq!(outgoing.fresh().len(), 1);
    }

    #[test]
    fn what_is_gone_from_the_device_is_gone_here() {
        let owner = Owner::new();
        owner.set();
        let outgoing = Outgoing::new();
        outgoing.take(written(1));
        outgoing.kept(1, Some(Outbox::default()));
        assert_eq!(shown(outgoing), []);
        outgoing.take(written(2));
        outgoing.kept(1, None);
        assert_eq!(shown(outgoing), [id(2)]);
    }
}
