//! Random walks: whatever happens to the room, and however frames are lost, doubled and turned round, what a client
//! holds in the end is what a fresh read of the server gives.

use std::collections::{BTreeSet, VecDeque};

use proptest::prelude::*;
use types::*;

use super::model::{Act, Server};
use super::room_id;
use crate::{Asked, Outcome, RoomState, Window};

#[derive(Debug, Clone)]
enum Step {
    Act(Act),
    Deliver,
    Lose,
    Double,
    Swap,
    Heal(usize),
    /// Older, newer, newest or around some message; read this many acts ago.
    Page(Page, usize, usize),
    Reset(usize),
    Narrow(usize),
    /// Keeps what lies between two messages that are held.
    Cut(usize, usize),
    /// Goes to the newest rows, if they are known; or on to them, if nothing lies between.
    End(bool),
    Rest(usize),
}

#[derive(Debug, Clone)]
enum Page {
    Older,
    Newer,
    Newest,
    Around(usize),
    /// Of the thread of some message.
    Thread(usize, bool),
}

fn act() -> impl Strategy<Value = Act> {
    let who = 0..4u8;
    let role = prop_oneof![Just(RoomRole::Member), Just(RoomRole::Moderator), Just(RoomRole::Admin)];
    prop_oneof![
        8 => who.clone().prop_map(Act::Post),
        4 => (any::<usize>(), who.clone(), any::<bool>()).prop_map(|(pick, who, shown)| Act::Reply(pick, who, shown)),
        6 => (any::<usize>(), 0..3u8, who.clone(), any::<bool>())
            .prop_map(|(pick, emoji, who, standing)| Act::React(pick, emoji, who, standing)),
        3 => any::<usize>().prop_map(Act::Edit),
        2 => any::<usize>().prop_map(Act::Delete),
        1 => who.clone().prop_map(Act::Join),
        1 => who.clone().prop_map(Act::Leave),
        1 => (who, role).prop_map(|(who, role)| Act::Role(who, role)),
        1 => any::<u8>().prop_map(Act::Rename),
        1 => any::<bool>().prop_map(Act::Archive),
        1 => (0..3usize).prop_map(Act::Retain),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let limit = 1..12usize;
    let page = prop_oneof![
        3 => Just(Page::Older),
        2 => Just(Page::Newer),
        1 => Just(Page::Newest),
        1 => any::<usize>().prop_map(Page::Around),
        2 => (any::<usize>(), any::<bool>()).prop_map(|(pick, older)| Page::Thread(pick, older)),
    ];
    prop_oneof![
        10 => act().prop_map(Step::Act),
        8 => Just(Step::Deliver),
        1 => Just(Step::Lose),
        1 => Just(Step::Double),
        1 => Just(Step::Swap),
        1 => limit.clone().prop_map(Step::Heal),
        3 => (page, limit.clone(), 0..20usize).prop_map(|(page, limit, ago)| Step::Page(page, limit, ago)),
        1 => limit.clone().prop_map(Step::Reset),
        1 => limit.clone().prop_map(Step::Narrow),
        2 => (any::<usize>(), any::<usize>()).prop_map(|(from, to)| Step::Cut(from, to)),
        1 => any::<bool>().prop_map(Step::End),
        1 => limit.prop_map(Step::Rest),
    ]
}

/// A client, the server as it was after every act, and the frames on their way.
struct Walk {
    state: RoomState,
    past: Vec<Server>,
    wire: VecDeque<Changes>,
}

impl Walk {
    fn server(&self) -> &Server {
        self.past.last().unwrap()
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Act(act) => {
                let mut server = self.server().clone();
                self.wire.extend(server.act(act));
                self.past.push(server);
            }
            Step::Deliver => {
                if let Some(frame) = self.wire.pop_front()
                    && let Outcome::Gap { since } = self.state.apply(&frame)
                {
                    let feed = self.server().feed(since, 3);
                    assert_ne!(self.state.apply(&feed), Outcome::Gap { since });
                }
            }
            Step::Lose => drop(self.wire.pop_front()),
            Step::Double => self.wire.extend(self.wire.front().cloned()),
            Step::Swap if self.wire.len() > 1 => self.wire.swap(0, 1),
            Step::Swap => {}
            Step::Heal(limit) => self.heal(*limit),
            Step::Page(page, limit, ago) => self.page(page, *limit, *ago),
            Step::Reset(limit) => self.wire.push_back(self.server().reset(*limit)),
            Step::Narrow(count) => {
                self.state.keep_newest(*count);
                assert!(self.state.messages().count() <= *count);
            }
            Step::Cut(from, to) => self.cut(*from, *to),
            Step::End(jump) => {
                let known = self.state.newest().is_some();
                let there = if *jump { self.state.show_newest() } else { self.state.reach_newest() };
                assert!(there || !(known && *jump));
                assert!(!there || self.state.window().is_none_or(Window::at_end));
            }
            Step::Rest(count) => {
                self.state.rest(*count);
                assert!(self.state.messages().count() <= *count);
            }
        }
    }

    fn cut(&mut self, from: usize, to: usize) {
        let held: Vec<Seq> = self.state.messages().map(|message| message.seq).collect();
        if held.is_empty() {
            return;
        }
        let (from, to) = (from % held.len(), to % held.len());
        let (from, to) = (from.min(to), from.max(to));
        self.state.keep(held[from], held[to]);
        assert_eq!(self.state.messages().map(|message| message.seq).collect::<Vec<_>>(), held[from..=to]);
        if let Some(newest) = self.state.newest() {
            assert!(newest.at_end());
        }
    }

    /// Asks the feed until it says that there is no more.
    fn heal(&mut self, limit: usize) {
        loop {
            let feed = self.server().feed(self.state.rev(), limit);
            assert!(matches!(self.state.apply(&feed), Outcome::Applied | Outcome::Known));
            if !feed.more {
                return;
            }
        }
    }

    /// Adds a page read some acts ago, and completes it if it asks for that.
    fn page(&mut self, page: &Page, limit: usize, ago: usize) {
        let then = &self.past[self.past.len().saturating_sub(1 + ago)];
        let window = self.state.window();
        let asked = match page {
            Page::Older => window.and_then(|window| window.previous()).map_or(Asked::Newest, Asked::Before),
            Page::Newer => window.and_then(|window| window.next()).map_or(Asked::Newest, Asked::After),
            Page::Newest => Asked::Newest,
            Page::Around(pick) => Asked::Around(then.some_message(*pick)),
            Page::Thread(pick, older) => return self.thread_page(then.some_root(*pick), *older, limit, ago),
        };
        let since = self.state.add_page(&then.page(None, asked, limit), asked);
        self.complete(since, limit);
    }

    fn thread_page(&mut self, root: MessageId, older: bool, limit: usize, ago: usize) {
        let then = &self.past[self.past.len().saturating_sub(1 + ago)];
        let window = self.state.thread_window(root).filter(|_| older);
        let asked = window.and_then(|window| window.previous()).map_or(Asked::Newest, Asked::Before);
        let page = then.page(Some(root), asked, limit);
        let since = self.state.add_thread_page(root, &page, asked);
        self.complete(since, limit);
    }

    fn complete(&mut self, mut since: Option<Rev>, limit: usize) {
        while let Some(rev) = since {
            since = self.state.complete(&self.server().feed(rev, limit));
        }
    }

    /// The window holds what the server has there, and nothing held is old.
    fn check(&self) {
        let (state, server) = (&self.state, self.server());
        assert_eq!(state.rev(), server.rev);
        let Some(window) = state.window() else { return };
        let rows = |window: Window| server.messages.range(window.range()).map(|(_, row)| row.clone());
        let messages: Vec<_> = rows(window).filter(|row| row.in_room).collect();
        assert_eq!(state.messages().cloned().collect::<Vec<_>>(), messages);
        self.check_reactions(&messages, false);
        let roots: BTreeSet<_> = server.messages.values().filter_map(|row| row.thread_root_id).collect();
        for root in roots {
            let Some(window) = state.thread_window(root) else { continue };
            let replies: Vec<_> = rows(window).filter(|row| row.thread_root_id == Some(root)).collect();
            assert_eq!(state.replies(root).cloned().collect::<Vec<_>>(), replies);
            self.check_reactions(&replies, false);
        }
        let mut end = state.clone();
        if let Some(newest) = end.newest().filter(|_| end.show_newest()) {
            let newest: Vec<_> = rows(newest).filter(|row| row.in_room).collect();
            assert_eq!(end.messages().cloned().collect::<Vec<_>>(), newest);
        }
        let events: Vec<_> = server.events.range(window.range()).map(|(_, row)| row.clone()).collect();
        assert_eq!(state.events().cloned().collect::<Vec<_>>(), events);
        for (id, member) in state.members() {
            assert_eq!(Some(member), server.members.get(id));
        }
        if let Some(room) = state.room() {
            assert_eq!(room, &server.room);
        }
    }
}

impl Walk {
    /// Numbers are right, and so are the people that are known. `whole`: all of them are.
    fn check_reactions(&self, messages: &[Message], whole: bool) {
        for message in messages {
            let held = self.state.reactions(message.id);
            for emoji in (0..3_u8).map(|emoji| format!("emoji {emoji}")) {
                let alive = message.deleted_at.is_none();
                let people = if alive { self.server().people_of(message.id, &emoji) } else { vec![] };
                let reacted = held.iter().find(|reacted| reacted.emoji == emoji);
                assert_eq!(reacted.map_or(0, |reacted| reacted.count), people.len() as i64, "{emoji} of {message:?}");
                let Some(reacted) = reacted else { continue };
                assert!(reacted.user_ids.iter().all(|id| people.contains(id)), "{reacted:?} {people:?}");
                if whole {
                    assert_eq!(reacted.user_ids, people);
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_mirror_fed_with_lost_doubled_and_turned_frames_is_a_fresh_read(
        acts in prop::collection::vec(prop_oneof![
            3 => act().prop_map(Step::Act),
            2 => Just(Step::Deliver),
            1 => prop_oneof![Just(Step::Lose), Just(Step::Double), Just(Step::Swap), (1..9usize).prop_map(Step::Heal)],
        ], 200..300),
        limit in 1..40usize,
    ) {
        let mut walk = Walk { state: RoomState::new(room_id()), past: vec![Server::new()], wire: VecDeque::new() };
        walk.heal(limit);
        acts.iter().for_each(|step| walk.take(step));
        while !walk.wire.is_empty() {
            walk.take(&Step::Deliver);
        }
        walk.heal(limit);
        walk.check();
        prop_assert!(walk.state.members().iter().eq(&walk.server().members));
        prop_assert_eq!(walk.state.room(), Some(&walk.server().room));
        prop_assert!(walk.state.window().unwrap().previous().is_none());
        walk.check_reactions(&walk.server().messages.values().cloned().collect::<Vec<_>>(), true);
    }

    #[test]
    fn a_window_on_the_room_holds_what_a_fresh_read_gives_there(
        before in prop::collection::vec(act(), 0..60),
        steps in prop::collection::vec(step(), 200..300),
        limit in 1..12usize,
    ) {
        let mut walk = Walk { state: RoomState::new(room_id()), past: vec![Server::new()], wire: VecDeque::new() };
        before.into_iter().for_each(|act| walk.take(&Step::Act(act)));
        walk.wire.clear();
        walk.page(&Page::Newest, limit, 0);
        for step in &steps {
            walk.take(step);
            if matches!(step, Step::Heal(_)) {
                walk.check();
            }
        }
        while !walk.wire.is_empty() {
            walk.take(&Step::Deliver);
        }
        walk.heal(limit);
        walk.check();
    }

    #[test]
    fn the_feed_since_any_revision_brings_a_mirror_of_it_up_to_date(
        acts in prop::collection::vec(act(), 200..240),
        limit in 1..60usize,
    ) {
        let mut server = Server::new();
        let mut mirrors = vec![];
        let mut mirror = RoomState::new(room_id());
        let _ = mirror.apply(&server.feed(0, usize::MAX));
        for act in &acts {
            mirrors.push(mirror.clone());
            if let Some(changes) = server.act(act) {
                prop_assert_eq!(mirror.apply(&changes), Outcome::Applied);
            }
        }
        for old in mirrors.into_iter().step_by(7) {
            let mut walk = Walk { state: old, past: vec![server.clone()], wire: VecDeque::new() };
            walk.heal(limit);
            walk.check();
            prop_assert_eq!(walk.state.members(), mirror.members());
        }
    }
}
