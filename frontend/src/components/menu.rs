//! A menu of deeds: opened over the page, gone through with the arrows. What it offers may change while it is open, as
//! where one deed leads to a choice.

use leptos::{ev, html, prelude::*};

use super::float::{FloatBox, items, move_focus};
use super::ui::{Glyph, Icon};
use crate::effect::effect;
use crate::pages::room::Float;

/// One thing that may be done.
pub struct Deed {
    glyph: Option<Glyph>,
    text: String,
    test: &'static str,
    /// Of a choice, whether it is taken.
    chosen: Option<bool>,
    /// Whether that is apart from all other choices.
    alone: bool,
    danger: bool,
    /// Whether it leads further in the menu.
    leads: bool,
    /// Whether a line stands above it.
    apart: bool,
    act: Box<dyn Fn() + Send>,
}

impl Deed {
    /// A deed; the menu closes, then it is done.
    pub fn new(glyph: Glyph, text: impl Into<String>, test: &'static str, act: impl Fn() + Send + 'static) -> Self {
        let (text, act) = (text.into(), Box::new(act));
        Self {
            glyph: Some(glyph),
            text,
            test,
            chosen: None,
            alone: false,
            danger: false,
            leads: false,
            apart: false,
            act,
        }
    }

    /// One of several between which to choose.
    pub fn choice(text: impl Into<String>, test: &'static str, chosen: bool, act: impl Fn() + Send + 'static) -> Self {
        let (text, act) = (text.into(), Box::new(act));
        Self {
            glyph: None,
            text,
            test,
            chosen: Some(chosen),
            alone: false,
            danger: false,
            leads: false,
            apart: false,
            act,
        }
    }

    /// A choice that is taken or not whatever else is.
    pub fn ticked(mut self) -> Self {
        self.alone = true;
        self
    }

    /// One that takes something away.
    pub fn danger(mut self) -> Self {
        self.danger = true;
        self
    }

    /// One that leads further in the menu, which stays.
    pub fn leads(mut self) -> Self {
        self.leads = true;
        self
    }

    /// One with a line above it.
    pub fn apart(mut self) -> Self {
        self.apart = true;
        self
    }
}

/// The menu.
#[component]
pub fn Menu(
    /// Where it floats.
    float: Float,
    /// What it is for.
    #[prop(into)]
    label: Signal<String>,
    /// What may be done now.
    deeds: Box<dyn Fn() -> Vec<Deed> + Send>,
) -> impl IntoView {
    let list = NodeRef::<html::Div>::new();
    let offered = RwSignal::new(0_u32);
    effect(move || {
        offered.track();
        if let Some(first) = list.get().and_then(|list| items(&list).into_iter().next()) {
            let _ = first.focus();
        }
    });
    let on_key = move |key: ev::KeyboardEvent| {
        let step = match key.key().as_str() {
            "ArrowDown" => 1,
            "ArrowUp" => -1,
            _ => return,
        };
        key.prevent_default();
        if let Some(list) = list.get_untracked() {
            move_focus(&list, step);
        }
    };
    let rows = move || {
        let rows = deeds().into_iter().map(|deed| view! { <Item deed float/> }).collect_view();
        // After they stand there.
        leptos::task::spawn_local(async move { _ = offered.try_update(|count| *count = count.wrapping_add(1)) });
        rows
    };
    view! {
        <FloatBox float name="message-menu">
            <div role="menu" aria-label=move || label.get() node_ref=list on:keydown=on_key>{rows}</div>
        </FloatBox>
    }
}

#[component]
fn Item(deed: Deed, float: Float) -> impl IntoView {
    let Deed { glyph, text, test, chosen, alone, danger, leads, apart, act } = deed;
    let role = match (chosen, alone) {
        (None, _) => "menuitem",
        (Some(_), true) => "menuitemcheckbox",
        (Some(_), false) => "menuitemradio",
    };
    let click = move |_| {
        if !leads {
            float.desk.float.set(None);
        }
        act();
    };
    let glyph = glyph.or_else(|| chosen.filter(|chosen| *chosen).map(|_| Glyph::Check));
    view! {
        <button type="button" class="menu-item" role=role tabindex="-1" data-testid=test class:danger=danger class:apart=apart
            aria-checked=chosen.map(|chosen| chosen.to_string()) on:click=click>
            {match glyph {
                Some(glyph) => view! { <Icon glyph/> }.into_any(),
                None => view! { <span class="icon"></span> }.into_any(),
            }}
            <span>{text}</span>
            {leads.then(|| view! { <span class="menu-leads"><Icon glyph=Glyph::Next/></span> })}
        </button>
    }
}
