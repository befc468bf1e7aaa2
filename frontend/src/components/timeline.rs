//! The messages of a room: keyed rows, the place held, older pages on the way up, a way to the newest.

use std::rc::Rc;
use std::time::Duration;

use leptos::{ev, html, prelude::*};
use sync::{Key, RoomState};
use types::{Message, MessageId, MyRoom, RoomId, Seq};

use super::hold::Hold;
use super::jump;
use super::message::MessageRow;
use super::roving::Roving;
use super::ui::{Failed, List, ListRow, Skeleton, When};
use crate::dialogs::{Dialog, use_open};
use crate::effect::effect;
use crate::i18n::{Key as Text, fill, t};
use crate::live::Live;
use crate::live::use_live;
use crate::pages::room::RoomDesk;
use crate::state::{Lines, Opened, Row, Stage, State, use_state};

/// Older pages are asked for this long before the reader gets there, in pixels.
const AHEAD: f64 = 1_200.0;
/// A reader at the end of a busy room keeps this many messages on the page, and never twice as many.
const KEPT: usize = 100;

/// The timeline of one room; made anew for another room.
#[component]
pub fn Timeline(
    /// The room.
    room: RoomId,
) -> impl IntoView {
    let state = use_state();
    let desk = expect_context::<RoomDesk>();
    let opened = state.history.room(room);
    let rows = rows_of(state, &opened);
    let view = Scroll::new(room);
    let (older, loading) = (opened.rows.clone(), opened.rows.clone());
    let begins = Memo::new(move |_| older.with(|rows| rows.window().is_some_and(|window| window.previous().is_none())));
    let waits = opened.waits.clone();
    jump::follow(room, move |id| view.show(id));
    view.follow(desk, &opened);
    let label = move || {
        let name = state.rooms.get(room).and_then(|item| item.room.name).unwrap_or_default();
        fill(t(Text::MessagesIn), &[("room", &name)])
    };
    let empty = Memo::new(move |_| loading.with(|rows| rows.window().is_none()));
    view! {
        <div class="timeline" class:waits=move || waits.get()>
            <div class="log" role="log" aria-live="polite" aria-label=label tabindex="0" data-testid="timeline"
                node_ref=view.scroller on:scroll=move |_| view.scrolled() on:keydown=move |key| view.roving.pressed(&key)
                on:focusin=move |event| view.roving.came(&event) on:focusout=move |event| view.roving.went(&event)>
                <When so=move || empty.get()>
                    {
                        let failed = opened.failed.clone();
                        move || if failed.get() {
                            view! { <Failed retry=move || view.newest()/> }.into_any()
                        } else {
                            view! { <Skeleton rows=6/> }.into_any()
                        }
                    }
                </When>
                <When so=move || !empty.get()>
                    <div class="log-start">
                        <When so=move || begins.get()><Welcome room/></When>
                    </div>
                </When>
                <div class="lines" node_ref=view.content>
                    <List rows=Box::new(move || rows.with(|rows| rows.iter().map(|row| row_of(room, row)).collect()))/>
                </div>
                <span tabindex="-1" node_ref=view.roving.end></span>
            </div>
            <JumpPill room view/>
        </div>
    }
}

/// The rows of a room as they change; the list is set only when other rows are in it.
fn rows_of(state: State, opened: &Opened) -> RwSignal<Vec<Row>> {
    let rows: RwSignal<Vec<Row>> = RwSignal::new(Vec::new());
    let lines = StoredValue::new(Lines::default());
    let (held, mark) = (opened.rows.clone(), opened.mark.clone());
    effect(move || {
        let Some(me) = state.me.get() else { return };
        let fresh = held.with(|held| {
            state.outgoing.with(|outbox| {
                state.reacting.with(|wishes| {
                    lines
                        .try_update_value(|lines| lines.refresh(held, outbox, wishes, me, mark.get()))
                        .unwrap_or_default()
                })
            })
        });
        let same = rows.with_untracked(|rows| {
            rows.len() == fresh.len() && rows.iter().zip(&fresh).all(|(before, after)| before.key == after.key)
        });
        if !same {
            rows.set(fresh);
        }
    });
    rows
}

/// The beginning of a room: what it is and what to do first.
#[component]
fn Welcome(room: RoomId) -> impl IntoView {
    let (state, open) = (use_state(), use_open());
    let name = move || state.rooms.get(room).and_then(|item| item.room.name).unwrap_or_default();
    view! {
        <div class="welcome">
            <h2>{move || fill(t(Text::WelcomeTo), &[("room", &name())])}</h2>
            <p>{move || t(if state.rooms.may_invite(room) { Text::WelcomeText } else { Text::WelcomeTextMember })}</p>
            <When so=move || state.rooms.may_invite(room)>
                <button type="button" class="main-button" data-testid="welcome-invite"
                    on:click=move |_| open.show(Dialog::Invite(room))>{t(Text::Invite)}</button>
            </When>
        </div>
    }
}

#[component]
fn JumpPill(room: RoomId, view: Scroll) -> impl IntoView {
    let state = use_state();
    let rows = StoredValue::new(state.history.room(room).rows);
    let below = move || {
        let (item, lowest) = (state.rooms.get(room)?, view.lowest.get());
        Some(rows.with_value(|rows| unread_below(rows, &item, lowest, state)))
    };
    let text = move || match below().unwrap_or(0) {
        0 => t(Text::JumpToLatest).to_owned(),
        count => fill(t(Text::JumpToLatestCount), &[("count", &count.to_string())]),
    };
    view! {
        <When so=move || view.far.get()>
            <button type="button" class="jump-pill" data-testid="jump-pill" on:click=move |_| {
                // The button goes with the click.
                view.roving.go_to_list();
                view.go_to_end();
            }>{move || text()}</button>
        </When>
    }
}

/// The scrolled elements and what the reader sees of them.
#[derive(Clone, Copy)]
struct Scroll {
    room: RoomId,
    state: State,
    live: Live,
    desk: RoomDesk,
    scroller: NodeRef<html::Div>,
    content: NodeRef<html::Div>,
    hold: StoredValue<Option<Rc<Hold>>, LocalStorage>,
    roving: Roving,
    far: RwSignal<bool>,
    /// The place of the last message in view.
    lowest: RwSignal<Option<Seq>>,
}

impl Scroll {
    fn new(room: RoomId) -> Self {
        let scroller = NodeRef::new();
        let view = Self {
            room,
            state: use_state(),
            live: use_live(),
            desk: expect_context(),
            scroller,
            roving: Roving::new(scroller),
            content: NodeRef::new(),
            hold: StoredValue::new_local(None),
            far: RwSignal::new(false),
            lowest: RwSignal::new(None),
        };
        let opened = view.state.history.room(room);
        effect(move || {
            let (Some(scroller), Some(content)) = (view.scroller.get(), view.content.get()) else { return };
            if view.hold.with_value(Option::is_some) {
                return;
            }
            let (rows, whole) = (opened.rows.clone(), opened.rows.clone());
            let settled = Box::new(move |hold: &Hold| view.settled(hold, &rows));
            let ends = Box::new(move || at_end(&whole));
            let hold = Hold::start(scroller.into(), content.into(), ends, settled);
            view.hold.set_value(Some(Rc::clone(&hold)));
            hold.settle();
            view.come_in();
        });
        let seen = window_event_listener(ev::visibilitychange, move |_| {
            if let Some(hold) = view.hold().filter(|_| !document().hidden() && !view.live.come_back(view.room)) {
                hold.settle();
            }
        });
        on_cleanup(move || {
            seen.remove();
            if let Some(hold) = view.hold() {
                hold.stop();
            }
        });
        view
    }

    /// Goes where the room and the reader's wishes lead.
    fn follow(self, desk: RoomDesk, opened: &Opened) {
        let stage = opened.stage.clone();
        effect(move || {
            stage.track();
            self.come_in();
        });
        let wishes = StoredValue::new(desk.to_end.get_untracked());
        effect(move || {
            let now = desk.to_end.get();
            if wishes.try_update_value(|before| std::mem::replace(before, now)).is_some_and(|before| before != now) {
                self.go_to_end();
            }
        });
    }

    fn hold(self) -> Option<Rc<Hold>> {
        self.hold.try_get_value().flatten()
    }

    fn scrolled(self) {
        if let Some(hold) = self.hold() {
            hold.scrolled();
        }
    }

    /// Once it is known what is new, the reader is put there; with the next turn of the page all of it is drawn.
    fn come_in(self) {
        let stage = self.state.history.room(self.room).stage;
        let Some(hold) = self.hold().filter(|_| stage.get_untracked() != Stage::Behind) else { return };
        hold.lead_in();
        let arrive = move || {
            if stage.try_get_untracked().is_none_or(|stage| stage == Stage::Behind) {
                return;
            }
            hold.arrive();
            if stage.get_untracked() == Stage::Known {
                stage.set(Stage::Inside);
                hold.settle();
            }
        };
        set_timeout(arrive, Duration::ZERO);
    }

    /// Puts a message in view; false while there is no row of it.
    fn show(self, id: MessageId) -> bool {
        let content = self.content.get_untracked();
        let row =
            content.and_then(|content| content.query_selector(&format!("[data-message-id=\"{id}\"]")).ok().flatten());
        match (self.hold(), row) {
            (Some(hold), Some(row)) => {
                hold.show(&row);
                true
            }
            _ => false,
        }
    }

    fn newest(self) {
        self.live.load_newest(self.room);
    }

    /// To the newest message, which may have to be loaded first.
    fn go_to_end(self) {
        let Some(hold) = self.hold() else { return };
        hold.go_to_end();
        if !at_end(&self.state.history.room(self.room).rows) {
            self.newest();
        }
    }

    /// After each change and each scroll: what is missing is asked for, what was seen is told.
    fn settled(self, hold: &Hold, rows: &ArcRwSignal<RoomState>) {
        self.roving.keep();
        if !hold.placed() {
            return;
        }
        let Some(window) = rows.with_untracked(RoomState::window) else { return };
        let far = !window.at_end() || hold.below() > 240.0;
        if self.far.try_get_untracked().is_some_and(|before| before != far) {
            self.far.set(far);
        }
        if far {
            let lowest = hold.last_in_view();
            if self.lowest.try_get_untracked().is_some_and(|before| before != lowest) {
                self.lowest.set(lowest);
            }
        }
        if hold.leads() {
            return;
        }
        let live = self.live;
        if hold.room_above() < AHEAD && window.previous().is_some() {
            live.load_older(self.room);
        }
        if hold.below() < AHEAD && !window.at_end() {
            live.load_newer(self.room);
        }
        if hold.at_end() && rows.with_untracked(|rows| rows.messages().nth(2 * KEPT).is_some()) {
            rows.update(|rows| rows.keep_newest(KEPT));
        }
        // On the way to a message the end is only passed by.
        let arrived = self.desk.target.try_get_untracked().flatten().is_none();
        if hold.sees_end() && !document().hidden() && arrived {
            let last = rows.with_untracked(|rows| rows.messages().next_back().map(|message| message.seq));
            if let Some(last) = last {
                live.seen(self.room, last);
            }
        }
    }
}

fn at_end(rows: &ArcRwSignal<RoomState>) -> bool {
    rows.try_with_untracked(|rows| rows.window().is_none_or(|window| window.at_end())).unwrap_or(true)
}

/// How many unread messages lie below what is in view: the server's count without those loaded down to there, or, once
/// the room's end is loaded, those that are.
fn unread_below(rows: &ArcRwSignal<RoomState>, item: &MyRoom, lowest: Option<Seq>, state: State) -> i64 {
    let (lowest, me) = (lowest.unwrap_or(0), state.me.get_untracked());
    rows.with_untracked(|rows| {
        let new = |message: &&Message| {
            message.seq > item.read_seq && Some(message.author_id) != me && message.deleted_at.is_none()
        };
        let (above, below): (Vec<&Message>, Vec<&Message>) =
            rows.messages().filter(new).partition(|message| message.seq <= lowest);
        let counted = rows.window().is_some_and(|window| window.at_end());
        if counted { below.len() as i64 } else { (item.unread - above.len() as i64).max(0) }
    })
}

/// The row of a line, here and in a thread.
pub(super) fn row_of(room: RoomId, row: &Row) -> ListRow {
    let key = match row.key {
        Key::Day(day) => (0, u128::from(day.cast_unsigned())),
        Key::New => (1, 0),
        Key::Message(id) => (2, id.0.as_u128()),
        Key::Event(seq) => (3, u128::from(seq.cast_unsigned())),
    };
    let row = row.clone();
    ListRow::new(key, move || view! { <MessageRow room row/> }.into_any())
}

/// The attributes of a row that say which it is.
pub(super) fn row_id(key: Key) -> Option<String> {
    if let Key::Message(id) = key { Some(id.to_string()) } else { None }
}
