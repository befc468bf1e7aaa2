//! Moments as the wire has them. The page reads them by this alone: what chrono offers to read any form of a date is as
//! large as a whole screen of it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::de::{Deserialize, Deserializer, Error};

/// Reads a moment.
pub(crate) fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    read(&String::deserialize(deserializer)?).ok_or_else(|| D::Error::custom("a moment is RFC 3339"))
}

/// Reads a moment that may be absent.
pub(crate) fn maybe<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
    read(&text).map(Some).ok_or_else(|| D::Error::custom("a moment is RFC 3339"))
}

/// A server reads whatever RFC 3339 allows, with any offset.
#[cfg(not(target_arch = "wasm32"))]
fn read(text: &str) -> Option<DateTime<Utc>> {
    written(text).or_else(|| text.parse().ok())
}

#[cfg(target_arch = "wasm32")]
fn read(text: &str) -> Option<DateTime<Utc>> {
    written(text)
}

/// A moment in the form a server writes: `2026-11-30T17:34:12.123456Z`, with as many digits after the point as it has.
fn written(text: &str) -> Option<DateTime<Utc>> {
    let (whole, fraction) = text.strip_suffix('Z')?.split_at_checked(19)?;
    let bytes = whole.as_bytes();
    let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if marks.iter().any(|(place, mark)| bytes.get(*place) != Some(mark)) {
        return None;
    }
    let part = |from: usize, to: usize| digits(bytes.get(from..to)?);
    let date = NaiveDate::from_ymd_opt(i32::try_from(part(0, 4)?).ok()?, part(5, 7)?, part(8, 10)?)?;
    let nanoseconds = match fraction.strip_prefix('.') {
        None if fraction.is_empty() => 0,
        Some(digits_of) if digits_of.len() <= 9 => {
            let scale = 10_u32.checked_pow(u32::try_from(9 - digits_of.len()).ok()?)?;
            digits(digits_of.as_bytes())? * scale
        }
        _ => return None,
    };
    Some(date.and_hms_nano_opt(part(11, 13)?, part(14, 16)?, part(17, 19)?, nanoseconds)?.and_utc())
}

/// The number that at most nine digits, and at least one, say.
fn digits(text: &[u8]) -> Option<u32> {
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0_u32, |number, digit| {
        let digit = digit.is_ascii_digit().then(|| u32::from(digit - b'0'))?;
        Some(number * 10 + digit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_writes_is_read_as_chrono_reads_it() {
        for nanoseconds in [0, 123_000_000, 123_456_000, 1_000, 999_999_999, 120_000_000] {
            for seconds in [0, 951_782_400, 1_709_164_799, 4_102_444_800, 1_796_000_000] {
                let moment = DateTime::from_timestamp(seconds, nanoseconds).unwrap();
                let text = serde_json::to_value(moment).unwrap();
                let text = text.as_str().unwrap();
                assert_eq!(written(text), Some(moment), "{text}");
                assert_eq!(text.parse::<DateTime<Utc>>().unwrap(), moment);
            }
        }
    }

    #[test]
    fn other_forms_are_read_by_a_server_and_nonsense_by_nobody() {
        let whole = "2026-11-30T17:34:12Z".parse::<DateTime<Utc>>().unwrap();
        for other in ["2026-11-30T18:34:12+01:00", "2026-11-30 17:34:12Z", "2026-11-30T17:34:12z"] {
            assert_eq!(written(other), None, "{other}");
            assert_eq!(read(other), Some(whole), "{other}");
        }
        let nonsense = [
            "",
            "Z",
            "2026-13-30T17:34:12Z",
            "2026-02-30T17:34:12Z",
            "2026-11-30T24:34:12Z",
            "2026-11-30T17:34:12.Z",
            "2026-11-30T17:34:1€Z",
        ];
        for text in nonsense {
            assert_eq!(read(text), None, "{text}");
        }
        for strange in ["2026-11-30T17:34:12.1234567890Z", "+026-11-30T17:34:12Z"] {
            assert_eq!(written(strange), None, "{strange}");
        }
    }
}
