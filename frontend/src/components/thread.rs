//! The panel of a thread: the message it begins with, the answers, and where one answers.

use std::rc::Rc;

use leptos::{html, prelude::*, task::spawn_local};
use types::{MessageId, RoomId, Seq};

use super::composer::Composer;
use super::hold::Hold;
use super::timeline::row_of;
use super::ui::{Attempt, Glyph, Icon, List, Skeleton, When};
use crate::effect::effect;
use crate::i18n::{Key as Text, count, failure, t};
use crate::live::use_live;
use crate::pages::room::RoomDesk;
use crate::state::{Lines, Row, use_state};

/// Older answers are asked for this long before the reader gets there, in pixels.
const AHEAD: f64 = 600.0;

/// The thread beside its room; on a phone, in its place.
#[component]
pub fn ThreadPanel(
    /// The room.
    room: RoomId,
    /// The message it begins with.
    root: MessageId,
) -> impl IntoView {
    let (state, live) = (use_state(), use_live());
    let room_desk = expect_context::<RoomDesk>();
    let desk = room_desk.of_thread(root);
    provide_context(desk);
    let opened = state.history.room(room);
    let read_before = RwSignal::new(None);
    let rows = rows_of(room, root, read_before);
    let (missing, number) = (opened.rows.clone(), opened.rows.clone());
    let empty = Memo::new(move |_| missing.with(|rows| rows.thread_window(root).is_none()));
    // First how I keep it: what is seen raises the mark.
    load_mark(root, read_before);
    effect(move || {
        if empty.get() {
            live.load_thread(room, root);
        }
    });
    on_cleanup(move || live.close_thread(room, root));
    let replies = Memo::new(move |_| number.with(|rows| rows.message(root).map_or(0, |message| message.reply_count)));
    let name = move || state.rooms.get(room).and_then(|item| item.room.name).unwrap_or_default();
    let seen = hold(room, root, desk);
    view! {
        <aside class="panel thread" id="panel" aria-label=t(Text::Thread) data-testid="thread-panel">
            <header class="panel-header">
                <a class="icon-button only-phone" href=format!("/rooms/{room}") aria-label=t(Text::BackToRoom)>
                    <Icon glyph=Glyph::Back/>
                </a>
                <h2>{t(Text::Thread)}</h2>
                <span class="count">{move || name()}</span>
                <Following room root/>
                <button type="button" class="icon-button close" data-testid="close-panel" aria-label=t(Text::Close)
                    on:click=move |_| room_desk.close_panel()><Icon glyph=Glyph::Close/></button>
            </header>
            <div class="log" role="log" aria-live="polite" aria-label=t(Text::Thread) tabindex="0" node_ref=seen.scroller
                on:scroll=move |_| seen.scrolled()>
                <div class="lines" node_ref=seen.content>
                    <List rows=Box::new(move || rows.with(|rows| rows.iter().map(|row| row_of(room, row)).collect()))/>
                </div>
                <When so=move || empty.get()><Skeleton rows=2/></When>
                <When so=move || !empty.get() && replies.get() == 0>
                    <p class="thread-empty">{t(Text::ThreadEmpty)}</p>
                </When>
                <p class="sr-only" role="status">{move || count(Text::RepliesOne, Text::RepliesOther, replies.get())}</p>
            </div>
            <Composer room/>
        </aside>
    }
}

/// Asks how I keep the thread, and up to where I had read it when it was opened.
fn load_mark(root: MessageId, read_before: RwSignal<Option<Seq>>) {
    let live = use_live();
    spawn_local(async move {
        if let Ok(mark) = live.load_thread_mark(root).await
            && mark.rev > 0
        {
            let _ = read_before.try_set(Some(mark.read_seq));
        }
    });
}

/// Whether I follow the thread, and the wish to do so or no longer. Nothing while that is not known.
#[component]
fn Following(room: RoomId, root: MessageId) -> impl IntoView {
    let (state, live, desk) = (use_state(), use_live(), expect_context::<RoomDesk>());
    let attempt = Attempt::new();
    let rows = state.history.room(room).rows;
    // Who writes in it or is named in it follows it from then on; the server knows.
    let mine = Memo::new(move |_| {
        let Some(me) = state.me.get() else { return 0 };
        rows.with(|rows| rows.replies(root).filter(|reply| reply.author_id == me || reply.names(me)).count())
    });
    effect(move || {
        if mine.get() > 0 && state.threads.follows(root) == Some(false) {
            spawn_local(async move { drop(live.load_thread_mark(root).await) });
        }
    });
    let follow = move |_| {
        let wanted = state.threads.follows_now(root) != Some(true);
        attempt.run(async move {
            if let Err(why) = live.follow_thread(root, wanted).await {
                desk.tell(failure(&why));
            }
            Ok(())
        });
    };
    let follows = move || state.threads.follows(root) == Some(true);
    let name = move || t(if follows() { Text::Unfollow } else { Text::Follow });
    view! {
        <When so=move || state.threads.follows(root).is_some()>
            <button type="button" class="icon-button follow" data-testid="follow-thread" title=name aria-label=name
                aria-pressed=move || follows().to_string() disabled=move || attempt.busy() on:click=follow>
                {move || view! { <Icon glyph={if follows() { Glyph::Bell } else { Glyph::BellOff }}/> }}
            </button>
        </When>
    }
}

/// The rows: the first message, and the answers that are loaded.
fn rows_of(room: RoomId, root: MessageId, read_before: RwSignal<Option<Seq>>) -> RwSignal<Vec<Row>> {
    let state = use_state();
    let held = state.history.room(room).rows;
    let rows: RwSignal<Vec<Row>> = RwSignal::new(Vec::new());
    let lines = StoredValue::new(Lines::default());
    effect(move || {
        let mark = read_before.get();
        let Some(me) = state.me.get() else { return };
        let fresh = held.with(|held| {
            state.outgoing.with(|outbox| {
                state.reacting.with(|wishes| {
                    lines
                        .try_update_value(|lines| lines.refresh_thread(held, outbox, wishes, root, me, mark))
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

/// The scrolled elements.
#[derive(Clone, Copy)]
struct View {
    scroller: NodeRef<html::Div>,
    content: NodeRef<html::Div>,
    held: StoredValue<Option<Rc<Hold>>, LocalStorage>,
}

impl View {
    fn scrolled(self) {
        if let Some(hold) = self.held.try_get_value().flatten() {
            hold.scrolled();
        }
    }
}

/// Holds the reader's place; tells what was seen, and asks for what lies above.
fn hold(room: RoomId, root: MessageId, desk: RoomDesk) -> View {
    let (state, live) = (use_state(), use_live());
    let (scroller, content) = (NodeRef::<html::Div>::new(), NodeRef::<html::Div>::new());
    let held: StoredValue<Option<Rc<Hold>>, LocalStorage> = StoredValue::new_local(None);
    let rows = state.history.room(room).rows;
    effect(move || {
        let (Some(scroller), Some(content)) = (scroller.get(), content.get()) else { return };
        if held.with_value(Option::is_some) {
            return;
        }
        let (rows, whole) = (rows.clone(), rows.clone());
        let settled = move |hold: &Hold| {
            let (window, last) = rows.with_untracked(|rows| {
                (rows.thread_window(root), rows.replies(root).next_back().map(|message| message.seq))
            });
            if window.is_some() {
                hold.rest();
            }
            if hold.room_above() < AHEAD && window.is_some_and(|window| window.previous().is_some()) {
                live.load_older_answers(room, root);
            }
            if let Some(last) = last.filter(|_| hold.sees_end() && !document().hidden()) {
                live.thread_seen(root, last);
            }
        };
        let ends = move || whole.with_untracked(|rows| rows.thread_window(root).is_none_or(|window| window.at_end()));
        let hold = Hold::start(scroller.into(), content.into(), Box::new(ends), Box::new(settled));
        held.set_value(Some(Rc::clone(&hold)));
        hold.settle();
    });
    let wishes = StoredValue::new(desk.to_end.get_untracked());
    effect(move || {
        let now = desk.to_end.get();
        if wishes.try_update_value(|before| std::mem::replace(before, now)).is_some_and(|before| before != now)
            && let Some(hold) = held.try_get_value().flatten()
        {
            hold.go_to_end();
        }
    });
    on_cleanup(move || {
        if let Some(hold) = held.try_get_value().flatten() {
            hold.stop();
        }
    });
    View { scroller, content, held }
}
