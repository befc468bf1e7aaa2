//! Starting a conversation: whom with, found by a few letters; and what can be done with one.

use leptos::{ev, html, prelude::*, task::spawn_local};
use types::{MyRoom, RoomId, RoomKind, User, UserId, limits};

use super::ui::{Attempt, Avatar, Complaint, Glyph, Icon, Modal, When};
use crate::api;
use crate::dialogs::{Dialog, use_notice, use_open};
use crate::effect::effect;
use crate::i18n::{Key as Text, failure, fill, t};
use crate::live::use_live;
use crate::route::{Route, use_navigator};
use crate::state::{State, use_state};

/// So many are offered at once.
const OFFERED: usize = 8;
/// People besides me.
const MOST: usize = limits::DIRECT_MAX - 1;

/// Whom one is choosing.
#[derive(Clone, Copy)]
struct Picker {
    chosen: RwSignal<Vec<UserId>>,
    text: RwSignal<String>,
    found: RwSignal<Vec<User>>,
    /// Which of those Enter takes.
    at: RwSignal<usize>,
    field: NodeRef<html::Input>,
    state: State,
}

impl Picker {
    fn new(chosen: Vec<UserId>) -> Self {
        let (text, found, at) = (RwSignal::new(String::new()), RwSignal::new(Vec::new()), RwSignal::new(0));
        Self { chosen: RwSignal::new(chosen), text, found, at, field: NodeRef::new(), state: use_state() }
    }

    fn full(self) -> bool {
        self.chosen.with(|chosen| chosen.len() >= MOST)
    }

    fn take(self, user: UserId) {
        self.chosen.update(|chosen| {
            if !chosen.contains(&user) && chosen.len() < MOST {
                chosen.push(user);
            }
        });
        self.text.set(String::new());
        self.found.set(Vec::new());
        self.at.set(0);
        self.focus();
    }

    fn take_out(self, user: UserId) {
        self.chosen.update(|chosen| chosen.retain(|other| *other != user));
        self.focus();
    }

    fn focus(self) {
        if let Some(field) = self.field.get_untracked() {
            let _ = field.focus();
        }
    }

    /// Asks for people by what was typed; an answer to what is no longer asked is dropped.
    fn search(self, typed: String) {
        self.text.set(typed.clone());
        self.at.set(0);
        let wanted = typed.trim().trim_start_matches('@').to_owned();
        if wanted.is_empty() {
            return self.found.set(Vec::new());
        }
        spawn_local(async move {
            let Ok(page) = api::find_users(&wanted).await else { return };
            if self.text.try_get_untracked().is_some_and(|now| now == typed) {
                self.state.people.add(&page.items);
                let (chosen, me) = (self.chosen.get_untracked(), self.state.me.get_untracked());
                let free = |user: &User| !chosen.contains(&user.id) && Some(user.id) != me;
                self.found.set(page.items.into_iter().filter(free).take(OFFERED).collect());
            }
        });
    }

    /// A key in the field.
    fn key(self, key: &ev::KeyboardEvent) {
        let count = self.found.with_untracked(Vec::len);
        match key.key().as_str() {
            "ArrowDown" if count > 0 => self.at.update(|at| *at = (*at + 1) % count),
            "ArrowUp" if count > 0 => self.at.update(|at| *at = (*at + count - 1) % count),
            "Enter" if count > 0 => {
                let user = self.found.with_untracked(|found| found.get(self.at.get_untracked()).map(|user| user.id));
                user.into_iter().for_each(|user| self.take(user));
            }
            // Whoever is being looked for is not left out by a quick hand.
            "Enter" if self.text.with_untracked(|text| !text.trim().is_empty()) => {}
            "Backspace" if self.text.with_untracked(String::is_empty) => {
                self.chosen.update(|chosen| _ = chosen.pop());
                return;
            }
            _ => return,
        }
        key.prevent_default();
    }
}

/// The dialog in which people are chosen.
#[component]
pub fn NewDirect(
    /// A conversation whose people are chosen already.
    room: Option<RoomId>,
) -> impl IntoView {
    let (state, open, live, navigator) = (use_state(), use_open(), use_live(), use_navigator());
    let attempt = Attempt::new();
    let begun = room.and_then(|room| state.rooms.get_now(room)).map(|item| item.room);
    let first = begun.map(|room| untrack(|| state.rooms.others(&room).collect())).unwrap_or_default();
    let picker = Picker::new(first);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let people = picker.chosen.get_untracked();
        if people.is_empty() {
            return picker.focus();
        }
        attempt.run(async move {
            let room = live.open_direct(people).await?;
            open.close();
            navigator.go(Route::Room(room.id));
            Ok(())
        });
    };
    let help = if room.is_some() { Text::DirectMoreHelp } else { Text::DirectHelp };
    view! {
        <Modal title=t(Text::NewMessage) name="direct-dialog">
            <form class="form" novalidate on:submit=submit>
                <div class="field">
                    <label for="direct-people">{t(Text::DirectTo)}</label>
                    <Chips picker/>
                    <p class="help" id="direct-help">{move || t(if picker.full() { Text::DirectFull } else { help })}</p>
                </div>
                <Found picker/>
                <Complaint attempt/>
                <footer class="modal-actions">
                    <button type="button" class="quiet-button" on:click=move |_| open.close()>{t(Text::Cancel)}</button>
                    <button type="submit" class="main-button" data-testid="submit"
                        disabled=move || attempt.busy() || picker.chosen.with(Vec::is_empty)>{t(Text::StartDirect)}</button>
                </footer>
            </form>
        </Modal>
    }
}

/// Those chosen, and the field that finds more.
#[component]
fn Chips(picker: Picker) -> impl IntoView {
    let people = use_state().people;
    effect(move || {
        if let Some(field) = picker.field.get() {
            let _ = field.focus();
        }
    });
    let active = move || picker.found.with(|found| found.get(picker.at.get()).map(|user| option_id(user.id)));
    view! {
        <div class="people-field" on:click=move |_| picker.focus()>
            {move || picker.chosen.get().into_iter().map(|user| {
                let (shown, told) = (people.person(user), people.person(user));
                view! {
                    <span class="person-chip" data-testid="person-chip">
                        <Avatar user/>
                        <span>{move || shown.name()}</span>
                        <button type="button" class="icon-button small" aria-label=move || fill(t(Text::TakeOut), &[("name", &told.name())])
                            on:click=move |_| picker.take_out(user)><Icon glyph=Glyph::Close/></button>
                    </span>
                }
            }).collect_view()}
            <input type="text" id="direct-people" role="combobox" autocomplete="off" spellcheck="false" autofocus data-testid="people-field"
                aria-expanded=move || picker.found.with(|found| !found.is_empty()).to_string() aria-controls="direct-found"
                aria-activedescendant=active aria-describedby="direct-help" placeholder=t(Text::FindPeople)
                disabled=move || picker.full() node_ref=picker.field prop:value=move || picker.text.get()
                on:input=move |input| picker.search(event_target_value(&input)) on:keydown=move |key| picker.key(&key)/>
        </div>
    }
}

/// Those found.
#[component]
fn Found(picker: Picker) -> impl IntoView {
    let nobody = move || picker.found.with(Vec::is_empty) && picker.text.with(|text| !text.trim().is_empty());
    view! {
        <ul class="people-found" id="direct-found" role="listbox" aria-label=t(Text::People)>
            {move || picker.found.get().into_iter().enumerate().map(|(index, user)| {
                let id = user.id;
                view! {
                    <li class="row-item" role="option" id=option_id(id) data-testid="found-person"
                        aria-selected=move || (picker.at.get() == index).to_string() on:click=move |_| picker.take(id)>
                        <Avatar user=id/>
                        <span class="row-text"><b>{user.display_name}</b><small>"@"{user.username}</small></span>
                    </li>
                }
            }).collect_view()}
        </ul>
        <p class="help" role="status">{move || nobody().then(|| t(Text::NothingFound))}</p>
    }
}

fn option_id(user: UserId) -> String {
    format!("person-{user}")
}

/// What the head of a conversation offers: more people, and out of the list.
#[component]
pub fn DirectTools(
    /// The conversation.
    room: RoomId,
) -> impl IntoView {
    let (state, open, live, navigator, notice) = (use_state(), use_open(), use_live(), use_navigator(), use_notice());
    let hide = move |_| {
        spawn_local(async move {
            match live.hide_direct(room).await {
                Ok(()) => {
                    navigator.go(Route::Home);
                    notice.tell(t(Text::DirectHidden));
                }
                Err(why) => notice.tell(failure(&why)),
            }
        });
    };
    view! {
        <When so=move || state.rooms.get(room).is_some_and(|item| is_direct(&item))>
            <button type="button" class="icon-button" data-testid="add-to-direct" title=t(Text::DirectAdd)
                aria-label=t(Text::DirectAdd) on:click=move |_| open.show(Dialog::Direct(Some(room)))>
                <Icon glyph=Glyph::Invite/>
            </button>
            <button type="button" class="icon-button" data-testid="hide-direct" title=t(Text::DirectHide)
                aria-label=t(Text::DirectHide) on:click=hide><Icon glyph=Glyph::EyeOff/></button>
        </When>
    }
}

/// In place of the sign of a room, who a conversation is with.
#[component]
pub fn DirectFaces(
    /// The conversation.
    room: RoomId,
) -> impl IntoView {
    let (state, open) = (use_state(), use_open());
    let others = Memo::new(move |_| {
        let item = state.rooms.get(room).filter(is_direct)?;
        Some(state.rooms.others(&item.room).take(3).collect::<Vec<UserId>>())
    });
    move || {
        let people = others.get()?;
        let one = people.len() == 1;
        Some(view! {
            <span class="direct-faces">
                {people.into_iter().map(|user| {
                    let person = state.people.person(user);
                    view! {
                        <button type="button" class="face" on:click=move |_| open.show(Dialog::Person(user, room))>
                            <Avatar user presence=one/><span class="sr-only">{move || person.name()}</span>
                        </button>
                    }
                }).collect_view()}
            </span>
        })
    }
}

/// In place of the field one writes in, where one of two has been blocked by me.
#[component]
pub fn BlockedNote(
    /// Whom I have blocked.
    user: UserId,
) -> impl IntoView {
    let (state, live) = (use_state(), use_live());
    let attempt = Attempt::new();
    let person = state.people.person(user);
    view! {
        <div class="archived" role="note" data-testid="blocked-note">
            <p>{move || fill(t(Text::YouBlocked), &[("name", &person.name())])}</p>
            <button type="button" class="quiet-button" disabled=move || attempt.busy()
                on:click=move |_| attempt.run(async move { live.block(user, false).await })>{t(Text::Unblock)}</button>
            <Complaint attempt/>
        </div>
    }
}

/// Of a conversation of two the other, if I have blocked them; tracked.
pub fn blocked_here(state: State, room: RoomId) -> Option<UserId> {
    let item = state.rooms.get(room).filter(is_direct)?;
    let mut others = state.rooms.others(&item.room);
    let (one, more) = (others.next()?, others.next());
    (more.is_none() && state.mine.blocks(one)).then_some(one)
}

fn is_direct(item: &MyRoom) -> bool {
    item.room.kind == RoomKind::Direct
}
