//! Everything since I left, by room and thread: read on with j and k, done with e, answered with r, gone to with Enter.

use std::time::Duration;

use leptos::{ev, html, prelude::*, task::spawn_local};
use sync::Sorted;
use types::{MessageId, RoomId, Seq};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::gather::{Gathered, Group, gather};
use super::group::GroupCard;
use super::{Head, Nothing};
use crate::api::Failure;
use crate::components::ui::{Failed, Glyph, List, ListRow, Skeleton, When};
use crate::dialogs::{Notice, use_notice};
use crate::effect::effect;
use crate::i18n::{Key as Text, count, failure, t};
use crate::live::{Live, use_live};
use crate::route::View;
use crate::state::{State, use_state};

/// What a group is known by.
type Which = (RoomId, Option<MessageId>);

/// The screen's own state, which its groups share.
#[derive(Clone, Copy)]
pub struct Desk {
    state: State,
    live: Live,
    notice: Notice,
    told: RwSignal<Option<Result<Gathered, Failure>>>,
    /// The group one answers in.
    pub(super) answering: RwSignal<Option<Which>>,
    /// Where the rooms stood when all this was gathered.
    stood: StoredValue<Sorted<RoomId, Seq>>,
    list: NodeRef<html::Div>,
}

impl Desk {
    fn gather(self) {
        spawn_local(async move {
            let stood = self.state.rooms.all_now().into_iter().map(|item| (item.room.id, item.last_seq)).collect();
            let answer = gather(self.state).await;
            let _ = self.stood.try_update_value(|held| *held = stood);
            let _ = self.told.try_set(Some(answer));
        });
    }

    /// Whether something came since, tracked.
    fn moved(self) -> bool {
        let rooms = self.state.rooms.unread();
        self.stood
            .with_value(|stood| rooms.into_iter().any(|(room, last)| stood.get(&room).is_some_and(|was| *was < last)))
    }

    /// I have answered in a room: that its end has moved is no news.
    pub(super) fn answered(self, room: RoomId) {
        self.stood.update_value(|stood| _ = stood.remove(&room));
    }

    fn groups(self) -> Vec<Group> {
        self.told.with(|told| match told {
            Some(Ok(gathered)) => gathered.groups.clone(),
            _ => Vec::new(),
        })
    }

    /// All of a group is read; the focus moves on to what follows.
    pub(super) fn done(self, which: Which) {
        let Some(group) = untrack(|| self.groups()).into_iter().find(|group| group.key() == which) else { return };
        let next = self.beside(which);
        self.told.update(|told| {
            if let Some(Ok(gathered)) = told {
                gathered.groups.retain(|group| group.key() != which);
            }
        });
        if self.answering.get_untracked() == Some(which) {
            self.answering.set(None);
        }
        set_timeout(move || self.focus(next), Duration::ZERO);
        spawn_local(async move {
            let read = match &group.root {
                Some(root) => self.live.read_thread(root.id, group.end).await,
                None => self.live.read_room(group.room, group.end, usize::from(group.more)).await,
            };
            match read {
                // More of the same lies above: it comes next.
                Ok(()) if group.more || self.told.try_with_untracked(over) == Some(true) => self.gather(),
                Ok(()) => {}
                Err(why) => {
                    self.notice.tell(failure(&why));
                    let _ = self.told.try_update(|told| {
                        if let Some(Ok(gathered)) = told {
                            gathered.groups.push(group);
                        }
                    });
                }
            }
        });
    }

    /// The group that follows on one, or the one before the last.
    fn beside(self, which: Which) -> Option<Which> {
        let keys: Vec<Which> = untrack(|| self.groups()).iter().map(Group::key).collect();
        let at = keys.iter().position(|key| *key == which)?;
        keys.get(at + 1).or_else(|| keys.get(at.checked_sub(1)?)).copied()
    }

    /// Gives a group's first message the focus; without one, the list.
    fn focus(self, which: Option<Which>) {
        let Some(list) = self.list.try_get_untracked().flatten() else { return };
        let row = which.and_then(|which| {
            let groups = elements(&list, "[data-group]");
            let group = groups.into_iter().find(|group| group.get_attribute("data-group") == Some(name(which)))?;
            elements(&group, "[data-row]").into_iter().next()
        });
        match row {
            Some(row) => focus(&row),
            None => _ = list.focus(),
        }
    }

    /// Gives the last row of a group the focus.
    pub(super) fn back_to(self, group: Option<Element>) {
        if let Some(row) = group.and_then(|group| elements(&group, "[data-row]").pop()) {
            focus(&row);
        }
    }

    /// The group that holds the focus.
    fn here(self) -> Option<Which> {
        let group = document().active_element()?.closest("[data-group]").ok().flatten()?.get_attribute("data-group")?;
        untrack(|| self.groups()).iter().map(Group::key).find(|which| name(*which) == group)
    }

    /// A key in the list; answers whether it was for this.
    fn key(self, key: &ev::KeyboardEvent) -> bool {
        let target = key.target().and_then(|target| target.dyn_into::<Element>().ok());
        let writes = target.as_ref().is_some_and(|element| matches!(element.tag_name().as_str(), "TEXTAREA" | "INPUT"));
        if writes || key.ctrl_key() || key.meta_key() || key.alt_key() || key.default_prevented() {
            return false;
        }
        match key.key().as_str() {
            "j" | "ArrowDown" => self.step("[data-row]", 1),
            "k" | "ArrowUp" => self.step("[data-row]", -1),
            "J" => self.step("[data-group]", 1),
            "K" => self.step("[data-group]", -1),
            "e" => self.here().is_some_and(|which| {
                self.done(which);
                true
            }),
            "r" => self.here().is_some_and(|which| {
                self.answering.set(Some(which));
                true
            }),
            "Enter" => {
                let row = target.filter(|element| element.has_attribute("data-row"));
                let link = row.and_then(|row| row.query_selector("a[data-goes]").ok().flatten());
                link.and_then(|link| link.dyn_into::<HtmlElement>().ok()).is_some_and(|link| {
                    link.click();
                    true
                })
            }
            _ => false,
        }
    }

    /// To the next row or the one before; over groups to their first rows.
    fn step(self, kind: &str, by: isize) -> bool {
        let Some(list) = self.list.get_untracked() else { return false };
        let all = elements(&list, kind);
        let now = document().active_element();
        let holder = now.and_then(|now| now.closest(kind).ok().flatten());
        let at = all.iter().position(|element| Some(element) == holder.as_ref());
        let next = match at {
            Some(at) => at as isize + by,
            None => 0,
        };
        let wanted = usize::try_from(next).ok().and_then(|next| all.get(next));
        let Some(wanted) = wanted else { return true };
        let row =
            if kind == "[data-row]" { Some(wanted.clone()) } else { elements(wanted, "[data-row]").into_iter().next() };
        if let Some(row) = row {
            focus(&row);
        }
        true
    }
}

/// Whether all groups are done and more were left for later.
fn over(told: &Option<Result<Gathered, Failure>>) -> bool {
    matches!(told, Some(Ok(gathered)) if gathered.more && gathered.groups.is_empty())
}

/// The name of a group in the page.
pub(super) fn name((room, root): Which) -> String {
    root.map_or_else(|| room.to_string(), |root| root.to_string())
}

fn elements(within: &Element, kind: &str) -> Vec<Element> {
    let Ok(found) = within.query_selector_all(kind) else { return Vec::new() };
    (0..found.length()).filter_map(|index| found.item(index)?.dyn_into().ok()).collect()
}

fn focus(row: &Element) {
    if let Some(row) = row.dyn_ref::<HtmlElement>() {
        let _ = row.focus();
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        row.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// The screen.
#[component]
pub fn CatchUp() -> impl IntoView {
    let desk = Desk {
        state: use_state(),
        live: use_live(),
        notice: use_notice(),
        told: RwSignal::new(None),
        answering: RwSignal::new(None),
        stood: StoredValue::new(Sorted::new()),
        list: NodeRef::new(),
    };
    // What is new is known once the server told my rooms.
    let begun = StoredValue::new(false);
    effect(move || {
        if desk.state.rooms.told() && begun.try_update_value(|begun| !std::mem::replace(begun, true)) == Some(true) {
            desk.gather();
        }
    });
    // The keys are for whoever comes here: the first message has the focus.
    let first = StoredValue::new(false);
    effect(move || {
        if desk.told.with(Option::is_some)
            && first.try_update_value(|first| !std::mem::replace(first, true)) == Some(true)
        {
            let which = untrack(|| desk.groups()).first().map(Group::key);
            set_timeout(move || desk.focus(which), Duration::ZERO);
        }
    });
    let on_key = move |key: ev::KeyboardEvent| {
        if desk.key(&key) {
            key.prevent_default();
            key.stop_propagation();
        }
    };
    let row = move |group: &Group| {
        let group = group.clone();
        let last = group.end ^ (group.messages.first().map_or(0, |message| message.seq) << 32);
        let (room, root) = group.key();
        let key = root.map_or(room.0, |root| root.0).as_u128() ^ u128::from(last.cast_unsigned());
        ListRow::new((0, key), move || view! { <GroupCard group desk/> }.into_any())
    };
    let number =
        move || desk.told.with(|told| told.as_ref().and_then(|told| told.as_ref().ok()).map(|all| all.groups.len()));
    view! {
        <Head view=View::CatchUp>
            <span class="keys-hint" aria-hidden="true">
                <kbd>"j"</kbd><kbd>"k"</kbd>{t(Text::KeyStep)}<kbd>"e"</kbd>{t(Text::Done)}<kbd>"r"</kbd>{t(Text::KeyReply)}
                <kbd>"↵"</kbd>{t(Text::KeyGo)}
            </span>
        </Head>
        <div role="status" class="moved">
            <When so=move || number().is_some() && desk.moved()>
                <button type="button" class="quiet-button" data-testid="gather-again" on:click=move |_| desk.gather()>
                    {t(Text::MoreCame)}
                </button>
            </When>
        </div>
        <div class="gathered" tabindex="0" role="region" aria-label=t(Text::CatchUpView) node_ref=desk.list on:keydown=on_key
            data-testid="catch-up">
            <p class="sr-only" role="status">{move || number().map(|number| count(Text::GroupsOne, Text::GroupsOther, number as i64))}</p>
            <List rows=Box::new(move || desk.groups().iter().map(row).collect())/>
            {move || desk.told.with(|told| match told {
                None => view! { <Skeleton rows=4/> }.into_any(),
                Some(Err(_)) => view! { <Failed retry=move || desk.gather()/> }.into_any(),
                Some(Ok(gathered)) if gathered.groups.is_empty() => {
                    view! { <Nothing glyph=Glyph::Check title=Text::UpToDate text=Text::UpToDateText/> }.into_any()
                }
                Some(Ok(_)) => ().into_any(),
            })}
        </div>
    }
}
