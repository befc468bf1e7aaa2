//! Messages written to do harm, in `hostile.json`: the browser's test shows the same ones. Each says which links it may
//! have; everything else of it is text.

use markup::{Target, parse};
use serde_json::Value;

use crate::check::check;

/// What a message is about, its body, the addresses of its links.
fn hostile() -> Vec<(String, String, Vec<String>)> {
    let messages: Value = serde_json::from_str(include_str!("../hostile.json")).unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned();
    let list = |value: &Value| value.as_array().unwrap_or_else(|| panic!("{value} is no list")).clone();
    list(&messages)
        .iter()
        .map(|message| {
            (text(&message["about"]), text(&message["body"]), list(&message["links"]).iter().map(text).collect())
        })
        .collect()
}

#[test]
fn there_are_enough_hostile_messages_and_none_twice() {
    let mut bodies: Vec<String> = hostile().into_iter().map(|(_, body, _)| body).collect();
    let all = bodies.len();
    bodies.sort_unstable();
    bodies.dedup();
    assert_eq!(bodies.len(), all);
    assert!(all >= 220, "{all}");
}

#[test]
fn a_hostile_message_has_no_links_but_those_it_may_have() {
    for (about, body, links) in hostile() {
        let document = parse(&body);
        let found: Vec<&str> = document.links().into_iter().map(Target::url).collect();
        assert_eq!(found, links, "{about}: {body:?}");
        assert!(
            found.iter().all(|url| ["http://", "https://", "mailto:"].iter().any(|scheme| url.starts_with(scheme)))
        );
        assert!(found.iter().all(|url| !url.contains(|c: char| c.is_control() || "\"<>`\\".contains(c))));
    }
}

#[test]
fn the_tree_of_a_hostile_message_holds_what_every_tree_holds() {
    for (_, body, _) in hostile() {
        check(&body);
    }
}

#[test]
fn hostile_messages_in_each_other_hold_it_too() {
    let bodies: Vec<String> = hostile().into_iter().map(|(_, body, _)| body).collect();
    for pair in bodies.windows(2) {
        for between in ["", "\n", "||", "](", "`"] {
            check(&pair.join(between));
        }
        check(&format!("> {}\n- {}", pair[0], pair[1]));
    }
}
