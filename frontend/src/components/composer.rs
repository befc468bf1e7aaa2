//! Where one writes: Enter sends, Shift+Enter makes a line, ↑ in the empty field changes one's last message.

use leptos::{ev, prelude::*};
use sync::{Act, Outbox};
use types::{MessageId, RoomId, limits};

use super::ui::When;
use crate::effect::effect;
use crate::i18n::{Key as Text, fill, t};
use crate::live::{Live, use_live};
use crate::pages::room::RoomDesk;
use crate::preferences;
use crate::state::{State, use_state};

/// The composer of a room; what was being written there is kept per room while the page lives.
#[component]
pub fn Composer(
    /// The room.
    room: RoomId,
) -> impl IntoView {
    let (state, live) = (use_state(), use_live());
    let writing = Writing { room, state, live, desk: expect_context(), too_long: RwSignal::new(false) };
    let archived = move || state.rooms.get(room).is_some_and(|item| item.room.archived_at.is_some());
    let name = move || state.rooms.get(room).and_then(|item| item.room.name).unwrap_or_default();
    let placeholder = move || fill(t(Text::MessageRoom), &[("room", &name())]);
    effect(move || writing.begin());
    view! {
        <When so=move || archived()><p class="archived" role="note">{t(Text::RoomIsArchived)}</p></When>
        <When so=move || !archived()>
            <form class="composer" on:submit=move |submit| { submit.prevent_default(); writing.send() }>
                <textarea class="composer-field" rows="1" data-testid="composer" enterkeyhint="send"
                    aria-label=move || placeholder() placeholder=move || placeholder() node_ref=writing.desk.composer
                    on:keydown=move |key| writing.key(&key) on:input=move |_| writing.changed()></textarea>
                <div class="composer-bar">
                    <span class="hint" role="status">
                        {move || if writing.too_long.get() { t(Text::MessageTooLong) } else { hint() }}
                    </span>
                    <button type="submit" class="main-button send" data-testid="send">{t(Text::Send)}</button>
                </div>
            </form>
        </When>
    }
}

/// What is being written in a room.
#[derive(Clone, Copy)]
struct Writing {
    room: RoomId,
    state: State,
    live: Live,
    desk: RoomDesk,
    too_long: RwSignal<bool>,
}

impl Writing {
    /// The field is there: what was written before is in it again.
    fn begin(self) {
        if let Some(field) = self.desk.composer.get() {
            field.set_value(&self.desk.draft(self.room));
            grow(&field);
            if wide() {
                let _ = field.focus();
            }
        }
    }

    fn changed(self) {
        let Some(field) = self.desk.composer.get_untracked() else { return };
        let text = field.value();
        grow(&field);
        self.too_long.set(text.chars().count() > limits::BODY_MAX_CHARS);
        self.live.typing(self.room, !text.trim().is_empty());
        self.desk.keep_draft(self.room, text);
    }

    fn send(self) {
        let Some(field) = self.desk.composer.get_untracked() else { return };
        let body = field.value();
        if !fits(&body) {
            return;
        }
        self.live.post(self.room, body);
        self.live.typed(self.room);
        field.set_value("");
        grow(&field);
        self.desk.keep_draft(self.room, String::new());
        self.desk.go_to_end();
        let _ = field.focus();
    }

    fn key(self, key: &ev::KeyboardEvent) {
        let empty = self.desk.composer.get_untracked().is_some_and(|field| field.value().is_empty());
        match key.key().as_str() {
            _ if key.is_composing() => {}
            "Enter" if sends(key) => {
                key.prevent_default();
                self.send();
            }
            "ArrowUp" if empty && !key.alt_key() => {
                if let Some(id) = my_last(self.state, self.room) {
                    key.prevent_default();
                    self.desk.editing.set(Some(id));
                }
            }
            _ => {}
        }
    }
}

/// Whether the server would take this body. Its own check also brings the text into NFC, whose tables would be a fifth
/// of the page's weight.
pub(super) fn fits(body: &str) -> bool {
    !body.trim().is_empty() && body.chars().count() <= limits::BODY_MAX_CHARS && body.len() <= limits::BODY_MAX_BYTES
}

/// Whether this Enter sends, as the person chose.
fn sends(key: &ev::KeyboardEvent) -> bool {
    if preferences::enter_sends() { !key.shift_key() } else { key.ctrl_key() || key.meta_key() }
}

fn hint() -> &'static str {
    t(if preferences::enter_sends() { Text::ComposerHint } else { Text::ComposerHintSwapped })
}

/// My newest message in a room that can still be changed.
fn my_last(state: State, room: RoomId) -> Option<MessageId> {
    let me = state.me.get_untracked()?;
    let goes = |outbox: &Outbox, id| outbox.change_of(room, id).is_some_and(|change| change.act == Act::Delete);
    state.outgoing.with_now(|outbox| {
        let mut posts = outbox.of(room).iter().rev().filter(|pending| pending.is_post());
        let waiting = posts.find(|pending| !goes(outbox, pending.id)).map(|pending| pending.id);
        waiting.or_else(|| {
            state.history.seen(room)?.rows.with_untracked(|rows| {
                let mut mine = rows.messages().rev().filter(|message| message.author_id == me);
                mine.find(|message| message.deleted_at.is_none() && !goes(outbox, message.id)).map(|message| message.id)
            })
        })
    })
}

/// Makes a field as high as its text; its style bounds it.
pub(super) fn grow(field: &web_sys::HtmlTextAreaElement) {
    let style = web_sys::HtmlElement::style(field);
    // The CSSOM takes these names and values; a refusal would only leave the height as it was.
    let _ = style.set_property("block-size", "auto");
    let _ = style.set_property("block-size", &format!("{}px", field.scroll_height()));
}

/// Whether sidebar and room stand side by side; on a phone focus would raise the keyboard unasked.
pub(crate) fn wide() -> bool {
    window().match_media("(min-width: 641px)").ok().flatten().is_some_and(|query| query.matches())
}
