use super::*;

fn marked(language: &str, text: &str) -> String {
    let sign = |kind| match kind {
        Kind::Plain => "",
        Kind::Comment => "c",
        Kind::Text => "s",
        Kind::Number => "n",
        Kind::Keyword => "k",
        Kind::Type => "t",
        Kind::Call => "f",
        Kind::Name => "a",
        Kind::Added => "+",
        Kind::Removed => "-",
    };
    let pieces = pieces(language, text).unwrap();
    assert_eq!(pieces.iter().map(|(_, text)| *text).collect::<String>(), text);
    let marked = |(kind, text): &Piece<'_>| match sign(*kind) {
        "" => (*text).to_owned(),
        sign => format!("{sign}⟨{text}⟩"),
    };
    pieces.iter().map(marked).collect()
}

#[test]
fn languages_look_as_their_writers_know_them() {
    let cases = [
        (
            "rust",
            "fn main<'a>() { println!(\"a\\\"b {}\", 'x', '\\u{1f600}', 0..10); } // end",
            "k⟨fn⟩ main<'a>() { f⟨println⟩!(s⟨\"a\\\"b {}\"⟩, s⟨'x'⟩, s⟨'\\u{1f600}'⟩, n⟨0⟩..n⟨10⟩); } c⟨// end⟩",
        ),
        ("rust", "let r = r#\"a \" b\"#; Vec<T>", "k⟨let⟩ r = s⟨r#\"a \" b\"#⟩; t⟨Vec⟩<t⟨T⟩>"),
        ("ts", "const a: Map = f(`x\n${y}`) /* z", "k⟨const⟩ a: t⟨Map⟩ = f⟨f⟩(s⟨`x\n${y}`⟩) c⟨/* z⟩"),
        ("py", "@cached\ndef f(x): # why\n  '''a\nb'''", "a⟨@cached⟩\nk⟨def⟩ f⟨f⟩(x): c⟨# why⟩\n  s⟨'''a\nb'''⟩"),
        ("sh", "echo \"$#\" a#b # c", "k⟨echo⟩ s⟨\"$#\"⟩ a#b c⟨# c⟩"),
        ("c++", "#include <map>\nint x = 0x1F; // é", "k⟨#include⟩ <map>\nk⟨int⟩ x = n⟨0x1F⟩; c⟨// é⟩"),
        ("go", "func f() { s := `a\n'` }", "k⟨func⟩ f⟨f⟩() { s := s⟨`a\n'`⟩ }"),
        ("sql", "SELECT 'it''s' FROM Rooms -- all", "k⟨SELECT⟩ s⟨'it''s'⟩ k⟨FROM⟩ Rooms c⟨-- all⟩"),
        ("json", "{\"a\": [1.5e-3, \"b\", null]}", "{a⟨\"a\"⟩: [n⟨1.5e-3⟩, s⟨\"b\"⟩, k⟨null⟩]}"),
        ("yaml", "on-push: true # x\nurl: http://a", "a⟨on-push⟩: k⟨true⟩ c⟨# x⟩\na⟨url⟩: http://a"),
        ("toml", "a-b = \"c\" # d", "a⟨a-b⟩ = s⟨\"c\"⟩ c⟨# d⟩"),
        ("css", "a { color: #c0ffee; margin: -4px }", "a { a⟨color⟩: n⟨#c0ffee⟩; a⟨margin⟩: -n⟨4px⟩ }"),
        (
            "html",
            "<!-- x --><a href=\"b>c\" on>T & U</a><br/>",
            "c⟨<!-- x -->⟩t⟨<a⟩ a⟨href⟩=s⟨\"b>c\"⟩ a⟨on⟩t⟨>⟩T & Ut⟨</a><br/>⟩",
        ),
        ("diff", "@@ 1 @@\n+a\n-b\n c", "a⟨@@ 1 @@\n⟩+⟨+a\n⟩-⟨-b\n⟩ c"),
    ];
    for (language, text, expected) in cases {
        assert_eq!(marked(language, text), expected, "{language}");
    }
}

#[test]
fn a_language_that_is_not_known_has_no_pieces() {
    assert!(!is_known("klingon") && !is_known("") && is_known("c#") && is_known("tsx"));
    assert_eq!(pieces("klingon", "a"), None);
    assert_eq!(NAMES.len(), LANGUAGES.len());
}

#[test]
fn nothing_is_lost_whatever_is_cut_off() {
    let text = "é\"'`/*é*/#é @é r#\"é\"# '\\é' <a é=\"é\"> <!-- é '''é \"\"\" -- --[[ 1.é 1e+é ' \\";
    for names in NAMES {
        let language = names.split(' ').next().unwrap();
        for start in (0..text.len()).filter(|start| text.is_char_boundary(*start)) {
            for end in (start..=text.len()).filter(|end| text.is_char_boundary(*end)) {
                let part = &text[start..end];
                let pieces = pieces(language, part).unwrap();
                assert_eq!(pieces.iter().map(|(_, text)| *text).collect::<String>(), part, "{language}");
            }
        }
    }
}
