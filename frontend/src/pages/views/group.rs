//! What is new in one room or thread, and where one answers it.

use leptos::{ev, html, prelude::*};
use types::{Message, NewMessage};

use super::catch_up::{Desk, name};
use super::gather::Group;
use super::post::Post;
use super::{RoomLink, place_of};
use crate::components::composer::{fits, grow};
use crate::components::ui::{Glyph, Icon, When};
use crate::effect::effect;
use crate::i18n::{Key as Text, count, t};
use crate::live::use_live;
use crate::route::Route;
use crate::state::use_state;

/// The group.
#[component]
pub fn GroupCard(
    /// What is new.
    group: Group,
    /// The screen it stands on.
    desk: Desk,
) -> impl IntoView {
    let which = group.key();
    let (room, root) = which;
    let state = use_state();
    let others = group.messages.iter().filter(|message| Some(message.author_id) != state.me.get_untracked());
    let number = others.filter(|message| message.deleted_at.is_none()).count() as i64;
    let (for_me, more) = (group.for_me, group.more);
    let said = RwSignal::new(Vec::<String>::new());
    let answers = move || desk.answering.get() == Some(which);
    let route = match root {
        Some(root) => Route::Thread(room, root),
        None => Route::Room(room),
    };
    let begins = group.root.clone().map(|message| view! { <Post message note=Text::BeginsThread/> });
    view! {
        <section class="card group" data-group=name(which) data-testid="group">
            <div class="card-head">
                {match root {
                    Some(_) => view! { <RoomLink room to=route note=Text::InAThread/> }.into_any(),
                    None => view! { <RoomLink room to=route/> }.into_any(),
                }}
                <span class="new-count" class:named=for_me>{count(Text::NewOne, Text::NewOther, number)}</span>
                <span class="card-deeds">
                    <button type="button" class="quiet-button" data-testid="group-reply"
                        on:click=move |_| desk.answering.set(Some(which))><Icon glyph=Glyph::Reply/>{t(Text::KeyReply)}</button>
                    <button type="button" class="quiet-button" data-testid="group-done" on:click=move |_| desk.done(which)>
                        <Icon glyph=Glyph::Check/>{t(Text::Done)}
                    </button>
                </span>
            </div>
            {begins.map(|begins| view! { <div class="begins">{begins}</div> })}
            {group.changed.into_iter().map(|message| {
                let note = if message.deleted_at.is_some() { Text::DeletedSince } else { Text::EditedSince };
                view! { <RowOf message note=Some(note)/> }
            }).collect_view()}
            {group.messages.into_iter().map(|message| view! { <RowOf message note=None/> }).collect_view()}
            {more.then(|| view! { <p class="help">{t(Text::MoreAbove)}</p> })}
            {move || said.get().into_iter().map(|text| view! {
                <p class="said" data-testid="said"><b>{t(Text::You)}</b>" "{text}</p>
            }).collect_view()}
            <When so=answers><Answer group=which desk said/></When>
        </section>
    }
}

/// A message as a stop of the keys, which leads to its place.
#[component]
fn RowOf(message: Message, note: Option<Text>) -> impl IntoView {
    let to = place_of(&message).path();
    let label = t(Text::ShowInRoom);
    let post = match note {
        Some(note) => view! { <Post message note/> }.into_any(),
        None => view! { <Post message/> }.into_any(),
    };
    view! {
        <div class="stop" data-row="" tabindex="-1" data-changed=note.is_some().then_some("")>
            {post}
            <a class="icon-button small goes" href=to data-goes="" aria-label=label title=label><Icon glyph=Glyph::Forward/></a>
        </div>
    }
}

/// Where one answers: in the room, or in the thread.
#[component]
fn Answer(group: (types::RoomId, Option<types::MessageId>), desk: Desk, said: RwSignal<Vec<String>>) -> impl IntoView {
    let (room, root) = group;
    let live = use_live();
    let field = NodeRef::<html::Textarea>::new();
    effect(move || {
        if let Some(field) = field.get() {
            let _ = field.focus();
        }
    });
    let close = move || {
        let section = field.get_untracked().and_then(|field| field.closest(".group").ok().flatten());
        desk.answering.set(None);
        desk.back_to(section);
    };
    let send = move || {
        let Some(text) = field.get_untracked().map(|field| field.value()).filter(|text| fits(text)) else { return };
        live.post(room, NewMessage { body: text.clone(), parent_id: root, ..NewMessage::default() });
        desk.answered(room);
        said.update(|said| said.push(text));
        close();
    };
    let on_key = move |key: ev::KeyboardEvent| {
        match key.key().as_str() {
            _ if key.is_composing() => return,
            "Enter" if !key.shift_key() => send(),
            "Escape" => close(),
            _ => return,
        }
        key.prevent_default();
        key.stop_propagation();
    };
    let typed = move |_| {
        if let Some(field) = field.get_untracked() {
            grow(&field);
        }
    };
    view! {
        <form class="answer" on:submit=move |submit| { submit.prevent_default(); send() }>
            <textarea class="edit-field" rows="1" data-testid="answer-field" aria-label=t(Text::ReplyPlaceholder)
                placeholder=t(Text::ReplyPlaceholder) node_ref=field on:keydown=on_key on:input=typed></textarea>
            <button type="submit" class="main-button" data-testid="answer-send">{t(Text::Send)}</button>
        </form>
    }
}
