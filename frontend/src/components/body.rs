//! A message's text: lines as they were written, and addresses as links. No HTML is ever made from text.

use leptos::prelude::*;

/// A piece of text, or an address in it.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'a> {
    Text(&'a str),
    Link(&'a str),
}

/// The text of a message.
#[component]
pub fn Body(
    /// The text.
    text: String,
) -> impl IntoView {
    let pieces: Vec<_> = pieces(&text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.to_owned().into_any(),
            Piece::Link(address) => {
                let (to, address) = (address.to_owned(), address.to_owned());
                view! {
                    <a href=to target="_blank" rel="noopener noreferrer nofollow">{address}</a>
                }
                .into_any()
            }
        })
        .collect();
    view! { <p class="body" dir="auto">{pieces}</p> }
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(start) = ["https://", "http://"].iter().filter_map(|scheme| rest.find(scheme)).min() {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"')).unwrap_or(from.len());
        let (word, _) = from.split_at(end);
        let address = word.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '\'']);
        let (address, after) = from.split_at(address.len());
        // A scheme with nothing behind it is only text.
        let whole = address.len() > "https://".len();
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        pieces.push(if whole { Piece::Link(address) } else { Piece::Text(address) });
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_links_without_the_sentence_around_them() {
        assert_eq!(
            pieces("see https://example.org/a, or (http://b.example). ok"),
            [
                Piece::Text("see "),
                Piece::Link("https://example.org/a"),
                Piece::Text(", or ("),
                Piece::Link("http://b.example"),
                Piece::Text("). ok"),
            ]
        );
        assert_eq!(pieces("javascript:alert(1)"), [Piece::Text("javascript:alert(1)")]);
        assert_eq!(pieces("http://"), [Piece::Text("http://")]);
    }
}
