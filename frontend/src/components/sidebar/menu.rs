//! What may be done with a room of the list, and with a part of it.

use leptos::{prelude::*, task::spawn_local};
use types::{CategoryId, MyRoom, Preferences, RoomId, RoomKind, RoomOrder, RoomRole, SiteRole, UpdateMark};

use super::naming::Naming;
use super::part::name_of;
use crate::api::Failure;
use crate::components::float::FloatBox;
use crate::components::menu::{Deed, Menu};
use crate::components::ui::{Ask, Glyph};
use crate::dialogs::{Dialog, Open, use_open};
use crate::effect::effect;
use crate::i18n::{Key as Text, failure, fill, t};
use crate::live::{Live, use_live};
use crate::pages::room::{Float, Panel, RoomDesk};
use crate::route::{Navigator, Route, use_navigator};
use crate::state::{PartOf, State, sidebar, use_state};

/// What the menu of a room offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// What may be done.
    Deeds,
    /// Where to in my own parts.
    Sections,
    /// Where to in everyone's parts.
    Categories,
    /// The question before one goes.
    Leaving,
}

/// Whatever a menu of the list reaches.
#[derive(Clone, Copy)]
struct Reach {
    state: State,
    live: Live,
    open: Open,
    desk: RoomDesk,
    navigator: Navigator,
}

impl Reach {
    fn new(float: Float) -> Self {
        let (state, live, open, navigator) = (use_state(), use_live(), use_open(), use_navigator());
        Self { state, live, open, desk: float.desk, navigator }
    }

    /// Does something, and says if it could not be done.
    fn attempt(self, act: impl Future<Output = Result<(), Failure>> + 'static) {
        spawn_local(async move {
            if let Err(why) = act.await {
                self.desk.tell(failure(&why));
            }
        });
    }

    /// Likes the list otherwise from now on.
    fn like(self, change: impl FnOnce(&mut Preferences)) {
        self.live.like(self.desk.notice, change);
    }

    fn keep(self, room: RoomId, update: UpdateMark) {
        self.attempt(async move { self.live.keep(room, update).await });
    }

    /// The deeds that every menu of the list ends with.
    fn common(self) -> Deed {
        let all = move || self.attempt(async move { self.live.read_all().await });
        Deed::new(Glyph::Check, t(Text::MarkAllRead), "menu-read-all", all).apart()
    }
}

/// The menu of a room.
#[component]
pub fn RoomMenu(
    /// Where it floats.
    float: Float,
    /// Of which room.
    room: RoomId,
) -> impl IntoView {
    let about = Of { room, step: RwSignal::new(Step::Deeds), reach: Reach::new(float) };
    let item = about.reach.state.rooms.get_now(room);
    let name = item.as_ref().and_then(|item| item.room.name.clone()).unwrap_or_default();
    let label = Signal::stored(fill(t(Text::ActionsFor), &[("name", &name)]));
    let leaving = Memo::new(move |_| about.step.get() == Step::Leaving);
    move || {
        if leaving.get() {
            return view! { <Leaving float room name=name.clone()/> }.into_any();
        }
        let deeds = Box::new(move || about.deeds());
        view! { <Menu float label deeds/> }.into_any()
    }
}

/// A room, and its open menu.
#[derive(Clone, Copy)]
struct Of {
    room: RoomId,
    step: RwSignal<Step>,
    reach: Reach,
}

impl Of {
    fn deeds(self) -> Vec<Deed> {
        match (self.step.get(), self.reach.state.rooms.get_now(self.room)) {
            (Step::Deeds, Some(item)) => self.first(&item),
            (Step::Sections, Some(_)) => self.sections(),
            (Step::Categories, Some(item)) => self.categories(item.room.category_id),
            (Step::Leaving, _) | (_, None) => Vec::new(),
        }
    }

    fn first(self, item: &MyRoom) -> Vec<Deed> {
        let Self { room, step, reach } = self;
        let Reach { state, live, desk, navigator, .. } = reach;
        let mut deeds = Vec::new();
        if item.unread > 0 || item.mentions > 0 {
            let seq = item.last_seq;
            let read = move || reach.attempt(async move { live.read_room(room, seq, 0).await });
            deeds.push(Deed::new(Glyph::Check, t(Text::MarkReadHere), "menu-read", read));
        }
        let details = move || {
            navigator.go(Route::Room(room));
            desk.open_panel(room, Panel::Details);
        };
        deeds.push(Deed::new(Glyph::Info, t(Text::Details), "menu-details", details));
        let favourite = !item.favourite;
        let text = if favourite { Text::Favour } else { Text::FavourNot };
        let keep = move || reach.keep(room, UpdateMark { favourite: Some(favourite), ..UpdateMark::default() });
        deeds.push(Deed::new(Glyph::Star, t(text), "menu-favourite", keep));
        let muted = !item.muted;
        let (text, glyph) = if muted { (Text::Mute, Glyph::BellOff) } else { (Text::Unmute, Glyph::Bell) };
        let keep = move || reach.keep(room, UpdateMark { muted: Some(muted), ..UpdateMark::default() });
        deeds.push(Deed::new(glyph, t(text), "menu-mute", keep));
        deeds.push(Deed::new(Glyph::Folder, t(Text::MoveTo), "menu-section", move || step.set(Step::Sections)).leads());
        self.add_shifts(&mut deeds);
        if may_sort(state, item) && !untrack(|| state.categories.all()).is_empty() {
            let lead = move || step.set(Step::Categories);
            deeds.push(Deed::new(Glyph::People, t(Text::CategoryFor), "menu-category", lead).leads());
        }
        deeds.push(reach.common());
        deeds.push(self.away(item));
        deeds
    }

    /// Up and down, where I set the order.
    fn add_shifts(self, deeds: &mut Vec<Deed>) {
        let Self { room, reach, .. } = self;
        let mine = reach.state.likes_now();
        let favourite = reach.state.rooms.get_now(room).is_some_and(|item| item.favourite);
        let Some(section) = sidebar::section_of(&mine, room).filter(|_| mine.order != RoomOrder::Newest && !favourite)
        else {
            return;
        };
        let shown = untrack(|| reach.state.parts(None)).into_iter().find(|part| part.of == PartOf::Section(section));
        let shown = shown.map(|part| part.rooms).unwrap_or_default();
        let shift = |down: bool, glyph, text, test| {
            let shown = shown.clone();
            Deed::new(glyph, t(text), test, move || {
                let shown = shown.clone();
                reach.like(move |wanted| sidebar::shift_room(wanted, room, down, &shown));
            })
        };
        if shown.first() != Some(&room) {
            deeds.push(shift(false, Glyph::Up, Text::MoveUp, "menu-up"));
        }
        if shown.last() != Some(&room) {
            deeds.push(shift(true, Glyph::Down, Text::MoveDown, "menu-down"));
        }
    }

    /// Out of the list: a conversation until something new is written in it, a room for good.
    fn away(self, item: &MyRoom) -> Deed {
        let Self { room, step, reach } = self;
        if item.room.kind == RoomKind::Direct {
            let hide = move || {
                reach.attempt(async move {
                    reach.live.hide_direct(room).await?;
                    if reach.navigator.room_now() == Some(room) {
                        reach.navigator.go(Route::Home);
                    }
                    Ok(())
                });
            };
            return Deed::new(Glyph::EyeOff, t(Text::DirectHide), "menu-hide", hide);
        }
        let ask = move || step.set(Step::Leaving);
        Deed::new(Glyph::SignOut, t(Text::LeaveRoom), "menu-leave", ask).danger().leads()
    }

    fn sections(self) -> Vec<Deed> {
        let Self { room, reach, .. } = self;
        let mine = reach.state.likes_now();
        let now = sidebar::section_of(&mine, room);
        let put = |text: String, section: Option<usize>| {
            let act = move || reach.like(move |wanted| sidebar::put(wanted, room, section));
            Deed::choice(text, "section-choice", now == section, act)
        };
        let mut deeds: Vec<Deed> =
            mine.sections.iter().enumerate().map(|(at, own)| put(own.name.clone(), Some(at))).collect();
        deeds.push(put(t(Text::NoSection).to_owned(), None));
        let make = move || reach.open.show(Dialog::Naming(Naming::Section(None, Some(room))));
        deeds.push(Deed::new(Glyph::Plus, t(Text::NewSection), "new-section", make).apart());
        deeds
    }

    fn categories(self, now: Option<CategoryId>) -> Vec<Deed> {
        let Self { room, reach, .. } = self;
        let put = |text: String, category: Option<CategoryId>| {
            let act = move || reach.attempt(async move { reach.live.set_category(room, category).await });
            Deed::choice(text, "category-choice", now == category, act)
        };
        let all = untrack(|| reach.state.categories.all());
        let mut deeds: Vec<Deed> = all.into_iter().map(|category| put(category.name, Some(category.id))).collect();
        deeds.push(put(t(Text::NoCategory).to_owned(), None));
        deeds
    }
}

/// Whether I may put a room into a category.
pub(in crate::components) fn may_sort(state: State, item: &MyRoom) -> bool {
    let runs = item.role == RoomRole::Admin || untrack(|| state.site_role()) >= SiteRole::Admin;
    runs && item.room.kind != RoomKind::Direct
}

/// The question before one goes.
#[component]
fn Leaving(float: Float, room: RoomId, name: String) -> impl IntoView {
    let reach = Reach::new(float);
    let asked = RwSignal::new(true);
    effect(move || {
        if !asked.get() {
            reach.desk.float.set(None);
        }
    });
    let leave = move || {
        reach.attempt(async move {
            reach.live.leave(room).await?;
            if reach.navigator.room_now() == Some(room) {
                reach.navigator.replace(Route::Home);
            }
            Ok(())
        });
    };
    view! {
        <FloatBox float name="leave-question">
            <Ask question=fill(t(Text::LeaveQuestion), &[("room", &name)]) yes=Text::Leave asked act=Box::new(leave)/>
        </FloatBox>
    }
}

/// The menu of a part of the list.
#[component]
pub fn PartMenu(
    /// Where it floats.
    float: Float,
    /// Of which part.
    of: PartOf,
) -> impl IntoView {
    let reach = Reach::new(float);
    let part = untrack(|| reach.state.parts(None)).into_iter().find(|part| part.of == of);
    let label = Signal::stored(fill(t(Text::ActionsFor), &[("name", &part.as_ref().map(name_of).unwrap_or_default())]));
    let deeds = move || {
        let mut deeds = match of {
            PartOf::Section(index) => of_section(reach, index),
            PartOf::Category(id) => of_category(reach, id),
            PartOf::Favourites | PartOf::Rooms | PartOf::Direct => Vec::new(),
        };
        add_order(reach, &mut deeds);
        let make = move || reach.open.show(Dialog::Naming(Naming::Section(None, None)));
        deeds.push(Deed::new(Glyph::Plus, t(Text::NewSection), "new-section", make).apart());
        if untrack(|| reach.state.site_role()) >= SiteRole::Admin {
            let make = move || reach.open.show(Dialog::Naming(Naming::Category(None)));
            deeds.push(Deed::new(Glyph::Plus, t(Text::NewCategory), "new-category", make));
        }
        deeds.push(reach.common());
        deeds
    };
    view! { <Menu float label deeds=Box::new(deeds)/> }
}

fn add_order(reach: Reach, deeds: &mut Vec<Deed>) {
    let mine = reach.state.likes_now();
    let order = |text, test, order: RoomOrder| {
        Deed::choice(t(text), test, mine.order == order, move || reach.like(move |wanted| wanted.order = order))
    };
    let first = order(Text::OrderName, "order-name", RoomOrder::Name);
    deeds.push(if deeds.is_empty() { first } else { first.apart() });
    deeds.push(order(Text::OrderNewest, "order-newest", RoomOrder::Newest));
    let unread = !mine.unread_first;
    let act = move || reach.like(move |wanted| wanted.unread_first = unread);
    deeds.push(Deed::choice(t(Text::UnreadFirst), "unread-first", !unread, act).ticked());
}

fn of_section(reach: Reach, index: usize) -> Vec<Deed> {
    let last = reach.state.likes_now().sections.len().saturating_sub(1);
    let rename = move || reach.open.show(Dialog::Naming(Naming::Section(Some(index), None)));
    let mut deeds = vec![Deed::new(Glyph::Pencil, t(Text::Rename), "rename-part", rename)];
    let shift = |down: bool| move || reach.like(move |wanted| sidebar::shift_section(wanted, index, down));
    if index > 0 {
        deeds.push(Deed::new(Glyph::Up, t(Text::MoveUp), "part-up", shift(false)));
    }
    if index < last {
        deeds.push(Deed::new(Glyph::Down, t(Text::MoveDown), "part-down", shift(true)));
    }
    let remove = move || {
        reach.like(move |wanted| {
            if index < wanted.sections.len() {
                wanted.sections.remove(index);
            }
        });
    };
    deeds.push(Deed::new(Glyph::Trash, t(Text::DeleteSection), "delete-part", remove).danger());
    deeds
}

/// For who runs the site.
fn of_category(reach: Reach, id: CategoryId) -> Vec<Deed> {
    if untrack(|| reach.state.site_role()) < SiteRole::Admin {
        return Vec::new();
    }
    let all = untrack(|| reach.state.categories.all());
    let at = all.iter().position(|category| category.id == id).unwrap_or_default();
    let rename = move || reach.open.show(Dialog::Naming(Naming::Category(Some(id))));
    let mut deeds = vec![Deed::new(Glyph::Pencil, t(Text::Rename), "rename-part", rename)];
    let shift = |to: usize| move || reach.attempt(async move { reach.live.place_category(id, to as i32).await });
    if at > 0 {
        deeds.push(Deed::new(Glyph::Up, t(Text::MoveUp), "part-up", shift(at - 1)));
    }
    if at + 1 < all.len() {
        deeds.push(Deed::new(Glyph::Down, t(Text::MoveDown), "part-down", shift(at + 1)));
    }
    let remove = move || reach.attempt(async move { reach.live.delete_category(id).await });
    deeds.push(Deed::new(Glyph::Trash, t(Text::DeleteCategory), "delete-part", remove).danger());
    deeds
}
