//! How long the longest messages take that are made to be slow: `cargo run --release -p markup --example measure`.
//! Each is filled to the limit of a body, 32 KiB; the same at half the length shows whether the work grows with the
//! length (about 2) or with its square (about 4). Where a message makes more than ten thousand nodes the growth can be above
//! 3 once, where the allocator begins to ask the system for each piece of memory; beyond that it is 2 again.

use std::time::{Duration, Instant};

use markup::parse;

const BYTES: usize = 32 * 1024;
const ROUNDS: usize = 15;

/// What is repeated, with a name and what stands before it.
const HOSTILE: &[(&str, &str, &str)] = &[
    ("words", "", "the quick brown fox jumps over the lazy dog "),
    (
        "a real message",
        "",
        "Hi @ana, see **this** `code` in #general: https://example.org/a_b_(c)?d=e :wave:\n- one\n- two ||hidden||\n\n> quoted\n\n",
    ),
    ("newlines", "", "\n"),
    ("carriage returns", "", "\r"),
    ("one letter lines", "", "a\n"),
    ("quotes", "", ">"),
    ("quotes with spaces", "", "> "),
    ("deep quotes in lines", "", ">>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>\n"),
    ("quoted lists", "", "> - > - > - > - > - > - > - > - > - > - > - > - > - > - > - > - x\n"),
    ("lists in one line", "", "- "),
    ("numbers in one line", "", "1. "),
    ("items", "", "- a\n"),
    ("empty items", "- a\n", "-\n"),
    ("items and empty lines", "", "- a\n\n\n"),
    (
        "stairs of items",
        "",
        "- a\n  - b\n    - c\n      - d\n        - e\n          - f\n            - g\n              - h\n",
    ),
    ("indented", "- a\n", "                                                              x\n"),
    ("empty lines in nested items", "- - - - - - - - - - - - - x\n", "\n"),
    ("fences", "", "```\n"),
    ("fences with words", "", "```a b\n"),
    ("tildes and ticks", "", "~~~\n```\n"),
    ("an open fence in quotes", "> > > > > > > > > > > > > > > ```\n", "> > > > > > > > > > > > > > > a\n"),
    ("a table", "|a|b|\n|-|-|\n", "|a|b|\n"),
    ("a table with short rows", "|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|\n|-|-|-|-|-|-|-|-|-|-|-|-|-|-|-|-|\n", "|\n"),
    ("heads of tables", "", "|a|\n"),
    ("tables", "", "|a|\n|-|\n\n"),
    ("rows of dashes", "", "|-|\n"),
    ("bars", "", "|"),
    ("one long row", "", "|a"),
    ("stars", "", "*"),
    ("stars with letters", "", "*a"),
    ("opening stars", "", "*a "),
    ("closing stars", "", "a* "),
    ("opening, then closing stars", "*a **a *a **a ", "a* "),
    ("stars by threes", "", "*a **b ***c "),
    ("stars by threes, closed", "", "a***b**c*d "),
    ("stars and underscores", "", "*_"),
    ("stars and underscores with letters", "", "*a _b "),
    ("every mark", "", "*a _b ~~c ||d "),
    ("every mark closed", "*a _b ~~c ||d ", "a* b_ c~~ d|| "),
    ("openers of one, closers of another", "", "_a _a _a _a a* "),
    ("bold runs", "", "****a"),
    ("tildes", "", "~~a"),
    ("spoilers", "", "||a"),
    ("spoilers open", "", "||a "),
    ("spoilers without words", "", "|| "),
    ("opening brackets", "", "["),
    ("closing brackets", "[", "]"),
    ("brackets", "", "[]"),
    ("brackets nested", "", "[a](b"),
    ("link beginnings", "", "[a]("),
    ("link beginnings with schemes", "", "[a](https://"),
    ("link beginnings without words", "[", "](https://a"),
    ("links with open brackets", "", "[a](https://a.b/(((((("),
    ("links with open titles", "", "[a](https://a.b \""),
    ("links with open titles of both kinds", "", "[a](https://a.b \" '"),
    ("links between < and >", "", "[a](<https://a.b"),
    ("links", "", "[a](https://a.b)"),
    ("links within brackets", "[[[[[[[[[[[[[[[[[[[[[[[[", "[a](https://a.b)"),
    ("links with pairs", "", "*[*a](https://a.b)"),
    ("pictures", "", "!["),
    ("backticks", "", "`"),
    ("backticks of growing length", "", ""),
    ("backticks and letters", "", "`a``b```c"),
    ("backslashes", "", "\\"),
    ("backslashes and ticks", "", "\\`"),
    ("addresses without an end", "", "https://"),
    ("addresses refused", "", "https://a@"),
    ("one long address", "https://a.b/", "a"),
    ("an address with brackets", "https://a.b/", "("),
    ("an address with closing brackets", "https://a.b/", ")"),
    ("an address with points", "https://a.b/", "."),
    ("addresses", "", "https://a.b "),
    ("addresses in other scripts", "", "https://日本語日本語日本語日本語.例え "),
    ("a host of another script", "https://", "中"),
    ("angles", "", "<"),
    ("angles with schemes", "", "<https://a"),
    ("mail", "", "mailto:a@b?"),
    ("at signs", "", "@"),
    ("mentions", "", "@ab "),
    ("different mentions", "", ""),
    ("a long name", "@", "a"),
    ("a name with points", "@ana", "."),
    ("stars before names", "", "****@"),
    ("rooms", "", "#a "),
    ("rooms in brackets", "", "#[a"),
    ("hashes", "", "#"),
    ("headings", "", "# a\n"),
    ("colons", "", ":"),
    ("shortcodes", "", ":a:"),
    ("open shortcodes", "", ":aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
    ("shrugs", "", "¯\\_(ツ)_/¯"),
    ("marks on letters", "", "\u{301}"),
    ("bidi controls", "", "\u{202e}"),
    ("nulls", "", "\u{0}"),
    ("html", "", "<b onclick=x>"),
    ("comments", "", "<!--"),
    ("entities", "", "&amp;"),
];

fn main() {
    println!("{:42} {:>9} {:>9} {:>7}", "32 KiB of", "best", "median", "growth");
    let mut slowest = (Duration::ZERO, "");
    for &(name, before, repeated) in HOSTILE {
        let (best, median) = time(&filled(name, before, repeated, BYTES));
        let (half, _) = time(&filled(name, before, repeated, BYTES / 2));
        let growth = best.as_secs_f64() / half.as_secs_f64().max(1e-9);
        println!("{name:42} {:>6} µs {:>6} µs {growth:>7.1}", best.as_micros(), median.as_micros());
        slowest = slowest.max((median, name));
    }
    println!("slowest: {} with {} µs", slowest.1, slowest.0.as_micros());
}

fn filled(name: &str, before: &str, repeated: &str, bytes: usize) -> String {
    let mut source = before.to_owned();
    for count in 0.. {
        let more = match name {
            "backticks of growing length" => format!("{} ", "`".repeat(count + 1)),
            "different mentions" => format!("@a{count} "),
            _ => repeated.to_owned(),
        };
        if source.len() + more.len() > bytes {
            break;
        }
        source.push_str(&more);
    }
    source
}

/// The best (for the growth: a busy machine can't better it) and the median of some rounds, each with what is done to a
/// message: parsing it, reading who is called.
fn time(source: &str) -> (Duration, Duration) {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            let document = parse(source);
            std::hint::black_box(document.mentions());
            drop(std::hint::black_box(document));
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    let place = |at: usize| times.get(at).copied().unwrap_or_default();
    (place(0), place(ROUNDS / 2))
}
