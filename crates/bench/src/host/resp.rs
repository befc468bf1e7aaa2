//! As much of Redis's protocol as is needed to lose what was published and nothing else: where an answer ends, and
//! whether it is a published message.

/// Cuts what Redis says into whole answers.
#[derive(Debug, Default)]
pub(super) struct Answers {
    bytes: Vec<u8>,
}

impl Answers {
    /// Takes bytes as they came.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole answer.
    pub(super) fn next(&mut self) -> Option<Vec<u8>> {
        let end = end_of(&self.bytes, 0)?;
        let rest = self.bytes.split_off(end);
        Some(std::mem::replace(&mut self.bytes, rest))
    }
}

/// Whether an answer is a message that somebody published.
pub(super) fn is_published(answer: &[u8]) -> bool {
    let words: &[&[u8]] = &[b"*3\r\n$7\r\nmessage\r\n", b">3\r\n$7\r\nmessage\r\n"];
    words.iter().any(|word| answer.starts_with(word))
}

/// Where the answer that begins at `start` ends; none before all of it has come.
fn end_of(bytes: &[u8], start: usize) -> Option<usize> {
    let line = bytes.get(start..)?;
    let length = memchr::memmem::find(line, b"\r\n")?;
    let mut end = start + length + 2;
    // A count below nought says that nothing is there.
    let count = || std::str::from_utf8(line.get(1..length)?).ok()?.parse::<i64>().ok();
    match line.first()? {
        b'$' | b'=' | b'!' => {
            if let Ok(count) = usize::try_from(count()?) {
                end += count + 2;
            }
        }
        kind @ (b'*' | b'>' | b'~' | b'%') => {
            let values = count()? * if *kind == b'%' { 2 } else { 1 };
            for _ in 0..values {
                end = end_of(bytes, end)?;
            }
        }
        _ => {}
    }
    (end <= bytes.len()).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_found_however_they_are_torn_and_published_messages_are_told_from_the_others() {
        let said: [(&[u8], bool); 6] = [
            (b"+PONG\r\n", false),
            (b"*3\r\n$9\r\nsubscribe\r\n$4\r\nroom\r\n:1\r\n", false),
            (b"*3\r\n$7\r\nmessage\r\n$4\r\nroom\r\n$8\r\ntwo\r\nli.\r\n", true),
            (b"$-1\r\n", false),
            (b"*2\r\n$4\r\npong\r\n$0\r\n\r\n", false),
            (b"*3\r\n$7\r\nmessage\r\n$4\r\nroom\r\n$0\r\n\r\n", true),
        ];
        let mut answers = Answers::default();
        let mut found = Vec::new();
        for byte in said.iter().flat_map(|(answer, _)| answer.iter()) {
            answers.push(&[*byte]);
            found.extend(answers.next());
        }
        assert_eq!(found, said.iter().map(|(answer, _)| answer.to_vec()).collect::<Vec<_>>());
        assert!(said.iter().all(|(answer, published)| is_published(answer) == *published));
    }
}
