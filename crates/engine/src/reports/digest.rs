//! What a day begins with: the inbox in two parts, what came while it was quiet and what waited before.
//!
//! It is the inbox's own list, each row in one of the two; nothing is counted here. What the member lets
//! through was not held back.

use cremona_envelope::Time;
use cremona_hours::{DAY_MS, Hours, Quiet};
use cremona_model::personal::Setting;
use cremona_store::{Cursor, Read};

use super::catch_up::part;
use super::language::{Language, say};
use crate::ask::{DayDigest, InboxRow, Part};
use crate::error::EngineError;
use crate::inbox::{self, Mine, Row};
use crate::notices::{Allowed, text_of};
use crate::personal::settings::setting;
use crate::queries::{Context, MAX_PAGE};
use crate::show;
use crate::wall::{at_of, time_of};

/// The time in which things were held back.
struct Night {
    from: Time,
    until: Time,
    quiet: Quiet,
    hours: Hours,
}

impl Night {
    fn holds(&self, at: Time) -> bool {
        self.from <= at && at < self.until && self.quiet.is_quiet(at_of(at), &self.hours)
    }
}

/// The digest of the day that is under way, or of what came since the last one.
pub(crate) fn digest(
    read: &Read<'_>,
    context: &Context,
    language: Language,
    now: Time,
) -> Result<DayDigest, EngineError> {
    let (me, words) = (&context.me, language.words());
    let zone = context.wall.zone(read, me)?;
    let night = night(read, context, now)?;
    let mine = inbox::mine(read, &context.wall, me, now)?;
    let list = inbox::kept(read, &mine)?;
    let counts = inbox::counts(&list, &mine);
    let allowed = Allowed::of(read)?;
    let (mut held, mut waiting) = (Vec::new(), Vec::new());
    for row in list.rows {
        let came = read
            .thread_messages(&row.root, &Cursor::END, 1, now)?
            .first()
            .map(|last| last.message.time.max(last.message.embargo.unwrap_or(Time(0))));
        let in_quiet = night.holds(row.since) || came.is_some_and(|came| night.holds(came));
        if in_quiet && !allowed.lets(&row, &text_of(read, &row)?.0) { &mut held } else { &mut waiting }.push(row);
    }
    Ok(DayDigest {
        since: show::time(night.from),
        until: show::time(night.until),
        zone: zone.name().to_owned(),
        language: language.tag().to_owned(),
        title: say(words.digest, &language.date(zone.wall(at_of(now)).date())),
        held: shown(read, &mine, words.held, held)?,
        waiting: shown(read, &mine, words.waiting, waiting)?,
        expired: shown(read, &mine, words.expired, list.expired)?,
        counts,
        next: night.hours.next_morning(at_of(now)).map(|at| show::time(time_of(at))),
    })
}

/// From the end of the last working day to the beginning of the one that is under way, or until now.
fn night(read: &Read<'_>, context: &Context, now: Time) -> Result<Night, EngineError> {
    let (wall, me, at) = (&context.wall, &context.me, at_of(now));
    let zone = wall.zone(read, me)?;
    let hours = wall.hours(read, me, &zone)?;
    let quiet = setting(read, Setting::Quiet)?.and_then(|text| Quiet::parse(&text, &wall.zones).ok());
    let from = hours.working_day_before(at).map_or_else(|| at.plus(DAY_MS.saturating_neg()), |day| day.ends());
    let under_way = hours.working_day(at).map(|day| day.opens()).filter(|opens| *opens <= at);
    // What comes at this very moment came by now.
    let until = under_way.unwrap_or_else(|| at.plus(1));
    Ok(Night { from: time_of(from), until: time_of(until), quiet: quiet.unwrap_or_default(), hours })
}

fn shown(read: &Read<'_>, mine: &Mine, title: &str, rows: Vec<Row>) -> Result<Part<InboxRow>, EngineError> {
    let Part { title, rows, left_out } = part(title, rows, usize::try_from(MAX_PAGE).unwrap_or(usize::MAX));
    let rows = rows.iter().map(|row| inbox::shown(read, row, mine)).collect::<Result<_, _>>()?;
    Ok(Part { title, rows, left_out })
}
