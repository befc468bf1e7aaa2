//! One's own profile, and finding people.

use types::{ErrorCode, UpdateMe, UserId};

use crate::support::{Refused, Town};

#[tokio::test]
async fn a_changed_profile_is_a_row_of_the_sites_stream() {
    let town = Town::found("update_me").await;
    let (ada, mina, _) = town.three().await;
    let before = mina.heads().await.unwrap().site;
    let update = UpdateMe { display_name: Some(" Ada Lovelace ".into()), bio: Some("Notes".into()), status_text: None };
    let me = ada.update_me(&update).await.unwrap();
    assert_eq!((me.user.display_name.as_str(), me.user.bio.as_str()), ("Ada Lovelace", "Notes"));
    assert_eq!(me.email, "ada@example.org");
    let changes = mina.site_changes(before, None).await.unwrap();
    assert_eq!((changes.since, changes.rev), (before, before + 1));
    assert_eq!(changes.users, std::slice::from_ref(&me.user));
    assert_eq!(mina.user(ada.id()).await.unwrap(), me.user);
    // Nothing asked for, nothing changed.
    ada.update_me(&UpdateMe::default()).await.unwrap();
    assert_eq!(mina.heads().await.unwrap().site, before + 1);
}

#[tokio::test]
async fn what_can_not_be_shown_is_refused() {
    let town = Town::found("update_me_badly").await;
    let ada = town.person("ada").await;
    let long = Some("x".repeat(10_000));
    let name = |text: Option<String>| UpdateMe { display_name: text, ..UpdateMe::default() };
    ada.update_me(&name(long.clone())).await.map(drop).invalid("display_name", "too_long");
    ada.update_me(&name(Some("  ".into()))).await.map(drop).invalid("display_name", "required");
    ada.update_me(&name(Some("a\0".into()))).await.map(drop).invalid("display_name", "bad_character");
    let bio = UpdateMe { bio: long.clone(), ..UpdateMe::default() };
    ada.update_me(&bio).await.map(drop).invalid("bio", "too_long");
    let status = UpdateMe { status_text: long, ..UpdateMe::default() };
    ada.update_me(&status).await.map(drop).invalid("status_text", "too_long");
}

#[tokio::test]
async fn people_are_found_by_the_beginning_of_either_name() {
    let town = Town::found("find_people").await;
    let (ada, mina, _) = town.three().await;
    let update = UpdateMe { display_name: Some("Countess Lovelace".into()), ..UpdateMe::default() };
    ada.update_me(&update).await.unwrap();
    let names = |page: types::Page<types::User>| page.items.into_iter().map(|user| user.username).collect::<Vec<_>>();
    assert_eq!(names(mina.find_users("AD").await.unwrap()), ["ada"]);
    assert_eq!(names(mina.find_users("countess l").await.unwrap()), ["ada"]);
    assert_eq!(names(mina.find_users("%").await.unwrap()), [""; 0]);
    assert_eq!(names(mina.find_users("").await.unwrap()), ["ada", "david", "mina"]);
    mina.user(UserId(uuid::Uuid::now_v7())).await.map(drop).refused(ErrorCode::NotFound);
    town.stranger().find_users("a").await.map(drop).refused(ErrorCode::NotSignedIn);
    mina.find_users("\0").await.map(drop).invalid("query", "bad_character");
}
