//! What others send in Slack's shape, as Markdown: so that what already reports somewhere can report here.

mod blocks;
mod mrkdwn;

use serde::Deserialize;
use types::limits;

pub use mrkdwn::markdown;

/// An incoming webhook's payload. What is not named here is passed over, as Slack passes over what it does not know.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Payload {
    text: Option<String>,
    username: Option<String>,
    icon_emoji: Option<String>,
    blocks: Vec<serde_json::Value>,
    attachments: Vec<Attachment>,
    mrkdwn: Option<bool>,
}

/// A part set apart from the text.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Attachment {
    pretext: Option<String>,
    author_name: Option<String>,
    title: Option<String>,
    title_link: Option<String>,
    text: Option<String>,
    fallback: Option<String>,
    footer: Option<String>,
    fields: Vec<Field>,
    blocks: Vec<serde_json::Value>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Field {
    title: Option<String>,
    value: Option<String>,
}

impl Payload {
    /// The message it makes, as Markdown; empty if it says nothing. `name` is what its account is called: another name
    /// in the payload stands at the message's head.
    pub fn body(&self, name: &str) -> String {
        let mut parts = Vec::new();
        let said = if self.blocks.is_empty() { self.said() } else { blocks::markdown(&self.blocks) };
        parts.push(if said.is_empty() { self.said() } else { said });
        parts.extend(self.attachments.iter().map(Attachment::markdown));
        parts.retain(|part| !part.trim().is_empty());
        if parts.is_empty() {
            return String::new();
        }
        if let Some(head) = self.head(name) {
            parts.insert(0, head);
        }
        shortened(parts.join("\n\n"))
    }

    fn said(&self) -> String {
        let text = self.text.as_deref().unwrap_or_default();
        if self.mrkdwn == Some(false) { mrkdwn::literal(text) } else { markdown(text) }
    }

    fn head(&self, name: &str) -> Option<String> {
        let username = self.username.as_deref().map(str::trim).filter(|other| !other.is_empty() && *other != name)?;
        let icon = self.icon_emoji.as_deref().filter(|icon| icon.starts_with(':')).map(|icon| format!("{icon} "));
        Some(format!("{}**{}**", icon.unwrap_or_default(), mrkdwn::literal(username)))
    }
}

impl Attachment {
    fn markdown(&self) -> String {
        let mut lines = Vec::new();
        let text = |text: &Option<String>| text.as_deref().map(markdown).filter(|text| !text.trim().is_empty());
        let mut quoted = Vec::new();
        quoted.extend(self.author_name.as_deref().map(mrkdwn::literal));
        if let Some(title) = self.title.as_deref().filter(|title| !title.trim().is_empty()) {
            let title = mrkdwn::literal(title);
            quoted.push(match self.title_link.as_deref().map(mrkdwn::address) {
                Some(link) => format!("**[{title}]({link})**"),
                None => format!("**{title}**"),
            });
        }
        quoted.extend(text(&self.text));
        for field in &self.fields {
            let (title, value) = (field.title.as_deref().unwrap_or_default(), text(&field.value).unwrap_or_default());
            quoted.push(match title.trim() {
                "" => value,
                title => format!("**{}:** {value}", mrkdwn::literal(title)),
            });
        }
        let inner = blocks::markdown(&self.blocks);
        quoted.extend(Some(inner).filter(|inner| !inner.is_empty()));
        quoted.extend(self.footer.as_deref().map(|footer| format!("_{}_", mrkdwn::literal(footer))));
        if quoted.is_empty() {
            quoted.extend(text(&self.fallback));
        }
        lines.extend(text(&self.pretext));
        if !quoted.is_empty() {
            lines.push(quoted.join("\n").lines().map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n"));
        }
        lines.join("\n\n")
    }
}

/// Cut to what a message may hold: who reports can't be asked to write less.
fn shortened(mut body: String) -> String {
    const MORE: &str = "…";
    if body.chars().count() > limits::BODY_MAX_CHARS {
        body = body.chars().take(limits::BODY_MAX_CHARS - 1).chain(MORE.chars()).collect();
    }
    if body.len() > limits::BODY_MAX_BYTES {
        let mut end = limits::BODY_MAX_BYTES - MORE.len();
        while !body.is_char_boundary(end) {
            end -= 1;
        }
        body.truncate(end);
        body.push_str(MORE);
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(json: &str) -> String {
        serde_json::from_str::<Payload>(json).unwrap().body("CI")
    }

    #[test]
    fn text_alone_is_the_message() {
        assert_eq!(
            body(r#"{"text":"*Build* <https://ci.example.org/7|#7> passed"}"#),
            "**Build** [#7](https://ci.example.org/7) passed"
        );
        assert_eq!(body(r#"{"text":"2 * 3 * 4","mrkdwn":false}"#), r"2 \* 3 \* 4");
        assert_eq!(body(r#"{"text":"  "}"#), "");
        assert_eq!(body("{}"), "");
    }

    #[test]
    fn another_name_stands_at_the_head() {
        assert_eq!(body(r#"{"text":"hi","username":"deploy","icon_emoji":":rocket:"}"#), ":rocket: **deploy**\n\nhi");
        assert_eq!(body(r#"{"text":"hi","username":"CI"}"#), "hi");
    }

    #[test]
    fn blocks_stand_in_place_of_the_text() {
        let blocks = r#"{"text":"fallback","blocks":[
            {"type":"header","text":{"type":"plain_text","text":"Deploy"}},
            {"type":"section","text":{"type":"mrkdwn","text":"to *production*"},"fields":[
                {"type":"mrkdwn","text":"*By*\nMina"},{"type":"plain_text","text":"v1.2"}]},
            {"type":"divider"},
            {"type":"image","image_url":"https://x.example/a.png","alt_text":"a graph"},
            {"type":"context","elements":[{"type":"mrkdwn","text":"took _3 s_"},{"type":"image","image_url":"https://x.example/b.png","alt_text":"icon"}]},
            {"type":"actions","elements":[]}]}"#;
        assert_eq!(
            body(blocks),
            "### Deploy\n\nto **production**\n\n**By**\nMina\nv1.2\n\n---\n\n[a graph](https://x.example/a.png)\n\ntook _3 s_ icon"
        );
        assert_eq!(body(r#"{"text":"fallback","blocks":[{"type":"video"}]}"#), "fallback");
    }

    #[test]
    fn attachments_are_set_apart() {
        let attachments = r#"{"attachments":[{"fallback":"never","pretext":"Alert","title":"Disk full","title_link":"https://x.example/1",
            "text":"on *db1*","fields":[{"title":"Used","value":"98 %","short":true}],"footer":"monitor"}]}"#;
        assert_eq!(
            body(attachments),
            "Alert\n\n> **[Disk full](https://x.example/1)**\n> on **db1**\n> **Used:** 98 %\n> _monitor_"
        );
        assert_eq!(body(r#"{"attachments":[{"fallback":"only this"}]}"#), "> only this");
    }

    #[test]
    fn what_is_too_long_is_cut() {
        let long = format!(r#"{{"text":"{}"}}"#, "ä".repeat(9_000));
        let cut = body(&long);
        assert_eq!(cut.chars().count(), limits::BODY_MAX_CHARS);
        assert!(cut.ends_with('…'));
        assert!(body(&format!(r#"{{"text":"{}"}}"#, "𝄞".repeat(8_500))).len() <= limits::BODY_MAX_BYTES);
    }
}
