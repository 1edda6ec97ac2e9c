//! Notices: what of the inbox is worth an interruption now.
//!
//! A thread is told of once for everything new in it, never for what was read elsewhere, never for green
//! alone. While it is quiet (outside the member's hours, in a focus, or by their own schedule) nothing
//! is told but what they let through by person, flag or word; what was held back comes as one digest
//! when the quiet ends. Which was told stands in the store, so that a restart tells nothing twice.

use cremona_envelope::{RecordId, Time};
use cremona_hours::Quiet;
use cremona_model::personal::Setting;
use cremona_store::{Read, Write};

use crate::ask::{Answer, Ask, Author, Failure, Notice, Notices, Reason};
use crate::commands::Done;
use crate::core::Core;
use crate::error::EngineError;
use crate::inbox::{self, Because, Row};
use crate::personal::settings::{set_setting, setting};
use crate::wall::{Bare, Wall, at_of, time_of};
use crate::{people, said};

/// Characters of a text that a notice shows.
const TEXT: usize = 140;
/// Most threads that one answer tells of.
const MOST: usize = 50;
/// Where it stands that something was held back.
const HELD: &str = "notices held";

/// Carries out a command; `None` where `ask` is none of these.
pub(crate) fn command(core: &mut Core, tx: &Write<'_>, ask: &Ask, now: Time) -> Result<Option<Done>, EngineError> {
    let answer = match ask {
        Ask::Notices => Answer::Notices(Box::new(notices(core, tx, now)?)),
        Ask::Quiet { schedule } => {
            set_quiet(core, tx, schedule, now)?;
            state(core, tx, now)?
        }
        Ask::Focus { until } => {
            focus(core, tx, until.as_deref(), now)?;
            state(core, tx, now)?
        }
        _ => return Ok(None),
    };
    Ok(Some(Done { answer, said: Vec::new() }))
}

/// What is new and may be told now; it counts as told from then on.
fn notices(core: &Core, tx: &Write<'_>, now: Time) -> Result<Notices, EngineError> {
    let me = core.member();
    let mine = inbox::mine(tx, &core.wall, &me, now)?;
    let quiet = quiet(tx, &core.wall, now)?;
    let is_quiet = quiet.is_quiet(at_of(now), &mine.hours);
    let allowed = Allowed::of(tx)?;
    let (mut told, mut held) = (Vec::new(), false);
    for row in inbox::kept(tx, &mine)?.rows {
        let Some(no) = tx.thread_of(&row.root)?.map(|(no, ..)| no) else { continue };
        if !row.is_worth_telling() || tx.told(no)?.is_some_and(|told| told >= row.newest) {
            continue;
        }
        let (text, text_by) = text_of(tx, &row)?;
        if is_quiet && !allowed.lets(&row, &text) {
            held = true;
            continue;
        }
        if told.len() == MOST {
            break;
        }
        tx.set_told(no, row.newest)?;
        let text = text.chars().take(TEXT).collect();
        told.push(Notice { row: inbox::shown(tx, &row, &mine)?, text, text_by });
    }
    let was_held = tx.setting(HELD)?.is_some_and(|held| held == [1]);
    if was_held != held {
        tx.set_setting(HELD, &[u8::from(held)])?;
    }
    let quiet_until = if is_quiet { quiet.quiet_until(at_of(now), &mine.hours) } else { None };
    Ok(Notices {
        digest: was_held && !is_quiet && told.len() > 1,
        notices: told,
        quiet_until: quiet_until.map(|at| crate::show::time(time_of(at))),
        program: setting(tx, Setting::Notify)?.unwrap_or_default(),
        language: setting(tx, Setting::Language)?.unwrap_or_default(),
    })
}

/// Whether it is quiet, and nothing told.
pub(crate) fn state(core: &Core, read: &Read<'_>, now: Time) -> Result<Answer, EngineError> {
    let zone = core.wall.zone(read, &core.member())?;
    let hours = core.wall.hours(read, &core.member(), &zone)?;
    let quiet = quiet(read, &core.wall, now)?;
    let until = quiet.is_quiet(at_of(now), &hours).then(|| quiet.quiet_until(at_of(now), &hours)).flatten();
    let quiet_until = until.map(|at| crate::show::time(time_of(at)));
    Ok(Answer::Notices(Box::new(Notices { quiet_until, ..Notices::default() })))
}

/// When this member wants quiet.
pub(crate) fn quiet(read: &Read<'_>, wall: &Wall, now: Time) -> Result<Quiet, EngineError> {
    let text = setting(read, Setting::Quiet)?;
    let mut quiet = text.and_then(|text| Quiet::parse(&text, &wall.zones).ok()).unwrap_or_default();
    let focus = setting(read, Setting::FocusUntil)?.and_then(|text| text.parse::<cremona_hours::At>().ok());
    if let Some(until) = focus.filter(|until| *until > at_of(now)) {
        // One block more than fit leaves the rest as it is.
        let _ = quiet.focus_until(at_of(now), until);
    }
    Ok(quiet)
}

fn set_quiet(core: &mut Core, tx: &Write<'_>, schedule: &str, now: Time) -> Result<(), EngineError> {
    let text = schedule.trim();
    let zones = &core.wall.zones;
    let parsed = Quiet::parse(text, zones).or_else(|error| {
        let zone = core.wall.zone(tx, &core.member()).map_err(|_| error.clone())?;
        Quiet::parse(&format!("{zone} {text}"), zones).map_err(|_| error)
    });
    let hint = "give \"outside hours\", \"never\", or a schedule such as \"mon-fri 18:00-08:00\"";
    let quiet = parsed.map_err(|error| {
        Failure::new(Reason::Usage, error.to_string(), hint).named(said!("no-quiet", error = error.to_string()))
    })?;
    set_setting(core, tx, Setting::Quiet, Some(&quiet.to_string()), now)?;
    Ok(())
}

/// Nothing is told until then; `None` ends it.
fn focus(core: &mut Core, tx: &Write<'_>, until: Option<&str>, now: Time) -> Result<(), EngineError> {
    let me = core.member();
    // `2h` is short for `in 2h`.
    let spelled = |text: &str| {
        if text.starts_with(|c: char| c.is_ascii_digit()) && !text.contains([':', '-', '.']) {
            format!("in {text}")
        } else {
            text.to_owned()
        }
    };
    let until = until.map(|text| core.wall.ahead(tx, &me, &spelled(text), Bare::Ends, now)).transpose()?;
    set_setting(core, tx, Setting::FocusUntil, until.map(crate::show::time).as_deref(), now)?;
    Ok(())
}

/// The text that a notice begins with, and who wrote it.
pub(crate) fn text_of(read: &Read<'_>, row: &Row) -> Result<(String, Author), EngineError> {
    let flagged = row.because.iter().find_map(|because| match because {
        Because::Flagged { message, .. } | Because::StandsIn { message, .. } | Because::Acknowledge(message) => {
            Some(*message)
        }
        Because::Called(_) | Because::Replies(_) | Because::Later(_) => None,
    });
    let id: RecordId = row.first.or(flagged).unwrap_or(row.root);
    let Some(shown) = read.shown(&id)? else { return Ok(Default::default()) };
    Ok((shown.text.unwrap_or_default(), crate::show::author(shown.message.member, shown.name)))
}

/// What comes through although it is quiet.
pub(crate) struct Allowed {
    people: Vec<cremona_envelope::MemberId>,
    colours: Vec<String>,
    words: Vec<String>,
}

impl Allowed {
    /// What this member set.
    pub(crate) fn of(read: &Read<'_>) -> Result<Self, EngineError> {
        let list = |name| {
            let text = setting(read, name)?.unwrap_or_default();
            let words = text.split([',', '\n']).map(|word| word.trim().to_lowercase());
            Ok::<_, EngineError>(words.filter(|word| !word.is_empty()).collect::<Vec<_>>())
        };
        // A name that fits nobody any more lets nobody through.
        let people = list(Setting::AllowPeople)?.iter().filter_map(|name| people::member(read, name).ok()).collect();
        Ok(Self { people, colours: list(Setting::AllowFlags)?, words: list(Setting::AllowWords)? })
    }

    /// Whether a row that begins with this text comes through.
    pub(crate) fn lets(&self, row: &Row, text: &str) -> bool {
        let text = text.to_lowercase();
        let by = row.because.iter().any(|because| match because {
            Because::Flagged { by, colour, .. } | Because::StandsIn { by, colour, .. } => {
                self.people.contains(by) || self.colours.iter().any(|known| known == colour.word())
            }
            Because::Called(_) | Because::Replies(_) | Because::Acknowledge(_) | Because::Later(_) => false,
        });
        by || row.by.is_some_and(|by| self.people.contains(&by)) || self.words.iter().any(|word| text.contains(word))
    }
}
