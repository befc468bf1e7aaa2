use super::{line, tree};
use crate::parse;

#[test]
fn an_address_is_a_link_without_the_end_of_the_sentence() {
    assert_eq!(line("see https://a.example/b."), "see a[https://a.example/b](https://a.example/b).");
    assert_eq!(line("(https://a.example/b_(c))"), "(a[https://a.example/b_(c)](https://a.example/b_(c)))");
    assert_eq!(
        line("https://a.example/x?y=1&z=2#w, \"https://b.example\""),
        "a[https://a.example/x?y=1&z=2#w](https://a.example/x?y=1&z=2#w), \"a[https://b.example](https://b.example)\""
    );
    assert_eq!(
        line("HTTP://A.example mailto:ana@a.example!"),
        "a[http://a.example](HTTP://A.example) a[mailto:ana@a.example](mailto:ana@a.example)!"
    );
    assert_eq!(line("https://a.example。次"), "a[https://a.example](https://a.example)。次");
    assert_eq!(line("<https://a.example/b.> x"), "a[https://a.example/b.](https://a.example/b.) x");
    assert_eq!(
        line("https://a.example/[1] [https://a.example/2]"),
        "a[https://a.example/[1]](https://a.example/[1]) [a[https://a.example/2](https://a.example/2)]"
    );
}

#[test]
fn an_address_is_not_torn_by_marks_in_it() {
    assert_eq!(
        line("https://a.example/__init__.py"),
        "a[https://a.example/__init__.py](https://a.example/__init__.py)"
    );
    assert_eq!(line("https://a.example/a*b*c ~~x~~"), "a[https://a.example/a*b*c](https://a.example/a*b*c) s(x)");
    assert_eq!(
        line("**https://a.example/b** _https://a.example/c_ ||https://a.example/d||"),
        "b(a[https://a.example/b](https://a.example/b)) i(a[https://a.example/c](https://a.example/c)) spoiler(a[https://a.example/d](https://a.example/d))"
    );
    assert_eq!(
        line("https://a.example/:smile:@ana#room"),
        "a[https://a.example/:smile:@ana#room](https://a.example/:smile:@ana#room)"
    );
}

#[test]
fn what_may_not_be_a_link_is_shown_as_it_was_written() {
    for text in [
        "[x](javascript:alert(1))",
        "[x](data:text/html,hi)",
        "[x](/path)",
        "[x](//a.example)",
        "[x](https:a.example)",
        "[x][y]",
        "[x] (a)",
        "[x](ftp://a.example)",
        "javascript:alert(1)",
        "https://bank.example@evil.example/",
        "https://bank\\evil.example/",
        "https://ba\u{200b}nk.example/",
        "www.a.example",
        "ana@a.example",
        "xhttps://a.example",
        "https://",
        "mailto:",
        "[](x)",
        "](x)",
    ] {
        assert_eq!(line(text), text, "{text:?}");
    }
}

#[test]
fn words_become_a_link() {
    assert_eq!(line("[a *b* `c`](https://a.example)"), "a[https://a.example](a i(b) c(c))");
    assert_eq!(line("*[a*](https://a.example)*"), "i(a[https://a.example](a*))");
    assert_eq!(line("[a](<https://a.example/b c>)"), "[a](<a[https://a.example/b](https://a.example/b) c>)");
    assert_eq!(line("[a](<https://a.example/b(>)"), "a[https://a.example/b(](a)");
    assert_eq!(
        line("[a]( https://a.example \"ti)tle\" ) [b](https://a.example 't')"),
        "a[https://a.example](a) a[https://a.example](b)"
    );
    assert_eq!(
        line("[a](https://a.example/b_(c)) [d](https://a.example/\\)\\_)"),
        "a[https://a.example/b_(c)](a) a[https://a.example/)_](d)"
    );
    assert_eq!(line("[a\nb](mailto:ana@a.example)"), "a[mailto:ana@a.example](a⏎b)");
    assert_eq!(
        line("[a [b](https://a.example) c](https://b.example)"),
        "[a a[https://a.example](b) c](a[https://b.example](https://b.example))"
    );
    assert_eq!(line("[https://bank.example](https://evil.example)"), "a[https://evil.example](https://bank.example)");
    assert_eq!(line("[a `](https://a.example)` b"), "[a c(](https://a.example)) b");
}

#[test]
fn a_link_always_shows_something() {
    for words in ["", " ", "\u{200b}", "\u{202e} \u{2060}"] {
        assert_eq!(
            line(&format!("[{words}](https://a.example)")),
            "a[https://a.example](https://a.example)",
            "{words:?}"
        );
    }
}

#[test]
fn a_picture_is_a_link_so_that_nothing_is_fetched() {
    assert_eq!(line("![a cat](https://a.example/cat.png)"), "a[https://a.example/cat.png](a cat)");
    assert_eq!(line("![](https://a.example/cat.png)"), "a[https://a.example/cat.png](https://a.example/cat.png)");
    assert_eq!(line("![x](data:image/svg+xml,x)"), "![x](data:image/svg+xml,x)");
}

#[test]
fn a_document_knows_its_links() {
    let document =
        parse("https://a.example\n- [x](https://b.example)\n\n|[y](https://c.example)|\n|-|\n`https://no.example`");
    let links: Vec<_> = document.links().into_iter().map(|target| target.host().to_owned()).collect();
    assert_eq!(links, ["a.example", "b.example", "c.example"]);
    assert_eq!(tree("```\nhttps://a.example\n```"), "code[](https://a.example)");
}
