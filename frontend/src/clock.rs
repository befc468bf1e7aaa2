//! Times as the reader sees them: in the browser's zone and the page's language, through `Intl`.

use std::cell::RefCell;

use js_sys::{Array, Date, Object, Reflect};
use sync::Sorted;
use types::Time;
use wasm_bindgen::JsValue;

/// How a moment is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Clock,
    Day,
    Full,
    Short,
    Week,
}

thread_local! {
    /// Seconds behind UTC, by the hour of the moment.
    static OFFSETS: RefCell<Sorted<i64, i64>> = const { RefCell::new(Sorted::new()) };
    /// A formatter is slow to make, so each is made once per language.
    static MADE: RefCell<Vec<(String, Style, js_sys::Function)>> = const { RefCell::new(Vec::new()) };
}

/// The moment now, by the browser's clock.
pub fn now() -> Time {
    #[cfg(target_arch = "wasm32")]
    return from_millis(Date::now());
    #[cfg(not(target_arch = "wasm32"))]
    return std::time::UNIX_EPOCH
        .elapsed()
        .map_or_else(|_| Time::default(), |since| from_millis(since.as_millis() as f64));
}

/// The moment in so many hours, by the browser's clock.
pub fn in_hours(hours: i64) -> Time {
    from_millis(Date::now() + hours as f64 * 3_600_000.0)
}

/// Hour and minute.
pub fn clock(at: Time) -> String {
    format(Style::Clock, at)
}

/// The day, with the year only when it is not this one.
pub fn day(at: Time) -> String {
    format(Style::Day, at)
}

/// Date and time in full.
pub fn full(at: Time) -> String {
    format(Style::Full, at)
}

/// The moment for machines, RFC 3339.
pub fn iso(at: Time) -> String {
    String::from(date_of(at).to_iso_string())
}

/// Date and time in few characters.
pub fn short(at: Time) -> String {
    format(Style::Short, at)
}

/// The hour today, date and time before.
pub fn lately(at: Time) -> String {
    if day_number(at) == day_number(now()) { clock(at) } else { short(at) }
}

/// The hour today, with the day of the week in the six days after, else date and time.
pub fn soon(at: Time) -> String {
    match day_number(at) - day_number(now()) {
        0 => clock(at),
        1..=6 => format(Style::Week, at),
        _ => short(at),
    }
}

/// Numbers the days of the reader's zone. Asked for every row at every change, so the zone is asked once per hour of
/// history: no zone changes its offset within one.
pub fn day_number(at: Time) -> i64 {
    let offset = OFFSETS.with_borrow_mut(|offsets| {
        let hour = at.timestamp().div_euclid(3_600);
        if let Some(offset) = offsets.get(&hour) {
            return *offset;
        }
        let offset = (date_of(at).get_timezone_offset() * 60.0) as i64;
        offsets.insert(hour, offset);
        offset
    });
    (at.timestamp() - offset).div_euclid(86_400)
}

/// Minutes that the reader's clock is ahead of UTC now.
pub fn east() -> i32 {
    -(date_of(now()).get_timezone_offset() as i32)
}

/// This many minutes from now.
pub fn in_minutes(minutes: i32) -> Time {
    from_millis(Date::now() + f64::from(minutes) * 60_000.0)
}

/// This hour of the day so many days from now.
pub fn on_day(days: u32, hour: u32) -> Time {
    let date = date_of(now());
    date.set_date(date.get_date() + days);
    date.set_hours(hour);
    date.set_minutes(0);
    date.set_seconds(0);
    date.set_milliseconds(0);
    from_millis(date.get_time())
}

/// How many days it is until the next Monday.
pub fn days_to_monday() -> u32 {
    8 - match date_of(now()).get_day() {
        0 => 7,
        day => day,
    }
}

/// What a field for a moment holds, as a moment of the reader's zone.
pub fn from_field(value: &str) -> Option<Time> {
    let millis = Date::parse(value);
    millis.is_finite().then(|| from_millis(millis))
}

/// A moment as a field for moments holds it, to the minute.
pub fn to_field(at: Time) -> String {
    let date = date_of(at);
    let offset = (date.get_timezone_offset() * 60_000.0) as i64;
    let local = from_millis((at.timestamp_millis() - offset) as f64);
    iso(local).chars().take("2026-11-26T09:00".len()).collect()
}

fn date_of(at: Time) -> Date {
    Date::new(&JsValue::from_f64(at.timestamp_millis() as f64))
}

fn from_millis(millis: f64) -> Time {
    Time::from_timestamp_millis(millis as i64).unwrap_or_default()
}

fn format(style: Style, at: Time) -> String {
    let language = crate::i18n::locale();
    let date = date_of(at);
    MADE.with_borrow_mut(|made| {
        let known = made.iter().find(|(of, styled, _)| of == language && *styled == style);
        let function = match known {
            Some((_, _, function)) => function.clone(),
            None => {
                let function = formatter(style, language);
                made.push((language.to_owned(), style, function.clone()));
                function
            }
        };
        function.call1(&JsValue::UNDEFINED, &date).ok().and_then(|text| text.as_string()).unwrap_or_default()
    })
}

fn formatter(style: Style, language: &str) -> js_sys::Function {
    let options = Object::new();
    let fields: &[(&str, &str)] = match style {
        Style::Clock => &[("hour", "numeric"), ("minute", "2-digit")],
        Style::Day => &[("weekday", "long"), ("day", "numeric"), ("month", "long")],
        Style::Week => &[("weekday", "short"), ("hour", "numeric"), ("minute", "2-digit")],
        Style::Short => &[("dateStyle", "medium"), ("timeStyle", "short")],
        Style::Full => &[("dateStyle", "full"), ("timeStyle", "short")],
    };
    for (name, value) in fields {
        // Setting a field of a fresh object can't fail.
        let _ = Reflect::set(&options, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    let languages = Array::of1(&JsValue::from_str(language));
    js_sys::Intl::DateTimeFormat::new(&languages, &options).format()
}
