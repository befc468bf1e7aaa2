//! Making an account: the owner's first, then by invite or openly; what a name may be, and whose it is.

use types::{ErrorCode, Register, Registration, RoomKind, SiteRole, UpdateRoom};

use crate::support::{Refused, Town, registration};

#[tokio::test]
async fn the_first_account_is_the_owners_and_the_next_is_not() {
    let town = Town::found("first_owner").await;
    assert!(town.stranger().site().await.unwrap().needs_owner);
    let ada = town.person("ada").await;
    let mina = town.person("mina").await;
    assert_eq!((ada.user.site_role, mina.user.site_role), (SiteRole::Owner, SiteRole::Member));
    assert!(!town.stranger().site().await.unwrap().needs_owner);
    let rooms = mina.my_rooms().await.unwrap().items;
    assert_eq!(rooms.iter().map(|mine| mine.room.name.as_deref()).collect::<Vec<_>>(), [Some("general")]);
}

#[tokio::test]
async fn of_many_who_come_first_at_once_exactly_one_is_the_owner() {
    let town = Town::found("owners_at_once").await;
    let names = ["ada", "mina", "david", "iris", "otto"];
    let come = names.map(|name| {
        let client = town.stranger();
        tokio::spawn(async move { client.register(&registration(name)).await })
    });
    let mut owners = 0;
    for answer in come {
        match answer.await.unwrap() {
            Ok(signed_in) => owners += usize::from(signed_in.user.site_role == SiteRole::Owner),
            Err(error) => assert_eq!(error.code(), Some(ErrorCode::OwnerExists), "{error}"),
        }
    }
    assert_eq!(owners, 1);
}

#[tokio::test]
async fn a_public_server_gives_the_first_account_only_for_the_code_in_its_log() {
    let choose = |config: &mut api::Config| config.public_url = Some("https://chat.example.org".into());
    let town = Town::found_with("setup_code", Default::default(), choose).await;
    let site = town.stranger().site().await.unwrap();
    assert!(site.needs_setup_code);
    let code = town.node.app.setup_code.clone().unwrap();
    for wrong in [None, Some(String::new()), Some("aaaaa-bbbbb-ccccc".into()), Some(code[..5].into())] {
        let request = Register { setup_code: wrong, ..registration("eve") };
        town.stranger().register(&request).await.map(drop).refused(ErrorCode::WrongSetupCode);
    }
    let request = Register { setup_code: Some(code.to_uppercase()), ..registration("ada") };
    assert_eq!(town.stranger().register(&request).await.unwrap().user.site_role, SiteRole::Owner);
    let late = Register { setup_code: Some(code), ..registration("mina") };
    town.stranger().register(&late).await.map(drop).refused(ErrorCode::OwnerExists);
}

#[tokio::test]
async fn a_closed_site_takes_nobody_but_its_owner() {
    let choose = |config: &mut api::Config| config.registration = Registration::Closed;
    let town = Town::found_with("closed", Default::default(), choose).await;
    let ada = town.person("ada").await;
    let room = ada.create_room("plans", types::RoomKind::Private).await.unwrap().id;
    let code = ada.create_invite(room, &Default::default()).await.unwrap().code;
    let invited = Register { invite: Some(code), ..registration("mina") };
    town.stranger().register(&invited).await.map(drop).refused(ErrorCode::RegistrationClosed);
    town.stranger().register(&registration("mina")).await.map(drop).refused(ErrorCode::RegistrationClosed);
}

#[tokio::test]
async fn a_name_or_address_is_one_persons_however_it_is_written() {
    let town = Town::found("names_by_case").await;
    town.person("ada").await;
    let same_name = Register { email: "other@example.org".into(), ..registration(" ADA ") };
    town.stranger().register(&same_name).await.map(drop).refused(ErrorCode::UsernameTaken);
    let same_address = Register { email: "ADA@Example.ORG".into(), ..registration("mina") };
    town.stranger().register(&same_address).await.map(drop).refused(ErrorCode::EmailTaken);
}

#[tokio::test]
async fn of_two_who_want_one_name_at_once_one_gets_it() {
    let town = Town::found("one_name_at_once").await;
    town.person("ada").await;
    let ask = |n: usize| {
        let request = Register { email: format!("{n}@example.org"), ..registration("mina") };
        let client = town.stranger();
        async move { client.register(&request).await.map(drop) }
    };
    let (one, two) = tokio::join!(ask(1), ask(2));
    let refused = if one.is_ok() { two } else { one };
    refused.refused(ErrorCode::UsernameTaken);
}

#[tokio::test]
async fn what_can_not_be_a_name_an_address_or_a_password_is_refused_field_by_field() {
    let town = Town::found("bad_accounts").await;
    town.person("ada").await;
    let long = "x".repeat(10_000);
    let names = [
        ("", "required"),
        ("a", "too_short"),
        (long.as_str(), "too_long"),
        ("a\0b", "bad_character"),
        ("a b", "bad_format"),
        ("_ada", "bad_format"),
        ("аda", "bad_format"),
        ("Everyone", "reserved"),
    ];
    for (name, reason) in names {
        let request = Register { username: name.into(), email: "m@example.org".into(), ..registration("mina") };
        town.stranger().register(&request).await.map(drop).invalid("username", reason);
    }
    for (email, reason) in
        [("", "required"), ("mina", "bad_format"), (long.as_str(), "too_long"), ("m@\0", "bad_character")]
    {
        let request = Register { email: email.into(), ..registration("mina") };
        town.stranger().register(&request).await.map(drop).invalid("email", reason);
    }
    for (password, reason) in [
        ("", "required"),
        ("seven77", "too_short"),
        (long.as_str(), "too_long"),
        ("nul\0nul\0", "bad_character"),
        ("Password123!", "common"),
        ("mina@example.org", "common"),
    ] {
        let request = Register { password: password.into(), ..registration("mina") };
        town.stranger().register(&request).await.map(drop).invalid("password", reason);
    }
    for (name, reason) in [(long.as_str(), "too_long"), ("Mi\u{202E}na", "bad_character"), ("a\nb", "bad_character")] {
        let request = Register { display_name: Some(name.into()), ..registration("mina") };
        town.stranger().register(&request).await.map(drop).invalid("display_name", reason);
    }
    town.person("mina").await;
}

#[tokio::test]
async fn the_room_everyone_joins_takes_in_nobody_unasked_once_it_is_private() {
    let town = Town::found("private_default").await;
    let ada = town.person("ada").await;
    let general = ada.my_rooms().await.unwrap().items.remove(0).room.id;
    let private = UpdateRoom { kind: Some(RoomKind::Private), ..UpdateRoom::default() };
    ada.update_room(general, &private).await.unwrap();
    let mina = town.person("mina").await;
    assert_eq!(mina.my_rooms().await.unwrap().items, []);
    mina.room(general).await.refused(ErrorCode::NotFound);
}
