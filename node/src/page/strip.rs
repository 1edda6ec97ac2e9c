//! A person's working day on a line of 24 hours, in the reader's time, and the same in words.

use cremona_engine::ask::{Person, TeamDay};

use super::words::Words;
use crate::words::dates;

/// Half-hours of a day.
const HALF_HOURS: usize = 48;
/// Units of the drawing for each half-hour.
const UNITS: usize = 2;

/// A day in the reader's time, 96 units wide.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Strip {
    /// Where work begins and how long it lasts, in units.
    pub days: Vec<(usize, usize)>,
    /// The same of hours that are shared with the reader.
    pub shared: Vec<(usize, usize)>,
    /// Now, in units.
    pub now: Option<String>,
}

impl Strip {
    /// The reader's own day, from the hours that they published, where those are of one stretch a day.
    pub fn of(me: &Person, w: &Words) -> Self {
        Self {
            days: stretch(&me.hours).into_iter().map(|(from, to)| units(from, to)).collect(),
            shared: Vec::new(),
            now: Some(now(w)),
        }
    }

    /// A row of a team's day; `mine` is the reader's own row.
    pub fn of_row(row: &str, mine: Option<&str>, w: &Words) -> Self {
        let open = |row: &str| row.bytes().take(HALF_HOURS).map(|cell| cell != b'.').collect::<Vec<_>>();
        let theirs = open(row);
        let both: Vec<bool> =
            mine.map(|mine| open(mine).iter().zip(&theirs).map(|(a, b)| *a && *b).collect()).unwrap_or_default();
        Self { days: runs(&theirs), shared: runs(&both), now: Some(now(w)) }
    }
}

/// Stretches of what is so, in units.
fn runs(cells: &[bool]) -> Vec<(usize, usize)> {
    let mut out: Vec<(usize, usize)> = Vec::new();
    for (at, open) in cells.iter().enumerate() {
        match out.last_mut() {
            _ if !open => {}
            Some((from, wide)) if *from + *wide == at * UNITS => *wide += UNITS,
            _ => out.push((at * UNITS, UNITS)),
        }
    }
    out
}

fn units(from: usize, to: usize) -> (usize, usize) {
    (from * 96 / 1_440, to.saturating_sub(from) * 96 / 1_440)
}

fn now(w: &Words) -> String {
    let minutes = usize::try_from(w.now.hour()).unwrap_or(0) * 60 + usize::try_from(w.now.minute()).unwrap_or(0);
    format!("{}.{:02}", minutes * 96 / 1_440, minutes * 9_600 / 1_440 % 100)
}

/// The first stretch that published hours name, in minutes of the day.
fn stretch(hours: &str) -> Option<(usize, usize)> {
    let minutes = |text: &str| {
        let (hour, minute) = text.split_once(':')?;
        Some(hour.parse::<usize>().ok()? * 60 + minute.parse::<usize>().ok()?)
    };
    hours.split([' ', ',', ';']).find_map(|word| {
        let (from, to) = word.split_once('-')?;
        Some((minutes(from)?, minutes(to)?)).filter(|(from, to)| from < to && *to <= 1_440)
    })
}

/// A member's hours as they were published, with the zone's city first.
pub fn hours_text(person: &Person, w: &Words) -> String {
    let hours = match stretch(&person.hours) {
        Some((from, to)) => format!("{}–{}", clock_at(from, w), clock_at(to, w)),
        None => crate::render::line(&person.hours),
    };
    format!("{hours}, {}", city(&person.zone))
}

/// The city that a zone is named after.
pub fn city(zone: &str) -> String {
    zone.rsplit('/').next().unwrap_or(zone).replace('_', " ")
}

/// When somebody works on a day of a team's grid, in the reader's time: "09:00–17:30".
pub fn row_text(row: &str, w: &Words) -> String {
    let open: Vec<bool> = row.bytes().take(HALF_HOURS).map(|cell| cell != b'.').collect();
    let spans = runs(&open);
    // Across midnight it is one stretch that began the day before.
    let joined = match (spans.first(), spans.last()) {
        (Some((0, wide)), Some((from, last))) if spans.len() > 1 && from + last == 96 => vec![(*from, *wide)],
        _ => spans.iter().map(|(from, wide)| (*from, from + wide)).collect(),
    };
    if joined.is_empty() {
        return w.s("page-day-off");
    }
    joined.into_iter().map(|(from, to)| format!("{}–{}", clock(from, w), clock(to, w))).collect::<Vec<_>>().join(", ")
}

fn clock(units: usize, w: &Words) -> String {
    clock_at(units * 15, w)
}

fn clock_at(minutes: usize, w: &Words) -> String {
    let (hour, minute) = (minutes / 60 % 24, minutes % 60);
    w.with("clock-minute", [("hour", format!("{hour:02}").into()), ("minute", format!("{minute:02}").into())])
}

/// A teammate's day beside a view.
pub struct Day {
    /// Their name.
    pub name: String,
    /// Where they are.
    pub place: String,
    /// Their hours today, in the reader's time.
    pub hours: String,
    /// The same drawn.
    pub strip: Strip,
}

/// The days of the people of a team but the reader.
pub fn days(people: &[Person], today: Option<&TeamDay>, w: &Words) -> Vec<Day> {
    let Some(today) = today else { return Vec::new() };
    people
        .iter()
        .zip(&today.rows)
        .filter(|(person, _)| !person.me)
        .map(|(person, row)| Day {
            name: crate::render::line(&person.member.name),
            place: city(&person.zone),
            hours: row_text(row, w),
            strip: Strip::of_row(row, None, w),
        })
        .collect()
}

/// A clock at a person's place: "03:10".
pub fn wall(person: &Person, w: &Words) -> String {
    person.wall.rsplit(' ').next().unwrap_or_default().replace(':', &w.s("clock-part"))
}

/// A number of minutes, short.
pub fn span(minutes: u64, w: &Words) -> String {
    w.lang.say(&dates::short_span(minutes))
}
