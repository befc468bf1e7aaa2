//! The list of rooms: what is unread, my role, and a list that arrives after newer news.

use super::*;

fn id() -> RoomId {
    "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap()
}

fn me() -> UserId {
    "01890a5d-ac96-774b-bcce-b302099a8001".parse().unwrap()
}

fn row(rev: Rev, last_seq: Seq, read_seq: Seq, unread: i64) -> MyRoom {
    let room = Room {
        id: id(),
        kind: RoomKind::Public,
        name: Some("general".into()),
        user_ids: vec![],
        topic: String::new(),
        archived_at: None,
        deleted_at: None,
        first_seq: 0,
        category_id: None,
        created_by: me(),
        created_at: types::Time::default(),
        rev: 1,
    };
    MyRoom {
        room,
        role: RoomRole::Member,
        rev,
        last_seq,
        last_at: None,
        read_seq,
        unread,
        mentions: 0,
        hidden_seq: 0,
        muted: false,
        favourite: false,
    }
}

fn with_rooms(told: MyRoom, act: impl FnOnce(Rooms)) {
    Owner::new().with(|| {
        let rooms = Rooms::new(People::new(), RwSignal::new(Some(me())));
        rooms.replace(vec![told], |_| false);
        act(rooms);
    });
}

fn unread(rooms: Rooms) -> i64 {
    rooms.get_now(id()).unwrap().unread
}

#[test]
fn a_bump_shows_something_new_at_once_and_the_list_says_how_much() {
    with_rooms(row(5, 5, 5, 0), |rooms| {
        rooms.bump(id(), 9, 9, false);
        assert_eq!(unread(rooms), 1);
        rooms.replace(vec![row(9, 9, 5, 4)], |_| false);
        assert_eq!(unread(rooms), 4);
    });
}

#[test]
fn my_own_posts_are_never_unread() {
    with_rooms(row(5, 5, 5, 0), |rooms| {
        rooms.bump(id(), 6, 6, true);
        assert_eq!(unread(rooms), 0);
        // Posted from another device: the list takes the mark away.
        rooms.bump(id(), 7, 7, false);
        rooms.replace(vec![row(7, 7, 5, 0)], |_| false);
        assert_eq!(unread(rooms), 0);
    });
}

#[test]
fn a_list_counted_before_my_mark_arrived_does_not_bring_back_what_i_read() {
    with_rooms(row(9, 9, 5, 4), |rooms| {
        rooms.read(id(), 9, 0);
        assert!(rooms.replace(vec![row(9, 9, 5, 4)], |_| true));
        assert_eq!((unread(rooms), rooms.get_now(id()).unwrap().read_seq), (0, 9));
        // Marked unread on another device, later.
        assert!(!rooms.replace(vec![row(9, 9, 7, 2)], |_| false));
        assert_eq!((unread(rooms), rooms.get_now(id()).unwrap().read_seq), (2, 7));
    });
}

#[test]
fn a_site_admin_keeps_the_tools_of_a_public_room() {
    let member = types::Member {
        room_id: id(),
        user_id: me(),
        role: RoomRole::Member,
        joined_at: types::Time::default(),
        left_at: None,
        rev: 6,
    };
    let changes = Changes { rev: 6, members: vec![member], ..Changes::empty(id(), types::Epoch("one".into()), 5) };
    with_rooms(row(5, 5, 5, 0), |rooms| {
        rooms.follow(&changes, Some(me()), SiteRole::Admin);
        assert_eq!(rooms.get_now(id()).unwrap().role, RoomRole::Admin);
        rooms.follow(&changes, Some(me()), SiteRole::Member);
        assert_eq!(rooms.get_now(id()).unwrap().role, RoomRole::Member);
    });
}

#[test]
fn another_history_is_believed_though_its_revisions_are_lower() {
    with_rooms(row(9, 9, 5, 4), |rooms| {
        rooms.doubt();
        let mut told = row(3, 3, 3, 0);
        told.room.name = Some("older".into());
        rooms.replace(vec![told.clone()], |_| false);
        assert_eq!(rooms.get_now(id()), Some(told));
    });
}

fn told(last_seq: Seq, read_seq: Seq, unread: i64, mentions: i64) -> Unread {
    Unread { room_id: id(), last_seq, read_seq, unread, mentions }
}

#[test]
fn what_names_me_calls_me_until_it_is_read_anywhere() {
    with_rooms(row(5, 5, 5, 0), |rooms| {
        rooms.bump(id(), 6, 6, false);
        assert_eq!(rooms.for_me(), 0);
        rooms.counted(&told(6, 5, 1, 1), false);
        assert_eq!(rooms.for_me(), 1);
        // A count that was made before is not believed.
        rooms.counted(&told(5, 5, 0, 0), false);
        assert_eq!(rooms.for_me(), 1);
        rooms.read(id(), 6, 0);
        assert_eq!(rooms.for_me(), 0);
        // Nor one that does not know of my mark yet.
        rooms.counted(&told(6, 5, 1, 1), true);
        assert_eq!(rooms.for_me(), 0);
    });
}

#[test]
fn everything_said_to_me_alone_is_for_me() {
    let mut direct = row(5, 5, 2, 3);
    assert_eq!(for_me(&direct), 0);
    direct.room.kind = RoomKind::Direct;
    assert_eq!(for_me(&direct), 3);
}
