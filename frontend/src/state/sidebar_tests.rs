//! Which room stands where.

use types::{Room, RoomRole, Time, UserId};
use uuid::Uuid;

use super::*;

fn id(n: u128) -> RoomId {
    RoomId(Uuid::from_u128(n))
}

fn room(n: u128, name: &str, kind: RoomKind) -> MyRoom {
    let room = Room {
        id: id(n),
        kind,
        name: Some(name.into()),
        user_ids: vec![],
        topic: String::new(),
        archived_at: None,
        deleted_at: None,
        first_seq: 1,
        category_id: None,
        created_by: UserId(Uuid::nil()),
        created_at: Time::default(),
        rev: 1,
    };
    MyRoom {
        room,
        role: RoomRole::Member,
        rev: 1,
        last_seq: 0,
        last_at: None,
        read_seq: 0,
        unread: 0,
        mentions: 0,
        hidden_seq: 0,
        muted: false,
        favourite: false,
    }
}

fn category(n: u128, name: &str) -> Category {
    Category { id: CategoryId(Uuid::from_u128(n)), name: name.into(), position: 0, removed: false, rev: 1 }
}

fn section(name: &str, rooms: &[u128]) -> Section {
    Section { name: name.into(), room_ids: rooms.iter().map(|n| id(*n)).collect(), folded: false }
}

fn shape(parts: &[ListPart]) -> Vec<(PartOf, Vec<u128>)> {
    parts.iter().map(|part| (part.of, part.rooms.iter().map(|room| room.0.as_u128()).collect())).collect()
}

#[test]
fn a_room_stands_in_the_first_part_that_it_can_stand_in() {
    let work = category(9, "Work");
    let mut rooms = vec![
        room(1, "a", RoomKind::Public),
        room(2, "b", RoomKind::Private),
        room(3, "c", RoomKind::Public),
        room(4, "d", RoomKind::Public),
        room(5, "e", RoomKind::Direct),
        room(6, "f", RoomKind::Direct),
    ];
    for place in [0, 1, 2] {
        rooms[place].room.category_id = Some(work.id);
    }
    rooms[3].room.category_id = Some(CategoryId(Uuid::from_u128(404)));
    rooms[0].favourite = true;
    let mine =
        Preferences { sections: vec![section("own", &[6, 1, 2]), section("empty", &[])], ..Preferences::default() };
    let parts = arrange(&rooms, &mine, &[work.clone(), category(10, "Nobody's")]);
    let expected = [
        (PartOf::Favourites, vec![1]),
        (PartOf::Section(0), vec![6, 2]),
        (PartOf::Section(1), vec![]),
        (PartOf::Category(work.id), vec![3]),
        (PartOf::Rooms, vec![4]),
        (PartOf::Direct, vec![5]),
    ];
    assert_eq!(shape(&parts), expected);
}

#[test]
fn the_order_is_by_name_or_by_what_is_newest_and_news_may_come_first() {
    let mut rooms: Vec<MyRoom> = (1..=4).map(|n| room(n, &n.to_string(), RoomKind::Public)).collect();
    for (place, at) in [(0, 10), (2, 30), (3, 20)] {
        rooms[place].last_at = Time::from_timestamp(at, 0);
    }
    (rooms[1].unread, rooms[2].unread, rooms[2].muted) = (1, 1, true);
    let order = |mine: &Preferences| shape(&arrange(&rooms, mine, &[]))[0].1.clone();
    assert_eq!(order(&Preferences::default()), [1, 2, 3, 4]);
    let newest = Preferences { order: RoomOrder::Newest, ..Preferences::default() };
    assert_eq!(order(&newest), [3, 4, 1, 2]);
    assert_eq!(order(&Preferences { unread_first: true, ..Preferences::default() }), [2, 1, 3, 4]);
    assert_eq!(order(&Preferences { unread_first: true, ..newest }), [2, 3, 4, 1]);
}

#[test]
fn rooms_and_parts_are_moved_among_those_shown() {
    // The second room is one that I have left: it is not shown.
    let mut mine =
        Preferences { sections: vec![section("a", &[1, 2, 3]), section("b", &[])], ..Preferences::default() };
    let shown = [id(1), id(3)];
    shift_room(&mut mine, id(1), true, &shown);
    assert_eq!(mine.sections[0], section("a", &[2, 3, 1]));
    shift_room(&mut mine, id(1), true, &[id(3), id(1)]);
    assert_eq!(mine.sections[0], section("a", &[2, 3, 1]), "the last stays");
    shift_room(&mut mine, id(1), false, &[id(3), id(1)]);
    assert_eq!(mine.sections[0], section("a", &[2, 1, 3]));
    put(&mut mine, id(1), Some(1));
    put(&mut mine, id(3), None);
    assert_eq!(mine.sections, [section("a", &[2]), section("b", &[1])]);
    assert_eq!((section_of(&mine, id(1)), section_of(&mine, id(3))), (Some(1), None));
    shift_section(&mut mine, 0, false);
    shift_section(&mut mine, 1, true);
    assert_eq!(mine.sections[0].name, "a");
    shift_section(&mut mine, 0, true);
    assert_eq!(mine.sections[0].name, "b");
    assert_eq!(add_section(&mut mine, "c".into()), 2);
}

#[test]
fn a_room_is_put_beside_another_or_at_the_end_of_a_part_or_out_of_all() {
    let mut mine =
        Preferences { sections: vec![section("a", &[1, 2, 3]), section("b", &[4])], ..Preferences::default() };
    place(&mut mine, id(3), Some(0), Some((id(1), false)));
    assert_eq!(mine.sections[0], section("a", &[3, 1, 2]));
    place(&mut mine, id(3), Some(0), Some((id(1), true)));
    assert_eq!(mine.sections[0], section("a", &[1, 3, 2]));
    place(&mut mine, id(3), Some(0), Some((id(3), true)));
    assert_eq!(mine.sections[0], section("a", &[1, 3, 2]), "beside itself is where it is");
    place(&mut mine, id(3), Some(1), Some((id(4), false)));
    assert_eq!(mine.sections, [section("a", &[1, 2]), section("b", &[3, 4])]);
    place(&mut mine, id(3), Some(0), Some((id(9), false)));
    assert_eq!(mine.sections[0], section("a", &[1, 2, 3]), "beside one that is not there is at the end");
    place(&mut mine, id(1), None, None);
    assert_eq!(mine.sections, [section("a", &[2, 3]), section("b", &[4])]);
}

#[test]
fn what_is_folded_is_remembered_by_part_and_forgotten_with_its_category() {
    let (work, gone) = (category(9, "Work"), category(8, "Gone"));
    let mut mine = Preferences { sections: vec![section("a", &[])], ..Preferences::default() };
    let all = [work.clone(), gone.clone()];
    for part in [PartOf::Favourites, PartOf::Section(0), PartOf::Category(gone.id), PartOf::Direct] {
        fold(&mut mine, part, true, &all);
    }
    assert!(mine.folded.favourites && mine.folded.direct && !mine.folded.rooms && mine.sections[0].folded);
    fold(&mut mine, PartOf::Category(work.id), true, std::slice::from_ref(&work));
    assert_eq!(mine.folded.category_ids, [work.id]);
    fold(&mut mine, PartOf::Category(work.id), false, &[work]);
    assert!(mine.folded.category_ids.is_empty());
}
