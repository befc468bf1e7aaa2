//! Searching, and the searches one keeps.

use reqwest::Method;
use types::{
    CountedSearch, NewSavedSearch, Page, SavedSearch, SearchId, SearchOrder, SearchPage, Suggestions, UpdateSavedSearch,
};

use crate::ClientError;
use crate::http::{Client, query};

impl Client {
    /// Messages that fit.
    pub async fn search(
        &self,
        asked: &str,
        order: SearchOrder,
        cursor: Option<&str>,
        limit: Option<i64>,
    ) -> Result<SearchPage, ClientError> {
        let order = match order {
            SearchOrder::Newest => "newest",
            SearchOrder::Best => "best",
        };
        let parameters = [
            ("query", Some(asked.into())),
            ("order", Some(order.into())),
            ("cursor", cursor.map(Into::into)),
            ("limit", limit.map(|limit| limit.to_string())),
        ];
        self.get(&format!("/search{}", query(&parameters))).await
    }

    /// What a word that is being typed may become.
    pub async fn suggestions(&self, word: &str) -> Result<Suggestions, ClientError> {
        self.get(&format!("/search/suggestions{}", query(&[("word", Some(word.into()))]))).await
    }

    /// The searches one keeps, with what is unread of each.
    pub async fn searches(&self) -> Result<Page<CountedSearch>, ClientError> {
        self.get("/me/searches").await
    }

    /// Keeps a search; the same id again is harmless.
    pub async fn keep_search(&self, new: &NewSavedSearch) -> Result<SavedSearch, ClientError> {
        self.send("/me/searches", new).await
    }

    /// Changes a search one keeps, or tells up to when one has seen it.
    pub async fn update_search(&self, id: SearchId, update: &UpdateSavedSearch) -> Result<SavedSearch, ClientError> {
        self.call(Method::PATCH, &format!("/me/searches/{id}"), Some(update)).await
    }

    /// Keeps it no longer.
    pub async fn drop_search(&self, id: SearchId) -> Result<(), ClientError> {
        self.delete(&format!("/me/searches/{id}")).await
    }
}
