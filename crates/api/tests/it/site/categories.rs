//! The categories of everyone's list of rooms: who sets them, how they are told, and what rooms say of them.

use client::ClientError;
use sync::{Outcome, SiteState};
use types::socket::ServerFrame;
use types::{Category, CategoryId, ErrorCode, RoomKind, RoomRole, UpdateCategory, limits};
use uuid::Uuid;

use crate::support::{Person, Refused, Town};

fn named(name: &str) -> UpdateCategory {
    UpdateCategory { name: Some(name.into()), ..UpdateCategory::default() }
}

fn at(position: i32) -> UpdateCategory {
    UpdateCategory { position: Some(position), ..UpdateCategory::default() }
}

async fn names(person: &Person) -> Vec<String> {
    let page = person.categories().await.unwrap();
    assert!(page.items.iter().enumerate().all(|(place, row)| row.position == place as i32 && !row.removed));
    page.items.into_iter().map(|row| row.name).collect()
}

#[tokio::test]
async fn who_runs_the_site_sets_the_categories_and_nobody_else() {
    let town = Town::found("categories_rights").await;
    let (ada, mina, _david) = town.three().await;
    let work = ada.create_category(" Work ").await.unwrap();
    assert_eq!((work.name.as_str(), work.position, work.removed), ("Work", 0, false));
    mina.create_category("Mine").await.refused(ErrorCode::NotAllowed);
    mina.update_category(work.id, &named("Mine")).await.refused(ErrorCode::NotAllowed);
    mina.delete_category(work.id).await.refused(ErrorCode::NotAllowed);
    assert!(matches!(town.stranger().categories().await, Err(ClientError::Problem(_) | ClientError::NotSignedIn)));
    assert_eq!(names(&mina).await, ["Work"]);
    town.execute(&format!("UPDATE users SET site_role = 'admin' WHERE id = '{}'", mina.id())).await;
    mina.create_category("Fun").await.unwrap();
    assert_eq!(names(&ada).await, ["Work", "Fun"]);
}

#[tokio::test]
async fn a_category_is_moved_renamed_and_taken_away_and_the_others_make_room() {
    let town = Town::found("categories_order").await;
    let ada = town.person("ada").await;
    let mut rows = Vec::new();
    for name in ["a", "b", "c", "d"] {
        rows.push(ada.create_category(name).await.unwrap());
    }
    assert_eq!(ada.update_category(rows[3].id, &at(1)).await.unwrap().position, 1);
    assert_eq!(names(&ada).await, ["a", "d", "b", "c"]);
    assert_eq!(ada.update_category(rows[0].id, &at(99)).await.unwrap().position, 3);
    assert_eq!(names(&ada).await, ["d", "b", "c", "a"]);
    ada.update_category(rows[1].id, &named("B")).await.unwrap();
    ada.delete_category(rows[3].id).await.unwrap();
    assert_eq!(names(&ada).await, ["B", "c", "a"]);
    let before = ada.heads().await.unwrap().site;
    ada.update_category(rows[1].id, &named("B")).await.unwrap();
    assert_eq!(ada.heads().await.unwrap().site, before, "the same again changes nothing");
    ada.update_category(rows[3].id, &named("back")).await.refused(ErrorCode::NotFound);
    ada.delete_category(rows[3].id).await.refused(ErrorCode::NotFound);
    ada.update_category(rows[0].id, &at(-1)).await.invalid("position", "out_of_range");
    ada.create_category(" ").await.invalid("name", "required");
    ada.create_category(&"x".repeat(65)).await.invalid("name", "too_long");
    for n in 3..limits::CATEGORIES_MAX {
        ada.create_category(&n.to_string()).await.unwrap();
    }
    ada.create_category("one more").await.refused(ErrorCode::TooMany);
}

#[tokio::test]
async fn a_room_is_put_into_a_category_by_its_admins_and_by_who_runs_the_site() {
    let town = Town::found("categories_rooms").await;
    let (ada, mina, david) = town.three().await;
    let yuki = town.person("yuki").await;
    let work = ada.create_category("Work").await.unwrap().id;
    let public = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let private = mina.room_with("plans", RoomKind::Private, &[&david]).await.id;
    let mut socket = david.listen(&[public]).await;
    let room = mina.set_category(public, Some(work)).await.unwrap();
    assert_eq!(room.category_id, Some(work));
    let told = crate::support::next_changes(&mut socket, public).await;
    assert_eq!((told.room.as_ref(), told.events.len()), (Some(&room), 0));
    assert_eq!(mina.set_category(public, Some(work)).await.unwrap().rev, room.rev, "the same again changes nothing");
    // Not theirs to set, or not theirs to know.
    for id in [public, private] {
        david.set_category(id, None).await.refused(ErrorCode::NotAllowed);
    }
    david.set_role(private, david.id(), RoomRole::Admin).await.refused(ErrorCode::NotAllowed);
    yuki.set_category(public, None).await.refused(ErrorCode::NotAMember);
    yuki.set_category(private, None).await.refused(ErrorCode::NotFound);
    ada.set_category(private, Some(work)).await.refused(ErrorCode::NotFound);
    // Ada runs the site: a public room she is not in, and a private one she is only a member of.
    assert_eq!(ada.set_category(public, None).await.unwrap().category_id, None);
    mina.add_members(private, &[ada.id()]).await.unwrap();
    assert_eq!(ada.set_category(private, Some(work)).await.unwrap().category_id, Some(work));
    let nowhere = CategoryId(Uuid::now_v7());
    mina.set_category(public, Some(nowhere)).await.invalid("category_id", "unknown");
    ada.delete_category(work).await.unwrap();
    mina.set_category(public, Some(work)).await.invalid("category_id", "unknown");
    let listed = mina.my_rooms().await.unwrap().items;
    let plans = listed.iter().find(|item| item.room.id == private).unwrap();
    assert_eq!((plans.room.category_id, plans.room.created_by), (Some(work), mina.id()));
}

#[tokio::test]
async fn a_direct_conversation_stands_in_no_category() {
    let town = Town::found("categories_direct").await;
    let (ada, mina, _david) = town.three().await;
    let work = ada.create_category("Work").await.unwrap().id;
    let direct = ada.open_direct(&[mina.id()]).await.unwrap().id;
    ada.set_category(direct, Some(work)).await.refused(ErrorCode::NotAllowed);
}

async fn fed(person: &Person, state: &SiteState, limit: i64) -> SiteState {
    let mut state = state.clone();
    loop {
        let feed = person.site_changes(state.rev(), Some(limit)).await.unwrap();
        assert!(matches!(state.apply(&feed), Outcome::Applied | Outcome::Known));
        if !feed.more {
            return state;
        }
    }
}

#[tokio::test]
async fn the_feed_since_any_moment_and_the_socket_tell_the_categories_as_they_are() {
    let town = Town::found("categories_walk").await;
    let (ada, mina, _david) = town.three().await;
    let mut random = fastrand::Rng::with_seed(fastrand::u64(..));
    println!("seed {}", random.get_seed());
    let epoch = ada.heads().await.unwrap().epoch;
    let mut held = fed(&ada, &SiteState::starting(epoch.clone(), 0), 100).await;
    let mut socket = mina.listen(&[]).await;
    let mut live = held.clone();
    let mut moments = Vec::new();
    let mut ids: Vec<CategoryId> = Vec::new();
    for step in 0..200 {
        let pick = (!ids.is_empty()).then(|| ids[random.usize(..ids.len())]);
        match (random.u8(..10), pick) {
            (0..3, _) | (_, None) => {
                if let Ok(made) = ada.create_category(&format!("c{step}")).await {
                    ids.push(made.id);
                }
            }
            (3..6, Some(id)) => drop(ada.update_category(id, &at(random.i32(0..12))).await.unwrap()),
            (6..8, Some(id)) => drop(ada.update_category(id, &named(&format!("n{step}"))).await.unwrap()),
            (_, Some(id)) => {
                ada.delete_category(id).await.unwrap();
                ids.retain(|held| *held != id);
            }
        }
        if step % 10 == 0 {
            moments.push(held.clone());
            held = fed(&ada, &held, 1 + step % 7).await;
        }
    }
    let fresh = fed(&ada, &SiteState::starting(epoch, 0), 100).await;
    for (index, moment) in moments.iter().enumerate() {
        assert_eq!(fed(&ada, moment, [1, 2, 3, 7, 100][index % 5]).await, fresh, "moment {index}");
    }
    let mut standing: Vec<Category> = fresh.categories().values().filter(|row| !row.removed).cloned().collect();
    standing.sort_by_key(|row| row.position);
    assert_eq!(standing, ada.categories().await.unwrap().items);
    while live.rev() < fresh.rev() {
        let told = |frame| if let ServerFrame::SiteChanges(changes) = frame { Some(changes) } else { None };
        let changes = socket.expect("the categories", told).await.unwrap();
        assert!(matches!(live.apply(&changes), Outcome::Applied | Outcome::Known));
    }
    assert_eq!(live.categories(), fresh.categories());
}
