//! Plain text and large emoji.

use crate::{Spoilers, is_only_emoji, parse, plain};

fn hidden(source: &str) -> String {
    plain(&parse(source), 1_000, Spoilers::Hidden)
}

#[test]
fn plain_text_has_the_words_without_their_shape() {
    assert_eq!(hidden("**a** [b](https://x.example) `c`\n@Ana #[d e] :f: ~~g~~"), "a b c\n@Ana #d e :f: g");
    assert_eq!(
        hidden("# h\n> q\n\n- a\n- [x] b\n- [ ] c\n\n3. d\n4. e\n\n---\n```x\ncode\n```"),
        "h\n> q\n• a\n☑ b\n☐ c\n3. d\n4. e\n—\ncode"
    );
    assert_eq!(hidden("|a|b|\n|-|-|\n|1|2|"), "a | b\n1 | 2");
}

#[test]
fn spoilers_are_hidden_from_people_and_found_by_search() {
    let document = parse("the killer is ||the *butler*||!");
    assert_eq!(plain(&document, 100, Spoilers::Hidden), "the killer is ▮▮▮!");
    assert_eq!(plain(&document, 100, Spoilers::Shown), "the killer is the butler!");
}

#[test]
fn plain_text_is_cut_at_so_many_characters() {
    assert_eq!(plain(&parse("äöüß"), 4, Spoilers::Hidden), "äöüß");
    assert_eq!(plain(&parse("äöüßx"), 4, Spoilers::Hidden), "äöü…");
    assert_eq!(plain(&parse("a\n\nb"), 2, Spoilers::Hidden), "a…");
    assert_eq!(plain(&parse("a"), 0, Spoilers::Hidden), "");
}

#[test]
fn a_message_of_nothing_but_emoji_is_known() {
    for text in [
        "😀",
        "😀 👍🏽",
        "👩‍👩‍👧‍👦🏳️‍🌈",
        "🇩🇪🇫🇷",
        "1️⃣",
        "❤️",
        ":wave:",
        ":a: 😀\n🎉",
        "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}",
        "👨‍❤️‍👨",
        "⚡",
    ] {
        assert!(is_only_emoji(&parse(text), 4), "{text}");
    }
    for text in [
        "",
        "a",
        "😀 a",
        "1",
        "❤",
        "©",
        "*😀*",
        "> 😀",
        "😀\n\n😀",
        "🇩",
        "😀😀😀😀😀",
        "`😀`",
        "#",
        "\u{FE0F}",
        "😀\u{200D}",
        "\u{1F3FB}x",
    ] {
        assert!(!is_only_emoji(&parse(text), 4), "{text}");
    }
}
