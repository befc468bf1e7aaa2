//! People and the site's stream: where it has a hole, those on screen are asked for again.

use super::*;

fn user(n: u8, name: &str, rev: Rev) -> User {
    User {
        id: format!("01890a5d-ac96-774b-bcce-b302099a80{n:02}").parse().unwrap(),
        username: format!("user{n}"),
        display_name: name.into(),
        bio: String::new(),
        status_text: String::new(),
        avatar: None,
        site_role: types::SiteRole::Member,
        bot: false,
        created_at: types::Time::default(),
        rev,
    }
}

fn span(since: Rev, rev: Rev, users: Vec<User>) -> SiteChanges {
    SiteChanges { rev, users, ..SiteChanges::empty(Epoch("one".into()), since) }
}

fn shown(people: People, id: UserId) -> Option<String> {
    people.person(id).user.get_untracked().map(|user| user.display_name)
}

#[test]
fn a_name_changed_while_away_is_told_by_the_stream_from_its_head() {
    Owner::new().with(|| {
        let people = People::new();
        assert_eq!(people.rev(), None);
        people.start(Epoch("one".into()), 4);
        assert_eq!(people.rev(), Some(4));
        let before = user(1, "Ada", 3);
        people.add(std::slice::from_ref(&before));
        people.apply(&span(4, 5, vec![user(1, "Ada Lind", 5)]));
        assert_eq!(shown(people, before.id).as_deref(), Some("Ada Lind"));
        assert_eq!(people.rev(), Some(5));
        assert!(people.take_wanted().is_empty());
    });
}

#[test]
fn a_hole_in_the_stream_asks_for_everyone_again_and_keeps_what_is_shown_until_then() {
    Owner::new().with(|| {
        let people = People::new();
        people.start(Epoch("one".into()), 4);
        let (ada, mina) = (user(1, "Ada", 1), user(2, "Mina", 2));
        people.add(&[ada.clone(), mina.clone()]);
        people.apply(&span(7, 8, vec![user(2, "Mina B", 8)]));
        assert_eq!(shown(people, ada.id).as_deref(), Some("Ada"));
        assert_eq!(shown(people, mina.id).as_deref(), Some("Mina B"));
        assert_eq!(people.take_wanted(), [ada.id]);
        assert_eq!(people.rev(), Some(8));
    });
}

#[test]
fn another_history_replaces_rows_with_higher_revisions() {
    Owner::new().with(|| {
        let people = People::new();
        people.start(Epoch("one".into()), 9);
        people.add(&[user(1, "Ada", 9)]);
        people.start(Epoch("two".into()), 2);
        people.add(&[user(1, "Ada of old", 2)]);
        assert_eq!(shown(people, user(1, "", 0).id).as_deref(), Some("Ada of old"));
    });
}
