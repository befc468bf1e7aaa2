//! JSON as the page reads it: whole numbers, texts, lists and objects, and nothing of what makes `serde_json` large (numbers
//! with fractions, which the wire has none of, readers of all kinds, messages that nobody sees). Of the page's code for
//! reading it is a tenth.

use serde::de::{self, Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

/// Values may lie in each other this deep; the wire's do not come near.
const DEEPEST: usize = 64;

/// Why a text can't be read as a value. The page only has to know that it can't, so there it says nothing.
#[derive(Debug)]
pub struct Unreadable(String);

impl std::fmt::Display for Unreadable {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Unreadable {}

impl de::Error for Unreadable {
    fn custom<T: std::fmt::Display>(why: T) -> Self {
        Self(if cfg!(target_arch = "wasm32") { String::new() } else { why.to_string() })
    }
}

/// A value of JSON.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) enum Value {
    /// A field that is not there: nothing but an `Option` is read from it.
    #[default]
    Absent,
    Null,
    Bool(bool),
    /// A whole number.
    Number(i64),
    /// A number of another kind, for a field that nobody here knows.
    Other,
    Text(String),
    List(Vec<Value>),
    Object(Fields),
}

/// The fields of an object as they were written. There are few: they are looked for one by one.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields(pub(crate) Vec<(String, Value)>);

impl Fields {
    /// A field, which is absent from then on.
    pub(crate) fn take(&mut self, name: &str) -> Value {
        // The last one counts, as for `serde_json`.
        let field = self.0.iter_mut().rev().find(|(known, _)| known == name);
        field.map(|(_, value)| std::mem::take(value)).unwrap_or_default()
    }
}

/// Reads a text that is one value.
pub(crate) fn read(text: &str) -> Result<Value, Unreadable> {
    let mut reader = Reader { text, at: 0 };
    match reader.value(0) {
        Some(value) if reader.next().is_none() => Ok(value),
        _ => Err(Unreadable::custom(format_args!("no JSON from byte {} on", reader.at))),
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl Reader<'_> {
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that is no white space; it is not passed.
    fn next(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.byte() {
            self.at += 1;
        }
        self.byte()
    }

    /// Passes a byte, if it is the next one.
    fn pass(&mut self, byte: u8) -> bool {
        let is_next = self.next() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn word(&mut self, word: &str, value: Value) -> Option<Value> {
        self.text.get(self.at..)?.starts_with(word).then(|| {
            self.at += word.len();
            value
        })
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        if depth > DEEPEST {
            return None;
        }
        match self.next()? {
            b'n' => self.word("null", Value::Null),
            b't' => self.word("true", Value::Bool(true)),
            b'f' => self.word("false", Value::Bool(false)),
            b'"' => self.string().map(Value::Text),
            b'[' => self.list(depth),
            b'{' => self.object(depth),
            _ => self.number(),
        }
    }

    fn list(&mut self, depth: usize) -> Option<Value> {
        self.at += 1;
        let mut items = Vec::new();
        if self.pass(b']') {
            return Some(Value::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.pass(b']') {
                return Some(Value::List(items));
            }
            if !self.pass(b',') {
                return None;
            }
        }
    }

    fn object(&mut self, depth: usize) -> Option<Value> {
        self.at += 1;
        let mut fields = Vec::new();
        if self.pass(b'}') {
            return Some(Value::Object(Fields(fields)));
        }
        loop {
            if self.next()? != b'"' {
                return None;
            }
            let name = self.string()?;
            if !self.pass(b':') {
                return None;
            }
            fields.push((name, self.value(depth + 1)?));
            if self.pass(b'}') {
                return Some(Value::Object(Fields(fields)));
            }
            if !self.pass(b',') {
                return None;
            }
        }
    }

    fn number(&mut self) -> Option<Value> {
        let start = self.at;
        while let Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E') = self.byte() {
            self.at += 1;
        }
        let digits = self.text.get(start..self.at)?;
        let bare = digits.strip_prefix('-').unwrap_or(digits).as_bytes();
        match bare {
            [b'0', b'0'..=b'9', ..] => return None,
            [b'0'..=b'9', .., b'0'..=b'9'] | [b'0'..=b'9'] => {}
            _ => return None,
        }
        Some(match digits.parse() {
            Ok(number) => Value::Number(number),
            Err(_) => Value::Other,
        })
    }

    /// A text in quotes, at the first of which the reader is.
    fn string(&mut self) -> Option<String> {
        self.at += 1;
        let mut whole = String::new();
        loop {
            let start = self.at;
            while self.byte().is_some_and(|byte| byte >= b' ' && byte != b'"' && byte != b'\\') {
                self.at += 1;
            }
            whole.push_str(self.text.get(start..self.at)?);
            let end = self.byte()?;
            self.at += 1;
            match end {
                b'"' => return Some(whole),
                b'\\' => whole.push(self.escaped()?),
                _ => return None,
            }
        }
    }

    fn escaped(&mut self) -> Option<char> {
        let byte = self.byte()?;
        self.at += 1;
        Some(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.unit()?;
                if !(0xD800..0xDC00).contains(&first) {
                    return char::from_u32(first);
                }
                self.word("\\u", Value::Null)?;
                let second = self.unit().filter(|second| (0xDC00..0xE000).contains(second))?;
                return char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00));
            }
            _ => return None,
        })
    }

    /// Four digits of a unit of UTF-16.
    fn unit(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        digits.bytes().try_fold(0, |unit, digit| Some(unit * 16 + char::from(digit).to_digit(16)?))
    }
}

/// From any other reader, for those who read what [`crate::decode`] reads by hand.
impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Anything)
    }
}

struct Anything;

impl<'de> Visitor<'de> for Anything {
    type Value = Value;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a value of JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(i64::try_from(value).map_or(Value::Other, Value::Number))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Value, E> {
        Ok(Value::Other)
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut fields = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            fields.push(entry);
        }
        Ok(Value::Object(Fields(fields)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `serde_json` reads, in our words.
    fn theirs(text: &str) -> Option<Value> {
        serde_json::from_str(text).ok()
    }

    #[test]
    fn it_reads_what_serde_json_reads() {
        let texts = [
            "null",
            " true ",
            "false",
            "0",
            "-1",
            "9223372036854775807",
            "9223372036854775808",
            "1.5",
            "1e3",
            "-2.5E-3",
            "\"\"",
            r#""a\"b\\c\/d\b\f\n\r\t""#,
            r#""é€😀""#,
            r#""\u00e9\u20ac\ud83d\ude00""#,
            "[]",
            "[ ]",
            "[1,2 , 3]",
            "{}",
            "{ }",
            r#"{"a":1,"b":[{"c":null}],"a":2}"#,
            "[[[[[[1]]]]]]",
            "\"\u{7f}\"",
        ];
        for text in texts {
            let read = read(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(Some(read), theirs(text), "{text}");
        }
    }

    #[test]
    fn it_refuses_what_serde_json_refuses() {
        let texts = [
            "",
            " ",
            "nul",
            "tru",
            "+1",
            "01",
            "-",
            "1.",
            ".5",
            "\"",
            "\"\n\"",
            r#""\x""#,
            r#""\ud83d""#,
            r#""\ud83dx""#,
            r#""\ude00""#,
            r#""\u12""#,
            r#""\u12é""#,
            "[",
            "[1",
            "[1,",
            "[1,]",
            "[,1]",
            "{",
            "{1:2}",
            r#"{"a"}"#,
            r#"{"a":}"#,
            r#"{"a":1,}"#,
            "1 2",
            "[1]]",
            "NaN",
            "'a'",
        ];
        for text in texts {
            assert!(theirs(text).is_none(), "serde_json reads {text}");
            assert!(read(text).is_err(), "{text}");
        }
        assert!(read(&"[".repeat(10_000)).is_err());
    }

    #[test]
    fn whatever_is_broken_is_refused_or_read_the_same() {
        let whole = r#"{"items":[{"id":"0190-é\n","n":-12,"t":true,"x":null,"e":[]}],"next":"a\u00e9b"}"#;
        for cut in 0..whole.len() {
            for byte in ["", "\"", "{", "}", "[", "]", ",", ":", "\\", "0", " "] {
                let (Some(before), Some(after)) = (whole.get(..cut), whole.get(cut + 1..)) else { continue };
                let text = [before, byte, after].concat();
                assert_eq!(read(&text).ok(), theirs(&text), "{text}");
            }
        }
    }
}
