//! What is found, and how it is shown.

use types::{NewMessage, RoomKind, SearchOrder, SuggestionKind};

use super::{bodies, found, indexed};
use crate::support::{Refused, Town};

#[tokio::test]
async fn words_are_found_in_all_their_forms_as_parts_and_in_every_script() {
    let town = Town::found("search_words").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let said = [
        "She was running late",
        "Die Häuser am Fluß",
        "Der Fahrplan hängt aus",
        "Καλημέρα κόσμε",
        "東京都に住んでいます",
        "회의에서 만나요",
        "Party 🎉 tonight",
        "call `foo_bar(v1.2)` first",
        "behind a ||hidden treasure|| here",
    ];
    for body in said {
        mina.say(room, body).await;
    }
    indexed(&town).await;
    for (query, expected) in [
        ("run", 0),
        ("RUNS", 0),
        ("haus", 1),
        ("fluss", 1),
        ("plan", 2),
        ("καλημερα", 3),
        ("京都", 4),
        ("住", 4),
        ("회의", 5),
        ("🎉", 6),
        ("foo_bar", 7),
        ("v1.2", 7),
        ("treasure", 8),
        ("\"late\" running", 0),
        ("\"was running\"", 0),
    ] {
        assert_eq!(bodies(&david, query).await, [said[expected]], "{query}");
    }
    for nothing in ["\"running was\"", "\"ahrplan\"", "xyzzy", "->", "run -late", "都京"] {
        assert_eq!(bodies(&david, nothing).await, [""; 0], "{nothing}");
    }
    assert_eq!(bodies(&david, "-running -haus -plan").await.len(), 6);
}

#[tokio::test]
async fn operators_narrow_by_person_room_time_and_what_a_message_is() {
    let town = Town::found("search_operators").await;
    let (ada, mina, david) = town.three().await;
    let garden = mina.room_with("The Garden", RoomKind::Public, &[&david, &ada]).await.id;
    let plans = david.room_with("plans", RoomKind::Private, &[&mina]).await.id;
    let direct = mina.open_direct(&[david.id()]).await.unwrap().id;
    let rose = mina.say(garden, "roses").await;
    let link = david.say(garden, "roses at https://example.org/a.jpg").await;
    let plan = david.say(plans, "roses for @mina").await;
    let quiet = david.say(direct, "roses, quietly").await;
    let answer = david.reply(&rose, "roses indeed").await;
    let all = mina.say(garden, "roses, @all").await;
    mina.pin(rose.id).await.unwrap();
    david.save(link.id, None).await.unwrap();
    indexed(&town).await;
    let newest_first = |query: &'static str| async {
        found(&david, query).await.items.into_iter().map(|item| item.message.id).collect::<Vec<_>>()
    };
    for (query, expected) in [
        ("roses from:@mina", vec![all.id, rose.id]),
        ("roses from:me", vec![answer.id, quiet.id, plan.id, link.id]),
        ("roses from:@mina from:me in:\"the garden\"", vec![all.id, answer.id, link.id, rose.id]),
        ("roses in:plans", vec![plan.id]),
        ("roses in:@mina", vec![quiet.id]),
        ("roses in:#plans in:@mina", vec![quiet.id, plan.id]),
        ("roses -in:#\"The Garden\"", vec![quiet.id, plan.id]),
        ("has:link", vec![link.id]),
        ("has:image", vec![link.id]),
        ("has:file", vec![]),
        ("is:pinned", vec![rose.id]),
        ("is:saved", vec![link.id]),
        ("is:thread", vec![answer.id, rose.id]),
        ("roses -is:thread -has:link -from:@mina", vec![quiet.id, plan.id]),
        ("mentions:@mina", vec![plan.id]),
        ("mentions:me", vec![all.id]),
        ("roses on:today is:pinned", vec![rose.id]),
        ("roses before:today", vec![]),
        ("roses after:today", vec![]),
        ("roses after:2020-01-01 before:2999-12-31 is:pinned", vec![rose.id]),
    ] {
        assert_eq!(newest_first(query).await, expected, "{query}");
    }
    for (wrong, code) in [
        ("from:@nobody", "unknown"),
        ("in:#nowhere", "unknown"),
        ("in:@ada", "unknown"),
        ("has:teeth", "unknown"),
        ("before:soon", "bad_format"),
        ("   ", "required"),
    ] {
        david.search(wrong, SearchOrder::Newest, None, None).await.invalid("query", code);
    }
    let context = found(&david, "roses indeed").await;
    assert_eq!(context.items[0].root.as_ref().map(|root| root.id), Some(rose.id));
    assert_eq!(context.rooms.iter().map(|room| room.id).collect::<Vec<_>>(), [garden]);
    assert!(context.users.iter().any(|user| user.id == david.id()));
}

#[tokio::test]
async fn results_come_in_pages_newest_or_best_first_with_what_was_found_marked() {
    let town = Town::found("search_pages").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("garden", RoomKind::Public).await.unwrap().id;
    let mut said = Vec::new();
    for number in 0..7 {
        said.push(ada.say(room, &format!("the **plan** number {number}")).await.id);
    }
    let best = ada.say(room, "Plan!").await.id;
    let last = ada.say(room, "some longer words about the timetable, der Fahrplan, that go on for a while").await.id;
    indexed(&town).await;
    for order in [SearchOrder::Newest, SearchOrder::Best] {
        let (mut cursor, mut seen) = (None, Vec::new());
        loop {
            let page = ada.search("plan", order, cursor.as_deref(), Some(4)).await.unwrap();
            assert!(page.items.len() <= 4);
            seen.extend(page.items.iter().map(|item| item.message.id));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        let ends = (seen[0], *seen.last().unwrap());
        assert_eq!(ends, if order == SearchOrder::Newest { (last, said[0]) } else { (best, last) }, "{order:?}");
        seen.sort();
        let mut all: Vec<_> = said.iter().copied().chain([best, last]).collect();
        all.sort();
        assert_eq!(seen, all, "each once");
    }
    let page = found(&ada, "plan").await;
    let excerpt = &page.items[2].excerpt;
    assert_eq!(excerpt.text, "the plan number 6");
    assert_eq!(excerpt.ranges.iter().map(|range| (range.start, range.end)).collect::<Vec<_>>(), [(4, 8)]);
    ada.search("plan", SearchOrder::Newest, Some("5"), None).await.refused(types::ErrorCode::Malformed);
}

#[tokio::test]
async fn what_is_typed_is_completed_from_people_rooms_and_operators() {
    let town = Town::found("search_suggestions").await;
    let (_ada, mina, david) = town.three().await;
    mina.room_with("Data and facts", RoomKind::Public, &[&david]).await;
    let texts = |word: &'static str| async {
        let items = david.suggestions(word).await.unwrap().items;
        items.into_iter().map(|item| item.text).collect::<Vec<_>>()
    };
    assert_eq!(texts("from:@m").await, ["from:@mina"]);
    assert_eq!(texts("-from:m").await, ["-from:me", "-from:@mina"]);
    assert_eq!(texts("in:dat").await, ["in:#\"Data and facts\""]);
    assert_eq!(texts("is:").await, ["is:pinned", "is:saved", "is:thread"]);
    assert_eq!(texts("mi").await, ["from:@mina"]);
    assert_eq!(texts("ha").await, ["has:"]);
    assert_eq!(texts("nothing:at").await, [""; 0]);
    assert!(texts("").await.len() >= 8);
    let items = david.suggestions("da").await.unwrap().items;
    let kinds: Vec<SuggestionKind> = items.iter().map(|item| item.kind).collect();
    assert_eq!(kinds, [SuggestionKind::Person, SuggestionKind::Room]);
}

#[tokio::test]
async fn a_message_passed_on_is_found_by_what_it_said() {
    let town = Town::found("search_forwarded").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let other = david.create_room("notes", RoomKind::Private).await.unwrap().id;
    let said = mina.say(room, "the secret of good soil").await;
    let passed = types::Forward { id: None, room_id: other, body: "look".into() };
    david.forward(said.id, &passed).await.unwrap();
    david.post(other, &NewMessage { body: "nothing".into(), ..NewMessage::default() }).await.unwrap();
    indexed(&town).await;
    let page = found(&david, "soil in:notes").await;
    assert_eq!(page.items[0].excerpt.text, "look the secret of good soil");
    assert_eq!((page.items.len(), page.items[0].excerpt.ranges.len()), (1, 1));
}
