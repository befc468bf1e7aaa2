//! Invite links: what they open, how often, and until when.

use types::{ErrorCode, NewInvite, Register, Registration, RoomKind, RoomRole};

use crate::support::{Person, Refused, Town, registration};

fn uses(max_uses: i32) -> NewInvite {
    NewInvite { max_uses: Some(max_uses), ..NewInvite::default() }
}

#[tokio::test]
async fn an_invite_makes_an_account_and_takes_it_into_the_room() {
    let choose = |config: &mut api::Config| config.registration = Registration::Invite;
    let town = Town::found_with("register_by_invite", Default::default(), choose).await;
    let ada = town.person("ada").await;
    let room = ada.create_room("plans", RoomKind::Private).await.unwrap().id;
    let invite = ada.create_invite(room, &uses(1)).await.unwrap();
    town.stranger().register(&registration("mina")).await.map(drop).refused(ErrorCode::RegistrationClosed);
    let preview = town.stranger().invite(&invite.code).await.unwrap();
    assert_eq!((preview.room_name.as_str(), preview.member_count), ("plans", 1));
    let request = Register { invite: Some(invite.code.clone()), ..registration("mina") };
    let mina = town.stranger();
    mina.register(&request).await.unwrap();
    assert!(mina.room(room).await.unwrap().joined);
    // general is joined by everyone who registers.
    assert_eq!(mina.my_rooms().await.unwrap().items.len(), 2);
    let again = Register { invite: Some(invite.code), ..registration("david") };
    town.stranger().register(&again).await.map(drop).refused(ErrorCode::InviteInvalid);
    assert!(ada.find_users("david").await.unwrap().items.is_empty());
}

#[tokio::test]
async fn a_link_for_three_lets_three_in_when_eight_come_at_once() {
    let town = Town::found("invite_three_of_eight").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("plans", RoomKind::Private).await.unwrap().id;
    let invite = ada.create_invite(room, &uses(3)).await.unwrap();
    let mut people: Vec<Person> = Vec::new();
    for n in 0..8 {
        people.push(town.person(&format!("guest{n}")).await);
    }
    let tries = people.into_iter().map(|person| {
        let code = invite.code.clone();
        tokio::spawn(async move { person.accept_invite(&code).await })
    });
    let mut inside = 0;
    for outcome in tries.collect::<Vec<_>>() {
        match outcome.await.unwrap() {
            Ok(view) => inside += i32::from(view.joined),
            refused => refused.refused(ErrorCode::InviteInvalid),
        }
    }
    assert_eq!(inside, 3);
    assert_eq!(ada.room(room).await.unwrap().member_count, 4);
}

#[tokio::test]
async fn who_is_in_already_spends_no_use() {
    let town = Town::found("invite_of_member").await;
    let (ada, mina, david) = town.three().await;
    let room = ada.room_with("plans", RoomKind::Private, &[&mina]).await.id;
    let invite = ada.create_invite(room, &uses(1)).await.unwrap();
    mina.accept_invite(&invite.code).await.unwrap();
    david.accept_invite(&invite.code).await.unwrap();
    assert_eq!(ada.room(room).await.unwrap().member_count, 3);
}

#[tokio::test]
async fn a_revoked_an_expired_and_an_invented_link_open_nothing() {
    let town = Town::found("dead_invites").await;
    let (ada, mina, _david) = town.three().await;
    let room = ada.create_room("plans", RoomKind::Private).await.unwrap().id;
    let revoked = ada.create_invite(room, &NewInvite::default()).await.unwrap();
    let expired = ada.create_invite(room, &NewInvite::default()).await.unwrap();
    assert_eq!(ada.invites(room).await.unwrap().items.len(), 2);
    ada.revoke_invite(room, revoked.id).await.unwrap();
    let past = format!("UPDATE invites SET expires_at = now() - interval '1 second' WHERE id = '{}'", expired.id);
    town.execute(&past).await;
    for code in [revoked.code.as_str(), expired.code.as_str(), "invented", "a/b", "\u{0}"] {
        mina.accept_invite(code).await.refused(ErrorCode::InviteInvalid);
        town.stranger().invite(code).await.refused(ErrorCode::InviteInvalid);
    }
    mina.room(room).await.refused(ErrorCode::NotFound);
}

#[tokio::test]
async fn an_invites_limits_are_checked() {
    let town = Town::found("invite_limits").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("plans", RoomKind::Private).await.unwrap().id;
    ada.create_invite(room, &uses(0)).await.invalid("max_uses", "out_of_range");
    let long = NewInvite { expires_in: Some(types::limits::INVITE_EXPIRES_MAX + 1), ..NewInvite::default() };
    ada.create_invite(room, &long).await.invalid("expires_in", "out_of_range");
}

#[tokio::test]
async fn whoever_keeps_order_sees_every_link_of_the_room_and_ends_it_whoever_made_it() {
    let town = Town::found("invites_of_all").await;
    let (_ada, mina, david) = town.three().await;
    let yuki = town.person("yuki").await;
    let room = mina.room_with("plans", RoomKind::Private, &[&david, &yuki]).await.id;
    mina.set_role(room, david.id(), RoomRole::Moderator).await.unwrap();
    let theirs = david.create_invite(room, &NewInvite::default()).await.unwrap();
    let hers = mina.create_invite(room, &NewInvite::default()).await.unwrap();
    for who in [&mina, &david] {
        let makers: Vec<_> = who.invites(room).await.unwrap().items.into_iter().map(|row| row.created_by).collect();
        assert_eq!(makers, [mina.id(), david.id()], "the newest first");
    }
    yuki.invites(room).await.refused(ErrorCode::NotAllowed);
    mina.revoke_invite(room, theirs.id).await.unwrap();
    david.revoke_invite(room, hers.id).await.unwrap();
    assert!(mina.invites(room).await.unwrap().items.is_empty());
}
