//! What is typed and what it means.

use super::*;

fn terms(text: &str) -> Vec<(bool, What)> {
    let query = parse(text);
    assert_eq!(query.faults, [], "{text}");
    query.terms.into_iter().map(|term| (term.negated, term.what)).collect()
}

fn one(text: &str) -> What {
    let mut terms = terms(text);
    assert_eq!(terms.len(), 1, "{text}");
    terms.remove(0).1
}

fn word(text: &str) -> (bool, What) {
    (false, What::Word(text.into()))
}

#[test]
fn words_phrases_and_what_must_not_be_there() {
    assert_eq!(terms("  rain   -snow "), [word("rain"), (true, What::Word("snow".into()))]);
    assert_eq!(
        terms("\"heavy rain\" -\"wet snow\""),
        [(false, What::Phrase("heavy rain".into())), (true, What::Phrase("wet snow".into()))]
    );
    assert_eq!(terms("„schwerer Regen“ «pluie»").len(), 2);
    assert_eq!(terms("\"never closed"), [(false, What::Phrase("never closed".into()))]);
    assert_eq!(terms("- -- a-b ---x ->"), ["-", "--", "a-b", "---x", "->"].map(word));
}

#[test]
fn operators_are_read_in_any_case_and_with_spaces_in_quotes() {
    assert_eq!(one("from:@Ada"), What::From(Who::Name("ada".into())));
    assert_eq!(one("FROM:me"), What::From(Who::Me));
    assert_eq!(one("in:#garden"), What::In(Place::Room("garden".into())));
    assert_eq!(one("in:garden"), What::In(Place::Room("garden".into())));
    assert_eq!(one("in:\"the back garden\""), What::In(Place::Room("the back garden".into())));
    assert_eq!(one("in:#\"the back garden\""), What::In(Place::Room("the back garden".into())));
    assert_eq!(one("in:@mina"), What::In(Place::Direct(Who::Name("mina".into()))));
    assert_eq!(one("has:link"), What::Has(Has::Link));
    assert_eq!(one("is:Thread"), What::Is(Is::Thread));
    assert_eq!(one("mentions:me"), What::Mentions(Who::Me));
    assert_eq!(one("on:today"), What::On(Day::Today));
    assert_eq!(one("before:2026-2-1"), What::Before(Day::Date(NaiveDate::from_ymd_opt(2026, 2, 1).unwrap())));
    assert_eq!(terms("-in:#garden"), [(true, What::In(Place::Room("garden".into())))]);
}

#[test]
fn a_colon_alone_makes_no_operator() {
    for text in ["https://example.org/a", "note:this", "10:30", ":wave:", "from"] {
        assert_eq!(terms(text), [word(text)]);
    }
}

#[test]
fn an_operator_with_a_wrong_value_is_a_fault_with_its_place() {
    for (text, code) in [
        ("from:", "required"),
        ("in:#", "required"),
        ("from:@ädä", "bad_format"),
        ("has:teeth", "unknown"),
        ("is:gone", "unknown"),
        ("before:soon", "bad_format"),
        ("after:2026-02-30", "bad_format"),
        ("on:2026-1-1-1", "bad_format"),
        ("on:99999-1-1", "bad_format"),
        ("-on:today", "not_supported"),
    ] {
        let query = parse(&format!("rain {text} snow"));
        assert_eq!(query.terms.len(), 2, "{text}");
        let fault = &query.faults[0];
        assert_eq!((fault.code, fault.start, fault.end), (code, 5, 5 + text.len()), "{text}");
    }
}

#[test]
fn each_term_knows_where_it_stands() {
    let text = "é -\"x y\" from:\"ada\" z";
    let places: Vec<&str> = parse(text).terms.iter().map(|term| &text[term.start..term.end]).collect();
    assert_eq!(places, ["é", "-\"x y\"", "from:\"ada\"", "z"]);
}

#[test]
fn the_last_word_is_what_is_being_typed() {
    for (text, word) in
        [("", ""), ("rain ", ""), ("rain fro", "fro"), ("in:\"the ba", "in:\"the ba"), ("\"a b\" c", "c")]
    {
        assert_eq!(&text[last_word(text)..], word, "{text}");
    }
}

#[test]
fn what_is_endless_or_empty_is_refused() {
    assert_eq!(parse_strictly(" ").unwrap_err()[0].code, "required");
    assert_eq!(parse_strictly("a\0b").unwrap_err()[0].code, "bad_character");
    assert_eq!(parse_strictly(&"x".repeat(limits::SEARCH_QUERY_MAX + 1)).unwrap_err()[0].code, "too_long");
    assert_eq!(parse_strictly(&"x ".repeat(limits::SEARCH_TERMS_MAX + 1)).unwrap_err()[0].code, "too_long");
    assert_eq!(parse_strictly("x is:odd from:").unwrap_err().len(), 2);
    assert!(parse_strictly("x from:me").is_ok());
}

#[test]
fn whatever_is_typed_is_read_to_its_end() {
    for text in ["\"", "-\"", "from:\"", "in:#\"", "“”", "-", "::", "in:@", "from:\"a b\"c", "\u{feff}-\u{301}:\""]
    {
        let query = parse(text);
        for (start, end) in
            query.terms.iter().map(|t| (t.start, t.end)).chain(query.faults.iter().map(|f| (f.start, f.end)))
        {
            assert!(start < end && text.get(start..end).is_some(), "{text}");
        }
    }
}
