//! `/poll Question | one | another`.

use types::NewPoll;

/// The poll that stands behind the command; none if there are fewer than two options.
pub fn read(behind: &str) -> Option<NewPoll> {
    let mut parts = behind.split('|').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned);
    let question = parts.next()?;
    let options: Vec<String> = parts.collect();
    (options.len() >= types::limits::OPTIONS_MIN).then(|| NewPoll { question, options, ..NewPoll::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_and_its_options_are_told_apart() {
        let poll = read(" Tea today? | green|black | ").unwrap();
        assert_eq!((poll.question.as_str(), poll.options), ("Tea today?", vec!["green".into(), "black".into()]));
        assert_eq!(read("Tea? | green"), None);
        assert_eq!(read(""), None);
    }
}
