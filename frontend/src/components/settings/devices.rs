//! Where I am signed in, and a way to end each.

use leptos::{prelude::*, task::spawn_local};
use types::Session;

use crate::api;
use crate::clock;
use crate::components::ui::{Attempt, Complaint, Failed, Glyph, Icon, Skeleton};
use crate::i18n::{Key as Text, fill, t};

type Sessions = RwSignal<Option<Result<Vec<Session>, api::Failure>>>;

/// The list of devices.
#[component]
pub fn Devices() -> impl IntoView {
    let sessions: Sessions = RwSignal::new(None);
    load(sessions);
    move || match sessions.get() {
        None => view! { <Skeleton rows=3/> }.into_any(),
        Some(Err(_)) => view! { <Failed retry=move || load(sessions)/> }.into_any(),
        Some(Ok(mut items)) => {
            items.sort_by_key(|session| (!session.current, std::cmp::Reverse(session.last_used_at)));
            let others = items.iter().any(|session| !session.current);
            view! {
                {others.then(|| view! { <EndOthers sessions/> })}
                <ul class="row-list">{items.into_iter().map(|session| view! { <Device session sessions/> }).collect_view()}</ul>
            }
            .into_any()
        }
    }
}

fn load(sessions: Sessions) {
    spawn_local(async move {
        let answer = api::list_sessions().await.map(|page| page.items);
        let _ = sessions.try_set(Some(answer));
    });
}

/// Ends every session but this one.
#[component]
fn EndOthers(sessions: Sessions) -> impl IntoView {
    let attempt = Attempt::new();
    let end = move |_| {
        let others: Vec<Session> = sessions.with_untracked(|sessions| match sessions {
            Some(Ok(items)) => items.iter().filter(|session| !session.current).cloned().collect(),
            _ => Vec::new(),
        });
        attempt.run(async move {
            let mut done = Ok(());
            for session in &others {
                done = api::end_session(session.id).await;
                if done.is_err() {
                    break;
                }
            }
            load(sessions);
            done
        });
    };
    view! {
        <div class="end-others">
            <Complaint attempt/>
            <button type="button" class="edge-button" data-testid="end-others" disabled=move || attempt.busy() on:click=end>
                {t(Text::SignOutOthers)}
            </button>
        </div>
    }
}

#[component]
fn Device(session: Session, sessions: Sessions) -> impl IntoView {
    let attempt = Attempt::new();
    let id = session.id;
    let name = device(&session.device);
    let label = fill(t(Text::EndSession), &[("device", &name)]);
    let times = format!(
        "{} · {}",
        fill(t(Text::SessionSince), &[("when", &clock::short(session.created_at))]),
        fill(t(Text::SessionUsed), &[("when", &clock::short(session.last_used_at))]),
    );
    let end = move |_| {
        attempt.run(async move {
            api::end_session(id).await?;
            // The dialog may be closed by now.
            let _ = sessions.try_update(|sessions| {
                if let Some(Ok(items)) = sessions {
                    items.retain(|item| item.id != id);
                }
            });
            Ok(())
        });
    };
    view! {
        <li class="row-item">
            <Icon glyph=Glyph::Device/>
            <span class="row-text">
                <b>{name}{session.current.then(|| format!(" · {}", t(Text::ThisDevice)))}</b>
                <small>{session.address}" · "{times}</small>
                <Complaint attempt/>
            </span>
            {(!session.current).then(|| view! {
                <button type="button" class="quiet-button" aria-label=label disabled=move || attempt.busy() on:click=end>
                    {t(Text::SignOut)}
                </button>
            })}
        </li>
    }
}

/// A User-Agent in a few words; one that says nothing known is shown as it is.
fn device(agent: &str) -> String {
    let find = |known: &[(&'static str, &'static str)]| {
        known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    let browser = find(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = find(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} · {system}"),
        _ if agent.trim().is_empty() => t(Text::UnknownDevice).to_owned(),
        _ => agent.chars().take(60).collect(),
    }
}
