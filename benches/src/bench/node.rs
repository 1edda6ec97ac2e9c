//! One node on its own: how soon it answers, what it takes in memory and on disk, how quickly it finds
//! and shows. samod stands beside it where it does something alike.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::client::Client;
use crate::machine::{Memory, disk_bytes, millis};
use crate::peers::documents::Shape;
use crate::peers::{self, Peer};
use crate::report::{self, Table};
use crate::stats::{Series, bytes, number};
use crate::talk::Dice;
use crate::team::{Run, Team, clear};

/// Messages that words for the queries are taken from.
const SAMPLE: usize = 10_000;
/// Queries of each kind; there are eleven kinds.
const QUERIES: usize = 20;

#[derive(Default, serde::Serialize)]
struct Figures {
    messages: usize,
    text_bytes: usize,
    start_millis: Series,
    idle: Memory,
    after_questions: Memory,
    idle_cpu_seconds_an_hour: f64,
    disk_bytes: f64,
    searches: Vec<(String, Series)>,
    pages: Vec<(String, Series)>,
    samod_start_millis: Series,
    samod_memory: Memory,
    samod_disk_bytes: f64,
}

/// Runs the archive's team and the crowd.
///
/// # Errors
/// Where a node fails.
pub fn run(run: &Run) -> Result<()> {
    let mut archive = Team::of_archive(run, 100_000)?;
    let mut all = vec![ours(run, &mut archive)?];
    samod(run, &archive, &mut all[0])?;
    let (mut crowd, _) = Team::crowd(run, run.messages)?;
    all.push(ours(run, &mut crowd)?);
    publish(run, &all)
}

fn ours(run: &Run, team: &mut Team) -> Result<Figures> {
    eprintln!("one node with {} messages", team.messages);
    let mut figures = Figures { messages: team.messages, text_bytes: team.text_bytes, ..Figures::default() };
    // The first start after a build may open a new life or migrate; it is not counted.
    team.ana.up(None)?;
    team.ana.stop()?;
    for _ in 0..run.repetitions.max(5) {
        figures.start_millis.push(millis(team.ana.up_until_answer()?));
        team.ana.stop()?;
    }
    team.ana.up(None)?;
    let idle_for = Duration::from_secs(20);
    let cpu = crate::machine::processor_seconds(team.ana.pid()?)?;
    std::thread::sleep(idle_for);
    figures.idle = team.ana.memory()?;
    let cpu = crate::machine::processor_seconds(team.ana.pid()?)? - cpu;
    figures.idle_cpu_seconds_an_hour = cpu * 3_600.0 / idle_for.as_secs_f64();
    let mut client = team.ana.client()?;
    figures.pages = pages(&mut client)?;
    figures.searches = searches(&mut client)?;
    figures.after_questions = team.ana.memory()?;
    team.ana.stop()?;
    figures.disk_bytes = disk_bytes(&team.ana.data)?;
    Ok(figures)
}

/// Times of every kind of page: of the twelve channels that have most, the newest page and twenty
/// before it, all their threads, and one thread of each.
fn pages(client: &mut Client) -> Result<Vec<(String, Series)>> {
    let mut list = Series::default();
    let channels = timed(client, &json!({"verb": "channels"}), &mut list)?;
    for _ in 0..20 {
        timed(client, &json!({"verb": "channels"}), &mut list)?;
    }
    let mut channels: Vec<Value> = channels["channels"].as_array().context("no channels")?.clone();
    channels.sort_by_key(|channel| std::cmp::Reverse(channel["messages"].as_u64()));
    let [mut newest, mut earlier, mut threads, mut thread] = [const { Series(Vec::new()) }; 4];
    for channel in channels.iter().take(12) {
        let read = |before: &Value| json!({"verb": "read", "target": channel["id"], "limit": 50, "before": before});
        let mut page = timed(client, &read(&Value::Null), &mut newest)?;
        for _ in 0..20 {
            let before = page["next"].take();
            if before.is_null() {
                break;
            }
            page = timed(client, &read(&before), &mut earlier)?;
        }
        let ask = json!({"verb": "threads", "channel": channel["id"], "limit": 50, "before": null});
        let listed = timed(client, &ask, &mut threads)?;
        for one in listed["threads"].as_array().into_iter().flatten().take(20) {
            timed(client, &json!({"verb": "read", "target": one["id"], "limit": 50}), &mut thread)?;
        }
    }
    let named = |name: &str, series| (name.to_owned(), series);
    Ok(vec![
        named("list of channels", list),
        named("newest page of a channel, 50 messages", newest),
        named("an earlier page, 50 messages", earlier),
        named("threads of a channel, 50", threads),
        named("a thread", thread),
    ])
}

/// Times of the query set: words by how often they are said, two words, phrases, beginnings of words,
/// a word without another, operators with and without words; all drawn from the newest messages by
/// fixed dice. A first turn that is not counted brings what is needed into the system's cache.
fn searches(client: &mut Client) -> Result<Vec<(String, Series)>> {
    let texts = sample(client)?;
    let words: Vec<Vec<String>> = texts.iter().map(|text| words_of(text)).collect();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for word in words.iter().flatten() {
        *counts.entry(word).or_default() += 1;
    }
    let mut ranked: Vec<(&str, usize)> = counts.into_iter().collect();
    ranked.sort_by_key(|(word, count)| (std::cmp::Reverse(*count), *word));
    let ranked: Vec<&str> = ranked.into_iter().map(|(word, _)| word).collect();
    let mut dice = Dice::new(7);
    let third = ranked.len() / 3;
    let mut pick = |from: usize, to: usize| ranked[from + dice.below((to - from).max(1))].to_owned();
    let frequent: Vec<String> = (0..QUERIES).map(|_| pick(0, 50.min(ranked.len()))).collect();
    let usual: Vec<String> = (0..QUERIES).map(|_| pick(50.min(third), third.max(51))).collect();
    let rare: Vec<String> = (0..QUERIES).map(|_| pick(third * 2, ranked.len())).collect();
    let pair = |one: &String, two: &String| format!("{one} {two}");
    let both: Vec<String> = usual.iter().zip(usual.iter().skip(1)).map(|(one, two)| pair(one, two)).collect();
    let without: Vec<String> = usual.iter().zip(&frequent).map(|(one, two)| format!("{one} -{two}")).collect();
    let mut dice = Dice::new(8);
    let long: Vec<&Vec<String>> = words.iter().filter(|words| words.len() > 6).collect();
    let phrases = (0..QUERIES.min(long.len())).map(|_| {
        let words = long[dice.below(long.len())];
        let at = dice.below(words.len() - 1);
        format!("\"{} {}\"", words[at], words[at + 1])
    });
    let phrases: Vec<String> = phrases.collect();
    let begins: Vec<String> =
        usual.iter().map(|word| format!("{}*", word.chars().take(3).collect::<String>())).collect();
    let letters: Vec<String> = ('a'..='t').map(|letter| format!("{letter}*")).collect();
    let typed: Vec<String> = frequent
        .iter()
        .zip(&usual)
        .map(|(one, next)| format!("{one} {}*", next.chars().take(1).collect::<String>()))
        .collect();
    let alone = operators(client)?;
    let said = [&frequent, &usual, &rare];
    let with: Vec<String> = (0..QUERIES).map(|at| format!("{} {}", said[at % 3][at], alone[at])).collect();
    let sets = [
        ("one of the 50 words said most", frequent),
        ("a usual word", usual),
        ("a rare word", rare),
        ("two words", both),
        ("a phrase", phrases),
        ("a beginning of three letters", begins),
        ("a beginning of one letter", letters),
        ("a frequent word and a letter, as typed", typed),
        ("a word without another", without),
        ("operators alone", alone),
        ("a word and operators", with),
    ];
    let mut all = Vec::new();
    for (name, queries) in sets {
        let mut series = Series::default();
        for counted in [false, true] {
            for query in &queries {
                let ask = json!({"verb": "search", "query": query, "limit": 50, "before": null});
                let mut uncounted = Series::default();
                timed(client, &ask, if counted { &mut series } else { &mut uncounted })?;
            }
        }
        all.push((name.to_owned(), series));
    }
    Ok(all)
}

/// Operators with people, channels and times of this team, by fixed dice.
fn operators(client: &mut Client) -> Result<Vec<String>> {
    let mut dice = Dice::new(9);
    let names = |answer: &Value, list: &str| -> Vec<String> {
        let all = answer[list].as_array().into_iter().flatten();
        all.filter_map(|one| one["name"].as_str()).map(|name| format!("\"{name}\"")).collect()
    };
    let people = names(&client.ask(&json!({"verb": "members"}))?, "members");
    let channels = names(&client.ask(&json!({"verb": "channels"}))?, "channels");
    let made = (0..QUERIES).map(|at| {
        let person = &people[dice.below(people.len())];
        let channel = &channels[dice.below(channels.len())];
        let (year, month) = (2024 + dice.below(2), 1 + dice.below(12));
        match at % 8 {
            0 => format!("from:{person}"),
            1 => format!("channel:{channel}"),
            2 => format!("on:{year}-{month:02}"),
            3 => format!("before:2024-{month:02}"),
            4 => format!("-from:{person}"),
            5 => format!("from:{person} channel:{channel}"),
            6 => format!("channel:{channel} after:{year}-{month:02}"),
            _ => format!("from:{person} has:link"),
        }
    });
    Ok(made.collect())
}

fn sample(client: &mut Client) -> Result<Vec<String>> {
    let channels = client.ask(&json!({"verb": "channels"}))?;
    let channels = channels["channels"].as_array().context("no channels")?;
    let mut texts = Vec::new();
    for channel in channels {
        let page = client.ask(&json!({"verb": "read", "target": channel["id"], "limit": 1000}))?;
        let messages = page["messages"].as_array().context("no messages")?;
        texts.extend(messages.iter().filter_map(|message| message["text"].as_str().map(str::to_owned)));
        if texts.len() >= SAMPLE {
            break;
        }
    }
    Ok(texts)
}

fn words_of(text: &str) -> Vec<String> {
    let words = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| word.chars().count() > 2);
    words.map(str::to_lowercase).collect()
}

fn timed(client: &mut Client, ask: &Value, series: &mut Series) -> Result<Value> {
    let start = Instant::now();
    let answer = client.ask(ask)?;
    series.push(millis(start.elapsed()));
    Ok(answer)
}

fn samod(run: &Run, team: &Team, figures: &mut Figures) -> Result<()> {
    let dir = team.folder.join("samod-alone");
    clear(&dir)?;
    peers::build("samod", &team.rows_file(), &dir, Shape::Value)?;
    figures.samod_disk_bytes = disk_bytes(&dir)?;
    for _ in 0..run.repetitions.max(5) {
        let start = Instant::now();
        let mut server = Peer::start(&["samod", "serve-open", &dir.to_string_lossy()])?;
        server.address()?;
        figures.samod_start_millis.push(millis(start.elapsed()));
        figures.samod_memory = server.memory()?;
        server.stop()?;
    }
    Ok(())
}

#[allow(clippy::cast_precision_loss)]
fn publish(run: &Run, all: &[Figures]) -> Result<()> {
    let mega = |value: f64| format!("{} MB", number(value / 1e6, 1));
    let mut table = Table::new(&[
        "messages",
        "contender",
        "start to answering, ms",
        "idle memory (anonymous)",
        "after all questions",
        "idle CPU, s an hour",
        "disk",
        "disk, times the text",
    ]);
    for one in all {
        let times = |disk: f64| number(disk / one.text_bytes as f64, 2);
        table.row(&[
            number(one.messages as f64, 0),
            "cremona".to_owned(),
            one.start_millis.show(0),
            format!("{} ({})", mega(one.idle.resident), mega(one.idle.anonymous)),
            mega(one.after_questions.resident),
            number(one.idle_cpu_seconds_an_hour, 0),
            bytes(one.disk_bytes),
            times(one.disk_bytes),
        ]);
        if !one.samod_start_millis.0.is_empty() {
            table.row(&[
                number(one.messages as f64, 0),
                "samod, all documents open; not searchable".to_owned(),
                one.samod_start_millis.show(0),
                format!("{} ({})", mega(one.samod_memory.resident), mega(one.samod_memory.anonymous)),
                "–".to_owned(),
                "–".to_owned(),
                bytes(one.samod_disk_bytes),
                times(one.samod_disk_bytes),
            ]);
        }
    }
    let mut text = table.text().to_owned();
    for (title, pick) in
        [("search", (|one: &Figures| &one.searches) as fn(&Figures) -> &Vec<_>), ("page", |one| &one.pages)]
    {
        let mut columns = vec![title.to_owned()];
        columns.extend(all.iter().map(|one| format!("p50 / p99, ms at {}", number(one.messages as f64, 0))));
        let mut table = Table::new(&columns.iter().map(String::as_str).collect::<Vec<_>>());
        let kinds = all.first().map_or(0, |one| pick(one).len());
        for kind in 0..kinds {
            let mut row = vec![all.first().map_or_else(String::new, |one| pick(one)[kind].0.clone())];
            row.extend(all.iter().map(|one| both(&pick(one)[kind].1)));
            table.row(&row);
        }
        let mut row = vec!["**all**".to_owned()];
        row.extend(
            all.iter().map(|one| both(&Series(pick(one).iter().flat_map(|(_, series)| series.0.clone()).collect()))),
        );
        table.row(&row);
        text = format!("{text}\n{}", table.text());
    }
    report::publish(&run.out, "node", &all, &text)
}

fn both(series: &Series) -> String {
    format!("{} / {}", number(series.median(), 2), number(series.percentile(0.99), 2))
}
