//! Searching, and the searches I keep.

use types::{
    CountedSearch, NewSavedSearch, Page, SavedSearch, SearchId, SearchOrder, SearchPage, Suggestions, UpdateSavedSearch,
};

use super::request::{Answer, Method, call, json, query, tell};
use crate::clock;

/// Messages found to a page.
const PAGE: &str = "25";

/// Messages that fit, a page from `cursor`.
pub fn search(asked: &str, order: SearchOrder, cursor: Option<String>) -> Answer<SearchPage> {
    let order = match order {
        SearchOrder::Newest => "newest",
        SearchOrder::Best => "best",
    };
    let parameters = [
        ("query", Some(asked.to_owned())),
        ("order", Some(order.to_owned())),
        ("limit", Some(PAGE.to_owned())),
        ("utc_offset", Some(clock::east().to_string())),
        ("cursor", cursor),
    ];
    call(Method::Get, &format!("/search{}", query(&parameters)), None)
}

/// What a word that is being typed may become.
pub fn suggestions(word: &str) -> Answer<Suggestions> {
    call(Method::Get, &format!("/search/suggestions{}", query(&[("word", Some(word.to_owned()))])), None)
}

/// The searches I keep, with what is unread of each.
pub fn searches() -> Answer<Page<CountedSearch>> {
    call(Method::Get, &format!("/me/searches{}", query(&[("utc_offset", Some(clock::east().to_string()))])), None)
}

/// Keeps a search.
pub fn keep_search(new: &NewSavedSearch) -> Answer<SavedSearch> {
    call(Method::Post, "/me/searches", json(new))
}

/// Changes a search I keep, or tells up to when I have seen it.
pub fn update_search(id: SearchId, update: &UpdateSavedSearch) -> Answer<SavedSearch> {
    call(Method::Patch, &format!("/me/searches/{id}"), json(update))
}

/// Keeps a search no longer.
pub fn drop_search(id: SearchId) -> Answer<()> {
    tell(Method::Delete, &format!("/me/searches/{id}"), None)
}
