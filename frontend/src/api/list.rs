//! My list of rooms: how I like it, and the categories that everyone's has.

use types::{
    Category, CategoryId, NewCategory, Page, PreferencesRow, Room, RoomId, SetCategory, UpdateCategory,
    UpdatePreferences,
};

use super::request::{Answer, Method, call, json, tell};

/// Sets some of my preferences.
pub fn update_preferences(change: &UpdatePreferences) -> Answer<PreferencesRow> {
    call(Method::Patch, "/me/preferences", json(change))
}

/// The categories, in order; there are few.
pub fn list_categories() -> Answer<Page<Category>> {
    call(Method::Get, "/categories", None)
}

/// Makes a category, the last of all.
pub fn create_category(category: &NewCategory) -> Answer<Category> {
    call(Method::Post, "/categories", json(category))
}

/// Changes a category.
pub fn update_category(id: CategoryId, change: &UpdateCategory) -> Answer<Category> {
    call(Method::Patch, &format!("/categories/{id}"), json(change))
}

/// Takes a category away.
pub fn delete_category(id: CategoryId) -> Answer<()> {
    tell(Method::Delete, &format!("/categories/{id}"), None)
}

/// Puts a room into a category, or out of all.
pub fn set_category(id: RoomId, category_id: Option<CategoryId>) -> Answer<Room> {
    call(Method::Put, &format!("/rooms/{id}/category"), json(&SetCategory { category_id }))
}
