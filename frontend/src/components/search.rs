//! Searching: the panel at the right. What is typed is understood here by the parser the server has, shown as chips,
//! completed, and asked for a moment after the last letter; the arrows lead from the field to what was found and along it.

pub mod chips;
pub mod found;
pub mod keep;
pub mod offers;
mod recent;
pub mod seeking;

use leptos::{ev, prelude::*};
use types::SearchOrder;

use self::chips::Chips;
use self::found::Results;
use self::keep::KeepSearch;
use self::offers::Offers;
use self::seeking::Seeking;
use super::ui::{Glyph, Icon, When};
use crate::effect::effect;
use crate::i18n::{Key as Text, t};
use crate::pages::room::RoomDesk;

/// The panel.
#[component]
pub fn SearchPanel() -> impl IntoView {
    let desk = expect_context::<RoomDesk>();
    let seeking = Seeking::new(desk);
    effect(move || {
        if let Some(field) = seeking.field.get() {
            let _ = field.focus();
        }
    });
    // The text may be changed from elsewhere: a saved search is opened, another is typed.
    effect(move || seeking.follow());
    let (field, text) = (seeking.field, seeking.text);
    let order = move |order: SearchOrder, name: Text| {
        let on = move || (seeking.order.get() == order).to_string();
        view! {
            <button type="button" class="order" aria-pressed=on on:click=move |_| seeking.put_in_order(order)>{t(name)}</button>
        }
    };
    view! {
        <aside class="panel search" id="panel" aria-label=t(Text::Search) data-testid="search-panel">
            <header class="panel-header">
                <h2>{t(Text::Search)}</h2>
                <button type="button" class="icon-button close" aria-label=t(Text::Close)
                    on:click=move |_| desk.close_panel()><Icon glyph=Glyph::Close/></button>
            </header>
            <form class="search-form" role="search" on:submit=move |submit: ev::SubmitEvent| submit.prevent_default()>
                <div class="search-box" on:focusout=move |left| seeking.left(&left)>
                    <Icon glyph=Glyph::Search/>
                    <input class="search-field" type="text" role="combobox" autocomplete="off" spellcheck="false"
                        enterkeyhint="search" data-testid="search-field"
                        aria-label=t(Text::SearchMessages) placeholder=t(Text::SearchMessages)
                        aria-autocomplete="list" aria-controls="search-offers" aria-expanded=move || seeking.offering().to_string()
                        aria-activedescendant=move || seeking.chosen_id() node_ref=field prop:value=move || text.get()
                        on:keydown=move |key| seeking.key(&key)
                        on:focus=move |_| seeking.offer_again()
                        on:input=move |input| seeking.typed(event_target_value(&input))/>
                    <When so=move || text.with(|text| !text.is_empty())>
                        <button type="button" class="icon-button small" aria-label=t(Text::SearchClear)
                            data-testid="search-clear" on:click=move |_| seeking.clear()><Icon glyph=Glyph::Close/></button>
                    </When>
                    <Offers seeking/>
                </div>
                <Chips seeking/>
            </form>
            <div class="search-tools">
                <div class="orders" role="group" aria-label=t(Text::SearchOrder)>
                    {order(SearchOrder::Newest, Text::SearchNewest)}
                    {order(SearchOrder::Best, Text::SearchBest)}
                </div>
                <KeepSearch seeking/>
            </div>
            <Results seeking/>
        </aside>
    }
}
