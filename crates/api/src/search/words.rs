//! What a message is found by, and what is looked for: the lexemes of both sides.
//!
//! A word stands for itself and for its stems in English and in German, since nobody says in which language they write; a
//! run of a script without spaces for each of its characters and each pair of neighbours. What a message carries is a
//! lexeme too, with a colon before it, which no word has.

use std::collections::BTreeSet;

use markup::Spoilers;
use rust_stemmers::{Algorithm, Stemmer};
use types::{Everyone, UserId, limits};

use super::fold::{Kind, Token, line, tokens};
use crate::messages::{Extra, MessageRow};

/// Letters a part of a word must have: Postgres finds parts by groups of three.
const PART: usize = 3;

/// Stems of words.
pub(super) struct Stems([Stemmer; 2]);

impl Stems {
    pub(super) fn new() -> Stems {
        Stems([Algorithm::English, Algorithm::German].map(Stemmer::create))
    }

    /// A word and its stems.
    pub(super) fn of(&self, word: &str) -> BTreeSet<String> {
        let mut forms = BTreeSet::from([word.to_owned()]);
        if !word.chars().any(|c| c.is_ascii_digit()) {
            forms.extend(self.0.iter().map(|stemmer| stemmer.stem(word).into_owned()).filter(|stem| !stem.is_empty()));
        }
        forms
    }
}

/// What a message is found by.
pub(super) struct Indexed {
    /// Its lexemes with spaces between.
    pub(super) words: String,
    /// Its tokens in order.
    pub(super) text: String,
}

impl Indexed {
    pub(super) fn of(message: &MessageRow, stems: &Stems) -> Indexed {
        let extra: Extra =
            message.extra.clone().and_then(|extra| serde_json::from_value(extra).ok()).unwrap_or_default();
        let passed_on = extra.forwarded.as_ref().map(|forwarded| forwarded.body.as_str());
        let (mut lexemes, mut all) = (BTreeSet::new(), Vec::new());
        for body in [Some(message.body.as_str()), passed_on].into_iter().flatten() {
            let document = markup::parse(body);
            let mut text = markup::plain(&document, limits::BODY_MAX_CHARS, Spoilers::Shown);
            for target in document.links() {
                lexemes.insert(":link".to_owned());
                if is_image(target.url()) {
                    lexemes.insert(":image".to_owned());
                }
                // Where a link leads is searched for like what is written on it.
                if !text.contains(target.url()) {
                    text.push(' ');
                    text.push_str(target.url());
                }
            }
            all.extend(tokens(&text));
        }
        for token in &all {
            each_lexeme(token, stems, &mut |lexeme| _ = lexemes.insert(lexeme));
        }
        lexemes.extend(extra.mentions.iter().map(|id| names(*id)));
        if extra.everyone == Some(Everyone::All) {
            lexemes.insert(NAMES_ALL.to_owned());
        }
        if message.thread_root_id.is_some() || message.reply_count > 0 {
            lexemes.insert(":thread".to_owned());
        }
        Indexed { words: lexemes.into_iter().collect::<Vec<_>>().join(" "), text: line(&all) }
    }
}

/// The lexeme of a message that names somebody.
pub(super) fn names(id: UserId) -> String {
    format!(":names={}", id.0.simple())
}

/// The lexeme of a message that names everyone.
pub(super) const NAMES_ALL: &str = ":names=all";

fn is_image(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let ending = path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    matches!(ending.as_str(), "png" | "jpg" | "jpeg" | "gif" | "webp" | "avif" | "svg")
}

fn each_lexeme(token: &Token, stems: &Stems, give: &mut dyn FnMut(String)) {
    match token.kind {
        Kind::Word => stems.of(&token.text).into_iter().for_each(give),
        Kind::Sign => give(token.text.clone()),
        Kind::Run => {
            token.text.chars().for_each(|c| give(c.into()));
            pairs(&token.text).for_each(give);
        }
    }
}

fn pairs(run: &str) -> impl Iterator<Item = String> {
    run.chars().zip(run.chars().skip(1)).map(|(one, next)| String::from_iter([one, next]))
}

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sought {
    /// A word in any of its forms, or as a part of another.
    Word {
        /// It and its stems.
        forms: BTreeSet<String>,
        /// Itself, if it is long enough to be looked for in words.
        part: Option<String>,
    },
    /// Tokens that follow each other.
    Sequence {
        /// They.
        tokens: Vec<Token>,
        /// Whether the first and the last are whole words.
        whole: bool,
    },
    /// Nothing that could be found.
    Nothing,
}

impl Sought {
    /// A word as it was typed.
    pub(super) fn word(text: &str, stems: &Stems) -> Sought {
        let tokens = tokens(text);
        match tokens.as_slice() {
            [] => Sought::Nothing,
            [token] if token.kind == Kind::Word => {
                let part = (token.places.len() >= PART).then(|| token.text.clone());
                Sought::Word { forms: stems.of(&token.text), part }
            }
            _ => Sought::Sequence { tokens, whole: false },
        }
    }

    /// A phrase.
    pub(super) fn phrase(text: &str) -> Sought {
        match tokens(text) {
            tokens if tokens.is_empty() => Sought::Nothing,
            tokens => Sought::Sequence { tokens, whole: true },
        }
    }
}

/// The lexemes that all must be there for a sequence to be: those of whole tokens.
pub(super) fn needed(sequence: &[Token], whole: bool) -> BTreeSet<String> {
    let mut lexemes = BTreeSet::new();
    for (index, token) in sequence.iter().enumerate() {
        match token.kind {
            Kind::Word if whole || (index > 0 && index + 1 < sequence.len()) => _ = lexemes.insert(token.text.clone()),
            Kind::Word => {}
            Kind::Sign => _ = lexemes.insert(token.text.clone()),
            Kind::Run if token.places.len() == 1 => _ = lexemes.insert(token.text.clone()),
            Kind::Run => lexemes.extend(pairs(&token.text)),
        }
    }
    lexemes
}

/// The sequence as a pattern of LIKE over the line of a message; none where the lexemes say all. Tokens hold neither `%`
/// nor `_`.
pub(super) fn pattern(sequence: &[Token], whole: bool) -> Option<String> {
    if let [token] = sequence
        && (token.kind == Kind::Sign || token.places.len() <= 2 && token.kind == Kind::Run)
    {
        return None;
    }
    let line = line(sequence);
    let edge = |token: Option<&Token>| whole && token.is_some_and(|token| token.kind == Kind::Word);
    let (before, after) = (edge(sequence.first()), edge(sequence.last()));
    let inner = line.trim();
    let space = |there: bool| if there { " " } else { "" };
    Some(format!("%{}{inner}{}%", space(before), space(after)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_meet_in_their_stems() {
        let stems = Stems::new();
        for (asked, said) in [("running", "runs"), ("Haus", "Häuser"), ("plan", "plans"), ("größte", "größten")] {
            let asked = Sought::word(asked, &stems);
            let Sought::Word { forms, .. } = asked else { panic!("{asked:?}") };
            assert!(!forms.is_disjoint(&stems.of(&tokens(said)[0].text)), "{forms:?} {said}");
        }
        assert_eq!(stems.of("v2s").len(), 1);
    }

    #[test]
    fn what_is_typed_becomes_what_can_be_found() {
        let stems = Stems::new();
        assert_eq!(Sought::word("--", &stems), Sought::Nothing);
        assert_eq!(Sought::phrase("…"), Sought::Nothing);
        assert!(matches!(Sought::word("ab", &stems), Sought::Word { part: None, .. }));
        assert!(matches!(Sought::word("foo_bar", &stems), Sought::Sequence { whole: false, .. }));
        let run = tokens("東京都");
        assert_eq!(needed(&run, false), BTreeSet::from(["東京".to_owned(), "京都".to_owned()]));
        assert_eq!(pattern(&run, true).as_deref(), Some("%東京都%"));
        assert_eq!(pattern(&tokens("東京"), true), None);
        assert_eq!(pattern(&tokens("heavy rain"), true).as_deref(), Some("% heavy rain %"));
        assert_eq!(pattern(&tokens("foo_bar"), false).as_deref(), Some("%foo bar%"));
        assert_eq!(needed(&tokens("a.b.c"), false), BTreeSet::from(["b".to_owned()]));
        assert!(is_image("https://example.org/a.PNG?x=1") && !is_image("https://example.org/png"));
    }
}
