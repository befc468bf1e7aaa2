//! A text as it is searched: without case, accents and other differences that nobody types, cut into tokens. What is
//! stored and what is asked for go through the same, and each character knows where it stood in the text, so that what was
//! found can be shown there.
//!
//! Done here and not by Postgres: `unaccent` and the parser of `to_tsvector` depend on the locale of the operator's
//! database, and neither cuts scripts that are written without spaces.

use unicode_normalization::UnicodeNormalization;

/// Characters of a word that count; longer ones are no words.
const WORD: usize = 64;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Letters and digits of a script that puts spaces between words.
    Word,
    /// A run of a script that does not.
    Run,
    /// An emoji or another sign, by itself.
    Sign,
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Folded.
    pub(super) text: String,
    /// Where each of its characters stood in the text, in characters.
    pub(super) places: Vec<u32>,
}

impl Token {
    /// Where its characters `from..to` stood in the text.
    pub(super) fn range(&self, from: usize, to: usize) -> Option<(u32, u32)> {
        let last = to.checked_sub(1)?;
        Some((*self.places.get(from)?, self.places.get(last)? + 1))
    }

    fn push(&mut self, c: char, place: u32) {
        if self.kind != Kind::Word || self.places.len() < WORD {
            self.text.push(c);
            self.places.push(place);
        }
    }
}

/// Cuts a text into its tokens.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut open = None;
    for (place, c) in (0..).zip(text.chars()) {
        fold(c, &mut |c| {
            let Some(kind) = kind(c) else {
                open = None;
                return;
            };
            match tokens.last_mut().filter(|_| open == Some(kind) && kind != Kind::Sign) {
                Some(token) => token.push(c, place),
                None => tokens.push(Token { kind, text: c.into(), places: vec![place] }),
            }
            open = Some(kind);
        });
    }
    tokens
}

/// The tokens in order with spaces between and around: what phrases and parts are looked for in.
pub(super) fn line(tokens: &[Token]) -> String {
    let mut line = String::from(" ");
    for token in tokens {
        line.push_str(&token.text);
        line.push(' ');
    }
    line
}

/// The characters that stand for one.
fn fold(c: char, give: &mut dyn FnMut(char)) {
    if c.is_ascii() {
        return give(c.to_ascii_lowercase());
    }
    // These would fall into pieces that nobody types by themselves.
    if is_run(c) {
        return give(c);
    }
    for part in c.nfkd().filter(|c| !is_accent(*c)).flat_map(char::to_lowercase) {
        match part {
            'ß' => "ss".chars().for_each(&mut *give),
            'æ' => "ae".chars().for_each(&mut *give),
            'œ' => "oe".chars().for_each(&mut *give),
            'þ' => "th".chars().for_each(&mut *give),
            'ø' => give('o'),
            'ł' => give('l'),
            'đ' | 'ð' => give('d'),
            'ı' => give('i'),
            'ς' => give('σ'),
            part if is_accent(part) => {}
            part => give(part),
        }
    }
}

/// Marks that are left out when one types in a hurry: accents, points of Hebrew and Arabic. Not the vowels of scripts that
/// write them as marks.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{591}'..='\u{5C7}' | '\u{610}'..='\u{61A}' | '\u{640}' | '\u{64B}'..='\u{65F}'
        | '\u{670}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}')
}

/// Scripts without spaces between words. Korean has some, but its words end in particles that nobody types.
fn is_run(c: char) -> bool {
    matches!(c, '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1100}'..='\u{11FF}' | '\u{1780}'..='\u{17FF}'
        | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{3096}' | '\u{3099}'..='\u{309A}' | '\u{309D}'..='\u{309F}'
        | '\u{30A1}'..='\u{30FA}' | '\u{30FC}'..='\u{30FF}' | '\u{3105}'..='\u{318E}' | '\u{31F0}'..='\u{31FF}'
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}')
}

/// What a folded character belongs to; none for what stands between tokens.
fn kind(c: char) -> Option<Kind> {
    match c {
        c if is_run(c) => Some(Kind::Run),
        c if c.is_alphanumeric() || is_vowel_sign(c) => Some(Kind::Word),
        // Skin tones, and what chooses how an emoji looks.
        '\u{1F3FB}'..='\u{1F3FF}' | '\u{FE00}'..='\u{FE0F}' => None,
        '\u{2190}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}' => Some(Kind::Sign),
        _ => None,
    }
}

/// Marks that are kept are part of their word.
fn is_vowel_sign(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c) && !matches!(c, '\u{FE00}'..='\u{FE0F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        line(&tokens(text))
    }

    #[test]
    fn case_accents_and_ligatures_make_no_difference() {
        assert_eq!(folded("Größe, ÅNGSTRÖM & Łódź"), " grosse angstrom lodz ");
        assert_eq!(folded("ﬁn ①"), " fin 1 ");
        assert_eq!(folded("Ёж и Σίσυφος"), " еж и σισυφοσ ");
        assert_eq!(folded("e\u{301}t\u{e9}"), " ete ");
        assert_eq!(folded("foo_bar.rs v1.2"), " foo bar rs v1 2 ");
        assert_eq!(folded("हिन्दी"), " हिन्दी ");
    }

    #[test]
    fn scripts_without_spaces_and_signs_stand_by_themselves() {
        let kinds: Vec<(Kind, String)> =
            tokens("東京タワーTokyo👋🏽🎉").into_iter().map(|token| (token.kind, token.text)).collect();
        let expected = [(Kind::Run, "東京タワー"), (Kind::Word, "tokyo"), (Kind::Sign, "👋"), (Kind::Sign, "🎉")];
        assert_eq!(kinds, expected.map(|(kind, text)| (kind, text.to_owned())));
        assert_eq!(folded("회의에서"), " 회의에서 ");
    }

    #[test]
    fn each_token_knows_where_it_stood() {
        let text = "die Größe";
        let tokens = tokens(text);
        assert_eq!(tokens[1].text, "grosse");
        assert_eq!(tokens[1].range(0, 6), Some((4, 9)));
        assert_eq!(tokens[1].range(0, 3), Some((4, 7)));
        assert_eq!(tokens[1].range(0, 0), None);
    }

    #[test]
    fn a_word_without_end_is_cut() {
        assert_eq!(tokens(&"x".repeat(500))[0].text.len(), WORD);
        assert_eq!(tokens(&"東".repeat(500))[0].places.len(), 500);
    }
}
