//! Giving a name: to a part of my own list, or to one of everyone's.

use leptos::{ev, prelude::*};
use types::{CategoryId, RoomId, limits};

use crate::components::ui::{Attempt, Complaint, Field, Modal};
use crate::dialogs::use_open;
use crate::i18n::{Key as Text, t};
use crate::live::use_live;
use crate::state::{sidebar, use_state};

/// What is given a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// A part of my own by its place, or a new one, into which a room may go.
    Section(Option<usize>, Option<RoomId>),
    /// A category, or a new one.
    Category(Option<CategoryId>),
}

/// The dialog.
#[component]
pub fn Name(
    /// What is given a name.
    naming: Naming,
) -> impl IntoView {
    let (state, live, open) = (use_state(), use_live(), use_open());
    let attempt = Attempt::new();
    let before = match naming {
        Naming::Section(Some(index), _) => state.likes_now().sections.get(index).map(|section| section.name.clone()),
        Naming::Category(Some(id)) => {
            untrack(|| state.categories.all()).into_iter().find(|row| row.id == id).map(|row| row.name)
        }
        Naming::Section(None, _) | Naming::Category(None) => None,
    };
    let name = RwSignal::new(before.unwrap_or_default());
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let name = name.get_untracked();
        attempt.run(async move {
            match naming {
                Naming::Section(index, room) => {
                    let change = move |wanted: &mut types::Preferences| match index {
                        Some(index) => {
                            if let Some(section) = wanted.sections.get_mut(index) {
                                section.name = name;
                            }
                        }
                        None => {
                            let made = sidebar::add_section(wanted, name);
                            room.into_iter().for_each(|room| sidebar::put(wanted, room, Some(made)));
                        }
                    };
                    live.prefer(change).await?;
                }
                Naming::Category(None) => live.create_category(name).await?,
                Naming::Category(Some(id)) => live.rename_category(id, name).await?,
            }
            open.close();
            Ok(())
        });
    };
    let (title, hint) = match naming {
        Naming::Section(None, _) => (Text::NewSection, Text::SectionHint),
        Naming::Section(Some(_), _) => (Text::Rename, Text::SectionHint),
        Naming::Category(None) => (Text::NewCategory, Text::CategoryHint),
        Naming::Category(Some(_)) => (Text::Rename, Text::CategoryHint),
    };
    let field = match naming {
        Naming::Section(..) => "sections",
        Naming::Category(_) => "name",
    };
    view! {
        <Modal title=t(title).to_owned() name="naming-dialog">
            <form class="form" novalidate on:submit=submit>
                <Field name=field label=Text::SectionName hint=hint value=name attempt max=limits::SECTION_NAME_MAX first=true/>
                <Complaint attempt/>
                <footer class="modal-actions">
                    <button type="button" class="quiet-button" on:click=move |_| open.close()>{t(Text::Cancel)}</button>
                    <button type="submit" class="main-button" disabled=move || attempt.busy() data-testid="submit">{t(Text::Save)}</button>
                </footer>
            </form>
        </Modal>
    }
}
