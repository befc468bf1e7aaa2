//! Order of revision is order of commit: whoever reads the feed while many write skips nothing, however late a commit.
//! One node commits one batch of posts at a time, so the writers are spread over three.

use std::time::Duration;

use api::app::Faults;
use types::RoomKind;

use crate::support::{Person, Town};

const WRITERS: usize = 64;

/// Messages of each writer: 3,008 in all, or as many as `MESSAGES` says
/// (`MESSAGES=100000 cargo test --release --package api --test it late_commits`).
fn each() -> usize {
    std::env::var("MESSAGES").map_or(47, |all| all.parse::<usize>().expect("MESSAGES is a number").div_ceil(WRITERS))
}

#[tokio::test]
async fn late_commits_hide_nothing_from_a_poller_while_sixty_four_write() {
    let each = each();
    let faults = Faults { delayed_commits_percent: 5, commit_delay: Duration::from_millis(5), ..Faults::NONE };
    let town = Town::found_with("late_commits", faults, |_| {}).await;
    let mut people: Vec<Person> = vec![town.person("ada").await];
    for n in 1..8 {
        people.push(town.person(&format!("writer{n}")).await);
    }
    let others: Vec<&Person> = people.iter().skip(1).collect();
    let room = people[0].room_with("garden", RoomKind::Public, &others).await.id;
    let start = people[0].changes(room, 0, None).await.unwrap().rev;
    let nodes = [town.second_node().await, town.second_node().await];
    let writers = (0..WRITERS).map(|n| {
        let person = &people[n % people.len()];
        let person = match n % 3 {
            0 => person.clone(),
            n => person.at_node(&nodes[n - 1]),
        };
        tokio::spawn(async move {
            for i in 0..each {
                person.say(room, &format!("{n} {i}")).await;
            }
        })
    });
    let writers: Vec<_> = writers.collect();

    let (mut since, mut polled) = (start, Vec::new());
    while polled.len() < WRITERS * each {
        let all_written = writers.iter().all(|writer| writer.is_finished());
        let page = people[0].changes(room, since, Some(100)).await.unwrap();
        assert_eq!(page.since, since);
        polled.extend(page.messages.into_iter().map(|message| message.seq));
        since = page.rev;
        assert!(!all_written || page.more || polled.len() == WRITERS * each, "{} were polled", polled.len());
    }
    for writer in writers {
        writer.await.unwrap();
    }
    assert!(polled.is_sorted_by(|before, after| before < after));
    let mut stored = Vec::new();
    let mut from = start;
    loop {
        let page = people[0].changes(room, from, Some(1_000)).await.unwrap();
        stored.extend(page.messages.into_iter().map(|message| message.seq));
        from = page.rev;
        if !page.more {
            break;
        }
    }
    assert_eq!(polled, stored);
}
