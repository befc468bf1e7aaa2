//! Slack's blocks reduced to Markdown: what can be read is kept, what can be pressed is not.

use serde_json::Value;

use super::mrkdwn::{address, literal, markdown as marked};

/// Lists in lists and the like are followed so deep.
const DEPTH: usize = 8;

/// The blocks one below the other.
pub(super) fn markdown(blocks: &[Value]) -> String {
    let parts: Vec<String> = blocks.iter().map(block).filter(|part| !part.trim().is_empty()).collect();
    parts.join("\n\n")
}

fn block(block: &Value) -> String {
    match kind(block) {
        "header" => match text(block.get("text")) {
            text if text.is_empty() => text,
            text => format!("### {}", text.replace('\n', " ")),
        },
        "section" => {
            let fields = items(block, "fields").map(|field| text(Some(field))).collect::<Vec<_>>().join("\n");
            let parts = [text(block.get("text")), fields];
            parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
        }
        "divider" => "---".into(),
        "image" => image(block),
        "context" => {
            let part = |element: &Value| match kind(element) {
                "image" => literal(string(element, "alt_text")),
                _ => text(Some(element)),
            };
            items(block, "elements").map(part).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
        }
        "markdown" => string(block, "text").to_owned(),
        "rich_text" => items(block, "elements").map(|element| rich(element, 0)).collect::<Vec<_>>().join("\n"),
        _ => String::new(),
    }
}

/// A picture is a link with its words: nothing is fetched from elsewhere.
fn image(block: &Value) -> String {
    let alt = literal(string(block, "alt_text"));
    match string(block, "image_url") {
        "" => alt,
        url if alt.is_empty() => url.to_owned(),
        url => format!("[{alt}]({})", address(url)),
    }
}

/// A text object.
fn text(object: Option<&Value>) -> String {
    let Some(object) = object else { return String::new() };
    match (object, kind(object)) {
        (Value::String(text), _) => marked(text),
        (_, "mrkdwn") => marked(string(object, "text")),
        _ => literal(string(object, "text")),
    }
}

/// A part of a rich text.
fn rich(element: &Value, depth: usize) -> String {
    if depth > DEPTH {
        return String::new();
    }
    let inside = || items(element, "elements").map(|part| rich(part, depth + 1)).collect::<String>();
    match kind(element) {
        "rich_text_section" => inside(),
        "rich_text_quote" => inside().lines().map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n"),
        "rich_text_preformatted" => {
            let code: String = items(element, "elements").map(|part| string(part, "text")).collect();
            format!("```\n{code}\n```")
        }
        "rich_text_list" => {
            let ordered = string(element, "style") == "ordered";
            let indent = element.get("indent").and_then(Value::as_u64).unwrap_or_default().min(DEPTH as u64) as usize;
            let line = |(number, item): (usize, &Value)| {
                let mark = if ordered { format!("{}.", number + 1) } else { "-".into() };
                format!("{}{mark} {}", "   ".repeat(indent), rich(item, depth + 1))
            };
            items(element, "elements").enumerate().map(line).collect::<Vec<_>>().join("\n")
        }
        "text" => styled(string(element, "text"), element.get("style")),
        "link" => {
            let url = string(element, "url");
            match string(element, "text") {
                "" => url.to_owned(),
                words => format!("[{}]({})", literal(words), address(url)),
            }
        }
        "emoji" => format!(":{}:", string(element, "name")),
        "user" => string(element, "user_id").to_owned(),
        "channel" => string(element, "channel_id").to_owned(),
        "usergroup" => string(element, "usergroup_id").to_owned(),
        "broadcast" => string(element, "range").to_owned(),
        _ => String::new(),
    }
}

fn styled(text: &str, style: Option<&Value>) -> String {
    let has = |name: &str| style.and_then(|style| style.get(name)).and_then(Value::as_bool).unwrap_or_default();
    if has("code") {
        return format!("`{text}`");
    }
    let inner = text.trim();
    if inner.is_empty() {
        return text.to_owned();
    }
    // Marks stand against what they mark; the spaces around stay outside.
    let (lead, tail) = (text.len() - text.trim_start().len(), text.trim_end().len());
    let mut marked = literal(inner);
    for (name, mark) in [("bold", "**"), ("italic", "_"), ("strike", "~~")] {
        if has(name) {
            marked = format!("{mark}{marked}{mark}");
        }
    }
    [text.get(..lead).unwrap_or_default(), &marked, text.get(tail..).unwrap_or_default()].concat()
}

fn kind(value: &Value) -> &str {
    string(value, "type")
}

fn string<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn items<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rich_text_keeps_its_lists_marks_and_code() {
        let blocks: Vec<Value> = serde_json::from_str(
            r#"[{"type":"rich_text","elements":[
                {"type":"rich_text_section","elements":[
                    {"type":"text","text":"Done ","style":{"bold":true}},
                    {"type":"link","url":"https://x.example","text":"here"},
                    {"type":"broadcast","range":"here"},{"type":"emoji","name":"tada"}]},
                {"type":"rich_text_list","style":"ordered","elements":[
                    {"type":"rich_text_section","elements":[{"type":"text","text":"one"}]},
                    {"type":"rich_text_section","elements":[{"type":"text","text":"two"}]}]},
                {"type":"rich_text_preformatted","elements":[{"type":"text","text":"a = 1"}]},
                {"type":"rich_text_quote","elements":[{"type":"text","text":"said"}]}]}]"#,
        )
        .unwrap();
        assert_eq!(
            markdown(&blocks),
            "**Done** [here](https://x.example)here:tada:\n1. one\n2. two\n```\na = 1\n```\n> said"
        );
    }

    #[test]
    fn what_is_no_block_says_nothing() {
        let blocks: Vec<Value> =
            serde_json::from_str(r#"[1, null, "x", {}, {"type": 3}, {"type":"section","text":5,"fields":{}}]"#)
                .unwrap();
        assert_eq!(markdown(&blocks), "");
    }
}
