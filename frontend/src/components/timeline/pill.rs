//! What the way to the newest message says: how many unread ones lie below.

use leptos::prelude::*;
use types::{Message, MyRoom, Seq, limits};

use crate::i18n::{Key as Text, fill, t};
use crate::state::{Opened, State};

/// What the way to the newest message says.
pub(super) fn text(opened: &Opened, item: Option<&MyRoom>, lowest: Option<Seq>, state: State) -> String {
    match item.map(|item| below(opened, item, lowest, state)) {
        None | Some(Below { count: 0, .. }) => t(Text::JumpToLatest).to_owned(),
        Some(Below { count, more: false }) => fill(t(Text::JumpToLatestCount), &[("count", &count.to_string())]),
        Some(Below { count, more: true }) => fill(t(Text::JumpToLatestMore), &[("count", &count.to_string())]),
    }
}

/// The unread messages below what is in view.
#[derive(Debug, PartialEq, Eq)]
struct Below {
    count: i64,
    /// Whether there are more than that.
    more: bool,
}

/// Once the room's end is loaded, those that lie there. Before, the server's count without those above; it counts no
/// further than it does, and how many are above that nobody knows.
fn below(opened: &Opened, item: &MyRoom, lowest: Option<Seq>, state: State) -> Below {
    let (lowest, me) = (lowest.unwrap_or(0), state.me.get_untracked());
    opened.rows.with_untracked(|rows| {
        let new = |message: &&Message| {
            message.seq > item.read_seq && Some(message.author_id) != me && message.deleted_at.is_none()
        };
        let (mut above, mut below) = (0, 0);
        for message in rows.messages().filter(new) {
            *if message.seq <= lowest { &mut above } else { &mut below } += 1;
        }
        let whole = rows.window().is_some_and(|window| window.at_end());
        told(above, below, (!whole).then_some(item.unread))
    })
}

/// `counted`: by the server, of which less may be loaded.
fn told(above: i64, below: i64, counted: Option<i64>) -> Below {
    match counted {
        None => Below { count: below, more: false },
        Some(counted) if counted >= limits::UNREAD_CAP => Below { count: limits::UNREAD_CAP.max(below), more: true },
        Some(counted) => Below { count: below.max(counted - above), more: false },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_loaded_is_counted_and_of_the_rest_the_server_knows_up_to_a_hundred() {
        let of = |count, more| Below { count, more };
        assert_eq!(told(5, 140, None), of(140, false));
        assert_eq!(told(5, 10, Some(60)), of(55, false));
        assert_eq!(told(90, 30, Some(100)), of(100, true));
        assert_eq!(told(0, 130, Some(100)), of(130, true));
        assert_eq!(told(70, 8, Some(60)), of(8, false));
    }
}
