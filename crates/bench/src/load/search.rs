//! Searching a site on which much was said: so many messages in rooms of which the seeker is in most, made of words that
//! are as unevenly common as those of a language. The server indexes them itself, as it would after an update; then
//! each kind of query is asked by one client, the next when the last is answered, so that times are those of a search
//! alone.

use anyhow::{Context, Result, bail};
use client::Client;
use fastrand::Rng;
use tokio::time::{Duration, Instant, sleep};
use types::{NewSavedSearch, RoomId, SearchOrder};
use uuid::Uuid;

use super::latency::Latencies;
use super::report::{Goal, Line, Report};
use super::stage::{Stage, room};

/// Rooms of the site, and those of them that the seeker is in.
const ROOMS: usize = 24;
const MINE: usize = 20;
/// Words of the language.
const WORDS: usize = 30_000;
/// Messages written by one statement.
const BATCH: i64 = 5_000;
/// Queries of each kind.
const QUERIES: usize = 200;
/// The longest that indexing may take, for each hundred thousand messages.
const INDEXED: Duration = Duration::from_secs(300);

pub(super) async fn measure(stage: &Stage, report: &mut Report) -> Result<()> {
    let count = stage.options.search_messages;
    let language = Language::new();
    if !stage.searched.load(std::sync::atomic::Ordering::Relaxed) {
        let rooms = rooms(stage).await?;
        eprintln!("writing {count} messages to search");
        write(stage, &language, &rooms, count).await?;
        stage.searched.store(true, std::sync::atomic::Ordering::Relaxed);
    }
    let node = stage.node_now().await?;
    let begun = Instant::now();
    let within = INDEXED * u32::try_from(count / 100_000 + 1)?;
    wait(stage, within).await?;
    let line = Line { scenario: "search", phase: "index", subject: "confab", unit: "messages", ..Line::default() };
    report.line(line.rate(u64::try_from(count)?, begun.elapsed().as_secs_f64()))?;
    stage.postgres.connect().await?.batch_execute("VACUUM ANALYZE search_rows, messages").await?;
    // The windows of searches are measured when a node starts.
    node.stop().await?;
    stage.refresh().await?;
    let node = stage.node().await?;
    let seeker = stage.person(1)?.at(&node.url);
    sleep(Duration::from_secs(1)).await;
    let mut worst: f64 = 0.0;
    for kind in KINDS {
        let (line, p95) = ask(&seeker, &language, *kind).await?;
        report.line(line)?;
        worst = worst.max(p95);
    }
    let counted = count_saved(&seeker, &language).await?;
    report.line(counted)?;
    report.ratio("search: p95 of the slowest kind of query, ms", Goal::Value(50.0, 50.0), worst, 1.0);
    node.stop().await
}

/// Kinds of queries that people ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Common,
    Usual,
    Rare,
    Unsaid,
    Two,
    Phrase,
    Part,
    InRoom,
    From,
    Link,
    Without,
    Best,
}

const KINDS: &[Kind] = &[
    Kind::Common,
    Kind::Usual,
    Kind::Rare,
    Kind::Unsaid,
    Kind::Two,
    Kind::Phrase,
    Kind::Part,
    Kind::InRoom,
    Kind::From,
    Kind::Link,
    Kind::Without,
    Kind::Best,
];

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Common => "one of the 50 commonest words",
            Kind::Usual => "a word, number 50 to 3,000",
            Kind::Rare => "a word, number 3,000 to 30,000",
            Kind::Unsaid => "a word that nobody said",
            Kind::Two => "two words",
            Kind::Phrase => "a phrase",
            Kind::Part => "a part of a word",
            Kind::InRoom => "a word in a room",
            Kind::From => "a word from somebody",
            Kind::Link => "a word with a link",
            Kind::Without => "a word without another",
            Kind::Best => "a word, best first",
        }
    }

    fn query(self, language: &Language, random: &mut Rng) -> String {
        let word = language.word(random.usize(50..3_000));
        match self {
            Kind::Common => language.word(random.usize(..50)),
            Kind::Usual | Kind::Best => word,
            Kind::Rare => language.word(random.usize(3_000..WORDS)),
            Kind::Unsaid => format!("{word}xq"),
            Kind::Two => format!("{word} {}", language.word(random.usize(..500))),
            Kind::Phrase => format!("\"{} {}\"", language.word(random.usize(..40)), language.word(random.usize(..40))),
            Kind::Part => word.get(1..).unwrap_or(&word).to_owned(),
            Kind::InRoom => format!("{word} in:#\"market hall {}\"", random.usize(..MINE)),
            Kind::From => format!("{word} from:@reader{}", random.usize(..8)),
            Kind::Link => format!("{word} has:link"),
            Kind::Without => format!("{word} -{}", language.word(random.usize(..50))),
        }
    }
}

/// Asks so many queries of a kind, one after the other.
async fn ask(seeker: &Client, language: &Language, kind: Kind) -> Result<(Line, f64)> {
    let mut random = Rng::with_seed(kind as u64 + 1);
    let order = if kind == Kind::Best { SearchOrder::Best } else { SearchOrder::Newest };
    let (begun, mut times, mut found) = (Instant::now(), Vec::new(), 0);
    for _ in 0..QUERIES {
        let query = kind.query(language, &mut random);
        let asked = Instant::now();
        let page = seeker.search(&query, order, None, Some(20)).await.with_context(|| query.clone())?;
        times.push(u64::try_from(asked.elapsed().as_micros())?);
        found += page.items.len();
    }
    let latency = Latencies::of(times)?.summary();
    let line = Line {
        scenario: "search",
        phase: kind.name(),
        subject: "confab",
        unit: "queries",
        latency: Some(latency),
        ..Line::default()
    };
    let line = line.rate(QUERIES as u64, begun.elapsed().as_secs_f64());
    Ok((line.with("found_per_query", found as f64 / QUERIES as f64), latency.p95_ms))
}

/// What is unread of twenty saved searches, as the sidebar asks.
async fn count_saved(seeker: &Client, language: &Language) -> Result<Line> {
    let mut random = Rng::with_seed(99);
    for place in seeker.searches().await?.items.len()..20 {
        let query = Kind::Usual.query(language, &mut random);
        seeker.keep_search(&NewSavedSearch { id: None, name: format!("number {place}"), query }).await?;
    }
    let (begun, mut times) = (Instant::now(), Vec::new());
    for _ in 0..50 {
        let asked = Instant::now();
        seeker.searches().await?;
        times.push(u64::try_from(asked.elapsed().as_micros())?);
    }
    let latency = Some(Latencies::of(times)?.summary());
    let line = Line {
        scenario: "search",
        phase: "unread of 20 saved searches",
        subject: "confab",
        unit: "requests",
        latency,
        ..Line::default()
    };
    Ok(line.rate(50, begun.elapsed().as_secs_f64()))
}

/// Words that can be spoken, each by its number; the lower, the commoner.
struct Language(Vec<String>);

impl Language {
    fn new() -> Language {
        let (heads, vowels, tails) = (
            ["b", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "st", "br", "kl", "sch"],
            ["a", "e", "i", "o", "u", "ei", "au"],
            ["", "n", "r", "l", "s", "t", "nd"],
        );
        let mut random = Rng::with_seed(7);
        let mut seen = std::collections::HashSet::new();
        let mut words = Vec::with_capacity(WORDS);
        while words.len() < WORDS {
            let mut word = String::new();
            for _ in 0..random.usize(2..4) {
                for part in [&heads[..], &vowels[..], &tails[..]] {
                    word.push_str(random.choice(part).copied().unwrap_or_default());
                }
            }
            if seen.insert(word.clone()) {
                words.push(word);
            }
        }
        Language(words)
    }

    fn word(&self, number: usize) -> String {
        self.0.get(number).cloned().unwrap_or_default()
    }

    /// A word as it comes up in speech: twice as often for half the number.
    fn next(&self, random: &mut Rng) -> &str {
        let number = (WORDS as f64).powf(random.f64()) - 1.0;
        self.0.get(number as usize).map_or("", String::as_str)
    }

    fn sentence(&self, random: &mut Rng, number: i64) -> String {
        let mut said = Vec::new();
        for _ in 0..random.usize(3..20) {
            said.push(self.next(random).to_owned());
        }
        if random.u8(..100) < 3 {
            said.push(format!("https://{}.example.org/{number}", self.next(random)));
        }
        said.join(" ")
    }
}

async fn rooms(stage: &Stage) -> Result<Vec<RoomId>> {
    let node = stage.node_now().await?;
    let (owner, seeker) = (stage.person(0)?.at(&node.url), stage.person(1)?);
    let seeker = [seeker.user_id().context("nobody seeks")?];
    let mut rooms = Vec::with_capacity(ROOMS);
    for place in 0..ROOMS {
        rooms.push(room(&owner, &format!("market hall {place}"), (place < MINE).then_some(&seeker[..])).await?);
    }
    node.stop().await?;
    Ok(rooms)
}

/// Writes the messages with the places and heads that posts would have left, one each second until now.
async fn write(stage: &Stage, language: &Language, rooms: &[RoomId], count: i64) -> Result<()> {
    let sql = stage.postgres.connect().await?;
    let authors: Vec<Uuid> = stage.people.iter().take(8).filter_map(Client::user_id).map(|id| id.0).collect();
    let mut random = Rng::with_seed(11);
    let mut seqs = vec![1_000_i64; rooms.len()];
    let mut written = 0;
    while written < count {
        let (mut places, mut seq, mut by, mut bodies) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for number in written..count.min(written + BATCH) {
            let place = random.usize(..rooms.len());
            let (Some(room), Some(last)) = (rooms.get(place), seqs.get_mut(place)) else { bail!("no rooms") };
            *last += 1;
            places.push(room.0);
            seq.push(*last);
            by.push(random.choice(&authors).copied().context("no authors")?);
            bodies.push(language.sentence(&mut random, number));
        }
        sql.execute(
            "INSERT INTO messages (id, room_id, seq, rev, author_id, body, fingerprint, created_at) \
             SELECT gen_random_uuid(), t.room_id, t.seq, t.seq, t.author_id, t.body, '', \
                    now() - interval '1 second' * ($5::bigint - t.n) \
             FROM unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::text[]) WITH ORDINALITY AS t (room_id, seq, author_id, body, n)",
            &[&places, &seq, &by, &bodies, &(count - written)],
        )
        .await?;
        written += i64::try_from(places.len())?;
    }
    for (room, seq) in rooms.iter().zip(&seqs) {
        let head =
            "UPDATE room_heads SET rev = greatest(rev, $2), last_seq = greatest(last_seq, $2) WHERE room_id = $1";
        sql.execute(head, &[&room.0, seq]).await?;
    }
    // Each by itself: several statements at once are a transaction, in which there is no VACUUM.
    sql.batch_execute("VACUUM ANALYZE messages").await?;
    sql.batch_execute("CHECKPOINT").await?;
    Ok(())
}

/// Waits until everything is indexed.
pub(super) async fn wait(stage: &Stage, within: Duration) -> Result<()> {
    let sql = stage.postgres.connect().await?;
    let begun = Instant::now();
    let behind = "SELECT EXISTS (SELECT FROM room_heads h LEFT JOIN search_heads s USING (room_id) WHERE h.rev > coalesce(s.rev, 0))";
    while sql.query_one(behind, &[]).await?.try_get(0)? {
        if begun.elapsed() > within {
            bail!("the messages were not indexed within {within:?}");
        }
        sleep(Duration::from_millis(200)).await;
    }
    Ok(())
}
