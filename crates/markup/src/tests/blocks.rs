use super::tree;
use crate::{Block, parse};

#[test]
fn a_newline_is_a_newline_and_an_empty_line_parts_paragraphs() {
    assert_eq!(tree("one\ntwo\r\nthree\n\n \n  four  \n"), "p(one⏎two⏎three) p(  four  )");
    assert_eq!(tree(""), "");
    assert_eq!(tree(" \n\t\n"), "");
}

#[test]
fn a_line_after_a_quote_is_outside_it() {
    assert_eq!(tree("> she said\n> this\nand I say"), "q(p(she said⏎this)) p(and I say)");
    assert_eq!(tree("> a\n> > b\n> c"), "q(p(a) q(p(b)) p(c))");
    assert_eq!(tree(">a\n>\n>b"), "q(p(a) p(b))");
    assert_eq!(tree("text\n> quote"), "p(text) q(p(quote))");
}

#[test]
fn a_face_is_no_quote() {
    for face in [">:(", ">_<", ">.<", ">;)", ">=5", ">>_>>", ">:D hello", "><", ">=("] {
        assert_eq!(tree(face), format!("p({face})"));
    }
}

#[test]
fn a_fenced_block_keeps_its_lines_exactly() {
    assert_eq!(
        tree("```rust\nfn main() {}\n\n\t**x** @ana\n```\nafter"),
        "code[rust](fn main() {}\n\n\t**x** @ana) p(after)"
    );
    assert_eq!(tree("```\na\n````\nb"), "code[](a) p(b)");
    assert_eq!(tree("````\n```\n````"), "code[](```)");
    assert_eq!(tree("~~~C++\nx\n~~~"), "code[c++](x)");
    assert_eq!(tree("```rust,ignore\nx\n```"), "code[rust](x)");
    assert_eq!(tree("text\n```\ncode\n```\ntext"), "p(text) code[](code) p(text)");
    assert_eq!(tree("  ```\n  a\n    b\n c\n  ```"), "code[](a\n  b\nc)");
}

#[test]
fn nothing_of_a_fenced_block_gets_lost() {
    assert_eq!(tree("```let x = 1;\nlet y;\n```"), "code[](let x = 1;\nlet y;)", "words behind the fence");
    assert_eq!(tree("```\nlet x;```\nafter"), "code[](let x;) p(after)", "a fence at the end of the last line");
    assert_eq!(tree("```ls\n```"), "code[](ls)", "a language alone");
    assert_eq!(tree("```\nnever closed\n\n> x"), "code[](never closed\n\n> x)");
    assert_eq!(tree("```one line```"), "p(c(one line))");
    assert_eq!(tree("```"), "code[]()");
    assert_eq!(tree("> ```\n> a\nb"), "q(code[](a)) p(b)");
}

#[test]
fn headings_need_a_space_and_words() {
    assert_eq!(tree("# One *two*\n###### six ##\n####### seven"), "h1(One i(two)) h6(six) p(####### seven)");
    assert_eq!(tree("# C#"), "h1(C#)");
    assert_eq!(tree("#general"), "p(#(general))");
    assert_eq!(tree("#"), "p(#)");
    assert_eq!(tree("# "), "p(# )");
}

#[test]
fn dashes_below_a_line_make_no_heading_of_it() {
    assert_eq!(tree("one\n---\ntwo"), "p(one) hr p(two)");
    assert_eq!(tree("one\n==="), "p(one⏎===)");
    assert_eq!(tree("* * *\n___\n--"), "hr hr p(--)");
}

#[test]
fn indented_text_is_text() {
    assert_eq!(tree("    **b**"), "p(    b(b))");
}

#[test]
fn lists_nest_by_indentation_and_end_without_it() {
    assert_eq!(tree("- a\n- b\nafter"), "ul(p(a), p(b)) p(after)");
    assert_eq!(tree("- a\n  - b\n    1. c\n  - d\n- e"), "ul(p(a) ul(p(b) ol1(p(c)), p(d)), p(e))");
    assert_eq!(tree("1. a\n  - b\n2. c"), "ol1(p(a) ul(p(b)), p(c))", "two columns are enough");
    assert_eq!(tree("- a\n\n  b\n\n- c\n\n\nd"), "ul(p(a) p(b), p(c)) p(d)");
    assert_eq!(tree("* a\n+ b\n1) c\n5) d"), "ul(p(a), p(b)) ol1(p(c), p(d))");
    assert_eq!(tree("- a\n\t- b"), "ul(p(a) ul(p(b)))");
    assert_eq!(tree("- > q\n- # h\n- ```\n  x\n  ```"), "ul(q(p(q)), h1(h), code[](x))");
    assert_eq!(tree("- a\n-\n- b"), "ul(p(a), , p(b))");
    assert_eq!(tree("text\n- a"), "p(text) ul(p(a))");
}

#[test]
fn what_only_looks_like_a_list_is_text() {
    for text in ["-", "- ", "*", "+", "-5 degrees", "1.5", "1.", "1234567890. x", "2024.", "a - b"] {
        assert_eq!(tree(text), format!("p({text})"));
    }
    assert_eq!(tree("It was in\n1984. I remember"), "p(It was in⏎1984. I remember)");
    assert_eq!(tree("1984. I remember"), "ol1984(p(I remember))");
}

#[test]
fn task_items_tell_whether_they_are_done() {
    assert_eq!(
        tree("- [ ] a\n- [x] b\n- [X] c\n- [y] d\n- [ ]\n1. [x] e"),
        "ul([ ]p(a), [x]p(b), [x]p(c), p([y] d), p([ ])) ol1([x]p(e))"
    );
}

#[test]
fn tables_have_aligned_columns_and_short_rows_stay_short() {
    assert_eq!(tree("| a | *b* |\n|:-:|--:|\n| 1 | 2 |\n| 3 |\nafter"), "table^>(a;i(b) / 1;2 / 3) p(after)");
    assert_eq!(tree("a | b\n- | -\n1 | 2 | 3"), "table<<(a;b / 1;2 | 3)", "what is too much stays");
    assert_eq!(tree("|a|\n|-|\n|x \\| y `\\|`|"), "table<(a / x | y c(|))");
    assert_eq!(tree("a | b\n--- | --- | ---"), "p(a | b⏎--- | --- | ---)");
    assert_eq!(tree("|\n|\n|a"), "p(|⏎|⏎|a)");
    assert_eq!(tree("a | b\nc | d"), "p(a | b⏎c | d)");
    assert_eq!(tree("text\na | b\n-|-\n> q | q"), "p(text) table<<(a;b) q(p(q | q))");
}

#[test]
fn a_table_has_at_most_so_many_columns() {
    let row = |cell: &str, count: usize| format!("|{}", cell.repeat(count));
    let table = |count| format!("{}\n{}", row("a|", count), row("-|", count));
    assert!(matches!(parse(&table(crate::COLUMNS_MAX)).blocks.as_slice(), [Block::Table(_)]));
    assert!(matches!(parse(&table(crate::COLUMNS_MAX + 1)).blocks.as_slice(), [Block::Paragraph(_)]));
}

#[test]
fn html_and_entities_and_references_are_text() {
    for text in [
        "<b>bold</b>",
        "<script>alert(1)</script>",
        "<!-- a -->",
        "<div>",
        "&lt;b&gt; &amp; &#60;",
        "[a]: https:example",
        "[^1]",
    ] {
        assert_eq!(tree(text), format!("p({text})"));
    }
    assert_eq!(tree("<div>\n**b**\n</div>"), "p(<div>⏎b(b)⏎</div>)");
}
