//! The names of things in Redis. All begin with the epoch of the database, so that two sites may share one Redis, and
//! so that revisions of a history that was put back are never taken for today's.

use types::{Epoch, RoomId, UserId};
use uuid::Uuid;

use crate::realtime::Topic;

/// The channels and keys of one database.
pub(super) struct Channels {
    prefix: String,
}

impl Channels {
    pub(super) fn of(epoch: &Epoch) -> Channels {
        Channels { prefix: format!("confab:{}:", epoch.0) }
    }

    /// What every node listens to.
    pub(super) fn all(&self) -> String {
        format!("{}all", self.prefix)
    }

    /// What nodes listen to where somebody listens to the topic. The site's rows go to everyone.
    pub(super) fn of_topic(&self, topic: Topic) -> String {
        match topic {
            Topic::Room(RoomId(id)) => format!("{}room:{id}", self.prefix),
            Topic::Me(UserId(id)) => format!("{}me:{id}", self.prefix),
            Topic::Site => self.all(),
        }
    }

    /// The topic whose rows a channel carries.
    pub(super) fn topic(&self, channel: &str) -> Option<Topic> {
        match channel.strip_prefix(&self.prefix)?.split_once(':') {
            None => Some(Topic::Site),
            Some(("room", id)) => Uuid::try_parse(id).ok().map(|id| Topic::Room(RoomId(id))),
            Some(("me", id)) => Uuid::try_parse(id).ok().map(|id| Topic::Me(UserId(id))),
            Some(_) => None,
        }
    }

    /// Where tries are counted.
    pub(super) fn counter(&self, name: &str) -> String {
        format!("{}limit:{name}", self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_leads_back_to_its_topic() {
        let (ours, other) = (Channels::of(&Epoch("a".into())), Channels::of(&Epoch("b".into())));
        let id = Uuid::now_v7();
        for topic in [Topic::Room(RoomId(id)), Topic::Me(UserId(id)), Topic::Site] {
            assert_eq!(ours.topic(&ours.of_topic(topic)), Some(topic));
            assert_eq!(other.topic(&ours.of_topic(topic)), None);
        }
        assert_eq!(ours.topic("confab:a:room:x"), None);
    }
}
