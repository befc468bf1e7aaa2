//! People and their presence: one signal per person, so that a change wakes only where that person is shown.

use leptos::prelude::*;
use sync::{Outcome, SiteState, Sorted};
use types::{Epoch, Presence, PresenceStatus, Rev, SiteChanges, User, UserId};

/// What is known of one person.
#[derive(Debug, Clone)]
pub struct Person {
    /// The public fields, once they arrived.
    pub user: ArcRwSignal<Option<User>>,
    /// How present the person is, as far as it was told.
    pub presence: ArcRwSignal<Option<Presence>>,
}

impl Person {
    /// What the person is called, tracked; empty until it arrived.
    pub fn name(&self) -> String {
        self.user.with(|user| user.as_ref().map(|user| user.display_name.clone()).unwrap_or_default())
    }

    /// How present the person is, tracked; offline until told otherwise.
    pub fn status(&self) -> PresenceStatus {
        self.presence.with(|presence| presence.as_ref().map_or(PresenceStatus::Offline, |presence| presence.status))
    }
}

/// The people seen in this visit.
#[derive(Clone, Copy)]
pub struct People {
    site: StoredValue<SiteState>,
    persons: StoredValue<Sorted<UserId, Person>>,
    wanted: StoredValue<Sorted<UserId, ()>>,
}

impl People {
    /// Nobody yet.
    #[expect(clippy::new_without_default, reason = "made at one place, with the page")]
    pub fn new() -> Self {
        Self {
            site: StoredValue::new(SiteState::default()),
            persons: StoredValue::new(Sorted::new()),
            wanted: StoredValue::new(Sorted::new()),
        }
    }

    /// A person; one not seen yet is asked for soon.
    pub fn person(self, id: UserId) -> Person {
        if let Some(person) = self.persons.with_value(|persons| persons.get(&id).cloned()) {
            return person;
        }
        let user = self.site.with_value(|site| site.user(id).cloned());
        if user.is_none() {
            self.want([id]);
        }
        let person = Person { user: ArcRwSignal::new(user), presence: ArcRwSignal::new(None) };
        self.persons.update_value(|persons| {
            persons.insert(id, person.clone());
        });
        person
    }

    /// The public fields of a person, as they are shown; untracked.
    pub fn known(self, id: UserId) -> Option<User> {
        self.persons.with_value(|persons| persons.get(&id).and_then(|person| person.user.get_untracked()))
    }

    /// Takes the ids of people shown of whom nothing is known.
    pub fn take_wanted(self) -> Vec<UserId> {
        let known_not = |id: &UserId| self.site.with_value(|site| site.user(*id).is_none());
        let wanted = self.wanted.try_update_value(std::mem::take).unwrap_or_default();
        wanted.keys().copied().filter(known_not).collect()
    }

    /// The revision of the site's stream; none before it is learnt.
    pub fn rev(self) -> Option<Rev> {
        self.site.with_value(|site| (!site.epoch().0.is_empty()).then_some(site.rev()))
    }

    /// Begins the stream anew at a head. What is shown stays until it is told again: everyone is asked for, since what
    /// changed before the head is not.
    pub fn start(self, epoch: Epoch, rev: Rev) {
        self.site.set_value(SiteState::starting(epoch, rev));
        self.want_all();
    }

    /// People of whom nothing is known are to be asked for.
    pub fn want(self, ids: impl IntoIterator<Item = UserId>) {
        self.wanted.update_value(|wanted| ids.into_iter().for_each(|id| _ = wanted.insert(id, ())));
    }

    fn want_all(self) {
        self.want(self.persons.with_value(|persons| persons.keys().copied().collect::<Vec<_>>()));
    }

    /// Adds people told by a page.
    pub fn add(self, users: &[User]) {
        self.site.update_value(|site| site.add_users(users));
        self.tell(users);
    }

    /// Applies a span of the site's stream; where it leaves a hole, everyone is asked for again.
    pub fn apply(self, changes: &SiteChanges) {
        match self.site.try_update_value(|site| site.apply(changes)).unwrap_or(Outcome::Known) {
            Outcome::Applied | Outcome::Known => {}
            Outcome::Reset => self.want_all(),
            Outcome::Gap { .. } | Outcome::OtherEpoch => self.start(changes.epoch.clone(), changes.rev),
        }
        self.add(&changes.users);
    }

    /// Presence told by the server.
    pub fn present(self, items: Vec<Presence>) {
        for presence in items {
            self.person(presence.user_id).presence.set(Some(presence));
        }
    }

    /// The connection was lost: nobody's presence is known.
    pub fn absent(self) {
        let all: Vec<Person> = self.persons.with_value(|persons| persons.values().cloned().collect());
        for person in all.iter().filter(|person| person.presence.with_untracked(Option::is_some)) {
            person.presence.set(None);
        }
    }

    fn tell(self, users: &[User]) {
        for told in users {
            let held = self.site.with_value(|site| site.user(told.id).cloned());
            let person = self.person(told.id);
            if held.is_some() && person.user.with_untracked(|shown| *shown != held) {
                person.user.set(held);
            }
        }
    }
}

#[cfg(test)]
#[path = "people_tests.rs"]
mod tests;
