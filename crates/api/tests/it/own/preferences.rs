//! How somebody likes things.

use types::{CategoryId, Folded, Preferences, RoomId, RoomOrder, Section, UpdatePreferences, limits};
use uuid::Uuid;

use super::next_own;
use crate::support::{Refused, Town};

fn section(name: &str, room_ids: &[RoomId]) -> Section {
    Section { name: name.into(), room_ids: room_ids.to_vec(), folded: false }
}

#[tokio::test]
async fn preferences_are_kept_whole_on_all_my_devices_and_nobody_elses() {
    let town = Town::found("preferences").await;
    let (_ada, mina, david) = town.three().await;
    let none = mina.preferences().await.unwrap();
    assert_eq!((none.rev, none.preferences), (0, Preferences::default()));
    let mut socket = mina.second_device().await.listen(&[]).await;
    let wanted = Preferences {
        sections: vec![section(" Work ", &[RoomId(Uuid::now_v7())])],
        unread_first: true,
        recent_emoji: vec!["👍".into(), "🌹".into()],
        ..Preferences::default()
    };
    let row = mina.set_preferences(&wanted).await.unwrap();
    assert_eq!((row.preferences.sections[0].name.as_str(), row.preferences.unread_first), ("Work", true));
    let heard = next_own(&mut socket, "the preferences", |changes| changes.preferences).await;
    assert_eq!(heard, row);
    assert_eq!(mina.set_preferences(&wanted).await.unwrap().rev, row.rev, "the same again changes nothing");
    assert_eq!(mina.preferences().await.unwrap(), row);
    assert_eq!(david.preferences().await.unwrap().rev, 0);
}

#[tokio::test]
async fn preferences_beyond_the_limits_are_refused() {
    let town = Town::found("preferences_limits").await;
    let ada = town.person("ada").await;
    let set = async |change: &dyn Fn(&mut Preferences)| {
        let mut preferences = Preferences::default();
        change(&mut preferences);
        ada.set_preferences(&preferences).await
    };
    let id = RoomId(Uuid::now_v7());
    set(&|p| p.sections = (0..51).map(|n| section(&n.to_string(), &[])).collect())
        .await
        .invalid("sections", "out_of_range");
    set(&|p| p.sections = vec![section(" ", &[])]).await.invalid("sections", "required");
    set(&|p| p.sections = vec![section(&"x".repeat(65), &[])]).await.invalid("sections", "too_long");
    let many: Vec<RoomId> = (0..1_001).map(|_| RoomId(Uuid::now_v7())).collect();
    set(&|p| p.sections = vec![section("many", &many)]).await.invalid("sections", "out_of_range");
    let twice = [section("a", &[id]), section("b", &[id])];
    set(&|p| p.sections = twice.to_vec()).await.invalid("sections", "bad_format");
    set(&|p| p.recent_emoji = vec!["not one".into()]).await.invalid("recent_emoji", "bad_format");
    set(&|p| p.recent_emoji = vec!["👍".into(); 25]).await.invalid("recent_emoji", "out_of_range");
    assert_eq!(ada.preferences().await.unwrap().rev, 0);
}

#[tokio::test]
async fn what_is_set_in_one_place_leaves_what_was_set_in_another() {
    let town = Town::found("preferences_in_parts").await;
    let ada = town.person("ada").await;
    let set = async |update: UpdatePreferences| ada.update_preferences(&update).await;
    let (work, fun) = (CategoryId(Uuid::now_v7()), CategoryId(Uuid::now_v7()));
    let folded = Folded { rooms: true, category_ids: vec![fun, work, fun], ..Folded::default() };
    let (first, second, third) = tokio::join!(
        set(UpdatePreferences { order: Some(RoomOrder::Newest), ..UpdatePreferences::default() }),
        set(UpdatePreferences { sections: Some(vec![section(" Work ", &[])]), ..UpdatePreferences::default() }),
        set(UpdatePreferences { folded: Some(folded), ..UpdatePreferences::default() }),
    );
    let newest = [first, second, third].into_iter().map(Result::unwrap).max_by_key(|row| row.rev).unwrap();
    let expected = Preferences {
        sections: vec![section("Work", &[])],
        order: RoomOrder::Newest,
        folded: Folded { rooms: true, category_ids: vec![work, fun], ..Folded::default() },
        ..Preferences::default()
    };
    assert_eq!(newest.preferences, expected);
    let again = set(UpdatePreferences { order: Some(RoomOrder::Newest), ..UpdatePreferences::default() }).await;
    assert_eq!(again.unwrap().rev, newest.rev, "the same again changes nothing");
    let many = (0..=limits::CATEGORIES_MAX).map(|_| CategoryId(Uuid::now_v7())).collect();
    let folded = Folded { category_ids: many, ..Folded::default() };
    set(UpdatePreferences { folded: Some(folded), ..UpdatePreferences::default() })
        .await
        .invalid("folded", "out_of_range");
    set(UpdatePreferences { sections: Some(vec![section(" ", &[])]), ..UpdatePreferences::default() })
        .await
        .invalid("sections", "required");
}
