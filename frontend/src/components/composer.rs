//! Where one writes: Enter sends, Shift+Enter makes a line, ↑ in the empty field changes one's last message.

use leptos::{ev, prelude::*, task::spawn_local};
use sync::{Act, Outbox};
use types::{ErrorCode, MessageId, RoomId, RoomKind, Time, limits};

use super::direct::blocked_here;
use super::float::beside;
use super::notes::Notes;
use super::quote::{InRoomToo, QuoteBar};
use super::ui::{Glyph, Icon, When};
use super::writing::commands::{Order, order};
use super::writing::doubts::doubt;
use super::writing::errand::Errand;
use super::writing::{Help, Writing};
use crate::dialogs::{Dialog, Open, use_open};
use crate::effect::effect;
use crate::i18n::{Key as Text, failure, fill, t};
use crate::live::{Live, use_live};
use crate::pages::room::{Float, Floating, Moments, Place, RoomDesk};
use crate::parts::{self, use_rest};
use crate::route::{Navigator, use_navigator};
use crate::state::{State, Writable, use_state};
use crate::{api, preferences};

/// The composer of a room; what was being written there is kept per room.
#[component]
pub fn Composer(
    /// The room.
    room: RoomId,
) -> impl IntoView {
    let desk = expect_context::<RoomDesk>();
    let hand = Hand::new(desk, room);
    let (state, field, writing, said) = (hand.state, hand.writing.field, hand.writing, hand.said);
    let archived = move || state.rooms.get(room).is_some_and(|item| item.room.archived_at.is_some());
    let blocked = Memo::new(move |_| blocked_here(state, room));
    let name = move || state.rooms.get(room).and_then(|item| item.room.name).unwrap_or_default();
    // A hash is the sign of a public room.
    let public = move || state.rooms.get(room).is_none_or(|item| item.room.kind == RoomKind::Public);
    let placeholder = move || match desk.place {
        Place::Room if public() => fill(t(Text::MessageRoom), &[("room", &name())]),
        Place::Room => fill(t(Text::MessagePerson), &[("name", &name())]),
        Place::Thread(_) => t(Text::ReplyPlaceholder).to_owned(),
    };
    let test = if desk.place == Place::Room { "composer" } else { "thread-composer" };
    effect(move || {
        if let Some(field) = field.get() {
            field.set_value(&state.drafts.body(hand.place));
            grow(&field);
            if wide() {
                let _ = field.focus();
            }
        }
    });
    hand.follow_draft();
    view! {
        <When so=move || archived()><p class="archived" role="note">{t(Text::RoomIsArchived)}</p></When>
        {move || blocked.get().map(|user| use_rest().show(|rest| (rest.blocked)(user)))}
        <When so=move || !archived() && blocked.get().is_none()>
            <form class="composer" on:submit=move |submit| { submit.prevent_default(); hand.send() }>
                <When so=move || desk.place == Place::Room><Notes room/></When>
                <Help writing/>
                <QuoteBar room/>
                <textarea class="composer-field" rows="1" data-testid=test enterkeyhint="send"
                    aria-label=placeholder placeholder=placeholder node_ref=field
                    aria-autocomplete="list" aria-controls=move || writing.controls()
                    aria-activedescendant=move || writing.active()
                    on:keydown=move |key| hand.key(&key) on:input=move |_| hand.changed()
                    on:keyup=move |key| writing.moved(&key) on:click=move |_| writing.look()
                    on:blur=move |_| writing.close() on:paste=move |paste| writing.pasted(paste.as_ref())></textarea>
                <InRoomToo room/>
                <div class="composer-bar">
                    <span class="hint" class:said=move || said.with(|said| said.why.is_some()) role="status" data-testid="hint">
                        {move || said.get().why.unwrap_or_else(|| hint().to_owned())}
                    </span>
                    <When so=move || desk.place == Place::Room>
                        <button type="button" class="icon-button" data-testid="new-poll" title=t(Text::PollNew)
                            aria-label=t(Text::PollNew) on:click=move |_| hand.open.show(Dialog::NewPoll(room))><Icon glyph=Glyph::Poll/></button>
                    </When>
                    <span class="send-buttons">
                        <button type="submit" class="main-button send" data-testid="send">{t(Text::Send)}</button>
                        <button type="button" class="main-button send-more" data-testid="send-later" title=t(Text::SendLater)
                            aria-label=t(Text::SendLater) aria-haspopup="menu" on:click=move |click| hand.choose_moment(&click)>
                            <Icon glyph=Glyph::Chevron/>
                        </button>
                    </span>
                </div>
            </form>
        </When>
    }
}

/// What writes: the field, where what is written goes, and what is said about it.
#[derive(Clone, Copy)]
struct Hand {
    state: State,
    desk: RoomDesk,
    live: Live,
    navigator: Navigator,
    open: Open,
    writing: Writing,
    place: Writable,
    said: RwSignal<Said>,
    /// Whether it was asked how many are in the room.
    counted: StoredValue<bool>,
}

impl Hand {
    fn new(desk: RoomDesk, room: RoomId) -> Self {
        Self {
            state: use_state(),
            desk,
            live: use_live(),
            navigator: use_navigator(),
            open: use_open(),
            writing: Writing::new(room, desk.composer),
            place: (room, desk.place.root()),
            said: RwSignal::new(Said::default()),
            counted: StoredValue::new(false),
        }
    }

    fn room(self) -> RoomId {
        self.place.0
    }

    /// Something was written.
    fn changed(self) {
        let Some(field) = self.writing.field.get_untracked() else { return };
        let text = field.value();
        grow(&field);
        self.said.set(Said::of(&text));
        self.live.typing(self.room(), !text.trim().is_empty());
        self.live.draft(self.place, &text);
        self.writing.look();
        if names_many(&text) && !self.counted.get_value() {
            // How many that are is known by the time it is sent.
            self.counted.set_value(true);
            self.live.load_members(self.room());
        }
    }

    fn key(self, key: &ev::KeyboardEvent) {
        let empty = self.writing.field.get_untracked().is_some_and(|field| field.value().is_empty());
        match key.key().as_str() {
            _ if key.is_composing() || self.writing.key(key) => {}
            "Enter" if sends(key) => {
                key.prevent_default();
                self.send();
            }
            "ArrowUp" if empty && !key.alt_key() => {
                if let Some(id) = my_last(self.state, self.room(), self.desk.place) {
                    key.prevent_default();
                    self.desk.editing.set(Some(id));
                }
            }
            _ => {}
        }
    }

    /// Sends what is written, or does it, or asks back.
    fn send(self) {
        let Some(field) = self.writing.field.get_untracked() else { return };
        let body = field.value();
        if !fits(&body) {
            return;
        }
        let sure = self.said.with_untracked(|said| said.asked.as_ref() == Some(&body));
        if let (Order::Unknown(name), false) = (order(&body), sure) {
            let behind = body.split_once(char::is_whitespace).map_or("", |(_, behind)| behind).trim().to_owned();
            return self.call(name.to_owned(), behind, body.clone());
        }
        if let Some(why) = doubt(self.state, self.room(), &body).filter(|_| !sure) {
            return self.said.set(Said { why: Some(why), asked: Some(body) });
        }
        let text = match order(&body) {
            Order::Say(text) => text,
            Order::Unknown(_) => body,
            Order::Lacks(command) => return self.said.set(Said { why: command.lacks(), asked: None }),
            Order::Do(command, behind) => {
                let behind = behind.to_owned();
                let Self { live, navigator, open, .. } = self;
                let (room, notice) = (self.room(), self.desk.notice);
                return self.run(Errand { room, command, behind, live, navigator, open, notice }, body);
            }
        };
        self.desk.post(self.live, self.room(), text);
        self.sent();
        self.desk.go_to_end();
    }

    /// Asks when what is written is to be sent.
    fn choose_moment(self, click: &ev::MouseEvent) {
        let body = self.writing.field.get_untracked().map(|field| field.value()).unwrap_or_default();
        let unfit = if body.trim().is_empty() { Text::WriteFirst } else { Text::MessageTooLong };
        if !fits(&body) {
            return self.said.set(Said { why: Some(t(unfit).to_owned()), asked: None });
        }
        let what = Floating::Moments(Moments::Send, Callback::new(move |at| self.schedule(at)));
        self.desk.float.set(Some(Float { what, desk: self.desk, beside: beside(click) }));
    }

    /// What is written is sent then; it stays until the server has taken it.
    fn schedule(self, at: Time) {
        let Some(field) = self.writing.field.get_untracked() else { return };
        let body = field.value();
        if !fits(&body) {
            return;
        }
        spawn_local(async move {
            let done = match parts::rest().await {
                Ok(rest) => (rest.schedule)(self.live, self.place, body.clone(), at).await,
                Err(parts::Unfetched) => Err(t(Text::FailNetwork).to_owned()),
            };
            match done {
                Ok(()) => {
                    self.desk.tell(t(Text::WillBeSent));
                    let field = self.writing.field.try_get_untracked().flatten();
                    if field.is_some_and(|field| field.value() == body) {
                        self.sent();
                    } else if self.state.drafts.body(self.place) == body {
                        self.live.drafted(self.place);
                    }
                }
                Err(why) => _ = self.said.try_set(Said { why: Some(why), asked: None }),
            }
        });
    }

    fn sent(self) {
        let Some(field) = self.writing.field.get_untracked() else { return };
        field.set_value("");
        grow(&field);
        self.writing.close();
        self.said.set(Said::default());
        self.live.typed(self.room());
        self.live.drafted(self.place);
        let _ = field.focus();
    }

    /// Calls a bot's command; where no bot has it, asks whether the text is meant as it stands.
    fn call(self, name: String, behind: String, body: String) {
        spawn_local(async move {
            let answer = api::call_command(self.room(), &name, behind).await;
            let field = self.writing.field.try_get_untracked().flatten();
            if field.is_none_or(|field| field.value() != body) {
                return;
            }
            match answer {
                Ok(()) => self.sent(),
                Err(why) if why.code() == Some(ErrorCode::NotFound) => {
                    let why = doubt(self.state, self.room(), &body);
                    let _ = self.said.try_set(Said { why, asked: Some(body) });
                }
                Err(why) => _ = self.said.try_set(Said { why: Some(failure(&why).to_owned()), asked: None }),
            }
        });
    }

    /// Does a command; what was written stays until it is done.
    fn run(self, errand: Errand, body: String) {
        spawn_local(async move {
            let done = match parts::rest().await {
                Ok(rest) => (rest.errand)(errand).await,
                Err(parts::Unfetched) => Err(t(Text::FailNetwork).to_owned()),
            };
            let field = self.writing.field.try_get_untracked().flatten();
            match done {
                Ok(()) if field.is_some_and(|field| field.value() == body) => self.sent(),
                // The room was left with its field.
                Ok(()) if self.state.drafts.body(self.place) == body => self.live.drafted(self.place),
                Ok(()) => {}
                Err(why) => _ = self.said.try_set(Said { why: Some(why), asked: None }),
            }
        });
    }

    /// What is written on another device shows here, unless it would take the text from under somebody's hands.
    fn follow_draft(self) {
        let Self { state, writing, place, .. } = self;
        effect(move || {
            if state.drafts.told() != Some(place) {
                return;
            }
            let Some(field) = writing.field.get_untracked() else { return };
            let focused = document().active_element().is_some_and(|active| active == **field);
            let draft = state.drafts.body(place);
            if (field.value().is_empty() || !focused) && field.value() != draft {
                field.set_value(&draft);
                grow(&field);
            }
        });
    }
}

/// What the composer says of what is written in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Said {
    /// In words.
    why: Option<String>,
    /// The text that goes if it is sent once more.
    asked: Option<String>,
}

impl Said {
    fn of(text: &str) -> Self {
        let too_long = text.chars().count() > limits::BODY_MAX_CHARS;
        Self { why: too_long.then(|| t(Text::MessageTooLong).to_owned()), asked: None }
    }
}

/// Whether a text may name many at once.
fn names_many(text: &str) -> bool {
    text.contains("@all") || text.contains("@here")
}

/// Whether the server would take this body. Its own check also brings the text into NFC, whose tables would be a fifth
/// of the page's weight.
pub(crate) fn fits(body: &str) -> bool {
    !body.trim().is_empty() && body.chars().count() <= limits::BODY_MAX_CHARS && body.len() <= limits::BODY_MAX_BYTES
}

/// Whether this Enter sends, as the person chose.
fn sends(key: &ev::KeyboardEvent) -> bool {
    if preferences::enter_sends() { !key.shift_key() } else { key.ctrl_key() || key.meta_key() }
}

fn hint() -> &'static str {
    t(if preferences::enter_sends() { Text::ComposerHint } else { Text::ComposerHintSwapped })
}

/// My newest message in a room or thread that can still be changed.
fn my_last(state: State, room: RoomId, place: Place) -> Option<MessageId> {
    let me = state.me.get_untracked()?;
    let goes = |outbox: &Outbox, id| outbox.change_of(room, id).is_some_and(|change| change.act == Act::Delete);
    state.outgoing.with_now(|outbox| {
        let here = |post: &sync::Pending| matches!(&post.act, Act::Post(post) if post.parent_id == place.root() || post.in_room && place == Place::Room);
        let mut posts = outbox.of(room).iter().rev().filter(|pending| here(pending));
        let waiting = posts.find(|pending| !goes(outbox, pending.id)).map(|pending| pending.id);
        waiting.or_else(|| {
            state.history.seen(room)?.rows.with_untracked(|rows| {
                let fits = |message: &&types::Message| {
                    let mine = message.author_id == me && message.deleted_at.is_none() && message.poll.is_none();
                    mine && !goes(outbox, message.id)
                };
                let last = match place {
                    Place::Room => rows.messages().rev().find(fits),
                    Place::Thread(root) => rows.replies(root).rev().find(fits),
                };
                last.map(|message| message.id)
            })
        })
    })
}

/// Makes a field as high as its text; its style bounds it.
pub(crate) fn grow(field: &web_sys::HtmlTextAreaElement) {
    let style = web_sys::HtmlElement::style(field);
    // The CSSOM takes these names and values; a refusal would only leave the height as it was.
    let _ = style.set_property("block-size", "auto");
    let _ = style.set_property("block-size", &format!("{}px", field.scroll_height()));
}

/// Whether sidebar and room stand side by side; on a phone focus would raise the keyboard unasked.
pub(crate) fn wide() -> bool {
    window().match_media("(min-width: 641px)").ok().flatten().is_some_and(|query| query.matches())
}
