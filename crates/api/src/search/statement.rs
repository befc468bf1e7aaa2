//! A plan as SQL over `search_rows s`. Everything that was typed is a bound value.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::query_builder::{BoxedSqlQuery, SqlQuery};
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Text, Timestamptz, Uuid as SqlUuid};
use types::search::query::Is;
use uuid::Uuid;

use super::plan::{Not, Plan};
use super::words::{self, Sought};

enum Value {
    Text(String),
    Id(Uuid),
    Ids(Vec<Uuid>),
    At(DateTime<Utc>),
    Count(i64),
}

/// A statement in the making.
#[derive(Default)]
pub(super) struct Statement {
    values: Vec<Value>,
}

impl Statement {
    fn bind(&mut self, value: Value) -> String {
        self.values.push(value);
        format!("${}", self.values.len())
    }

    pub(super) fn id(&mut self, id: Uuid) -> String {
        self.bind(Value::Id(id))
    }

    pub(super) fn at(&mut self, at: DateTime<Utc>) -> String {
        self.bind(Value::At(at))
    }

    pub(super) fn count(&mut self, count: i64) -> String {
        self.bind(Value::Count(count))
    }

    /// All that must hold of a row.
    pub(super) fn conditions(&mut self, plan: &Plan) -> String {
        let mut all = vec![format!("s.room_id = ANY ({})", self.bind(Value::Ids(plan.rooms.clone())))];
        if let Some(authors) = &plan.authors {
            all.push(format!("s.author_id = ANY ({})", self.bind(Value::Ids(authors.clone()))));
        }
        if !plan.not_authors.is_empty() {
            all.push(format!("s.author_id <> ALL ({})", self.bind(Value::Ids(plan.not_authors.clone()))));
        }
        if let Some(since) = plan.since {
            all.push(format!("s.created_at >= {}", self.at(since)));
        }
        if let Some(until) = plan.until {
            all.push(format!("s.created_at < {}", self.at(until)));
        }
        for Not { negated, what } in &plan.sought {
            let condition = self.sought(what);
            all.push(turned(*negated, condition));
        }
        for Not { negated, what } in &plan.carried {
            let condition = self.lexemes([*what], " & ");
            all.push(turned(*negated, condition));
        }
        for Not { negated, what } in &plan.named {
            let (named, everyone) =
                (self.lexemes([words::names(*what)], " & "), self.lexemes([words::NAMES_ALL], " & "));
            let author = self.id(what.0);
            all.push(turned(*negated, format!("({named} OR ({everyone} AND s.author_id <> {author}))")));
        }
        for Not { negated, what } in &plan.is {
            let condition = self.is(plan, *what);
            all.push(turned(*negated, condition));
        }
        all.join(" AND ")
    }

    fn sought(&mut self, sought: &Sought) -> String {
        match sought {
            Sought::Nothing => "false".into(),
            Sought::Word { forms, part } => {
                let forms = self.lexemes(forms, " | ");
                match part {
                    Some(part) => format!("({forms} OR s.text LIKE {})", self.bind(Value::Text(format!("%{part}%")))),
                    None => forms,
                }
            }
            Sought::Sequence { tokens, whole } => {
                let needed: BTreeSet<String> = words::needed(tokens, *whole);
                let lexemes = (!needed.is_empty()).then(|| self.lexemes(&needed, " & "));
                let pattern = words::pattern(tokens, *whole);
                let pattern = pattern.map(|pattern| format!("s.text LIKE {}", self.bind(Value::Text(pattern))));
                format!("({})", lexemes.into_iter().chain(pattern).collect::<Vec<_>>().join(" AND "))
            }
        }
    }

    fn lexemes<T: AsRef<str>>(&mut self, lexemes: impl IntoIterator<Item = T>, joined: &str) -> String {
        let quoted = lexemes.into_iter().map(|lexeme| format!("'{}'", lexeme.as_ref().replace('\'', "''")));
        let asked = quoted.collect::<Vec<_>>().join(joined);
        format!("s.words @@ {}::tsquery", self.bind(Value::Text(asked)))
    }

    /// What changes without the message is asked of the tables it stands in.
    fn is(&mut self, plan: &Plan, is: Is) -> String {
        match is {
            Is::Pinned => {
                let rooms = self.bind(Value::Ids(plan.rooms.clone()));
                format!(
                    "s.message_id IN (SELECT p.id FROM messages p WHERE p.room_id = ANY ({rooms}) AND p.pinned_at IS NOT NULL)"
                )
            }
            Is::Saved => {
                let user = self.id(plan.user_id.0);
                format!("s.message_id IN (SELECT k.message_id FROM saved k WHERE k.user_id = {user} AND NOT k.removed)")
            }
            Is::Thread => "true".into(),
        }
    }

    /// The whole of it, with its values.
    pub(super) fn query(self, sql: String) -> BoxedSqlQuery<'static, Pg, SqlQuery> {
        self.values.into_iter().fold(sql_query(sql).into_boxed(), |query, value| match value {
            Value::Text(text) => query.bind::<Text, _>(text),
            Value::Id(id) => query.bind::<SqlUuid, _>(id),
            Value::Ids(ids) => query.bind::<Array<SqlUuid>, _>(ids),
            Value::At(at) => query.bind::<Timestamptz, _>(at),
            Value::Count(count) => query.bind::<BigInt, _>(count),
        })
    }
}

fn turned(negated: bool, condition: String) -> String {
    if negated { format!("NOT ({condition})") } else { condition }
}
