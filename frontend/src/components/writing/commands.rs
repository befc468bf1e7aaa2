//! Commands: what a message that begins with `/` does instead of being said.

use crate::i18n::{Key as Text, fill, t};

/// A command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Says what one does: the message is sent as it is, and shown so.
    Me,
    /// Ends what one says with a shrug.
    Shrug,
    /// Changes the topic.
    Topic,
    /// Adds somebody to the room.
    Invite,
    /// Leaves the room.
    Leave,
    /// Asks the room something.
    Poll,
    /// Reminds me of something at a moment to come.
    Remind,
}

/// What a shrug is in Markdown.
const SHRUG: &str = r"¯\\\_(ツ)\_/¯";

impl Command {
    /// All of them, by name.
    pub const ALL: [Self; 7] =
        [Self::Invite, Self::Leave, Self::Me, Self::Poll, Self::Remind, Self::Shrug, Self::Topic];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Me => "me",
            Self::Shrug => "shrug",
            Self::Topic => "topic",
            Self::Invite => "invite",
            Self::Leave => "leave",
            Self::Poll => "poll",
            Self::Remind => "remind",
        }
    }

    /// What it does.
    pub const fn does(self) -> Text {
        match self {
            Self::Me => Text::CommandMe,
            Self::Shrug => Text::CommandShrug,
            Self::Topic => Text::CommandTopic,
            Self::Invite => Text::CommandInvite,
            Self::Leave => Text::CommandLeave,
            Self::Poll => Text::CommandPoll,
            Self::Remind => Text::CommandRemind,
        }
    }

    /// How it is to be written.
    pub fn lacks(self) -> Option<String> {
        let needs = self.needs().map_or("", t);
        Some(fill(t(Text::CommandNeeds), &[("name", self.name()), ("needs", needs)]))
    }

    /// What stands behind it.
    pub const fn needs(self) -> Option<Text> {
        match self {
            Self::Me => Some(Text::CommandMeNeeds),
            Self::Topic | Self::Shrug => Some(Text::CommandTextNeeds),
            Self::Invite => Some(Text::CommandInviteNeeds),
            Self::Poll => Some(Text::CommandPollNeeds),
            Self::Remind => Some(Text::CommandRemindNeeds),
            Self::Leave => None,
        }
    }
}

/// What a text is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order<'a> {
    /// To be said as it is, or in other words.
    Say(String),
    /// To be done, with what stands behind the command.
    Do(Command, &'a str),
    /// It lacks what the command needs.
    Lacks(Command),
    /// Nobody knows this command.
    Unknown(&'a str),
}

/// Reads what a text is to do.
pub fn order(text: &str) -> Order<'_> {
    let say = || Order::Say(text.to_owned());
    let Some(rest) = text.strip_prefix('/') else { return say() };
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let (name, behind) = rest.split_at(end);
    let behind = behind.trim();
    // `/usr/bin`, `//`, `/ ` are no commands.
    if name.is_empty() || !name.chars().all(|letter| letter.is_ascii_alphabetic()) {
        return say();
    }
    let Some(command) = Command::ALL.into_iter().find(|command| command.name() == name) else {
        return Order::Unknown(name);
    };
    match command {
        Command::Shrug if behind.is_empty() => Order::Say(SHRUG.to_owned()),
        Command::Shrug => Order::Say([behind, " ", SHRUG].concat()),
        Command::Me | Command::Invite | Command::Topic if behind.is_empty() => Order::Lacks(command),
        Command::Remind if reminder(behind).is_none() => Order::Lacks(command),
        Command::Me => say(),
        _ => Order::Do(command, behind),
    }
}

/// How long from now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ahead {
    /// So many minutes.
    Minutes(i32),
    /// In the morning of the day so many days from now.
    Days(u32),
}

/// When to be reminded, and of what: `20m Water the plants`, `2h …`, `3d …`, `tomorrow …`.
pub fn reminder(text: &str) -> Option<(Ahead, &str)> {
    let (when, what) = text.trim().split_once(char::is_whitespace)?;
    let what = what.trim();
    if when.eq_ignore_ascii_case("tomorrow") || when.eq_ignore_ascii_case("morgen") {
        return Some((Ahead::Days(1), what));
    }
    let (number, unit) = when.split_at(when.find(|letter: char| !letter.is_ascii_digit())?);
    // A year at most, as the server has it.
    let number = number.parse::<u16>().ok().filter(|number| (1..=365 * 24).contains(number))?;
    let ahead = match unit {
        "m" | "min" => Ahead::Minutes(number.into()),
        "h" => Ahead::Minutes(i32::from(number) * 60),
        "d" if number <= 365 => Ahead::Days(number.into()),
        _ => return None,
    };
    Some((ahead, what)).filter(|(_, what)| !what.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reminder_has_a_moment_and_something_to_be_reminded_of() {
        assert_eq!(reminder("20m Water the plants"), Some((Ahead::Minutes(20), "Water the plants")));
        assert_eq!(reminder("2h  Tea"), Some((Ahead::Minutes(120), "Tea")));
        assert_eq!(reminder("3d Pay"), Some((Ahead::Days(3), "Pay")));
        assert_eq!(reminder("tomorrow Call Ada"), Some((Ahead::Days(1), "Call Ada")));
        for lacking in ["", "20m", "20m ", "soon Tea", "0m Tea", "20x Tea", "ä Tea", "999999999d Tea"] {
            assert_eq!(reminder(lacking), None, "{lacking}");
        }
        assert_eq!(order("/remind me"), Order::Lacks(Command::Remind));
        assert_eq!(order("/remind 1h Tea"), Order::Do(Command::Remind, "1h Tea"));
    }

    #[test]
    fn commands_are_told_from_texts() {
        assert_eq!(order("hello"), Order::Say("hello".into()));
        assert_eq!(order("/usr/bin/env"), Order::Say("/usr/bin/env".into()));
        assert_eq!(order("/me waves"), Order::Say("/me waves".into()));
        assert_eq!(order("/topic  Winter concert "), Order::Do(Command::Topic, "Winter concert"));
        assert_eq!(order("/topic"), Order::Lacks(Command::Topic));
        assert_eq!(order("/invite @mina"), Order::Do(Command::Invite, "@mina"));
        assert_eq!(order("/invite "), Order::Lacks(Command::Invite));
        assert_eq!(order("/poll"), Order::Do(Command::Poll, ""));
        assert_eq!(order("/dance now"), Order::Unknown("dance"));
        assert_eq!(order(" /leave"), Order::Say(" /leave".into()));
    }

    #[test]
    fn a_shrug_keeps_both_arms() {
        let Order::Say(said) = order("/shrug no idea") else { panic!("a shrug is said") };
        let shown = markup::plain(&markup::parse(&said), 100, markup::Spoilers::Shown);
        assert_eq!(shown, r"no idea ¯\_(ツ)_/¯");
    }
}
