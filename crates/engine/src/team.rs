//! Members in their days: what `hours`, `status` and `team` say.

use cremona_envelope::{MemberId, RecordId, Time, Verified};
use cremona_hours::{Cell, DAY_MS, GridDay, Hours, grid, next_common_opening};
use cremona_model::{DocId, Edit, Meaning, Status};
use cremona_store::{MemberRow, Read, Write};

use crate::ask::{Answer, Ask, Failure, Person, Reason, StatusAsk, StatusShown, Team, TeamDay};
use crate::commands::Done;
use crate::core::Core;
use crate::error::EngineError;
use crate::people::{self, deputy_of, status_of};
use crate::wall::{Bare, Wall, at_of, time_of};
use crate::{said, show};

/// Most days of a grid.
const MAX_DAYS: u32 = 14;
/// How far ahead a moment that suits all is looked for.
const HORIZON_DAYS: i64 = 14;
/// How long all have to be open for it.
const TOGETHER_MINUTES: u32 = 30;

/// Carries out a command; `None` where `ask` is none of these.
pub(crate) fn command(core: &mut Core, tx: &Write<'_>, ask: &Ask, now: Time) -> Result<Option<Done>, EngineError> {
    let edit = match ask {
        Ask::Hours { hours } => Edit::hours(&canonical(core, tx, hours)?)?,
        Ask::SetStatus { status } => Edit::status(&read_status(core, tx, status, now)?)?,
        Ask::Deputy { deputy } => Edit::deputy(chosen(core, tx, deputy.as_deref())?),
        _ => return Ok(None),
    };
    let (_, verified): (RecordId, Verified) = core.say(tx, DocId::DIRECTORY, &edit, now)?;
    let me = core.member();
    let person = person_of(tx, &core.wall, &me, &me, now)?;
    Ok(Some(Done { answer: Answer::Person(Box::new(person)), said: vec![verified] }))
}

/// Hours as they are published, with the zone in front where it was left out.
fn canonical(core: &Core, tx: &Write<'_>, text: &str) -> Result<String, EngineError> {
    let zones = &core.wall.zones;
    let parsed = Hours::parse(text, zones).or_else(|error| {
        let zone = core.wall.zone(tx, &core.member()).map_err(|_| error.clone())?;
        Hours::parse(&format!("{zone} {text}"), zones).map_err(|_| error)
    });
    let hint = "for instance \"Asia/Singapore mon-fri 09:00-17:30; off 2026-12-24..2026-12-26\"";
    let hours = parsed.map_err(|error| {
        Failure::new(Reason::Usage, error.to_string(), hint).named(said!("no-hours", error = error.to_string()))
    })?;
    Ok(hours.to_string())
}

fn read_status(core: &Core, tx: &Write<'_>, status: &StatusAsk, now: Time) -> Result<Status, EngineError> {
    let meaning = Meaning::from_word(&status.meaning).ok_or_else(|| {
        let message = format!("{:?} is no meaning of a status", status.meaning);
        Failure::new(Reason::Usage, message, "give open, focus, deadline or away")
            .named(said!("no-meaning", meaning = &status.meaning))
    })?;
    let until = status.until.as_deref();
    let until = until.map(|until| core.wall.ahead(tx, &core.member(), until, Bare::Begins, now)).transpose()?;
    Ok(Status { meaning, emoji: status.emoji.clone(), text: status.text.clone(), until })
}

fn chosen(core: &Core, tx: &Write<'_>, name: Option<&str>) -> Result<Option<MemberId>, EngineError> {
    let deputy = name.map(|name| people::member(tx, name)).transpose()?;
    if deputy == Some(core.member()) {
        let message = "you can't stand in for yourself";
        return Err(Failure::new(Reason::Usage, message, "name a teammate, or nobody")
            .named(said!("own-deputy"))
            .into());
    }
    Ok(deputy)
}

/// A member in their day.
pub(crate) fn person_of(
    read: &Read<'_>,
    wall: &Wall,
    me: &MemberId,
    member: &MemberId,
    now: Time,
) -> Result<Person, EngineError> {
    let zone = wall.zone(read, me)?;
    let hours = wall.hours(read, member, &zone)?;
    let open = hours.is_open(at_of(now));
    let turns = if open { hours.next_closing(at_of(now)) } else { hours.next_opening(at_of(now)) };
    Ok(Person {
        member: show::member(read, member)?,
        me: member == me,
        hours: hours.to_string(),
        assumed: hours.is_assumed(),
        zone: hours.zone().name().to_owned(),
        wall: hours.zone().wall(at_of(now)).strftime("%Y-%m-%d %H:%M").to_string(),
        open,
        turns: turns.map(|at| show::time(time_of(at))),
        status: status_of(read, member, now)?.map(shown_status),
        deputy: deputy_of(read, member)?.map(|deputy| show::member(read, &deputy)).transpose()?,
    })
}

fn shown_status(status: Status) -> StatusShown {
    StatusShown {
        meaning: status.meaning.word().to_owned(),
        emoji: status.emoji,
        text: status.text,
        until: status.until.map(show::time),
    }
}

/// Everyone's hours in the reader's zone, for some days from now on.
pub(crate) fn team(
    read: &Read<'_>,
    wall: &Wall,
    me: &MemberId,
    (names, days): (&[String], u32),
    now: Time,
) -> Result<Answer, EngineError> {
    let zone = wall.zone(read, me)?;
    let members = chosen_members(read, names)?;
    let hours = members.iter().map(|member| wall.hours(read, member, &zone)).collect::<Result<Vec<_>, _>>()?;
    let hours: Vec<&Hours> = hours.iter().collect();
    let people = members.iter().map(|member| person_of(read, wall, me, member, now)).collect::<Result<_, _>>()?;
    let horizon = DAY_MS.saturating_mul(HORIZON_DAYS);
    let next = next_common_opening(at_of(now), &hours, TOGETHER_MINUTES, horizon);
    let days = grid(&hours, &zone, at_of(now), usize::try_from(days.clamp(1, MAX_DAYS)).unwrap_or(1));
    Ok(Answer::Team(Box::new(Team {
        zone: zone.name().to_owned(),
        people,
        days: days.iter().map(shown_day).collect(),
        next_for_all: next.map(|at| show::time(time_of(at))),
    })))
}

fn chosen_members(read: &Read<'_>, names: &[String]) -> Result<Vec<MemberId>, EngineError> {
    if names.is_empty() {
        let mut rows: Vec<MemberRow> = read.members()?;
        rows.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
        return Ok(rows.into_iter().map(|row| row.id).collect());
    }
    names.iter().map(|name| people::member(read, name)).collect()
}

fn shown_day(day: &GridDay) -> TeamDay {
    let row = |cells: &Vec<Cell>| cells.iter().map(cell).collect();
    TeamDay {
        date: day.date.to_string(),
        begins: day.begins.first().map_or_else(String::new, |at| show::time(time_of(*at))),
        rows: day.rows.iter().map(row).collect(),
        everyone: row(&day.everyone()),
    }
}

fn cell(cell: &Cell) -> char {
    match cell {
        Cell::Open => '#',
        Cell::Part => '-',
        Cell::Closed => '.',
    }
}
