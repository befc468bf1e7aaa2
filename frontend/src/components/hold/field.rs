//! Where things stand in a scrolled list, to the fraction of a pixel.

use web_sys::Element;

/// A scrolled element and the one whose children are its rows.
pub(super) struct Field {
    pub(super) scroller: Element,
    pub(super) content: Element,
}

impl Field {
    /// How far it is scrolled: the typed binding rounds it, the property does not.
    pub(super) fn top(&self) -> f64 {
        js_sys::Reflect::get(&self.scroller, &"scrollTop".into()).ok().and_then(|top| top.as_f64()).unwrap_or_default()
    }

    /// Scrolls it.
    pub(super) fn set_top(&self, top: f64) {
        // Setting a property of an element can't fail.
        let _ = js_sys::Reflect::set(&self.scroller, &"scrollTop".into(), &top.into());
    }

    /// How much lies below what is in view.
    pub(super) fn below(&self) -> f64 {
        f64::from(self.scroller.scroll_height() - self.scroller.client_height()) - self.top()
    }

    /// The place of an element in the content, whatever is scrolled.
    pub(super) fn place_of(&self, element: &Element) -> f64 {
        element.get_bounding_client_rect().top() - self.scroller.get_bounding_client_rect().top() + self.top()
    }

    /// How many rows there are.
    pub(super) fn count(&self) -> u32 {
        self.content.child_element_count()
    }

    /// The number of the first row of which something is in view; rows stand in order, so it is found by halving.
    pub(super) fn first_in_view(&self) -> u32 {
        let edge = self.scroller.get_bounding_client_rect().top();
        self.first_where(&|row| row.get_bounding_client_rect().bottom() > edge)
    }

    /// The number of the first row below what is in view.
    pub(super) fn first_below(&self) -> u32 {
        let edge = self.scroller.get_bounding_client_rect().bottom();
        self.first_where(&|row| row.get_bounding_client_rect().top() >= edge)
    }

    /// The first row from this one on that can be held.
    pub(super) fn held_from(&self, index: u32) -> Option<Element> {
        (index..self.count())
            .filter_map(|index| self.row(index))
            .find(|row| row.has_attribute("data-message-id") || row.has_attribute("data-seq"))
    }

    /// The place in the room of the first row from this one on that has one.
    pub(super) fn seq_from(&self, index: u32) -> Option<i64> {
        (index..self.count()).find_map(|index| self.seq(index))
    }

    /// The same upwards, from the row before this one.
    pub(super) fn seq_before(&self, index: u32) -> Option<i64> {
        (0..index).rev().find_map(|index| self.seq(index))
    }

    fn row(&self, index: u32) -> Option<Element> {
        self.content.children().item(index)
    }

    fn seq(&self, index: u32) -> Option<i64> {
        self.row(index)?.get_attribute("data-seq")?.parse().ok()
    }

    /// The number of the first row of which something is so that then stays so; the count if it never is.
    fn first_where(&self, is_so: &dyn Fn(&Element) -> bool) -> u32 {
        let rows = self.content.children();
        let (mut low, mut high) = (0, rows.length());
        while low < high {
            let middle = low + (high - low) / 2;
            if rows.item(middle).is_some_and(|row| is_so(&row)) { high = middle } else { low = middle + 1 }
        }
        low
    }
}
