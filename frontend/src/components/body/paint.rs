//! Code as nodes in colours: the part of the page that knows languages.

use markup::code::{Kind, pieces};
use web_sys::Element;

use super::nodes::{element, put, write};

fn class_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Plain => "",
        Kind::Comment => "hl-comment",
        Kind::Text => "hl-text",
        Kind::Number => "hl-number",
        Kind::Keyword => "hl-keyword",
        Kind::Type => "hl-type",
        Kind::Call => "hl-call",
        Kind::Name => "hl-name",
        Kind::Added => "hl-added",
        Kind::Removed => "hl-removed",
    }
}

/// Colours the text of an element as code of a language.
pub fn paint(code: &Element, language: &str) {
    let text = code.text_content().unwrap_or_default();
    let Some(pieces) = pieces(language, &text) else { return };
    code.set_text_content(None);
    for (kind, text) in pieces {
        match class_of(kind) {
            "" => write(code, text),
            class => {
                let piece = element("span", class);
                write(&piece, text);
                put(code, &piece);
            }
        }
    }
}
