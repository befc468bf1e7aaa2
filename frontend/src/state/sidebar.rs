//! How my rooms stand in the list: in which part each, and in what order. And how I change that.

use sync::Sorted;
use types::{Category, CategoryId, MyRoom, Preferences, RoomId, RoomKind, RoomOrder, Section};

/// What a part of the list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartOf {
    /// What I like best.
    Favourites,
    /// A part of my own, by its place among them.
    Section(usize),
    /// A part of everyone's.
    Category(CategoryId),
    /// The rooms in no other part.
    Rooms,
    /// The conversations in no other part.
    Direct,
}

/// A part of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPart {
    /// What it is.
    pub of: PartOf,
    /// Its name, if it was given one.
    pub name: Option<String>,
    /// Whether it is folded.
    pub folded: bool,
    /// Its rooms, in order.
    pub rooms: Vec<RoomId>,
}

/// The parts of the list in order; `rooms` come by name. A room stands in the first that it can stand in.
pub fn arrange(rooms: &[MyRoom], preferences: &Preferences, categories: &[Category]) -> Vec<ListPart> {
    let mut places: Sorted<RoomId, (usize, usize)> = Sorted::new();
    for (index, section) in preferences.sections.iter().enumerate() {
        for (place, room) in section.room_ids.iter().enumerate() {
            places.insert(*room, (index, place));
        }
    }
    let part_of = |item: &MyRoom| match places.get(&item.room.id) {
        _ if item.favourite => PartOf::Favourites,
        Some((index, _)) => PartOf::Section(*index),
        None if item.room.kind == RoomKind::Direct => PartOf::Direct,
        None => match item.room.category_id.filter(|id| categories.iter().any(|row| row.id == *id)) {
            Some(id) => PartOf::Category(id),
            None => PartOf::Rooms,
        },
    };
    let placed: Vec<(PartOf, &MyRoom)> = rooms.iter().map(|item| (part_of(item), item)).collect();
    let mut parts = outline(preferences, categories);
    for part in &mut parts {
        let mut inside: Vec<&MyRoom> = placed.iter().filter(|(of, _)| *of == part.of).map(|(_, item)| *item).collect();
        match preferences.order {
            RoomOrder::Newest => inside.sort_by_key(|item| std::cmp::Reverse(item.last_at)),
            RoomOrder::Name | RoomOrder::Unknown if matches!(part.of, PartOf::Section(_)) => {
                inside.sort_by_key(|item| places.get(&item.room.id).copied());
            }
            RoomOrder::Name | RoomOrder::Unknown => {}
        }
        if preferences.unread_first {
            inside.sort_by_key(|item| !is_news(item));
        }
        part.rooms = inside.into_iter().map(|item| item.room.id).collect();
    }
    // What holds nothing and can't be filled from here is not there.
    parts.retain(|part| !part.rooms.is_empty() || !matches!(part.of, PartOf::Favourites | PartOf::Category(_)));
    parts
}

/// All parts that there may be, empty.
fn outline(preferences: &Preferences, categories: &[Category]) -> Vec<ListPart> {
    let folded = &preferences.folded;
    let part = |of, name, folded| ListPart { of, name, folded, rooms: Vec::new() };
    let mut parts = vec![part(PartOf::Favourites, None, folded.favourites)];
    let own = preferences.sections.iter().enumerate();
    parts.extend(own.map(|(index, own)| part(PartOf::Section(index), Some(own.name.clone()), own.folded)));
    parts.extend(categories.iter().map(|category| {
        let is_folded = folded.category_ids.contains(&category.id);
        part(PartOf::Category(category.id), Some(category.name.clone()), is_folded)
    }));
    parts.push(part(PartOf::Rooms, None, folded.rooms));
    parts.push(part(PartOf::Direct, None, folded.direct));
    parts
}

/// Whether something in a room is new to me; of a quiet one only what names me.
pub fn is_news(item: &MyRoom) -> bool {
    item.mentions > 0 || item.unread > 0 && !item.muted
}

/// Folds a part or opens it. Categories that are no more are forgotten with it.
pub fn fold(wanted: &mut Preferences, part: PartOf, folded: bool, categories: &[Category]) {
    match part {
        PartOf::Favourites => wanted.folded.favourites = folded,
        PartOf::Rooms => wanted.folded.rooms = folded,
        PartOf::Direct => wanted.folded.direct = folded,
        PartOf::Section(index) => {
            if let Some(section) = wanted.sections.get_mut(index) {
                section.folded = folded;
            }
        }
        PartOf::Category(id) => {
            let ids = &mut wanted.folded.category_ids;
            ids.retain(|held| *held != id && categories.iter().any(|row| row.id == *held));
            if folded {
                ids.push(id);
            }
        }
    }
}

/// Makes a part of my own, the last of them; answers its place.
pub fn add_section(wanted: &mut Preferences, name: String) -> usize {
    wanted.sections.push(Section { name, room_ids: Vec::new(), folded: false });
    wanted.sections.len() - 1
}

/// Puts a room at the end of one of my parts, or out of all.
pub fn put(wanted: &mut Preferences, room: RoomId, section: Option<usize>) {
    wanted.sections.iter_mut().for_each(|section| section.room_ids.retain(|held| *held != room));
    if let Some(section) = section.and_then(|index| wanted.sections.get_mut(index)) {
        section.room_ids.push(room);
    }
}

/// Puts a room into one of my parts, before another room of it or behind it, else at its end; or out of all.
pub fn place(wanted: &mut Preferences, room: RoomId, section: Option<usize>, beside: Option<(RoomId, bool)>) {
    if beside.is_some_and(|(other, _)| other == room) {
        return;
    }
    put(wanted, room, section);
    let Some(section) = section.and_then(|index| wanted.sections.get_mut(index)) else { return };
    let Some((other, behind)) = beside else { return };
    if let Some(at) = section.room_ids.iter().position(|held| *held == other) {
        section.room_ids.pop();
        section.room_ids.insert(at + usize::from(behind), room);
    }
}

/// The part of my own that a room stands in.
pub fn section_of(preferences: &Preferences, room: RoomId) -> Option<usize> {
    preferences.sections.iter().position(|section| section.room_ids.contains(&room))
}

/// Moves a room up or down in its part, past the next of those that are shown.
pub fn shift_room(wanted: &mut Preferences, room: RoomId, down: bool, shown: &[RoomId]) {
    let Some(section) = section_of(wanted, room).and_then(|index| wanted.sections.get_mut(index)) else { return };
    let Some(at) = shown.iter().position(|held| *held == room) else { return };
    let next = if down { shown.get(at + 1) } else { at.checked_sub(1).and_then(|before| shown.get(before)) };
    let Some(next) = next else { return };
    section.room_ids.retain(|held| *held != room);
    let to = section.room_ids.iter().position(|held| held == next).unwrap_or(section.room_ids.len());
    section.room_ids.insert((to + usize::from(down)).min(section.room_ids.len()), room);
}

/// Moves one of my parts up or down among them.
pub fn shift_section(wanted: &mut Preferences, index: usize, down: bool) {
    let other = if down { index + 1 } else { index.wrapping_sub(1) };
    if index.max(other) < wanted.sections.len() {
        wanted.sections.swap(index, other);
    }
}

#[cfg(test)]
#[path = "sidebar_tests.rs"]
mod tests;
