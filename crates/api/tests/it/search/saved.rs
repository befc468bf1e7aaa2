//! Searches that are kept, and what is unread of them.

use types::{ErrorCode, NewSavedSearch, RoomKind, SearchId, UpdateSavedSearch};
use uuid::Uuid;

use super::{found, indexed};
use crate::own::next_own;
use crate::support::{Refused, Town};

fn new(name: &str, query: &str) -> NewSavedSearch {
    NewSavedSearch { id: Some(SearchId(Uuid::now_v7())), name: name.into(), query: query.into() }
}

#[tokio::test]
async fn a_search_is_kept_on_all_my_devices_and_counts_what_others_wrote_since_i_saw_it() {
    let town = Town::found("searches").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    mina.say(room, "roses before").await;
    let mut phone = david.second_device().await.listen(&[]).await;
    let davids = david.heads().await.unwrap().me;
    let asked = new("Roses", " roses ");
    let kept = david.keep_search(&asked).await.unwrap();
    assert_eq!((kept.name.as_str(), kept.query.as_str(), kept.removed), ("Roses", "roses", false));
    assert_eq!(david.keep_search(&asked).await.unwrap(), kept, "the same again changes nothing");
    let heard = next_own(&mut phone, "the search", |changes| changes.searches.into_iter().next()).await;
    assert_eq!(heard, kept);
    mina.keep_search(&asked).await.refused(ErrorCode::IdTaken);
    indexed(&town).await;
    let unread = || async { david.searches().await.unwrap().items[0].unread };
    assert_eq!(unread().await, 0, "what was there before is not unread");
    david.say(room, "my own roses").await;
    mina.say(room, "roses again").await;
    mina.say(room, "and roses").await;
    indexed(&town).await;
    assert_eq!(unread().await, 2);
    let second = found(&david, "\"roses again\"").await.items[0].message.created_at;
    let seen = |at| UpdateSavedSearch { seen_at: Some(at), ..UpdateSavedSearch::default() };
    david.update_search(kept.id, &seen(second)).await.unwrap();
    assert_eq!(unread().await, 1);
    let newest = found(&david, "roses").await.items[0].message.created_at;
    let marked = david.update_search(kept.id, &seen(newest)).await.unwrap();
    assert_eq!(unread().await, 0);
    assert_eq!(david.update_search(kept.id, &seen(second)).await.unwrap(), marked, "the mark only rises");

    let renamed = UpdateSavedSearch { name: Some("Flowers".into()), ..UpdateSavedSearch::default() };
    let renamed = david.update_search(kept.id, &renamed).await.unwrap();
    david.drop_search(kept.id).await.unwrap();
    assert_eq!(david.searches().await.unwrap().items, []);
    let fed = david.me_changes(davids, None).await.unwrap();
    assert_eq!(
        fed.searches.iter().map(|row| (row.id, row.removed, row.name.as_str())).collect::<Vec<_>>(),
        [(kept.id, true, "")]
    );
    assert!(fed.rev > renamed.rev);
    david.drop_search(kept.id).await.refused(ErrorCode::NotFound);
    assert_eq!(mina.searches().await.unwrap().items, []);
}

#[tokio::test]
async fn a_search_that_can_not_be_is_not_kept_and_nobody_changes_anothers() {
    let town = Town::found("searches_refused").await;
    let (ada, mina, _david) = town.three().await;
    ada.keep_search(&new("", "roses")).await.invalid("name", "required");
    ada.keep_search(&new("x", " ")).await.invalid("query", "required");
    ada.keep_search(&new("x", "has:teeth")).await.invalid("query", "unknown");
    let old = NewSavedSearch { id: Some(SearchId(Uuid::new_v4())), ..new("x", "roses") };
    ada.keep_search(&old).await.invalid("id", "bad_format");
    let kept = ada.keep_search(&new("x", "roses in:#not-yet")).await.unwrap();
    assert_eq!(ada.searches().await.unwrap().items[0].unread, 0, "a room that is not there finds nothing");
    let renamed = UpdateSavedSearch { name: Some("mine".into()), ..UpdateSavedSearch::default() };
    mina.update_search(kept.id, &renamed).await.refused(ErrorCode::NotFound);
    mina.drop_search(kept.id).await.refused(ErrorCode::NotFound);
    let wrong = UpdateSavedSearch { query: Some("is:odd".into()), ..UpdateSavedSearch::default() };
    ada.update_search(kept.id, &wrong).await.invalid("query", "unknown");
    for number in 1..50 {
        ada.keep_search(&new(&format!("number {number}"), "roses")).await.unwrap();
    }
    ada.keep_search(&new("one more", "roses")).await.refused(ErrorCode::TooMany);
}
