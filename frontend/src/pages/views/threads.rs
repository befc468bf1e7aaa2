//! The threads that I follow, the latest answer first: how each began, what was said last, and what is unread.

use leptos::{ev, prelude::*, task::spawn_local};
use types::{Message, MessageId, MyThread, UserId};

use super::post::Post;
use super::{Head, Nothing, RoomLink};
use crate::api::{self, Failure};
use crate::components::ui::{Attempt, Avatar, Complaint, Failed, Glyph, Icon, List, ListRow, Skeleton, When};
use crate::effect::effect;
use crate::i18n::{Key as Text, count, t};
use crate::live::use_live;
use crate::route::{Route, View};
use crate::state::{People, use_state};

/// What is held of the list.
#[derive(Clone, Copy)]
struct Listed {
    people: People,
    rows: RwSignal<Vec<MyThread>>,
    next: RwSignal<Option<String>>,
    /// None until it was told; then whether that failed.
    failed: RwSignal<Option<bool>>,
    only_unread: RwSignal<bool>,
    /// Those that I have just left: they stand until the screen is left, so that I can take it back.
    left: StoredValue<Vec<MessageId>>,
    /// Counts what was asked: an answer to an earlier question is dropped.
    asked: StoredValue<u32>,
}

impl Listed {
    /// Asks for the first page, or for one behind those that are there.
    fn ask(self, more: bool) {
        let cursor = self.next.get_untracked().filter(|_| more);
        let number = self.asked.get_value().wrapping_add(1);
        self.asked.set_value(number);
        let unread = self.only_unread.get_untracked();
        spawn_local(async move {
            let answer: Result<_, Failure> = api::list_threads(unread, cursor).await;
            if self.asked.try_get_value() != Some(number) {
                return;
            }
            self.failed.set(Some(answer.is_err()));
            let Ok(page) = answer else { return };
            self.people.add(&page.users);
            self.next.set(page.next);
            self.rows.update(|rows| {
                let left = self.left.get_value();
                let told = |row: &MyThread| page.items.iter().any(|item| item.root.id == row.root.id);
                rows.retain(|row| (more || left.contains(&row.root.id)) && !told(row));
                rows.extend(page.items);
                rows.sort_by_key(|row| std::cmp::Reverse((row.root.last_reply_at, row.root.id)));
            });
        });
    }
}

/// The screen.
#[component]
pub fn Threads() -> impl IntoView {
    let state = use_state();
    let listed = Listed {
        people: state.people,
        rows: RwSignal::new(Vec::new()),
        next: RwSignal::new(None),
        failed: RwSignal::new(None),
        only_unread: RwSignal::new(false),
        left: StoredValue::new(Vec::new()),
        asked: StoredValue::new(0),
    };
    effect(move || {
        // A page further down is not asked for again: what moved comes first.
        let _ = (state.threads.moved(), listed.only_unread.get());
        listed.ask(false);
    });
    let row = move |thread: &MyThread| {
        let thread = thread.clone();
        // What is shown of it changes: then it is another row.
        let (root, last) = (&thread.root, thread.replies.last());
        let stamp = root.rev ^ (last.map_or(0, |reply| reply.rev) << 20) ^ (thread.read_seq << 40);
        let key = root.id.0.as_u128() ^ u128::from(stamp.cast_unsigned());
        ListRow::new((0, key), move || view! { <ThreadCard thread listed/> }.into_any())
    };
    let choose = move |unread: bool| move |_: ev::MouseEvent| listed.only_unread.set(unread);
    let chosen = move |unread: bool| (listed.only_unread.get() == unread).to_string();
    let state_of = move || (listed.failed.get(), listed.rows.with(Vec::is_empty), listed.only_unread.get());
    view! {
        <Head view=View::Threads>
            <div class="segments" role="group" aria-label=t(Text::WhichThreads)>
                <button type="button" aria-pressed=move || chosen(false) on:click=choose(false)>{t(Text::AllOfThem)}</button>
                <button type="button" aria-pressed=move || chosen(true) data-testid="only-unread" on:click=choose(true)>{t(Text::UnreadOnly)}</button>
            </div>
        </Head>
        <div class="gathered" tabindex="0" role="region" aria-label=t(Text::Threads)>
            <ul class="cards" data-testid="threads">
                <List rows=Box::new(move || listed.rows.with(|rows| rows.iter().map(row).collect()))/>
            </ul>
            {move || match state_of() {
                (None, true, _) => view! { <Skeleton rows=4/> }.into_any(),
                (Some(true), true, _) => view! { <Failed retry=move || listed.ask(false)/> }.into_any(),
                (Some(false), true, true) => {
                    view! { <Nothing glyph=Glyph::Check title=Text::UpToDate text=Text::NoUnreadThreads/> }.into_any()
                }
                (Some(false), true, false) => {
                    view! { <Nothing glyph=Glyph::Reply title=Text::NoThreads text=Text::NoThreadsText/> }.into_any()
                }
                (_, false, _) => ().into_any(),
            }}
            <When so=move || listed.next.with(Option::is_some)>
                <button type="button" class="quiet-button more" on:click=move |_| listed.ask(true)>{t(Text::MoreRows)}</button>
            </When>
        </div>
    }
}

#[component]
fn ThreadCard(thread: MyThread, listed: Listed) -> impl IntoView {
    let live = use_live();
    let attempt = Attempt::new();
    let MyThread { root, replies, unread, mentions, .. } = thread;
    let (room, id) = (root.room_id, root.id);
    let gone = listed.left.with_value(|left| left.contains(&id));
    let (following, read) = (RwSignal::new(!gone), RwSignal::new(unread == 0));
    let hidden = root.reply_count - replies.len() as i64;
    let last = replies.last().map(|reply| reply.seq);
    let people = root.participants.clone();
    let follow = move |_| {
        let wanted = !following.get_untracked();
        attempt.run(async move {
            live.follow_thread(id, wanted).await?;
            let _ = listed.left.try_update_value(|left| {
                left.retain(|other| *other != id);
                if !wanted {
                    left.push(id);
                }
            });
            let _ = following.try_set(wanted);
            Ok(())
        });
    };
    let mark_read = move |_| {
        let Some(last) = last else { return };
        attempt.run(async move {
            live.read_thread(id, last).await?;
            let _ = read.try_set(true);
            Ok(())
        });
    };
    let route = Route::Thread(room, id);
    view! {
        <li class="card" data-testid="thread-card" data-unread=move || (!read.get()).to_string()>
            <div class="card-head">
                <RoomLink room to=Route::Message(room, id)/>
                <When so=move || !read.get()>
                    <span class="new-count" class:named={mentions > 0} data-testid="thread-unread">
                        {count(Text::NewOne, Text::NewOther, unread)}
                    </span>
                </When>
            </div>
            <Post message=root/>
            {(hidden > 0).then(|| view! {
                <a class="hidden-replies" href=route.path()>{count(Text::MoreRepliesOne, Text::MoreRepliesOther, hidden)}</a>
            })}
            <div class="replies">{replies.into_iter().map(|message: Message| view! { <Post message/> }).collect_view()}</div>
            <div class="card-foot">
                <Faces people/>
                <Complaint attempt/>
                <span class="card-deeds">
                    <button type="button" class="quiet-button" data-testid="follow" aria-pressed=move || following.get().to_string()
                        disabled=move || attempt.busy() on:click=follow>
                        {move || t(if following.get() { Text::Unfollow } else { Text::Follow })}
                    </button>
                    <When so=move || !read.get()>
                        <button type="button" class="quiet-button" data-testid="read-thread" disabled=move || attempt.busy()
                            on:click=mark_read>{t(Text::MarkRead)}</button>
                    </When>
                    <a class="quiet-button" data-testid="open-thread" href=route.path()><Icon glyph=Glyph::Reply/>{t(Text::OpenThread)}</a>
                </span>
            </div>
        </li>
    }
}

/// Who took part.
#[component]
fn Faces(people: Vec<UserId>) -> impl IntoView {
    view! {
        <span class="thread-people" aria-hidden="true">
            {people.into_iter().map(|user| view! { <Avatar user/> }).collect_view()}
        </span>
    }
}
