//! What holds for any text whatever.

use proptest::prelude::*;

use markup::Target;

use crate::check::check;

/// Pieces of which every kind of markup is made, and of what is known to confuse parsers.
const PIECES: &[&str] = &[
    "*",
    "**",
    "***",
    "_",
    "__",
    "~~",
    "||",
    "|||",
    "`",
    "``",
    "```",
    "~~~",
    "[",
    "]",
    "(",
    ")",
    "](",
    "![",
    "<",
    ">",
    "> ",
    ">>",
    "- ",
    "1. ",
    "  ",
    "    ",
    "\t",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "# ",
    "#",
    "#[",
    "---",
    "***\n",
    "| a | b |\n|---|:-:|\n",
    "|-|\n",
    "|",
    "\\",
    "\\\\",
    "\\|",
    "@",
    "@ana",
    "@here",
    "@all.",
    "#room",
    "#[a b]",
    ":x:",
    ":",
    "::",
    "http://",
    "https://",
    "HTTPS://a.example",
    "mailto:",
    "mailto:a@b.c",
    "https://a.example/b_(c)",
    "<https://a.example>",
    "](https://a.example)",
    "](<https://a.example> \"t\")",
    "javascript:",
    "data:",
    "<b>",
    "</b>",
    "<!--",
    "&lt;",
    "&#x3a;",
    "[ ] ",
    "[x] ",
    "a",
    "é",
    "ß",
    "你",
    "م",
    "́",
    "😀",
    "\u{200d}",
    "\u{fe0f}",
    "\u{200b}",
    "\u{202e}",
    "\u{0}",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{2028}",
    "¯\\_(ツ)_/¯",
    "¯",
    " ",
    ".",
    "-",
    "'",
    "\"",
    "[::1]",
    "xn--",
    "0x7f.1",
];

fn nasty() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..60).prop_map(|pieces| pieces.concat())
}

fn repeated() -> impl Strategy<Value = String> {
    (nasty(), prop::collection::vec(prop::sample::select(PIECES), 1..4), 1_usize..200)
        .prop_map(|(around, pieces, times)| format!("{}{around}", pieces.concat().repeat(times)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_text_has_a_tree(source in "\\PC*") {
        check(&source);
    }

    #[test]
    fn any_characters_have_a_tree(source in prop::collection::vec(any::<char>(), 0..200)) {
        check(&source.into_iter().collect::<String>());
    }

    #[test]
    fn nasty_text_has_a_tree(source in nasty()) {
        check(&source);
    }

    #[test]
    fn an_address_read_again_is_the_same(text in "(https?://|mailto:)[a-zA-Z0-9.:@/?#\\[\\]äß中%&=_~| -]{0,40}") {
        if let Some(target) = Target::parse(&text) {
            let again = Target::parse(target.url());
            prop_assert_eq!(again, Some(target));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn nasty_text_many_times_has_a_tree(source in repeated()) {
        check(&source);
    }
}
