//! What fits best: a whole word before another form of it, both before a part of a word; often before once, short before
//! long, new before old.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_query;
use diesel::sql_types::{Array, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::candidates::Candidate;
use super::fold::line;
use super::words::Sought;
use crate::error::Error;

/// Days after which a message counts half.
const HALF: f64 = 180.0;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = SqlUuid)]
    message_id: Uuid,
    #[diesel(sql_type = Text)]
    text: String,
}

/// Puts candidates in order; of two that fit as well, the newer is first.
pub(super) async fn order(
    conn: &mut AsyncPgConnection,
    candidates: &mut [Candidate],
    sought: &[&Sought],
) -> Result<(), Error> {
    let ids: Vec<Uuid> = candidates.iter().map(|candidate| candidate.id).collect();
    let lines: Vec<Line> = sql_query("SELECT message_id, text FROM search_rows WHERE message_id = ANY ($1)")
        .bind::<Array<SqlUuid>, _>(ids)
        .load(conn)
        .await?;
    let lines: HashMap<Uuid, String> = lines.into_iter().map(|line| (line.message_id, line.text)).collect();
    let now = crate::now();
    let weigh = |candidate: &Candidate| {
        let text = lines.get(&candidate.id).map(String::as_str).unwrap_or_default();
        weight(text, sought, candidate.created_at, now)
    };
    let weights: HashMap<Uuid, f64> = candidates.iter().map(|candidate| (candidate.id, weigh(candidate))).collect();
    let weight = |candidate: &Candidate| weights.get(&candidate.id).copied().unwrap_or_default();
    // The sort is stable and they come newest first.
    candidates.sort_by(|one, other| weight(other).total_cmp(&weight(one)));
    Ok(())
}

fn weight(text: &str, sought: &[&Sought], written: DateTime<Utc>, now: DateTime<Utc>) -> f64 {
    let fits: f64 = sought.iter().map(|sought| fit(text, sought)).sum();
    let days = (now - written).num_minutes().max(0) as f64 / (24.0 * 60.0);
    (0.1 + fits) / (1.0 + (1.0 + text.len() as f64 / 400.0).ln()) / (1.0 + days / HALF)
}

fn fit(text: &str, sought: &Sought) -> f64 {
    let often = |pattern: &str| (1.0 + text.matches(pattern).count() as f64).ln();
    match sought {
        Sought::Nothing => 0.0,
        Sought::Word { forms, part } => {
            let whole: f64 = forms.iter().map(|form| often(&format!(" {form} "))).fold(0.0, f64::max);
            let begun: f64 = forms.iter().map(|form| often(&format!(" {form}"))).fold(0.0, f64::max);
            let inside = part.as_deref().map_or(0.0, often);
            3.0 * whole + begun + 0.5 * inside
        }
        Sought::Sequence { tokens, .. } => 3.0 * often(line(tokens).trim()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::words::Stems;
    use super::*;

    #[test]
    fn whole_words_short_texts_and_new_ones_come_first() {
        let plan = Sought::word("plan", &Stems::new());
        let now = Utc::now();
        let weigh = |text: &str, days| weight(text, &[&plan], now - chrono::TimeDelta::days(days), now);
        assert!(weigh(" the plan ", 0) > weigh(" the planning ", 0));
        assert!(weigh(" the planning ", 0) > weigh(" the fahrplan ", 0));
        assert!(weigh(" the plan ", 0) > weigh(" the plan ", 400));
        assert!(weigh(" the plan ", 0) > weigh(&format!(" the plan {}", "and more ".repeat(100)), 0));
        assert!(weigh(" plan plan ", 0) > weigh(" plan and ", 0));
    }
}
