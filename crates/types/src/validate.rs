//! What a name, an address, a password or a body must be. Both ends check with these, so they never disagree.

use unicode_normalization::UnicodeNormalization;

use crate::{FieldError, limits};

/// Collects the faults of a request.
#[derive(Debug, Default)]
pub struct Faults(Vec<FieldError>);

impl Faults {
    /// Adds one.
    pub fn add(&mut self, field: &str, code: &str, message: impl Into<String>) {
        self.0.push(FieldError { field: field.into(), code: code.into(), message: message.into() });
    }

    /// Takes the value out of a check, keeping its fault.
    pub fn check<T: Default>(&mut self, result: Result<T, FieldError>) -> T {
        result.unwrap_or_else(|fault| {
            self.0.push(fault);
            T::default()
        })
    }

    /// Gives the faults back if there are any.
    pub fn finish(self) -> Result<(), Vec<FieldError>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }
}

fn fault(field: &str, code: &str, message: String) -> FieldError {
    FieldError { field: field.into(), code: code.into(), message }
}

/// Control characters, and the marks that turn the direction of what follows: neither belongs in a name.
fn forbidden_in_name(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{061C}')
}

/// One line of text: NFC, trimmed, without control characters and direction marks, `min` to `max` characters.
pub fn line(field: &str, text: &str, min: usize, max: usize) -> Result<String, FieldError> {
    let text: String = text.nfc().collect::<String>().trim().to_owned();
    if text.chars().any(forbidden_in_name) {
        return Err(fault(field, "bad_character", "Control characters and direction marks can't be used here.".into()));
    }
    length(field, &text, min, max)?;
    Ok(text)
}

/// Text of several lines (a bio): as [`line()`], with line feeds and tabs.
pub fn paragraph(field: &str, text: &str, max: usize) -> Result<String, FieldError> {
    let text: String = text.nfc().collect::<String>().replace("\r\n", "\n").trim().to_owned();
    if text.chars().any(|c| forbidden_in_name(c) && c != '\n' && c != '\t') {
        return Err(fault(field, "bad_character", "Control characters and direction marks can't be used here.".into()));
    }
    length(field, &text, 0, max)?;
    Ok(text)
}

fn length(field: &str, text: &str, min: usize, max: usize) -> Result<(), FieldError> {
    let count = text.chars().count();
    if count == 0 && min > 0 {
        return Err(fault(field, "required", "This can't be empty.".into()));
    }
    if count < min {
        return Err(fault(field, "too_short", format!("Use at least {min} characters.")));
    }
    if count > max {
        return Err(fault(field, "too_long", format!("Use at most {max} characters.")));
    }
    Ok(())
}

/// A username as it is kept: lower case, `[a-z0-9][a-z0-9._-]{1,31}`, not reserved.
pub fn username(text: &str) -> Result<String, FieldError> {
    let text = text.trim().to_lowercase();
    length("username", &text, limits::USERNAME_MIN, limits::USERNAME_MAX)?;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let good = text.chars().next().is_some_and(plain) && text.chars().all(|c| plain(c) || matches!(c, '.' | '_' | '-'));
    if !good {
        let message = "Use letters a–z, digits, dot, dash and underscore, starting with a letter or digit.";
        return Err(fault("username", "bad_format", message.into()));
    }
    if limits::RESERVED_USERNAMES.contains(&text.as_str()) {
        return Err(fault("username", "reserved", "This name is reserved.".into()));
    }
    Ok(text)
}

/// An e-mail address as it is kept: one `@`, a dot-free or dotted domain, no spaces. Whether it exists only mail can tell.
pub fn email(text: &str) -> Result<String, FieldError> {
    let text = line("email", text, 3, limits::EMAIL_MAX)?;
    let good = text.split_once('@').is_some_and(|(name, domain)| {
        !name.is_empty()
            && !domain.is_empty()
            && !domain.contains('@')
            && !domain.starts_with('.')
            && !domain.ends_with('.')
    });
    if !good || text.chars().any(char::is_whitespace) {
        return Err(fault("email", "bad_format", "This is not an e-mail address.".into()));
    }
    Ok(text)
}

/// A password's length; whether it is a common one the server knows.
pub fn password(field: &str, text: &str) -> Result<(), FieldError> {
    if text.contains('\0') {
        return Err(fault(field, "bad_character", "A password can't hold NUL.".into()));
    }
    length(field, text, limits::PASSWORD_MIN, limits::PASSWORD_MAX)
}

/// A room's name as it is kept.
pub fn room_name(text: &str) -> Result<String, FieldError> {
    line("name", text, 1, limits::ROOM_NAME_MAX)
}

/// A room's topic as it is kept.
pub fn topic(text: &str) -> Result<String, FieldError> {
    line("topic", text, 0, limits::TOPIC_MAX)
}

/// A message's body as it is kept: NFC, not blank, without NUL, within both limits.
pub fn body(text: &str) -> Result<String, FieldError> {
    if text.contains('\0') {
        return Err(fault("body", "bad_character", "A message can't hold NUL.".into()));
    }
    if text.len() > limits::BODY_MAX_BYTES * 2 {
        let most = limits::BODY_MAX_CHARS;
        return Err(fault("body", "too_long", format!("Use at most {most} characters.")));
    }
    let text: String = text.nfc().collect();
    if text.trim().is_empty() {
        return Err(fault("body", "required", "A message can't be empty.".into()));
    }
    length("body", &text, 1, limits::BODY_MAX_CHARS)?;
    if text.len() > limits::BODY_MAX_BYTES {
        let most = limits::BODY_MAX_BYTES;
        return Err(fault("body", "too_long", format!("Use at most {most} bytes.")));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_parsed_once_and_refused_with_a_reason() {
        assert_eq!(username(" Ada.L "), Ok("ada.l".into()));
        for (text, code) in
            [("", "required"), ("a", "too_short"), ("ädä", "bad_format"), (".ada", "bad_format"), ("ALL", "reserved")]
        {
            assert_eq!(username(text).unwrap_err().code, code, "{text}");
        }
        assert_eq!(room_name("a\u{202E}b").unwrap_err().code, "bad_character");
        assert_eq!(room_name(&"x".repeat(65)).unwrap_err().code, "too_long");
        assert_eq!(body("\0").unwrap_err().code, "bad_character");
        assert_eq!(body(&"ä".repeat(8_001)).unwrap_err().code, "too_long");
        assert_eq!(body(" \n ").unwrap_err().code, "required");
        assert_eq!(body("e\u{301}"), Ok("é".into()));
        assert_eq!(email("a@b@c").unwrap_err().code, "bad_format");
    }
}
