//! How I keep my list of rooms, and the categories that everyone's has.

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use types::{CategoryId, NewCategory, Preferences, RoomId, UpdateCategory, UpdateMark, UpdatePreferences};

use super::{Live, Wires};
use crate::api::{self, Failure};
use crate::dialogs::Notice;
use crate::i18n::failure;
use crate::state::{PartOf, sidebar};

/// Whether what I wish is on its way to the server.
#[derive(Default)]
pub(super) struct Wishes(Cell<bool>);

impl Live {
    /// Keeps a room of mine otherwise.
    pub async fn keep(self, room: RoomId, update: UpdateMark) -> Result<(), Failure> {
        let mark = api::keep_room(room, &update).await?;
        if let Some(wires) = self.wires().filter(|wires| wires.connects()) {
            wires.state.rooms.kept(&mark);
        }
        Ok(())
    }

    /// Likes my list otherwise, at once; the server is told behind it, one after the other.
    pub fn like(self, notice: Notice, change: impl FnOnce(&mut Preferences)) {
        let Some(wires) = self.wires() else { return };
        let mut wanted = wires.state.likes_now();
        change(&mut wanted);
        wires.state.wished.set(Some(wanted));
        if wires.wishes.0.replace(true) {
            return;
        }
        spawn_local(async move {
            if let Err(why) = wires.tell_wishes().await {
                let _ = wires.state.wished.try_set(None);
                notice.tell(failure(&why));
            }
            wires.wishes.0.set(false);
        });
    }

    /// Folds a part of my list, or opens it.
    pub fn fold(self, notice: Notice, part: PartOf, folded: bool) {
        let Some(state) = self.wires().map(|wires| wires.state) else { return };
        let categories = untrack(|| state.categories.all());
        self.like(notice, |wanted| sidebar::fold(wanted, part, folded, &categories));
    }

    /// Puts a room into a category, or out of all.
    pub async fn set_category(self, room: RoomId, category: Option<CategoryId>) -> Result<(), Failure> {
        self.then_list(api::set_category(room, category).await).map(drop)
    }

    /// Makes a category, the last of all. The site's stream tells of it too.
    pub async fn create_category(self, name: String) -> Result<(), Failure> {
        let made = api::create_category(&NewCategory { name }).await?;
        self.told(made);
        Ok(())
    }

    /// Gives a category another name.
    pub async fn rename_category(self, id: CategoryId, name: String) -> Result<(), Failure> {
        let row = api::update_category(id, &UpdateCategory { name: Some(name), position: None }).await?;
        self.told(row);
        Ok(())
    }

    /// Moves a category to a place; the stream tells where the others went.
    pub async fn place_category(self, id: CategoryId, position: i32) -> Result<(), Failure> {
        api::update_category(id, &UpdateCategory { name: None, position: Some(position) }).await.map(drop)
    }

    /// Takes a category away; the stream tells of it.
    pub async fn delete_category(self, id: CategoryId) -> Result<(), Failure> {
        api::delete_category(id).await
    }

    fn told(self, row: types::Category) {
        if let Some(wires) = self.wires().filter(|wires| wires.connects()) {
            wires.state.categories.apply(&[row]);
        }
    }
}

impl Wires {
    /// Tells the server what I wish until it has the last of it.
    async fn tell_wishes(&self) -> Result<(), Failure> {
        while let Some(wished) = self.state.wished.try_get_untracked().flatten() {
            let change = UpdatePreferences::between(&self.state.mine.preferences_now(), &wished);
            let row = api::update_preferences(&change).await?;
            if !self.connects() {
                return Ok(());
            }
            self.state.mine.prefer(&row);
            if self.state.wished.with_untracked(|now| now.as_ref() == Some(&wished)) {
                self.state.wished.set(None);
            }
        }
        Ok(())
    }

    /// Asks for the categories; the site's stream tells of changes from its head on.
    pub(super) fn load_categories(self: &Rc<Self>) {
        let wires = Rc::clone(self);
        wires.state.categories.ask();
        spawn_local(async move {
            let answer = api::list_categories().await;
            if let Some(page) = answer.ok().filter(|_| wires.connects()) {
                wires.state.categories.told(page.items);
            }
        });
    }
}
