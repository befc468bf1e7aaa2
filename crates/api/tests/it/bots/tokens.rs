//! Bots and their tokens: what each may do, and what ends it.

use client::{Client, Resume, Socket, text};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap};
use types::socket::{ClientFrame, CloseCode, ServerFrame};
use types::{ErrorCode, Problem, RoomKind, Scope, SignedIn};

use crate::support::{PASSWORD, Person, Refused, Town};

/// A bot of somebody's with a token for these.
pub(super) async fn bot(town: &Town, owner: &Person, name: &str, scopes: &[Scope]) -> Client {
    let bot = owner.create_bot(name).await.unwrap();
    let made = owner.create_bot_token(bot.user.id, "test", scopes).await.unwrap();
    assert!(made.secret.starts_with("cfb_") && made.secret.len() == 47, "256 bits");
    let client = town.stranger();
    let (user, access_token) = (bot.user, made.secret);
    client.adopt(&SignedIn { user, access_token, expires_in: 0, refresh_token: String::new() });
    client
}

#[tokio::test]
async fn a_bot_reads_writes_and_listens_in_the_rooms_it_was_let_into() {
    let town = Town::found("bots").await;
    let (_ada, mina, _) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Private, &[]).await.id;
    let helper = bot(&town, &mina, "helper", &[Scope::Read, Scope::Write]).await;
    let me = town.stranger().use_token(&helper.access_token().unwrap()).await.unwrap();
    assert!(me.user.bot && Some(me.user.id) == helper.user_id());
    assert!(helper.my_rooms().await.unwrap().items.is_empty(), "it is in no room yet");
    helper.post(room, &text("hello")).await.refused(ErrorCode::NotFound);
    mina.add_members(room, &[me.user.id]).await.unwrap();
    let mut socket = Socket::open(&helper, &Resume::watching([room])).await.unwrap();
    socket.ready().await.unwrap();
    let said = helper.post(room, &text("hello")).await.unwrap().message().unwrap();
    assert_eq!(said.author_id, me.user.id);
    mina.say(room, "hello, helper").await;
    let heard = |frame| match frame {
        ServerFrame::Changes(changes) => changes.messages.into_iter().find(|message| message.author_id != me.user.id),
        _ => None,
    };
    assert_eq!(socket.expect("what mina says", heard).await.unwrap().body, "hello, helper");
}

#[tokio::test]
async fn nobody_signs_in_to_a_bot_and_nobody_elses_bot_is_seen() {
    let town = Town::found("bots_owned").await;
    let (ada, mina, david) = town.three().await;
    let made = mina.create_bot("helper").await.unwrap();
    let id = made.user.id;
    mina.create_bot("mina").await.refused(ErrorCode::UsernameTaken);
    mina.create_bot("here").await.invalid("username", "reserved");
    town.stranger().sign_in("helper", PASSWORD).await.map(drop).refused(ErrorCode::WrongCredentials);
    town.stranger().sign_in("helper", "").await.map(drop).refused(ErrorCode::WrongCredentials);
    assert_eq!(mina.bots().await.unwrap().items, std::slice::from_ref(&made));
    assert!(david.bots().await.unwrap().items.is_empty());
    assert_eq!(ada.bots().await.unwrap().items, [made], "who runs the site sees all");
    david.create_bot_token(id, "mine", &[Scope::Read]).await.map(drop).refused(ErrorCode::NotFound);
    david.bot_tokens(id).await.refused(ErrorCode::NotFound);
    david.remove_bot(id).await.refused(ErrorCode::NotFound);
    david.bot_tokens(mina.id()).await.refused(ErrorCode::NotFound);
    mina.create_bot_token(id, "none", &[]).await.map(drop).invalid("scopes", "required");
    mina.create_bot_token(id, "what", &[Scope::Unknown]).await.map(drop).invalid("scopes", "unknown");
    let token = mina.create_bot_token(id, "one", &[Scope::Read, Scope::Read]).await.unwrap().token;
    assert_eq!(token.scopes, [Scope::Read]);
    david.revoke_bot_token(id, token.id).await.refused(ErrorCode::NotFound);
    let session = david.me().await.unwrap().session_id;
    mina.revoke_bot_token(id, session).await.refused(ErrorCode::NotFound);
    david.me().await.unwrap();
}

#[tokio::test]
async fn a_revoked_token_is_refused_and_its_socket_closed_at_once() {
    let town = Town::found("bots_revoked").await;
    let mina = town.person("mina").await;
    let helper = bot(&town, &mina, "helper", &[Scope::Read]).await;
    let id = helper.user_id().unwrap();
    let mut socket = Socket::open(&helper, &Resume::default()).await.unwrap();
    socket.ready().await.unwrap();
    let listed = mina.bot_tokens(id).await.unwrap().items;
    assert!(listed.iter().all(|token| token.name == "test"));
    mina.revoke_bot_token(id, listed[0].id).await.unwrap();
    assert!(socket.closed().await.unwrap().is(CloseCode::SessionEnded));
    helper.me().await.map(drop).refused(ErrorCode::SessionEnded);
    mina.revoke_bot_token(id, listed[0].id).await.refused(ErrorCode::NotFound);
    assert!(mina.bot_tokens(id).await.unwrap().items.is_empty());
    town.stranger().use_token("cfb_nothing").await.map(drop).refused(ErrorCode::NotSignedIn);
}

#[tokio::test]
async fn a_removed_bot_leaves_its_rooms_and_what_it_said_stays() {
    let town = Town::found("bots_removed").await;
    let mina = town.person("mina").await;
    let room = mina.create_room("garden", RoomKind::Public).await.unwrap().id;
    let helper = bot(&town, &mina, "helper", &[Scope::Read, Scope::Write, Scope::Manage]).await;
    helper.join(room).await.unwrap();
    let said = helper.post(room, &text("hello")).await.unwrap().message().unwrap();
    mina.remove_bot(said.author_id).await.unwrap();
    helper.me().await.map(drop).refused(ErrorCode::SessionEnded);
    let members = mina.members(room, None, None).await.unwrap().items;
    assert!(members.iter().all(|member| member.user_id != said.author_id));
    assert_eq!(mina.message(said.id).await.unwrap().body, "hello");
    assert!(mina.bots().await.unwrap().items.is_empty());
    mina.remove_bot(said.author_id).await.refused(ErrorCode::NotFound);
}

#[tokio::test]
async fn a_socket_does_only_what_its_token_was_made_for() {
    let town = Town::found("bots_socket").await;
    let mina = town.person("mina").await;
    let room = mina.create_room("garden", RoomKind::Public).await.unwrap().id;
    let reader = bot(&town, &mina, "reader", &[Scope::Read]).await;
    mina.add_members(room, &[reader.user_id().unwrap()]).await.unwrap();
    let mut socket = Socket::open(&reader, &Resume::watching([room])).await.unwrap();
    socket.ready().await.unwrap();
    let posts = ClientFrame::Post { reference: "1".into(), room_id: room, message: text("may I?") };
    for frame in [posts, ClientFrame::Typing { reference: Some("1".into()), room_id: room, typing: true }] {
        socket.send(&frame).await.unwrap();
        let refused = |frame| match frame {
            ServerFrame::Error { reference, code, .. } => Some((reference, code)),
            _ => None,
        };
        let (reference, code) = socket.expect("a refusal", refused).await.unwrap();
        assert_eq!((reference.as_deref(), code), (Some("1"), ErrorCode::MissingScope));
    }
    let writer = bot(&town, &mina, "writer", &[Scope::Write]).await;
    let mut socket = Socket::open(&writer, &Resume::default()).await.unwrap();
    assert!(socket.closed().await.unwrap().is(CloseCode::BadToken), "without `read` nothing is listened to");
}

/// Every documented request, by tokens that lack what it needs: refused for that reason before anything else is looked
/// at, whether or not what it speaks of exists.
#[tokio::test]
async fn no_route_is_open_to_a_token_without_its_scope() {
    let town = Town::found("bots_scopes").await;
    let mina = town.person("mina").await;
    let all = [Scope::Read, Scope::Write, Scope::Manage];
    let mut bots = Vec::new();
    for (place, lacking) in all.into_iter().enumerate() {
        let given: Vec<Scope> = all.into_iter().filter(|scope| *scope != lacking).collect();
        bots.push((lacking, bot(&town, &mina, &format!("bot{place}"), &given).await));
    }
    let mut refused = std::collections::HashMap::new();
    let open = ["/api/v1/site", "/api/v1/auth/register", "/api/v1/auth/sign-in", "/api/v1/auth/refresh"];
    for (route, methods) in api::rest::openapi::routes() {
        if open.contains(&route.as_str()) || route == "/api/v1/invites/{code}" {
            continue;
        }
        for method in methods {
            let method: client::Method = method.parse().unwrap();
            let needed = api::bots::scope::needed(method.as_str(), &route);
            for (lacking, client) in &bots {
                let code = refusal(client, &method, &route).await;
                let must = needed.is_none() || needed == Some(*lacking);
                assert_eq!(
                    code == Some(ErrorCode::MissingScope),
                    must,
                    "{method} {route} without {lacking:?}: {code:?}"
                );
                *refused.entry(needed).or_insert(0) += i32::from(must);
            }
        }
    }
    assert!(all.into_iter().map(Some).chain([None]).all(|needed| refused[&needed] > 5), "{refused:?}");
}

async fn refusal(client: &Client, method: &client::Method, route: &str) -> Option<ErrorCode> {
    let nobody = "01890a5d-ac96-774b-bcce-b302099a8057";
    let path: String = route
        .split('/')
        .map(|part| match part {
            "{emoji}" => "%F0%9F%91%8D",
            part if part.starts_with('{') => nobody,
            part => part,
        })
        .collect::<Vec<_>>()
        .join("/");
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, format!("Bearer {}", client.access_token().unwrap()).parse().unwrap());
    headers.insert(CONTENT_TYPE, "application/json".parse().unwrap());
    let answer = client.raw(method.clone(), &path, headers, b"{}".to_vec()).await.unwrap();
    serde_json::from_slice::<Problem>(&answer.body).ok().map(|problem| problem.code)
}
