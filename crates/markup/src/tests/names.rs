use super::line;
use crate::{Mentions, parse};

#[test]
fn people_are_called_where_a_word_begins() {
    assert_eq!(
        line("@ana hi @Bob.Smith, (@eve_1) \"@x2\" —@zo"),
        "@(ana) hi @(Bob.Smith), (@(eve_1)) \"@(x2)\" —@(zo)"
    );
    assert_eq!(line("@here and @ALL"), "@@here and @@all");
    assert_eq!(
        line("**@ana** _@bob_ ~~@eve~~ ||@zoe|| _@ana_, *@bob*"),
        "b(@(ana)) i(@(bob)) s(@(eve)) spoiler(@(zoe)) i(@(ana)), i(@(bob))"
    );
    assert_eq!(line("@ana/@bob cc:@eve @zoe's"), "@(ana)/@(bob) cc:@(eve) @(zoe)'s");
    assert_eq!(line("@ana你好"), "@(ana)你好");
}

#[test]
fn nobody_is_called_inside_words_addresses_code_and_links() {
    for text in [
        "ana@example.org",
        "a@b",
        "x_@ana",
        "é@ana",
        "@@ana",
        "@ana@example.org",
        "@a",
        "@-ana",
        "@.ana",
        "@josé",
        "@",
        "@ ana",
        "&@ana",
        "x.example/@ana",
    ] {
        assert_eq!(line(text), text);
    }
    let long = format!("@{}", "a".repeat(33));
    assert_eq!(line(&long), long);
    assert_eq!(line(&format!("@{}", "a".repeat(32))), format!("@({})", "a".repeat(32)));
    assert_eq!(line("`@ana` [@ana #room](https://b.example)"), "c(@ana) a[https://b.example](@ana #room)");
    assert_eq!(line("https://b.example/@ana"), "a[https://b.example/@ana](https://b.example/@ana)");
}

#[test]
fn the_end_of_a_sentence_is_no_part_of_a_name() {
    assert_eq!(line("@ana."), "@(ana).");
    assert_eq!(line("@ana... @bob- @eve_"), "@(ana)... @(bob)- @(eve)_");
    assert_eq!(line("(@ana.)"), "(@(ana).)");
    assert_eq!(line("@here! @all."), "@@here! @@all.");
    assert_eq!(line("@a. @b_"), "@(a.) @(b_)", "without its end it would be no name");
    assert_eq!(line("@eve_, hi"), "@(eve_), hi");
}

#[test]
fn rooms_have_names_of_any_script_and_with_spaces_in_brackets() {
    assert_eq!(
        line("#general, #kaffee-küche. #ру́сский #[Big room] #日本"),
        "#(general), #(kaffee-küche). #(ру́сский) #(Big room) #(日本)"
    );
    for text in
        ["a#b", "##b", "#", "#-a", "&#39;", "#[]", "#[ a]", "#[a\u{202e}b]", "#[a", "#[[a]", "x.example/#b", "#a#b"]
    {
        assert_eq!(line(text), text);
    }
    assert_eq!(line("#[a\nb]"), "#[a⏎b]");
    let long = "r".repeat(65);
    assert_eq!(line(&format!("#{long}")), format!("#{long}"));
    assert_eq!(line(&format!("#[{long}]")), format!("#[{long}]"));
    assert_eq!(line(&format!("#[{}]", &long[..64])), format!("#({})", &long[..64]));
}

#[test]
fn shortcodes_stand_between_colons() {
    assert_eq!(
        line(":+1: :wave::skin-tone-2: (:a_b:) @ana:smile:"),
        ":(+1) :(wave):(skin-tone-2) (:(a_b)) @(ana):(smile)"
    );
    for text in ["10:30:45", "a:b:c", "std::vec::Vec", "::", ": a:", ":a b:", ":a:b", "https:"] {
        assert_eq!(line(text), text);
    }
    let long = format!(":{}:", "a".repeat(33));
    assert_eq!(line(&long), long);
}

#[test]
fn a_document_knows_who_is_called_and_which_rooms_are_named() {
    let document =
        parse("@Ana and @bob\n> @ana @here\n\n- ||@eve||\n\n| @zoe | #x |\n|-|-|\n| @all | #[a b] #x |\n\n`@no`");
    let expected = Mentions { users: ["ana", "bob", "eve", "zoe"].map(String::from).to_vec(), here: true, all: true };
    assert_eq!(document.mentions(), expected);
    assert_eq!(document.rooms(), ["x", "a b"]);
    assert_eq!(parse("`@here` and me@all.example").mentions(), Mentions::default());
}
