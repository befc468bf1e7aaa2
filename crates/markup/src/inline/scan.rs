//! From left to right through a text: where something may begin it is looked at, everything else is text.

use super::{Kind, Mark, Token, address, names};
use crate::text::{byte, is_invisible, is_word, part, rest};
use crate::tree::Mention;

/// What a backslash takes the meaning of.
const ESCAPABLE: &str = "\\`*_~|[]()#+-.!>@:<";

/// A shrug is not meant as an escape.
const SHRUG: &str = "¯\\_(ツ)_/¯";

/// The pieces of a text, without pairs outside of links.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut scan =
        Scan { text, at: 0, text_from: 0, tokens: Vec::new(), brackets: Vec::new(), last_ticks: None, name_end: 0 };
    while scan.at < text.len() {
        if scan.step().is_none() {
            scan.at += rest(text, scan.at).chars().next().map_or(1, char::len_utf8);
        }
    }
    scan.flush();
    scan.tokens
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
    /// Where text begins that is no token yet.
    text_from: usize,
    tokens: Vec<Token>,
    /// The tokens of `[` that may begin a link, and where what is in them begins.
    brackets: Vec<(usize, usize)>,
    /// Where the last run of backticks of each length begins; found when the first is met.
    last_ticks: Option<Vec<usize>>,
    /// Where the last mention or shortcode ended: another may follow at once.
    name_end: usize,
}

impl Scan<'_> {
    /// Looks at one place; nothing if it is but text.
    fn step(&mut self) -> Option<()> {
        match byte(self.text, self.at) {
            b'\n' => self.token(self.at + 1, Kind::Break),
            b'\\' => self.escape()?,
            b'`' => self.code(),
            mark @ (b'*' | b'_' | b'~' | b'|') => self.mark(mark),
            b'!' if byte(self.text, self.at + 1) == b'[' => self.bracket(2),
            b'[' => self.bracket(1),
            b']' => self.close_bracket()?,
            b'@' => self.mention()?,
            b'#' => self.room()?,
            b':' => self.shortcode()?,
            b'<' => self.angle()?,
            b'h' | b'H' | b'm' | b'M' => self.address()?,
            0xC2 if rest(self.text, self.at).starts_with(SHRUG) => self.at += SHRUG.len(),
            _ => return None,
        }
        Some(())
    }

    fn before(&self) -> Option<char> {
        part(self.text, 0, self.at).chars().next_back()
    }

    fn flush(&mut self) {
        if self.text_from < self.at {
            self.tokens.push(Token { start: self.text_from, end: self.at, kind: Kind::Text });
        }
        self.text_from = self.at;
    }

    /// A token from here to `end`.
    fn token(&mut self, end: usize, kind: Kind) {
        self.flush();
        self.tokens.push(Token { start: self.at, end, kind });
        self.at = end;
        self.text_from = end;
    }

    /// What follows a backslash is text, and the backslash isn't.
    fn escape(&mut self) -> Option<()> {
        let escaped = rest(self.text, self.at + 1).chars().next()?;
        if !ESCAPABLE.contains(escaped) {
            return None;
        }
        self.flush();
        self.text_from = self.at + 1;
        self.at += 2;
        Some(())
    }

    fn code(&mut self) {
        let length = self.run(b'`');
        let inside = self.at + length;
        match self.closing_ticks(length, inside) {
            Some(end) => {
                let code = part(self.text, inside, end);
                // a space on both sides is there to keep backticks apart
                let padded = code.starts_with(' ') && code.ends_with(' ') && code.bytes().any(|byte| byte != b' ');
                let pad = usize::from(padded);
                self.token(end + length, Kind::Code(inside + pad, end - pad));
            }
            None => self.at = inside,
        }
    }

    fn run(&self, mark: u8) -> usize {
        rest(self.text, self.at).bytes().take_while(|&byte| byte == mark).count()
    }

    /// The next run of backticks of this length. Looked for only where there is one, so what is looked through is taken.
    fn closing_ticks(&mut self, length: usize, from: usize) -> Option<usize> {
        let text = self.text;
        let last = self.last_ticks.get_or_insert_with(|| {
            let mut last = Vec::new();
            for (start, run) in ticks(text, 0) {
                if last.len() <= run {
                    last.resize(run + 1, 0);
                }
                last.iter_mut().skip(run).take(1).for_each(|last| *last = start);
            }
            last
        });
        let exists = last.get(length).is_some_and(|&last| last >= from);
        exists.then(|| ticks(text, from).find(|tick| tick.1 == length)).flatten().map(|tick| tick.0)
    }

    fn mark(&mut self, mark: u8) {
        let length = self.run(mark);
        let before = self.before();
        let after = rest(self.text, self.at + length).chars().next();
        let space = |side: Option<char>| side.is_none_or(char::is_whitespace);
        let word = |side: Option<char>| side.is_some_and(is_word);
        // Only ASCII counts: with the punctuation of other scripts, bold would not end before the next word in Japanese.
        let point = |side: Option<char>| side.is_some_and(|character| character.is_ascii_punctuation());
        let (can_open, can_close) = match mark {
            b'*' => (
                !space(after) && (!point(after) || space(before) || point(before)),
                !space(before) && (!point(before) || space(after) || point(after)),
            ),
            b'_' => (!space(after) && !word(before), !space(before) && !word(after)),
            b'~' => (!space(after), !space(before)),
            // `a || b` hides nothing, `|| words ||` in a line of its own does
            _ => (
                !space(after) || before.is_none_or(|before| before == '\n'),
                !space(before) || after.is_none_or(|after| after == '\n'),
            ),
        };
        match mark {
            b'*' | b'_' => self.pair(mark, length, can_open, can_close),
            b'~' if length == 2 => self.pair(mark, length, can_open, can_close),
            b'|' if length >= 2 => {
                // one too many stands outside
                self.at += if can_open { length % 2 } else { 0 };
                for _ in 0..length / 2 {
                    self.pair(mark, 2, can_open, can_close);
                }
                self.at += if can_open { 0 } else { length % 2 };
            }
            _ => self.at += length,
        }
    }

    fn pair(&mut self, byte: u8, run: usize, can_open: bool, can_close: bool) {
        let mark = Mark { byte, run, left: run, can_open, can_close, opens: Vec::new(), closes: Vec::new() };
        self.token(self.at + run, Kind::Mark(mark));
    }

    fn bracket(&mut self, length: usize) {
        self.flush();
        self.brackets.push((self.tokens.len(), self.at + length));
        self.token(self.at + length, Kind::Text);
    }

    /// `](…)` makes a link of everything since the `[`; a picture is one too, so that nothing is fetched.
    fn close_bracket(&mut self) -> Option<()> {
        let (opening, inside) = self.brackets.pop()?;
        if byte(self.text, self.at + 1) != b'(' {
            return None;
        }
        let address::Destination { target, start, end, close } = address::destination(self.text, self.at + 2)?;
        self.flush();
        let mut content = self.tokens.split_off(opening);
        let from = content.first()?.start;
        content.remove(0);
        if part(self.text, inside, self.at).chars().all(|shown| shown.is_whitespace() || is_invisible(shown)) {
            content = vec![Token { start, end, kind: Kind::Text }];
        }
        super::pairs::find(&mut content);
        self.tokens.push(Token { start: from, end: close, kind: Kind::Link(target, content) });
        // no link lies in another
        self.brackets.clear();
        self.at = close;
        self.text_from = close;
        Some(())
    }

    fn mention(&mut self) -> Option<()> {
        // "@ana/@bob" are two
        let follows = self.at == self.name_end + 1 && self.name_end > 0 && byte(self.text, self.name_end) == b'/';
        if !follows && !names::word_begins(part(self.text, 0, self.at)) {
            return None;
        }
        let name = names::user(rest(self.text, self.at + 1), self.before() == Some('_'))?;
        let mention = if name.eq_ignore_ascii_case("here") {
            Mention::Here
        } else if name.eq_ignore_ascii_case("all") {
            Mention::All
        } else {
            Mention::User { name: name.to_owned() }
        };
        self.token(self.at + 1 + name.len(), Kind::Mention(mention));
        self.name_end = self.at;
        Some(())
    }

    fn room(&mut self) -> Option<()> {
        if !names::word_begins(part(self.text, 0, self.at)) {
            return None;
        }
        let (name, length) = names::room(rest(self.text, self.at + 1))?;
        self.token(self.at + 1 + length, Kind::Room(name.to_owned()));
        Some(())
    }

    fn shortcode(&mut self) -> Option<()> {
        let follows = self.at == self.name_end && self.at > 0;
        if !follows && self.before().is_some_and(|before| is_word(before) || before == ':') {
            return None;
        }
        let name = names::shortcode(rest(self.text, self.at + 1))?;
        self.token(self.at + 2 + name.len(), Kind::Shortcode(name.to_owned()));
        self.name_end = self.at;
        Some(())
    }

    /// `<https://…>`: an address with its end marked.
    fn angle(&mut self) -> Option<()> {
        let (target, length) = address::angle(rest(self.text, self.at + 1))?;
        let start = self.at + 1;
        self.token(start + length + 1, Kind::Address(target, start, start + length));
        Some(())
    }

    fn address(&mut self) -> Option<()> {
        if self.before().is_some_and(is_word) {
            return None;
        }
        let (target, length) = address::bare(rest(self.text, self.at))?;
        let end = self.at + length;
        match target {
            Some(target) => self.token(end, Kind::Address(target, self.at, end)),
            // refused: nothing in it is looked at again
            None => self.at = end,
        }
        Some(())
    }
}

/// The runs of backticks from a place on: where each begins and how long it is.
fn ticks(text: &str, from: usize) -> impl Iterator<Item = (usize, usize)> {
    let mut at = from;
    std::iter::from_fn(move || {
        let start = at + rest(text, at).find('`')?;
        let run = rest(text, start).bytes().take_while(|&byte| byte == b'`').count();
        at = start + run;
        Some((start, run))
    })
}
