//! Messages to be sent later: what their author does with them, and what becomes of them.

use chrono::{Duration, Utc};
use types::{
    ErrorCode, MessageId, NewScheduled, RoomId, RoomKind, Scheduled, ScheduledId, ScheduledState, UpdateRoom,
    UpdateScheduled,
};
use uuid::Uuid;

use super::next_own;
use crate::support::{Person, Refused, Town, next_changes, until};

/// A message to be sent in an hour.
pub(super) fn later(body: &str) -> NewScheduled {
    let id = Some(ScheduledId(Uuid::now_v7()));
    NewScheduled { id, body: body.into(), parent_id: None, send_at: Utc::now() + Duration::hours(1) }
}

/// Makes all that waits due.
pub(super) async fn their_time_comes(town: &Town) {
    town.execute("UPDATE scheduled SET send_at = now() WHERE state = 'waiting'").await;
}

/// How it stands in its author's stream.
async fn state(person: &Person, id: ScheduledId) -> ScheduledState {
    let fed = person.me_changes(0, Some(1_000)).await.unwrap();
    fed.scheduled.into_iter().find(|row| row.id == id).unwrap().state
}

async fn becomes(person: &Person, id: ScheduledId, wanted: ScheduledState) {
    until(&format!("{wanted:?}"), async || state(person, id).await == wanted).await;
}

fn ids(items: &[Scheduled]) -> Vec<ScheduledId> {
    items.iter().map(|row| row.id).collect()
}

#[tokio::test]
async fn a_message_is_sent_when_its_time_comes_and_names_whom_it_names() {
    let town = Town::found("scheduled").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let row = mina.schedule(room, &later("@david the roses are out")).await.unwrap();
    assert_eq!((row.state, row.room_id), (ScheduledState::Waiting, room));
    assert_eq!(mina.scheduled(None, None).await.unwrap().items, std::slice::from_ref(&row));
    assert_eq!(david.scheduled(None, None).await.unwrap().items, []);
    let (mut minas, mut davids) = (mina.listen(&[]).await, david.listen(&[room]).await);
    their_time_comes(&town).await;
    let said = next_changes(&mut davids, room).await.messages.remove(0);
    assert_eq!((said.id.0, said.author_id, said.mentions), (row.id.0, mina.id(), vec![david.id()]));
    let sent = next_own(&mut minas, "that it was sent", |changes| changes.scheduled.into_iter().next()).await;
    assert_eq!((sent.id, sent.state, sent.body.as_str()), (row.id, ScheduledState::Sent, ""));
    assert_eq!(mina.scheduled(None, None).await.unwrap().items, []);
}

#[tokio::test]
async fn an_answer_in_a_thread_can_be_sent_later() {
    let town = Town::found("scheduled_answer").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let root = mina.say(room, "who brings tea?").await;
    let row = david.schedule(room, &NewScheduled { parent_id: Some(root.id), ..later("I do") }).await.unwrap();
    their_time_comes(&town).await;
    becomes(&david, row.id, ScheduledState::Sent).await;
    assert_eq!(mina.message(MessageId(row.id.0)).await.unwrap().thread_root_id, Some(root.id));
    let unknown = NewScheduled { parent_id: Some(MessageId(Uuid::now_v7())), ..later("to nobody") };
    david.schedule(room, &unknown).await.invalid("parent_id", "unknown");
}

#[tokio::test]
async fn what_waits_is_written_anew_put_off_and_listed_in_order() {
    let town = Town::found("scheduled_update").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("garden", RoomKind::Public).await.unwrap().id;
    let (one, two) =
        (ada.schedule(room, &later("one")).await.unwrap(), ada.schedule(room, &later("two")).await.unwrap());
    let page = ada.scheduled(None, Some(1)).await.unwrap();
    let rest = ada.scheduled(page.next.as_deref(), Some(1)).await.unwrap();
    assert_eq!((ids(&page.items), ids(&rest.items), rest.next), (vec![one.id], vec![two.id], None));
    let text = UpdateScheduled { body: Some("one and a half".into()), ..UpdateScheduled::default() };
    let written = ada.update_scheduled(one.id, &text).await.unwrap();
    assert_eq!((written.body.as_str(), written.send_at), ("one and a half", one.send_at));
    assert_eq!(ada.update_scheduled(one.id, &text).await.unwrap(), written, "the same again changes nothing");
    let time = UpdateScheduled { send_at: Some(Utc::now() + Duration::hours(2)), ..UpdateScheduled::default() };
    ada.update_scheduled(one.id, &time).await.unwrap();
    assert_eq!(ids(&ada.scheduled(None, None).await.unwrap().items), [two.id, one.id]);
    their_time_comes(&town).await;
    becomes(&ada, one.id, ScheduledState::Sent).await;
    assert_eq!(ada.message(MessageId(one.id.0)).await.unwrap().body, "one and a half");
    ada.update_scheduled(one.id, &text).await.refused(ErrorCode::NotFound);
}

#[tokio::test]
async fn what_was_taken_back_is_not_sent() {
    let town = Town::found("scheduled_cancel").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("garden", RoomKind::Public).await.unwrap().id;
    let row = ada.schedule(room, &later("never mind")).await.unwrap();
    ada.cancel_scheduled(row.id).await.unwrap();
    ada.cancel_scheduled(row.id).await.unwrap();
    town.execute("UPDATE scheduled SET send_at = now()").await;
    api::scheduled::due::send_due(&town.node.app).await.unwrap();
    ada.message(MessageId(row.id.0)).await.refused(ErrorCode::NotFound);
    ada.send_scheduled(row.id).await.refused(ErrorCode::NotFound);
    ada.update_scheduled(row.id, &UpdateScheduled::default()).await.refused(ErrorCode::NotFound);
    let fed = ada.me_changes(row.rev, None).await.unwrap();
    let told: Vec<_> = fed.scheduled.iter().map(|row| (row.state, row.body.as_str())).collect();
    assert_eq!(told, [(ScheduledState::Cancelled, "")]);
}

#[tokio::test]
async fn what_waits_can_be_sent_at_once_and_a_refusal_leaves_it_waiting() {
    let town = Town::found("scheduled_now").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("garden", RoomKind::Public).await.unwrap().id;
    let row = ada.schedule(room, &later("now, after all")).await.unwrap();
    let archived = |archived| UpdateRoom { archived: Some(archived), ..UpdateRoom::default() };
    ada.update_room(room, &archived(true)).await.unwrap();
    ada.send_scheduled(row.id).await.refused(ErrorCode::RoomArchived);
    assert_eq!(state(&ada, row.id).await, ScheduledState::Waiting);
    ada.schedule(room, &later("nor this")).await.refused(ErrorCode::RoomArchived);
    ada.update_room(room, &archived(false)).await.unwrap();
    let said = ada.send_scheduled(row.id).await.unwrap();
    assert_eq!((said.id.0, said.body.as_str()), (row.id.0, "now, after all"));
    assert_eq!(ada.send_scheduled(row.id).await.unwrap(), said, "the same again answers with the first");
    assert_eq!(state(&ada, row.id).await, ScheduledState::Sent);
    ada.cancel_scheduled(row.id).await.refused(ErrorCode::NotFound);
}

#[tokio::test]
async fn what_could_not_be_sent_is_kept_and_waits_again_with_a_new_time() {
    let town = Town::found("scheduled_failed").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let row = david.schedule(room, &later("still here?")).await.unwrap();
    david.leave(room).await.unwrap();
    their_time_comes(&town).await;
    becomes(&david, row.id, ScheduledState::Failed).await;
    let kept = david.scheduled(None, None).await.unwrap().items.remove(0);
    assert_eq!((kept.state, kept.body.as_str()), (ScheduledState::Failed, "still here?"));
    assert_eq!(kept.failure, Some(ErrorCode::NotAMember));
    mina.message(MessageId(row.id.0)).await.refused(ErrorCode::NotFound);
    david.join(room).await.unwrap();
    let time = UpdateScheduled { send_at: Some(Utc::now() + Duration::hours(1)), ..UpdateScheduled::default() };
    let again = david.update_scheduled(row.id, &time).await.unwrap();
    assert_eq!((again.state, again.failure), (ScheduledState::Waiting, None));
    their_time_comes(&town).await;
    becomes(&david, row.id, ScheduledState::Sent).await;
}

#[tokio::test]
async fn somebody_elses_message_can_not_be_touched_before_it_is_sent() {
    let town = Town::found("scheduled_others").await;
    let (ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&ada, &david]).await.id;
    let plans = mina.create_room("plans", RoomKind::Private).await.unwrap().id;
    let row = mina.schedule(room, &later("mine")).await.unwrap();
    let text = UpdateScheduled { body: Some("not mine".into()), ..UpdateScheduled::default() };
    for other in [&ada, &david] {
        other.update_scheduled(row.id, &text).await.refused(ErrorCode::NotFound);
        other.cancel_scheduled(row.id).await.refused(ErrorCode::NotFound);
        other.send_scheduled(row.id).await.refused(ErrorCode::NotFound);
        other.schedule(plans, &later("hello")).await.refused(ErrorCode::NotFound);
        other.leave(room).await.unwrap();
        other.schedule(room, &later("hello")).await.refused(ErrorCode::NotAMember);
    }
    assert_eq!(mina.scheduled(None, None).await.unwrap().items, [row]);
}

#[tokio::test]
async fn the_same_request_again_is_the_same_message_and_another_under_its_id_is_refused() {
    let town = Town::found("scheduled_repeat").await;
    let (_ada, mina, david) = town.three().await;
    let garden = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let shed = mina.create_room("shed", RoomKind::Public).await.unwrap().id;
    let new = later("once");
    let row = mina.schedule(garden, &new).await.unwrap();
    let head = mina.heads().await.unwrap().me;
    assert_eq!(mina.schedule(garden, &new).await.unwrap(), row);
    assert_eq!(mina.heads().await.unwrap().me, head);
    mina.schedule(shed, &new).await.refused(ErrorCode::IdTaken);
    david.schedule(garden, &new).await.refused(ErrorCode::IdTaken);
    let said = mina.say(garden, "posted").await;
    mina.schedule(garden, &NewScheduled { id: Some(ScheduledId(said.id.0)), ..new }).await.refused(ErrorCode::IdTaken);
}

#[tokio::test]
async fn a_message_waits_a_year_at_most_and_five_hundred_wait_at_once() {
    let town = Town::found("scheduled_input").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("garden", RoomKind::Public).await.unwrap().id;
    for wrong in [Utc::now() - Duration::seconds(1), Utc::now() + Duration::days(400)] {
        ada.schedule(room, &NewScheduled { send_at: wrong, ..later("when?") }).await.invalid("send_at", "out_of_range");
    }
    ada.schedule(room, &later(" ")).await.invalid("body", "required");
    let old = NewScheduled { id: Some(ScheduledId(Uuid::new_v4())), ..later("hello") };
    ada.schedule(room, &old).await.invalid("id", "bad_format");
    let nowhere = RoomId("0190d0f0-0000-7000-8000-000000000000".parse().unwrap());
    ada.schedule(nowhere, &later("hello")).await.refused(ErrorCode::NotFound);
    let many = format!(
        "INSERT INTO scheduled (id, user_id, room_id, body, send_at, state, rev) \
         SELECT gen_random_uuid(), '{}', '{room}', 'waits', now() + interval '1 day', 'waiting', -n \
         FROM generate_series(1, 499) n",
        ada.id(),
    );
    town.execute(&many).await;
    let last = ada.schedule(room, &later("the last")).await.unwrap();
    ada.schedule(room, &later("too many")).await.refused(ErrorCode::TooMany);
    ada.cancel_scheduled(last.id).await.unwrap();
    ada.schedule(room, &later("in its place")).await.unwrap();
}
