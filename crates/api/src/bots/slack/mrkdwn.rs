//! Slack's mark-up as Markdown. Bold is `*one star*`, struck is `~one tilde~`, links are `<address|words>`; people and
//! words for many are `<@U1>` and `<!here>`, and call nobody here: they become their names.

/// The Markdown of a text in Slack's mark-up.
pub fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    // Code is kept as it is.
    while let Some(at) = rest.find('`') {
        let (before, from) = rest.split_at(at);
        let fence = if from.starts_with("```") { "```" } else { "`" };
        let inside = from.get(fence.len()..).unwrap_or_default();
        let Some(end) = inside.find(fence).filter(|end| *end > 0) else {
            prose(before, &mut out);
            out.push_str(fence);
            rest = inside;
            continue;
        };
        prose(before, &mut out);
        let (code, after) = inside.split_at(end);
        code_block(&unescaped(code), fence, &mut out);
        rest = after.get(fence.len()..).unwrap_or_default();
    }
    prose(rest, &mut out);
    out
}

/// A fence stands on lines of its own in Markdown, anywhere in Slack.
fn code_block(code: &str, fence: &str, out: &mut String) {
    if fence == "`" {
        out.push_str(&format!("`{code}`"));
        return;
    }
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
    out.push_str(&format!("```\n{}\n```\n", code.trim_matches('\n')));
}

/// Text between code.
fn prose(text: &str, out: &mut String) {
    let mut rest = text;
    let mut plain = String::new();
    while let Some(at) = rest.find('<') {
        let (before, from) = rest.split_at(at);
        let Some(end) = from.find('>').filter(|end| !from.get(..*end).unwrap_or_default().contains('\n')) else {
            plain.push_str(before);
            plain.push('<');
            rest = from.get(1..).unwrap_or_default();
            continue;
        };
        plain.push_str(before);
        plain.push_str(&reference(from.get(1..end).unwrap_or_default()));
        rest = from.get(end + 1..).unwrap_or_default();
    }
    plain.push_str(rest);
    for (number, line) in plain.split('\n').enumerate() {
        if number > 0 {
            out.push('\n');
        }
        let line = match line.trim_start().strip_prefix('•') {
            Some(item) => format!("- {}", item.trim_start()),
            None => line.to_owned(),
        };
        out.push_str(&unescaped(&marks(&line)));
    }
}

/// What stands between `<` and `>`.
fn reference(inside: &str) -> String {
    let (target, words) = match inside.split_once('|') {
        Some((target, words)) => (target, Some(words).filter(|words| !words.is_empty())),
        None => (inside, None),
    };
    match target.chars().next() {
        Some('@' | '#') => {
            words.unwrap_or(target.get(1..).unwrap_or_default()).trim_start_matches(['@', '#']).to_owned()
        }
        Some('!') => {
            let name = target.get(1..).unwrap_or_default();
            let name = name.split('^').next().unwrap_or_default();
            words.unwrap_or(name).trim_start_matches('@').to_owned()
        }
        _ if target.contains(':') => match words {
            Some(words) => {
                format!("[{}]({})", words.replace('[', "\\[").replace(']', "\\]"), address(&unescaped(target)))
            }
            None => unescaped(target),
        },
        _ => format!("<{inside}>"),
    }
}

/// `*bold*` and `~struck~` as Markdown has them; `_slanted_` is the same.
fn marks(line: &str) -> String {
    let letters: Vec<char> = line.chars().collect();
    let mut out = String::with_capacity(line.len());
    let mut at = 0;
    while let Some(letter) = letters.get(at).copied() {
        let opens = matches!(letter, '*' | '~') && bounds(letters.get(at.wrapping_sub(1)));
        let close = if opens { closing(&letters, at, letter) } else { None };
        match close {
            Some(end) => {
                let inside: String = letters.get(at + 1..end).unwrap_or_default().iter().collect();
                let mark = if letter == '*' { "**" } else { "~~" };
                out.push_str(mark);
                out.push_str(&marks(&inside));
                out.push_str(mark);
                at = end + 1;
            }
            None => {
                out.push(letter);
                at += 1;
            }
        }
    }
    out
}

/// Where what was opened is closed: against a letter inside, and outside of a word.
fn closing(letters: &[char], open: usize, mark: char) -> Option<usize> {
    let first = letters.get(open + 1)?;
    if first.is_whitespace() || *first == mark {
        return None;
    }
    let ends = |at: &usize| {
        let inside = letters.get(at.wrapping_sub(1)).is_some_and(|letter| !letter.is_whitespace());
        letters.get(*at) == Some(&mark) && inside && bounds(letters.get(at + 1))
    };
    (open + 2..letters.len()).find(ends)
}

fn bounds(letter: Option<&char>) -> bool {
    letter.is_none_or(|letter| !letter.is_alphanumeric() && !matches!(letter, '*' | '~'))
}

/// Slack escapes three letters.
fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// An address fit to stand between the brackets of a link.
pub(super) fn address(text: &str) -> String {
    text.trim().replace(' ', "%20").replace('(', "%28").replace(')', "%29").replace('<', "%3C").replace('>', "%3E")
}

/// A text that means only itself.
pub(super) fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in unescaped(text).chars() {
        if matches!(letter, '\\' | '*' | '_' | '~' | '`' | '[' | ']' | '<' | '>' | '#' | '|') {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_those_of_markdown() {
        for (slack, wanted) in [
            ("*bold* and _slanted_ and ~gone~", "**bold** and _slanted_ and ~~gone~~"),
            ("*a ~b~ c*", "**a ~~b~~ c**"),
            ("2*3*4 and * a *", "2*3*4 and * a *"),
            ("(*yes*), *no", "(**yes**), *no"),
            ("**already**", "**already**"),
            ("• one\n  • two", "- one\n- two"),
            ("&lt;b&gt; &amp;amp;", "<b> &amp;"),
        ] {
            assert_eq!(markdown(slack), wanted, "{slack}");
        }
    }

    #[test]
    fn links_keep_their_words_and_names_call_nobody() {
        for (slack, wanted) in [
            ("<https://a.example/x|here>", "[here](https://a.example/x)"),
            ("<https://a.example/x?a=1&amp;b=2>", "https://a.example/x?a=1&b=2"),
            ("<mailto:a@b.example|write>", "[write](mailto:a@b.example)"),
            ("<https://a.example/(x)|[1]>", "[\\[1\\]](https://a.example/%28x%29)"),
            ("<@U012> <@U012|mina> <#C1|general>", "U012 mina general"),
            ("<!here> <!channel> <!everyone> <!here|@here>", "here channel everyone here"),
            ("<!subteam^S1|@ops> <!date^1^{date}|Monday>", "ops Monday"),
            ("a < b and <nothing>", "a < b and <nothing>"),
            ("<never\nclosed>", "<never\nclosed>"),
        ] {
            assert_eq!(markdown(slack), wanted, "{slack}");
        }
    }

    #[test]
    fn code_stays_as_it_is() {
        assert_eq!(markdown("`*a* <b>` *c*"), "`*a* <b>` **c**");
        assert_eq!(markdown("see ```let a = 1 &lt; 2;``` *done*"), "see \n```\nlet a = 1 < 2;\n```\n **done**");
        assert_eq!(markdown("`open *b*"), "`open **b**");
        assert_eq!(markdown("``"), "``");
    }

    #[test]
    fn whatever_is_sent_is_read() {
        for text in ["", "*", "~~", "<", "<>", "<|>", "<@>", "<!>", "```", "*ä*𝄞~ö~", "<\u{0}|x>", "****"] {
            let _ = markdown(text);
        }
    }
}
