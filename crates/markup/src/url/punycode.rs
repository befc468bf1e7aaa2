//! Punycode (RFC 3492), one way: what browsers make of a name in another script.

const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;

/// Writes a label as Punycode, without its prefix.
pub(super) fn encode(label: &str, out: &mut String) -> Option<()> {
    let basic = label.chars().filter(char::is_ascii).count() as u32;
    out.extend(label.chars().filter(char::is_ascii));
    if basic > 0 {
        out.push('-');
    }
    let (mut n, mut delta, mut bias) = (128_u32, 0_u32, 72_u32);
    let mut written = basic;
    let total = label.chars().count() as u32;
    while written < total {
        let next = label.chars().map(u32::from).filter(|&point| point >= n).min()?;
        delta = delta.checked_add((next - n).checked_mul(written + 1)?)?;
        n = next;
        for point in label.chars().map(u32::from) {
            if point < n {
                delta = delta.checked_add(1)?;
            }
            if point == n {
                number(delta, bias, out)?;
                bias = adapt(delta, written + 1, written == basic);
                delta = 0;
                written += 1;
            }
        }
        delta = delta.checked_add(1)?;
        n += 1;
    }
    Some(())
}

fn number(mut value: u32, bias: u32, out: &mut String) -> Option<()> {
    let mut k = BASE;
    loop {
        let t = k.saturating_sub(bias).clamp(T_MIN, T_MAX);
        if value < t {
            out.push(digit(value)?);
            return Some(());
        }
        out.push(digit(t + (value - t) % (BASE - t))?);
        value = (value - t) / (BASE - t);
        k += BASE;
    }
}

fn adapt(delta: u32, points: u32, first: bool) -> u32 {
    let mut delta = if first { delta / 700 } else { delta / 2 };
    delta += delta / points;
    let mut k = 0;
    while delta > (BASE - T_MIN) * T_MAX / 2 {
        delta /= BASE - T_MIN;
        k += BASE;
    }
    k + (BASE - T_MIN + 1) * delta / (delta + 38)
}

/// a to z, then 0 to 9.
fn digit(value: u32) -> Option<char> {
    let value = u8::try_from(value).ok()?;
    match value {
        0..=25 => Some(char::from(b'a' + value)),
        26..=35 => Some(char::from(b'0' + value - 26)),
        _ => None,
    }
}
