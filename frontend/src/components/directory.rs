//! The public rooms, and the way into each.

use leptos::{prelude::*, task::spawn_local};
use types::DirectoryEntry;

use super::ui::{Attempt, Complaint, EmptyState, Failed, List, ListRow, Modal, Skeleton, When};
use crate::api;
use crate::dialogs::use_open;
use crate::i18n::{self, Key as Text, t};
use crate::letters::lower;
use crate::live::use_live;
use crate::route::{Route, use_navigator};

/// Most rooms looked through; beyond that the search box of a later day is the better way.
const MOST: usize = 1_000;

/// The dialog of the public rooms.
#[component]
pub fn Directory() -> impl IntoView {
    let found: RwSignal<Option<Result<Vec<DirectoryEntry>, api::Failure>>> = RwSignal::new(None);
    let filter = RwSignal::new(String::new());
    let load = move || {
        spawn_local(async move {
            let answer = everything().await;
            let _ = found.try_set(Some(answer));
        });
    };
    load();
    let shown = Memo::new(move |_| {
        let text = lower(filter.get().trim());
        found.with(|found| match found {
            Some(Ok(rooms)) => rooms
                .iter()
                .filter(|entry| lower(&entry.room.name).contains(&text) || lower(&entry.room.topic).contains(&text))
                .cloned()
                .collect(),
            _ => Vec::new(),
        })
    });
    let state = Memo::new(move |_| {
        found.with(|found| match found {
            None => 0,
            Some(Err(_)) => 1,
            Some(Ok(rooms)) if rooms.is_empty() => 2,
            Some(Ok(_)) => 3,
        })
    });
    view! {
        <Modal title=t(Text::Directory) name="directory-dialog">
            {move || match state.get() {
                0 => view! { <Skeleton rows=4/> }.into_any(),
                1 => view! { <Failed retry=move || { found.set(None); load() }/> }.into_any(),
                2 => view! { <EmptyState text=Text::DirectoryEmpty/> }.into_any(),
                _ => view! {
                    <input class="input" type="search" aria-label=t(Text::FindRoom) placeholder=t(Text::FindRoom)
                        on:input=move |input| filter.set(event_target_value(&input))/>
                    <ul class="row-list">
                        <List rows=Box::new(move || shown.with(|shown| shown.iter().cloned().map(row).collect()))/>
                    </ul>
                    <When so=move || shown.with(Vec::is_empty)><EmptyState text=Text::NothingFound/></When>
                }.into_any(),
            }}
        </Modal>
    }
}

fn row(entry: DirectoryEntry) -> ListRow {
    ListRow::new((0, entry.room.id.0.as_u128()), move || view! { <Entry entry/> }.into_any())
}

async fn everything() -> Result<Vec<DirectoryEntry>, api::Failure> {
    let mut rooms = Vec::new();
    let mut cursor = None;
    loop {
        let page = api::directory(cursor.take()).await?;
        rooms.extend(page.items);
        match page.next {
            Some(next) if rooms.len() < MOST => cursor = Some(next),
            _ => return Ok(rooms),
        }
    }
}

#[component]
fn Entry(entry: DirectoryEntry) -> impl IntoView {
    let (open, live, navigator) = (use_open(), use_live(), use_navigator());
    let attempt = Attempt::new();
    let id = entry.room.id;
    let enter = move || {
        open.close();
        navigator.go(Route::Room(id));
    };
    let join = move |_| {
        attempt.run(async move {
            live.join(id).await?;
            enter();
            Ok(())
        });
    };
    let people = i18n::count(Text::MembersOne, Text::MembersOther, entry.member_count);
    let about = if entry.room.topic.is_empty() { people } else { format!("{people} · {}", entry.room.topic) };
    let label = format!("{} {}", t(if entry.joined { Text::Open } else { Text::Join }), entry.room.name);
    view! {
        <li class="row-item">
            <span class="row-text"><b>"# "{entry.room.name}</b><small>{about}</small><Complaint attempt/></span>
            {if entry.joined {
                view! {
                    <button type="button" class="quiet-button" aria-label=label on:click=move |_| enter()>{t(Text::Open)}</button>
                }.into_any()
            } else {
                view! {
                    <button type="button" class="edge-button" aria-label=label disabled=move || attempt.busy() on:click=join>
                        {t(Text::Join)}
                    </button>
                }.into_any()
            }}
        </li>
    }
}
