//! Where a link may lead. A [`Target`] can only be made here, from an allow list: http and https with a host that is
//! written plainly, and mail to one address. Everything else stays text.

mod host;
mod punycode;

use crate::text::{is_invisible, part, rest};

/// Longest address that becomes a link, in bytes.
pub(crate) const URL_MAX: usize = 4_096;

/// Where a link leads: http, https or mailto, nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Target {
    url: String,
    /// Where the host stands in `url`.
    host_start: usize,
    host_end: usize,
}

impl Target {
    /// Reads an address as somebody wrote it. Refused are other schemes, a name or password before the host, hosts that
    /// are numbers in disguise or not written plainly, control characters and white space.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > URL_MAX || text.chars().any(|character| character.is_control() || character.is_whitespace()) {
            return None;
        }
        match scheme(text)? {
            (Scheme::Mail, after) => Self::mail(rest(text, after)),
            (Scheme::Http, after) => Self::web("http://", rest(text, after)),
            (Scheme::Https, after) => Self::web("https://", rest(text, after)),
        }
    }

    /// For `href`, and to be shown to who wonders: a scheme and a host in ASCII (other scripts as `xn--…`), then path,
    /// query and fragment as written, with everything that can't be seen or that could end an attribute escaped.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The host with its port, or the address of mail: whom one is about to trust.
    pub fn host(&self) -> &str {
        part(&self.url, self.host_start, self.host_end)
    }

    /// Mail, not a page.
    pub fn is_mail(&self) -> bool {
        self.url.starts_with("mailto:")
    }

    fn web(scheme: &str, after: &str) -> Option<Self> {
        let end = after.find(['/', '?', '#']).unwrap_or(after.len());
        let mut url = String::with_capacity(scheme.len() + after.len() + 8);
        url.push_str(scheme);
        let host_start = url.len();
        host::write(part(after, 0, end), &mut url)?;
        let host_end = url.len();
        escape(rest(after, end), &mut url);
        Some(Self { url, host_start, host_end })
    }

    fn mail(after: &str) -> Option<Self> {
        let (address, query) = match after.split_once('?') {
            Some((address, query)) => (address, Some(query)),
            None => (after, None),
        };
        let (name, domain) = address.split_once('@')?;
        let plain = |character: char| character.is_ascii_alphanumeric() || "!$&'*+-/=_~.".contains(character);
        if name.is_empty() || name.len() > 64 || !name.chars().all(plain) {
            return None;
        }
        let mut url = String::from("mailto:");
        escape(name, &mut url);
        url.push('@');
        host::write_name(domain, &mut url)?;
        let host_end = url.len();
        if let Some(query) = query {
            if query.contains('#') || !query.split('&').all(is_mail_field) {
                return None;
            }
            url.push('?');
            escape(query, &mut url);
        }
        Some(Self { url, host_start: "mailto:".len(), host_end })
    }
}

/// Subject and text; other fields (cc, bcc, attach) do what the reader doesn't see, and so does a line break in a subject.
fn is_mail_field(field: &str) -> bool {
    let (name, value) = field.split_once('=').unwrap_or((field, ""));
    let value = value.to_ascii_lowercase();
    name.eq_ignore_ascii_case("body")
        || name.eq_ignore_ascii_case("subject") && !value.contains("%0a") && !value.contains("%0d")
}

/// The schemes that become links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    Http,
    Https,
    Mail,
}

/// The scheme at the beginning of a text, and where what follows it begins.
pub(crate) fn scheme(text: &str) -> Option<(Scheme, usize)> {
    [(Scheme::Http, "http://"), (Scheme::Https, "https://"), (Scheme::Mail, "mailto:")].into_iter().find_map(
        |(scheme, written)| {
            let begins = text.get(..written.len())?.eq_ignore_ascii_case(written);
            begins.then_some((scheme, written.len()))
        },
    )
}

/// Writes path, query and fragment: letters and digits of any script and what RFC 3986 allows stay as they are.
fn escape(text: &str, url: &mut String) {
    for character in text.chars() {
        let stays = if character.is_ascii() {
            character.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(character)
        } else {
            character.is_alphanumeric() && !is_invisible(character)
        };
        if stays {
            url.push(character);
            continue;
        }
        for byte in character.encode_utf8(&mut [0; 4]).bytes() {
            url.push('%');
            for digit in [byte >> 4, byte & 15] {
                url.push(char::from_digit(u32::from(digit), 16).unwrap_or('0').to_ascii_uppercase());
            }
        }
    }
}

#[cfg(test)]
mod tests;
