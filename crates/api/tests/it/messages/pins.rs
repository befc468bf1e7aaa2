//! Pins.

use types::{ErrorCode, RoomKind, RoomRole};

use crate::support::{Refused, Town};

#[tokio::test]
async fn a_moderator_pins_and_the_latest_pin_is_first() {
    let town = Town::found("pins").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let (one, two) = (david.say(room, "one").await, david.say(room, "two").await);
    david.pin(one.id).await.refused(ErrorCode::NotAllowed);
    let pinned = mina.pin(one.id).await.unwrap();
    assert_eq!((pinned.pinned_by, pinned.seq), (Some(mina.id()), one.seq));
    assert!(pinned.rev > two.seq && pinned.pinned_at.is_some());
    assert_eq!(mina.pin(one.id).await.unwrap(), pinned, "the same again changes nothing");
    mina.set_role(room, david.id(), RoomRole::Moderator).await.unwrap();
    david.pin(two.id).await.unwrap();
    let bodies = |page: types::MessagePage| page.items.into_iter().map(|m| m.body).collect::<Vec<_>>();
    assert_eq!(bodies(david.pins(room).await.unwrap()), ["two", "one"]);
    mina.unpin(two.id).await.unwrap();
    mina.delete_message(one.id).await.unwrap();
    assert!(bodies(david.pins(room).await.unwrap()).is_empty(), "what is deleted is not pinned");
    mina.pin(one.id).await.refused(ErrorCode::MessageDeleted);
}

#[tokio::test]
async fn outsiders_neither_pin_nor_see_pins() {
    let town = Town::found("pins_outside").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Private, &[]).await.id;
    let said = mina.say(room, "one").await;
    david.pin(said.id).await.refused(ErrorCode::NotFound);
    david.unpin(said.id).await.refused(ErrorCode::NotFound);
    david.pins(room).await.refused(ErrorCode::NotFound);
}
