//! Commands that bots offer.

use client::{Resume, Socket};
use sync::MeState;
use types::socket::ServerFrame;
use types::{BotCommand, ErrorCode, RoomKind, Scope};

use super::tokens::bot;
use crate::support::{Refused, Town};

fn weather() -> BotCommand {
    BotCommand { name: "weather".into(), description: "the weather".into(), usage: "city".into() }
}

#[tokio::test]
async fn a_call_reaches_the_bot_and_its_note_only_the_caller() {
    let town = Town::found("commands").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Private, &[&david]).await.id;
    let helper = bot(&town, &mina, "helper", &[Scope::Read, Scope::Write]).await;
    let id = helper.user_id().unwrap();
    helper.set_commands(vec![weather()]).await.unwrap();
    assert!(mina.commands(room).await.unwrap().items.is_empty(), "the bot is not in the room");
    mina.call_command(room, "weather", "Oslo").await.refused(ErrorCode::NotFound);
    mina.add_members(room, &[id]).await.unwrap();
    let offered = david.commands(room).await.unwrap().items;
    assert_eq!(
        offered.iter().map(|command| (command.bot_id, command.name.as_str())).collect::<Vec<_>>(),
        [(id, "weather")]
    );
    let mut socket = Socket::open(&helper, &Resume::default()).await.unwrap();
    socket.ready().await.unwrap();
    david.call_command(room, "weather", " Oslo ").await.unwrap();
    let called = |frame| match frame {
        ServerFrame::MeChanges(changes) => changes.calls.into_iter().next(),
        _ => None,
    };
    let call = socket.expect("the call", called).await.unwrap();
    assert_eq!(
        (call.room_id, call.user_id, call.name.as_str(), call.text.as_str()),
        (room, david.id(), "weather", "Oslo")
    );
    // One that was away finds it in the feed, and what is applied live is what is read anew.
    let fed = helper.me_changes(0, None).await.unwrap();
    let mut state = MeState::default();
    let _ = state.apply(&fed);
    assert_eq!(state.calls().cloned().collect::<Vec<_>>(), [call]);
    let note = helper.post_note(room, david.id(), "Rain, *again*").await.unwrap();
    assert_eq!(david.me_changes(0, None).await.unwrap().notes, [note]);
    assert!(mina.me_changes(0, None).await.unwrap().notes.is_empty());
    assert!(mina.changes(room, 0, None).await.unwrap().messages.is_empty(), "nobody else hears of it");
}

#[tokio::test]
async fn what_can_not_be_offered_called_or_noted_is_refused() {
    let town = Town::found("commands_refused").await;
    let (ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Private, &[&david]).await.id;
    let helper = bot(&town, &mina, "helper", &[Scope::Read, Scope::Write]).await;
    for name in ["", "Weather", "7up", "two words", "-a"] {
        helper.set_commands(vec![BotCommand { name: name.into(), ..weather() }]).await.invalid("name", "bad_format");
    }
    helper.set_commands(vec![weather(), weather()]).await.invalid("name", "reserved");
    helper.set_commands(vec![BotCommand { name: "poll".into(), ..weather() }]).await.invalid("name", "reserved");
    mina.set_commands(vec![weather()]).await.refused(ErrorCode::NotAllowed);
    helper.set_commands(vec![weather()]).await.unwrap();
    mina.add_members(room, &[helper.user_id().unwrap()]).await.unwrap();
    ada.commands(room).await.refused(ErrorCode::NotFound);
    ada.call_command(room, "weather", "").await.refused(ErrorCode::NotFound);
    mina.call_command(room, "tides", "").await.refused(ErrorCode::NotFound);
    helper.post_note(room, mina.id(), "psst").await.refused(ErrorCode::NotAllowed);
    david.post_note(room, mina.id(), "psst").await.refused(ErrorCode::NotAllowed);
    mina.call_command(room, "weather", "").await.unwrap();
    helper.post_note(room, mina.id(), "sun").await.unwrap();
    helper.post_note(room, david.id(), "he did not ask").await.refused(ErrorCode::NotAllowed);
    mina.remove_member(room, helper.user_id().unwrap()).await.unwrap();
    helper.post_note(room, mina.id(), "sun").await.refused(ErrorCode::NotFound);
    assert!(mina.commands(room).await.unwrap().items.is_empty());
}
