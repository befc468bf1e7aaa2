//! Hosts: only what every browser reads the same way. A host is written into the address as the browser will ask for it,
//! so what is shown is where one goes.

use super::punycode;
use crate::text::{is_invisible, is_word};

/// Longest name, in bytes (DNS).
const NAME_MAX: usize = 253;
/// Longest IPv6 address, in bytes.
const IPV6_MAX: usize = 45;
/// Longest part of a name, in bytes (DNS).
const LABEL_MAX: usize = 63;

/// Writes `host` or `host:port`. A name or password before it is refused: it is there to look like a host.
pub(super) fn write(authority: &str, url: &mut String) -> Option<()> {
    let (host, port) = if authority.starts_with('[') {
        let end = authority.find(']')? + 1;
        let (host, after) = authority.split_at_checked(end)?;
        match after.strip_prefix(':') {
            Some(port) => (host, Some(port)),
            None if after.is_empty() => (host, None),
            None => return None,
        }
    } else {
        match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        }
    };
    match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(address) => write_ipv6(address, url)?,
        None => write_name(host, url)?,
    }
    if let Some(port) = port {
        let plain = (1..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit());
        let port: u16 = plain.then(|| port.parse().ok()).flatten()?;
        url.push(':');
        url.push_str(&port.to_string());
    }
    Some(())
}

/// Whether it is an address is for the browser to say; with these characters it can be nothing else.
fn write_ipv6(address: &str, url: &mut String) -> Option<()> {
    let plain = |byte: u8| byte.is_ascii_hexdigit() || byte == b':' || byte == b'.';
    if !(2..=IPV6_MAX).contains(&address.len()) || !address.contains(':') || !address.bytes().all(plain) {
        return None;
    }
    url.push('[');
    url.push_str(&address.to_ascii_lowercase());
    url.push(']');
    Some(())
}

/// Writes a name of DNS, or an IPv4 address in its usual form.
pub(super) fn write_name(name: &str, url: &mut String) -> Option<()> {
    if name.is_empty() || name.len() > NAME_MAX {
        return None;
    }
    let start = url.len();
    let labels = name.strip_suffix('.').unwrap_or(name);
    let mut last = "";
    for (index, label) in labels.split('.').enumerate() {
        if index > 0 {
            url.push('.');
        }
        write_label(label, url)?;
        last = label;
    }
    // Browsers take a name whose last part is a number for an IPv4 address, in octal, hexadecimal or as one number too.
    let number =
        last.bytes().all(|byte| byte.is_ascii_digit()) || last.get(..2).is_some_and(|x| x.eq_ignore_ascii_case("0x"));
    if number && !is_ipv4(labels) || url.len() - start > NAME_MAX {
        return None;
    }
    Some(())
}

/// Four numbers up to 255, as everyone writes them: without a zero before them.
fn is_ipv4(name: &str) -> bool {
    let plain = |part: &str| {
        let digits = (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        digits && (part.len() == 1 || !part.starts_with('0')) && part.parse::<u16>().is_ok_and(|number| number < 256)
    };
    name.split('.').count() == 4 && name.split('.').all(plain)
}

fn write_label(label: &str, url: &mut String) -> Option<()> {
    let start = url.len();
    if label.is_ascii() {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if !label.bytes().all(plain) || label.eq_ignore_ascii_case("xn--") {
            return None;
        }
        url.push_str(&label.to_ascii_lowercase());
    } else {
        if !label.chars().all(is_plain) {
            return None;
        }
        let lower: String = label.chars().map(lower).collect();
        url.push_str("xn--");
        punycode::encode(&lower, url)?;
    }
    let length = url.len() - start;
    (1..=LABEL_MAX).contains(&length).then_some(())
}

/// A letter made small, as far as names are written in capitals: Latin, Greek, Cyrillic, Armenian. What else has capitals
/// stays as it is. The whole table would be the largest thing that a message's text costs the page.
fn lower(character: char) -> char {
    let code = u32::from(character);
    let small = match code {
        0x41..=0x5A | 0xC0..=0xD6 | 0xD8..=0xDE | 0x391..=0x3A1 | 0x3A3..=0x3AB | 0x410..=0x42F => code + 0x20,
        0x178 => 0xFF,
        0x386 => 0x3AC,
        0x388..=0x38A => code + 0x25,
        0x38C => 0x3CC,
        0x38E..=0x38F => code + 0x3F,
        0x400..=0x40F => code + 0x50,
        0x4C0 => 0x4CF,
        0x531..=0x556 => code + 0x30,
        // Each small letter follows its capital: these are even,
        0x100..=0x12F
        | 0x132..=0x137
        | 0x14A..=0x177
        | 0x1A0..=0x1A5
        | 0x460..=0x481
        | 0x48A..=0x4BF
        | 0x4D0..=0x52F
        | 0x1E00..=0x1E95
        | 0x1EA0..=0x1EFF => code | 1,
        // and these odd.
        0x139..=0x148 | 0x179..=0x17E | 0x1AF..=0x1B0 | 0x4C1..=0x4CE => code + code % 2,
        _ => code,
    };
    char::from_u32(small).unwrap_or(character)
}

/// A character that names keep as it is. Those that browsers turn into another one (full width, mathematical, enclosed
/// and other forms for compatibility) would make a host that is not the one written.
fn is_plain(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_alphanumeric() || character == '-';
    }
    let compatibility = matches!(u32::from(character),
        0x00AA | 0x00B2..=0x00B3 | 0x00B9..=0x00BA | 0x00BC..=0x00BE | 0x0132..=0x0133 | 0x013F..=0x0140 | 0x0149
        | 0x017F | 0x01C4..=0x01CC | 0x01F1..=0x01F3 | 0x02B0..=0x02B8 | 0x02E0..=0x02E4 | 0x0587 | 0x0675..=0x0678
        | 0x0E33 | 0x0EB3 | 0x0EDC..=0x0EDD | 0x1D2C..=0x1D6A | 0x1D78 | 0x1D9B..=0x1DBF | 0x1E9A..=0x1E9B
        | 0x2070..=0x209F | 0x2100..=0x218F | 0x2460..=0x24FF | 0x2C7C..=0x2C7D | 0x3131..=0x318E | 0x3192..=0x33FF
        | 0xF900..=0xFAFF | 0xFB00..=0xFFFF | 0x1D400..=0x1D7FF | 0x1EE00..=0x1EEFF | 0x1F100..=0x1F2FF
        | 0x1FBF0..=0x1FBF9 | 0x2F800..=0x2FA1F);
    is_word(character) && !compatibility && !is_invisible(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_made_small_as_everywhere() {
        // İ becomes two characters, which a name would then hold; Latin beyond what languages of today write is left out.
        let known = |code: &u32| !matches!(code, 0x130 | 0x180..=0x24F | 0x370..=0x385 | 0x3CF..=0x3FF);
        for character in (0..0x590).chain(0x1E00..0x1E96).chain(0x1EA0..0x1F00).filter(known).filter_map(char::from_u32)
        {
            assert_eq!(character.to_lowercase().collect::<String>(), lower(character).to_string(), "{character:?}");
        }
        assert_eq!([lower('Ơ'), lower('Ư')], ['ơ', 'ư']);
    }
}
