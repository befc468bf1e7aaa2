use super::line;

#[test]
fn bold_italic_struck_and_hidden() {
    assert_eq!(line("**a** __b__ *c* _d_ ~~e~~ ||f||"), "b(a) b(b) i(c) i(d) s(e) spoiler(f)");
    assert_eq!(line("***a*** **b *c* d** ~~**e**~~"), "i(b(a)) b(b i(c) d) s(b(e))");
    assert_eq!(line("||**a** and `b`\nc||"), "spoiler(b(a) and c(b)⏎c)");
    assert_eq!(line("**||a||**"), "b(spoiler(a))");
}

#[test]
fn a_pair_needs_something_between_and_words_beside() {
    for text in [
        "**",
        "||||",
        "a ~~~~ b",
        "2 * 3 * 4",
        "** a **",
        "a || b || c",
        "snake_case_name",
        "~a~",
        "~~ a ~~",
        "*a",
        "a*",
        "a**",
    ] {
        assert_eq!(line(text), text);
    }
    assert_eq!(line("|| a ||"), "spoiler( a )");
    assert_eq!(line("||a||||b||"), "spoiler(a)spoiler(b)");
    assert_eq!(line("|||a|||"), "|spoiler(a)|");
    assert_eq!(line("*a **b*"), "*a *i(b)");
    assert_eq!(line("**a*"), "*i(a)");
    assert_eq!(line("*a**b*"), "i(a**b)");
    assert_eq!(line("un*frigging*believable"), "uni(frigging)believable");
}

#[test]
fn bold_ends_before_the_next_word_in_scripts_without_spaces() {
    assert_eq!(line("**「テスト」**です"), "b(「テスト」)です");
    assert_eq!(line("これは**強調。**です"), "これはb(強調。)です");
}

#[test]
fn pairs_do_not_cross() {
    assert_eq!(line("*a ||b* c||"), "i(a ||b) c||");
    assert_eq!(line("||a *b|| c*"), "spoiler(a *b) c*");
    assert_eq!(line("**a ~~b** c~~"), "b(a ~~b) c~~");
}

#[test]
fn code_is_taken_as_it_is() {
    assert_eq!(line("`**a** @ana https://x.example ||b||`"), "c(**a** @ana https://x.example ||b||)");
    assert_eq!(line("`` a`b ``"), "c(a`b)");
    assert_eq!(line("`  `"), "c(  )");
    assert_eq!(line("`a``b`"), "c(a``b)");
    assert_eq!(line("`a"), "`a");
    assert_eq!(line("**a `b** c`"), "**a c(b** c)");
    assert_eq!(line("`a\\`"), "c(a\\)");
    assert_eq!(line("look ```a\nb``` here"), "look c(a\nb) here");
}

#[test]
fn a_backslash_takes_the_meaning_away_and_stays_where_there_is_none() {
    assert_eq!(
        line("\\*a\\* \\_b\\_ \\||c|| \\`d\\` \\@ana \\#room \\:x: \\[a](https://b.example)"),
        "*a* _b_ ||c|| `d` @ana #room :x: [a](a[https://b.example](https://b.example))"
    );
    assert_eq!(line("C:\\temp\\new \\d+ \\\\ \\"), "C:\\temp\\new \\d+ \\ \\");
    assert_eq!(line("¯\\_(ツ)_/¯"), "¯\\_(ツ)_/¯");
}

#[test]
fn what_lies_too_deep_is_text() {
    let deep = |count: usize| format!("{}x{}", "*a ".repeat(count), " a*".repeat(count));
    assert_eq!(line(&deep(3)), "i(a i(a i(a x a) a) a)");
    let written = line(&deep(400));
    assert!(written.contains(&format!("{}x{}", "*a ".repeat(370), " a*".repeat(370))), "{written}");
    assert!(written.starts_with("i(a i(a "));
}
