//! My bots and their tokens.

use leptos::{ev, prelude::*, task::spawn_local};
use types::{Bot, BotToken, NewBot, NewBotToken, Scope, UserId, limits};

use crate::api::{self, Failure};
use crate::clock;
use crate::components::ui::{Ask, Attempt, Avatar, Complaint, EmptyState, Failed, Field, Once, Skeleton, When};
use crate::i18n::{Key as Text, fill, t};
use crate::state::use_state;

const SCOPES: [(Scope, Text); 3] =
    [(Scope::Read, Text::ScopeRead), (Scope::Write, Text::ScopeWrite), (Scope::Manage, Text::ScopeManage)];

type Told<T> = RwSignal<Option<Result<Vec<T>, Failure>>>;

/// The part of the settings with my bots.
#[component]
pub fn Bots() -> impl IntoView {
    let people = use_state().people;
    let told: Told<Bot> = RwSignal::new(None);
    let load = move || {
        spawn_local(async move {
            let answer = api::bots().await.map(|page| page.items);
            if let Ok(bots) = &answer {
                let users: Vec<_> = bots.iter().map(|bot| bot.user.clone()).collect();
                people.add(&users);
            }
            let _ = told.try_set(Some(answer));
        });
    };
    load();
    let (attempt, username, name) = (Attempt::new(), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let display_name = Some(name.get_untracked()).filter(|name| !name.trim().is_empty());
        let new = NewBot { username: username.get_untracked(), display_name };
        attempt.run(async move {
            api::create_bot(&new).await?;
            let _ = username.try_set(String::new());
            let _ = name.try_set(String::new());
            load();
            Ok(())
        });
    };
    view! {
        <p class="help">{t(Text::BotsHint)}</p>
        {move || match told.get() {
            None => view! { <Skeleton rows=2/> }.into_any(),
            Some(Err(_)) => view! { <Failed retry=load/> }.into_any(),
            Some(Ok(bots)) if bots.is_empty() => view! { <EmptyState text=Text::BotsNone/> }.into_any(),
            Some(Ok(bots)) => view! {
                <ul class="row-list">{bots.into_iter().map(|bot| view! { <Row bot load=Callback::new(move |()| load())/> }).collect_view()}</ul>
            }.into_any(),
        }}
        <form class="form" novalidate on:submit=submit>
            <h3>{t(Text::BotNew)}</h3>
            <Field name="username" label=Text::Username value=username attempt max=limits::USERNAME_MAX/>
            <Field name="display_name" label=Text::DisplayName value=name attempt optional=true max=limits::DISPLAY_NAME_MAX/>
            <Complaint attempt/>
            <button type="submit" class="edge-button" data-testid="make-bot" disabled=move || attempt.busy()>{t(Text::BotMake)}</button>
        </form>
    }
}

#[component]
fn Row(bot: Bot, load: Callback<()>) -> impl IntoView {
    let (attempt, asked, open, id) = (Attempt::new(), RwSignal::new(false), RwSignal::new(false), bot.user.id);
    let question = fill(t(Text::BotRemove), &[("name", &bot.user.display_name)]);
    let remove = move || {
        attempt.run(async move {
            api::remove_bot(id).await?;
            load.run(());
            Ok(())
        });
    };
    view! {
        <li class="row-item hook" data-testid="bot">
            <Avatar user=id/>
            <span class="row-text"><b>{bot.user.display_name}</b><small>"@"{bot.user.username}</small><Complaint attempt/></span>
            <button type="button" class="quiet-button" data-testid="bot-tokens" aria-expanded=move || open.get().to_string()
                on:click=move |_| open.update(|open| *open = !*open)>{t(Text::BotTokens)}</button>
            <button type="button" class="quiet-button" data-testid="remove-bot" disabled=move || attempt.busy()
                on:click=move |_| asked.set(true)>{t(Text::Delete)}</button>
            <When so=asked><Ask question=question.clone() yes=Text::Delete asked act=Box::new(remove)/></When>
            <When so=open><Tokens id/></When>
        </li>
    }
}

#[component]
fn Tokens(id: UserId) -> impl IntoView {
    let told: Told<BotToken> = RwSignal::new(None);
    let load = move || {
        spawn_local(async move {
            let answer = api::bot_tokens(id).await.map(|page| page.items);
            let _ = told.try_set(Some(answer));
        });
    };
    load();
    let (attempt, name) = (Attempt::new(), RwSignal::new(String::new()));
    let scopes = RwSignal::new(vec![Scope::Read, Scope::Write]);
    let made = RwSignal::new(None::<String>);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let new = NewBotToken { name: name.get_untracked(), scopes: scopes.get_untracked() };
        attempt.run(async move {
            let token = api::create_bot_token(id, &new).await?;
            let _ = made.try_set(Some(token.secret));
            let _ = name.try_set(String::new());
            load();
            Ok(())
        });
    };
    let revoke = Callback::new(move |token: types::SessionId| {
        attempt.run(async move {
            api::revoke_bot_token(id, token).await?;
            load();
            Ok(())
        });
    });
    view! {
        <div class="bot-tokens">
            {move || match told.get() {
                None => view! { <Skeleton rows=1/> }.into_any(),
                Some(Err(_)) => view! { <Failed retry=load/> }.into_any(),
                Some(Ok(tokens)) => view! {
                    <ul class="row-list">{tokens.into_iter().map(|token| token_row(token, revoke)).collect_view()}</ul>
                }.into_any(),
            }}
            {move || made.get().map(|text| view! { <Once label=Text::BotToken text hint=Text::BotTokenOnce test="bot-token"/> })}
            <form class="form" novalidate on:submit=submit>
                <Field name="name" label=Text::BotTokenName value=name attempt max=limits::HOOK_NAME_MAX/>
                <fieldset class="checks">
                    <legend>{t(Text::BotScopes)}</legend>
                    {SCOPES.map(|(scope, text)| check(scopes, scope, text)).collect_view()}
                    <p class="fault" role="alert">{move || attempt.field("scopes")}</p>
                </fieldset>
                <Complaint attempt/>
                <button type="submit" class="edge-button" data-testid="make-token" disabled=move || attempt.busy()>
                    {t(Text::BotTokenMake)}
                </button>
            </form>
        </div>
    }
}

fn token_row(token: BotToken, revoke: Callback<types::SessionId>) -> impl IntoView {
    let id = token.id;
    let may = SCOPES.into_iter().filter(|(scope, _)| token.scopes.contains(scope)).map(|(_, text)| t(text));
    let may = may.collect::<Vec<_>>().join(", ");
    let used = match token.last_used_at {
        Some(at) => fill(t(Text::LastUsed), &[("at", &clock::lately(at))]),
        None => t(Text::NeverUsed).to_owned(),
    };
    view! {
        <li class="row-item" data-testid="token">
            <span class="row-text"><b>{token.name}</b><small>{may}" · "{used}</small></span>
            <button type="button" class="quiet-button" data-testid="revoke-token" on:click=move |_| revoke.run(id)>{t(Text::BotTokenEnd)}</button>
        </li>
    }
}

fn check(scopes: RwSignal<Vec<Scope>>, scope: Scope, text: Text) -> impl IntoView {
    let set = move |change: ev::Event| {
        let on = event_target_checked(&change);
        scopes.update(|scopes| {
            scopes.retain(|held| *held != scope);
            scopes.extend(on.then_some(scope));
        });
    };
    view! {
        <label class="poll-check">
            <input type="checkbox" prop:checked=move || scopes.with(|scopes| scopes.contains(&scope)) on:change=set/>
            <span>{t(text)}</span>
        </label>
    }
}
