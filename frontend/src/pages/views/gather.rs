//! Gathers everything since I left: of each room and thread the messages above my mark, and those below it that became
//! others since.
//!
//! A message's place is the revision at which it came, and my mark is a place: so a row below the mark whose revision lies
//! above it was touched after what I read last. The room's own feed tells these. Whether it was its text that changed is
//! told by the time: it was edited or deleted after the message at the mark came. What I saw change while I was there is
//! shown as well, until I read on: better twice than never.

use futures_util::future::{LocalBoxFuture, join_all};
use leptos::prelude::GetUntracked;
use sync::Asked;
use types::{Message, MessageId, MyRoom, MyThread, RoomId, Seq, Time, limits};

use crate::api::{self, Failure};
use crate::state::State;

/// Rooms and threads that are asked for at once.
const TOGETHER: usize = 6;
/// Groups that are gathered; the rest comes when these are done.
const MOST: usize = 30;

/// What is new in one room or thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The room.
    pub room: RoomId,
    /// The thread's first message.
    pub root: Option<Message>,
    /// Whether something of it is for me.
    pub for_me: bool,
    /// The messages above my mark, oldest first.
    pub messages: Vec<Message>,
    /// Those below it that were edited or deleted since.
    pub changed: Vec<Message>,
    /// Whether more lie above.
    pub more: bool,
    /// Up to where I have read when all this is done.
    pub end: Seq,
}

impl Group {
    /// What the group is known by.
    pub fn key(&self) -> (RoomId, Option<MessageId>) {
        (self.room, self.root.as_ref().map(|root| root.id))
    }

    /// When the oldest of it came.
    fn begins(&self) -> Option<Time> {
        self.messages.first().map(|message| message.created_at)
    }
}

/// What is new everywhere: what is for me first, then the oldest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gathered {
    /// The groups.
    pub groups: Vec<Group>,
    /// Whether more were left for later.
    pub more: bool,
}

/// Gathers it.
pub async fn gather(state: State) -> Result<Gathered, Failure> {
    let rooms = new_rooms(state);
    let threads = api::list_threads(true, None).await?;
    state.people.add(&threads.users);
    let more = rooms.len() + threads.items.len() > MOST;
    let rooms = rooms.into_iter().map(|item| -> LocalBoxFuture<'static, _> { Box::pin(of_room(state, item)) });
    let threads =
        threads.items.into_iter().map(|thread| -> LocalBoxFuture<'static, _> { Box::pin(of_thread(state, thread)) });
    let mut asked: Vec<_> = threads.chain(rooms).take(MOST).collect();
    let mut groups = Vec::new();
    while !asked.is_empty() {
        let some: Vec<_> = asked.drain(..TOGETHER.min(asked.len())).collect();
        for group in join_all(some).await {
            groups.extend(group?);
        }
    }
    groups.sort_by_key(|group: &Group| (!group.for_me, group.begins()));
    Ok(Gathered { groups, more })
}

/// My rooms with something new; of quiet ones only what names me.
fn new_rooms(state: State) -> Vec<MyRoom> {
    let mut rooms = state.rooms.all_now();
    rooms.retain(|item| if item.muted { item.mentions > 0 } else { item.unread > 0 });
    rooms.sort_by_key(|item| (!for_me(item), item.last_seq));
    rooms
}

fn for_me(item: &MyRoom) -> bool {
    crate::state::for_me(item) > 0
}

async fn of_room(state: State, item: MyRoom) -> Result<Option<Group>, Failure> {
    let room = item.room.id;
    let page = api::messages(room, None, Asked::After(item.read_seq), limits::PAGE_DEFAULT).await?;
    state.people.add(&page.users);
    let changed = changed(state, room, item.read_seq).await?;
    let last = page.items.last().map_or(0, |message| message.seq);
    // Answers in threads have places among the messages too: to the end is to the room's last place.
    let end = if page.next.is_some() { last } else { last.max(item.last_seq) };
    let group = Group {
        room,
        root: None,
        for_me: for_me(&item),
        messages: page.items,
        changed,
        more: page.next.is_some(),
        end,
    };
    Ok(Some(group).filter(|group| !group.messages.is_empty() || !group.changed.is_empty()))
}

async fn of_thread(state: State, thread: MyThread) -> Result<Option<Group>, Failure> {
    let (room, root) = (thread.root.room_id, thread.root);
    let page = api::messages(room, Some(root.id), Asked::After(thread.read_seq), limits::PAGE_DEFAULT).await?;
    state.people.add(&page.users);
    let end = page.items.last().map_or(thread.read_seq, |message| message.seq);
    let (for_me, more) = (thread.mentions > 0, page.next.is_some());
    let group = Group { room, root: Some(root), for_me, messages: page.items, changed: Vec::new(), more, end };
    Ok(Some(group).filter(|group| !group.messages.is_empty()))
}

/// The messages that I had read and that were edited or deleted since.
async fn changed(state: State, room: RoomId, mark: Seq) -> Result<Vec<Message>, Failure> {
    if mark == 0 {
        return Ok(Vec::new());
    }
    let touched = api::changes(room, mark).await?;
    let me = state.me.get_untracked();
    let mut below: Vec<Message> = touched.messages.into_iter().filter(|message| message.seq <= mark).collect();
    below.retain(|message| Some(message.author_id) != me && since(message).is_some());
    if below.is_empty() {
        return Ok(below);
    }
    let last = api::messages(room, None, Asked::Before(mark + 1), 1).await?;
    if let Some(read) = last.items.last().map(|message| message.created_at) {
        below.retain(|message| since(message).is_some_and(|at| at > read));
    }
    below.sort_by_key(|message| message.seq);
    Ok(below)
}

/// When it last became another.
fn since(message: &Message) -> Option<Time> {
    message.deleted_at.or(message.edited_at)
}
