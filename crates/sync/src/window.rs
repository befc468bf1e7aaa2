//! The part of a room's history that is loaded: one unbroken range of places.

use types::{MessageId, MessagePage, Seq};

/// What a page of history was asked for with: it says where the page lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Nothing: the newest page.
    Newest,
    /// `before=`: the page that ends below this place.
    Before(Seq),
    /// `after=`: the page that begins above this place.
    After(Seq),
    /// `around=`: the page around this message.
    Around(MessageId),
}

/// An unbroken range of places of which every row is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    low: Seq,
    high: Seq,
}

/// Above every place: a window that ends here reaches the newest message, and the next one too.
const END: Seq = Seq::MAX;

impl Window {
    /// From the beginning of the room to its end.
    pub(crate) const ALL: Window = Window { low: 0, high: END };

    /// From a place (`previous` of a page; none = the beginning) to the end.
    pub(crate) fn newest(previous: Option<Seq>) -> Self {
        Self { low: previous.unwrap_or(0), high: END }
    }

    /// The range a page covers.
    pub(crate) fn of(page: &MessagePage, asked: Asked) -> Self {
        let (below, above) = (page.previous.unwrap_or(0), page.next.unwrap_or(END));
        match asked {
            Asked::Newest => Self { low: below, high: END },
            Asked::Before(place) => Self { low: below, high: place.saturating_sub(1) },
            Asked::After(place) => Self { low: place.saturating_add(1), high: above },
            Asked::Around(_) => Self { low: below, high: above },
        }
    }

    /// What is loaded once a page was added to what was; none if the page would leave a hole.
    pub(crate) fn grown(loaded: Option<Self>, page: &MessagePage, asked: Asked) -> Option<Self> {
        let covered = Self::of(page, asked);
        match (loaded.map(|window| window.join(covered)), asked) {
            (Some(Some(joined)), _) => Some(joined),
            (Some(None), Asked::Before(_) | Asked::After(_)) => None,
            (None | Some(None), _) => Some(covered),
        }
    }

    /// The same, beginning no earlier than a place whose row is held.
    pub(crate) fn since(self, place: Seq) -> Self {
        Self { low: self.low.max(place), ..self }
    }

    /// The same, ending no later than a place whose row is held.
    pub(crate) fn until(self, place: Seq) -> Self {
        Self { high: self.high.min(place), ..self }
    }

    /// Both as one range, if nothing lies between them.
    pub(crate) fn join(self, other: Self) -> Option<Self> {
        let meets = self.low <= other.high.saturating_add(1) && other.low <= self.high.saturating_add(1);
        meets.then(|| Self { low: self.low.min(other.low), high: self.high.max(other.high) })
    }

    /// Whether a place lies in it.
    pub fn contains(self, seq: Seq) -> bool {
        self.low <= seq && seq <= self.high
    }

    /// Its places.
    pub fn range(self) -> std::ops::RangeInclusive<Seq> {
        self.low..=self.high
    }

    /// `before=` of the page that comes before it; none at the beginning of the room.
    pub fn previous(self) -> Option<Seq> {
        (self.low > 0).then_some(self.low)
    }

    /// `after=` of the page that follows; none if the newest message is in it.
    pub fn next(self) -> Option<Seq> {
        (self.high < END).then_some(self.high)
    }

    /// Whether it reaches the newest message.
    pub fn at_end(self) -> bool {
        self.high == END
    }
}
