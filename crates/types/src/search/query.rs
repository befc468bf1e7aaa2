//! What is typed to search: words, `"a phrase"`, `-without`, and operators such as `from:@ada`.
//!
//! Each part knows where it stands in the text, so that the page can show it as a chip and take it out. A word with a
//! colon that is no operator is a word. An operator whose value is wrong is a fault, never a word: who asks for
//! `before:tomorow` must not be told that nothing was found.

use chrono::NaiveDate;

use crate::{FieldError, limits};

/// What was typed, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// What is understood.
    pub terms: Vec<Term>,
    /// What is not.
    pub faults: Vec<Fault>,
}

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Whether it must not hold: it began with `-`.
    pub negated: bool,
    /// The condition.
    pub what: What,
    /// Where it begins, in bytes, its `-` included.
    pub start: usize,
    /// Where it ends, in bytes, exclusive.
    pub end: usize,
}

/// What must hold of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// It has this word, another form of it, or a word with this in it.
    Word(String),
    /// It has exactly these words in this order.
    Phrase(String),
    /// `from:`
    From(Who),
    /// `in:`
    In(Place),
    /// `has:`
    Has(Has),
    /// `mentions:`
    Mentions(Who),
    /// `before:`: written before the beginning of that day.
    Before(Day),
    /// `after:`: written after the end of that day.
    After(Day),
    /// `on:`: written on that day.
    On(Day),
    /// `is:`
    Is(Is),
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// `me`
    Me,
    /// A username, in lower case.
    Name(String),
}

/// A room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// `#name` or `name`
    Room(String),
    /// `@name`: the direct conversation with them.
    Direct(Who),
}

/// What a message may carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Has {
    /// A link.
    Link,
    /// A file.
    File,
    /// A picture, or a link to one.
    Image,
}

/// What a message may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Is {
    /// Pinned in its room.
    Pinned,
    /// Saved by whoever asks.
    Saved,
    /// Of a thread: its first message or an answer.
    Thread,
}

/// A day where the asker is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    /// `2026-11-26`
    Date(NaiveDate),
    /// `today`
    Today,
    /// `yesterday`
    Yesterday,
}

/// An operator whose value can't be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// `required`, `unknown`, `bad_format`, `not_supported` or `too_long`, as in [`FieldError`].
    pub code: &'static str,
    /// In English, for who calls the API.
    pub message: String,
    /// Where what is wrong begins, in bytes.
    pub start: usize,
    /// Where it ends, in bytes, exclusive.
    pub end: usize,
}

/// The operators and the values that can be listed, as they are suggested. Files are understood already and suggested
/// once messages have them.
pub const OPERATORS: [(&str, &[&str]); 8] = [
    ("from", &["me"]),
    ("in", &[]),
    ("has", &["link", "image"]),
    ("mentions", &["me"]),
    ("before", &["today", "yesterday"]),
    ("after", &["yesterday"]),
    ("on", &["today", "yesterday"]),
    ("is", &["pinned", "saved", "thread"]),
];

impl Query {
    /// Whether nothing at all is asked for.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty() && self.faults.is_empty()
    }
}

/// Reads what was typed.
pub fn parse(text: &str) -> Query {
    let mut query = Query::default();
    let mut rest = Rest { text, at: 0 };
    while let Some(start) = rest.next_start() {
        if query.terms.len() + query.faults.len() >= limits::SEARCH_TERMS_MAX {
            let message = format!("Search for at most {} things at once.", limits::SEARCH_TERMS_MAX);
            query.faults.push(Fault { code: "too_long", message, start, end: text.len() });
            break;
        }
        let read = rest.term();
        let end = rest.at;
        match read {
            Ok((negated, what)) => query.terms.push(Term { negated, what, start, end }),
            Err(Wrong(code, message)) => query.faults.push(Fault { code, message, start, end }),
        }
    }
    query
}

/// Where the last word begins, in bytes: after the last white space that is in no quotes. It is what is being typed.
pub fn last_word(text: &str) -> usize {
    let (mut start, mut quoted) = (0, false);
    for (place, c) in text.char_indices() {
        if is_quote(c) {
            quoted = !quoted;
        } else if c.is_whitespace() && !quoted {
            start = place + c.len_utf8();
        }
    }
    start
}

/// As [`parse`], for who accepts no fault and nothing empty: the faults as those of `query`.
pub fn parse_strictly(text: &str) -> Result<Query, Vec<FieldError>> {
    let field =
        |code: &str, message: &str| FieldError { field: "query".into(), code: code.into(), message: message.into() };
    if text.contains('\0') {
        return Err(vec![field("bad_character", "NUL can't be used anywhere.")]);
    }
    if text.chars().count() > limits::SEARCH_QUERY_MAX {
        return Err(vec![field("too_long", &format!("Use at most {} characters.", limits::SEARCH_QUERY_MAX))]);
    }
    let query = parse(text);
    if query.is_empty() {
        return Err(vec![field("required", "Say what to search for.")]);
    }
    if !query.faults.is_empty() {
        return Err(query.faults.iter().map(|fault| field(fault.code, &fault.message)).collect());
    }
    Ok(query)
}

/// Code and words of a fault.
struct Wrong(&'static str, String);

/// What is still to be read.
struct Rest<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Rest<'a> {
    fn left(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Passes over white space; where the next term begins, if there is one.
    fn next_start(&mut self) -> Option<usize> {
        let left = self.left();
        self.at += left.len() - left.trim_start().len();
        (self.at < self.text.len()).then_some(self.at)
    }

    fn term(&mut self) -> Result<(bool, What), Wrong> {
        // A lone dash, several, or an arrow are a word like any other.
        let turns = |next: char| !next.is_whitespace() && (!next.is_ascii_punctuation() || is_quote(next));
        let negated = self.left().strip_prefix('-').is_some_and(|after| after.chars().next().is_some_and(turns));
        self.at += usize::from(negated);
        if self.left().starts_with(is_quote) {
            return Ok((negated, What::Phrase(self.quoted())));
        }
        let left = self.left();
        let word = left.split(char::is_whitespace).next().unwrap_or_default();
        let Some((name, value)) = word.split_once(':') else { return Ok((negated, self.word(word))) };
        let name = name.to_ascii_lowercase();
        if !OPERATORS.iter().any(|(known, _)| *known == name) {
            return Ok((negated, self.word(word)));
        }
        let sign: usize = value.chars().next().filter(|c| matches!(c, '@' | '#')).map_or(0, char::len_utf8);
        let before = word.len() - value.len();
        let value = match value.get(sign..).is_some_and(|value| value.starts_with(is_quote)) {
            true => {
                self.at += before + sign;
                format!("{}{}", value.get(..sign).unwrap_or_default(), self.quoted())
            }
            false => {
                self.at += word.len();
                value.to_owned()
            }
        };
        Ok((negated, operator(&name, value.trim(), negated)?))
    }

    fn word(&mut self, word: &str) -> What {
        self.at += word.len();
        What::Word(word.to_owned())
    }

    /// What stands between the quote here and the next one, or the end.
    fn quoted(&mut self) -> String {
        let mut chars = self.left().chars();
        self.at += chars.next().map_or(0, char::len_utf8);
        let left = self.left();
        let end = left.find(is_quote);
        let inner = left.get(..end.unwrap_or(left.len())).unwrap_or_default();
        let closing = left.get(inner.len()..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        self.at += inner.len() + closing;
        inner.to_owned()
    }
}

/// Keyboards and phones write several.
fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»')
}

fn operator(name: &str, value: &str, negated: bool) -> Result<What, Wrong> {
    if value.is_empty() || value == "@" || value == "#" {
        return Err(Wrong("required", format!("Something must follow {name}:")));
    }
    let lower = value.to_ascii_lowercase();
    let unknown = |values: &str| Wrong("unknown", format!("{name}: takes {values}, not {value}."));
    Ok(match name {
        "from" => What::From(who(&lower)?),
        "mentions" => What::Mentions(who(&lower)?),
        "in" => What::In(match value.strip_prefix('#') {
            Some(room) => Place::Room(room.trim().to_owned()),
            None if value.starts_with('@') => Place::Direct(who(&lower)?),
            None => Place::Room(value.to_owned()),
        }),
        "has" => What::Has(match lower.as_str() {
            "link" => Has::Link,
            "file" => Has::File,
            "image" => Has::Image,
            _ => return Err(unknown("link, file or image")),
        }),
        "is" => What::Is(match lower.as_str() {
            "pinned" => Is::Pinned,
            "saved" => Is::Saved,
            "thread" => Is::Thread,
            _ => return Err(unknown("pinned, saved or thread")),
        }),
        _ if negated => {
            return Err(Wrong("not_supported", format!("{name}: can't be turned round: take another of the three.")));
        }
        "before" => What::Before(day(name, &lower)?),
        "after" => What::After(day(name, &lower)?),
        _ => What::On(day(name, &lower)?),
    })
}

fn who(value: &str) -> Result<Who, Wrong> {
    if value == "me" {
        return Ok(Who::Me);
    }
    let name = value.strip_prefix('@').unwrap_or(value);
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'));
    match plain && (limits::USERNAME_MIN..=limits::USERNAME_MAX).contains(&name.len()) {
        true => Ok(Who::Name(name.to_owned())),
        false => Err(Wrong("bad_format", format!("{value} is not a username."))),
    }
}

fn day(name: &str, value: &str) -> Result<Day, Wrong> {
    match value {
        "today" => return Ok(Day::Today),
        "yesterday" => return Ok(Day::Yesterday),
        _ => {}
    }
    let mut parts = value.split('-').map(|part| part.parse::<u32>().ok());
    let date = match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(Some(year @ 1970..=9999)), Some(Some(month)), Some(Some(date)), None) => {
            i32::try_from(year).ok().and_then(|year| NaiveDate::from_ymd_opt(year, month, date))
        }
        _ => None,
    };
    let wrong = || Wrong("bad_format", format!("{name}: takes a day such as 2026-11-26, today or yesterday."));
    date.map(Day::Date).ok_or_else(wrong)
}

#[cfg(test)]
mod tests;
