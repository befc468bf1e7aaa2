//! The newest pages of rooms, as they were last sent. Everybody who opens a room asks for the same page, and it follows
//! from the room's revision, the site's (its people's names stand in it) and its length: at the same revisions it need not
//! be read and encoded again. The revisions are asked of Postgres each time, with the asker's access, so no page is old.

use actix_web::web::Bytes;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use types::RoomId;

use crate::rooms::Origin;

/// Bytes of all pages together.
const BYTES: u64 = 16 * 1024 * 1024;
/// Pages that fit, about: only a hint to the cache.
const PAGES: usize = 1_024;

type Key = (RoomId, i64);

/// Pages by room and length; the one asked for least goes first.
pub struct NewestPages(Cache<Key, (Origin, Bytes), Weight>);

#[derive(Clone)]
struct Weight;

impl Weighter<Key, (Origin, Bytes)> for Weight {
    fn weight(&self, _: &Key, (_, page): &(Origin, Bytes)) -> u64 {
        // An entry itself is not free.
        page.len() as u64 + 128
    }
}

impl NewestPages {
    /// None yet.
    #[expect(clippy::new_without_default, reason = "made once, by the app")]
    pub fn new() -> NewestPages {
        NewestPages(Cache::with_weighter(PAGES, BYTES, Weight))
    }

    /// The page, if it was read at these revisions.
    pub(super) fn find(&self, room_id: RoomId, limit: i64, origin: Origin) -> Option<Bytes> {
        self.0.get(&(room_id, limit)).filter(|(read_at, _)| *read_at == origin).map(|(_, page)| page)
    }

    /// Keeps a page.
    pub(super) fn keep(&self, room_id: RoomId, limit: i64, origin: Origin, page: Bytes) {
        self.0.insert((room_id, limit), (origin, page));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_page_of_other_revisions_is_not_the_page() {
        let (pages, room) = (NewestPages::new(), RoomId(Uuid::now_v7()));
        let origin = Origin { rev: 3, site: 1 };
        pages.keep(room, 50, origin, Bytes::from_static(b"{}"));
        assert!(pages.find(room, 50, origin).is_some());
        assert!(pages.find(room, 50, Origin { rev: 4, ..origin }).is_none());
        assert!(pages.find(room, 50, Origin { site: 2, ..origin }).is_none());
        assert!(pages.find(room, 20, origin).is_none());
    }

    #[test]
    fn however_many_rooms_are_opened_the_pages_fit() {
        let pages = NewestPages::new();
        for _ in 0..100 {
            let page = Bytes::from(vec![b' '; 1024 * 1024]);
            pages.keep(RoomId(Uuid::now_v7()), 50, Origin { rev: 1, site: 1 }, page);
        }
        assert!(pages.0.weight() <= BYTES && !pages.0.is_empty());
    }
}
