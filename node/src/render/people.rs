//! Members in their days: hours, status, and a team's hours side by side.

use cremona_engine::ask::{Notices, Person, StatusShown, Team, TeamDay};
use cremona_engine::said;

use super::table::Table;
use super::text::{fit, line, width};
use super::{Ink, Look};
use crate::words::{dates, say};

/// Widest name beside a strip of a day.
const NAME: usize = 16;

/// One member, after something of them was set or asked.
pub fn person(person: &Person, look: &Look) -> String {
    if !look.terminal {
        let mut table = Table::new(look, &[]);
        table.row(cells(person));
        return table.finish(look);
    }
    let name = line(&person.member.name);
    let hours = line(&person.hours);
    let mut out = if person.assumed {
        say!(look.lang, "person-assumed", name = name.clone(), hours = hours)
    } else {
        say!(look.lang, "person-hours", name = name.clone(), hours = hours)
    };
    out.push('\n');
    out.push_str(&(look.lang.say(&now_of(person, look)) + "\n"));
    if let Some(status) = &person.status {
        out.push_str(
            &(say!(look.lang, "person-status", name = name.clone(), status = status_text(status, look)) + "\n"),
        );
    }
    if let Some(deputy) = &person.deputy {
        out.push_str(&(say!(look.lang, "person-deputy", name = name, deputy = line(&deputy.name)) + "\n"));
    }
    out
}

/// For programs: member, name, open, zone, wall clock, turns, meaning, text, until, deputy, hours.
fn cells(person: &Person) -> Vec<String> {
    let status = person.status.clone();
    vec![
        person.member.member.clone(),
        person.member.name.clone(),
        if person.open { "open" } else { "closed" }.to_owned(),
        person.zone.clone(),
        person.wall.clone(),
        person.turns.clone().unwrap_or_default(),
        status.as_ref().map(|status| status.meaning.clone()).unwrap_or_default(),
        status.as_ref().map(|status| status.text.clone()).unwrap_or_default(),
        status.and_then(|status| status.until).unwrap_or_default(),
        person.deputy.as_ref().map(|deputy| deputy.name.clone()).unwrap_or_default(),
        person.hours.clone(),
    ]
}

/// "It is 03:10 for Bo; his day starts ...".
fn now_of(person: &Person, look: &Look) -> cremona_engine::Said {
    let clock = person.wall.rsplit(' ').next().unwrap_or_default().replace(':', &say!(look.lang, "clock-part"));
    let name = line(&person.member.name);
    match person.turns.as_deref().map(|turns| look.when(turns)) {
        Some(when) if person.open => said!("person-open-until", name = name, clock = clock, when = when),
        Some(when) => said!("person-closed-until", name = name, clock = clock, when = when),
        None if person.open => said!("person-open", name = name, clock = clock),
        None => said!("person-closed", name = name, clock = clock),
    }
}

/// Emoji, meaning, text, and until when.
pub(crate) fn status_text(status: &StatusShown, look: &Look) -> String {
    let meaning = match status.meaning.as_str() {
        "open" => say!(look.lang, "meaning-open"),
        "focus" => say!(look.lang, "meaning-focus"),
        "deadline" => say!(look.lang, "meaning-deadline"),
        "away" => say!(look.lang, "meaning-away"),
        other => other.to_owned(),
    };
    let joined =
        |parts: [String; 2], by| parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(by);
    let text = joined([line(&status.emoji), joined([meaning, line(&status.text)], ": ")], " ");
    match &status.until {
        Some(until) => say!(look.lang, "status-until", status = text, when = look.when(until)),
        None => text,
    }
}

/// Whether it is quiet, and what there is to be told.
pub fn notices(notices: &Notices, look: &Look) -> String {
    if !look.terminal {
        let mut table = Table::new(look, &[]);
        for notice in &notices.notices {
            table.row(vec![notice.row.thread.clone(), notice.row.title.clone(), notice.text.clone()]);
        }
        return table.finish(look);
    }
    let quiet = match &notices.quiet_until {
        Some(until) => say!(look.lang, "quiet-now", when = look.when(until)),
        None => say!(look.lang, "quiet-not"),
    };
    let rows = notices.notices.iter().map(|notice| format!("  {}\n", fit(&line(&notice.row.title), look.columns)));
    quiet + "\n" + &rows.collect::<String>()
}

/// A team's hours, day by day, in the reader's zone.
pub fn team(team: &Team, look: &Look) -> String {
    if !look.terminal {
        let mut table = Table::new(look, &[]);
        team.people.iter().for_each(|person| table.row(cells(person)));
        return table.finish(look);
    }
    let names: Vec<String> = team.people.iter().map(|person| fit(&line(&person.member.name), NAME)).collect();
    let wide = names.iter().map(|name| width(name)).max().unwrap_or(0);
    let mut out = String::new();
    for day in &team.days {
        out.push_str(&grid(day, &names, wide, look));
        out.push('\n');
    }
    for person in &team.people {
        out.push_str(&(look.lang.say(&now_of(person, look)) + "\n"));
        if let Some(status) = &person.status {
            let (name, status) = (line(&person.member.name), status_text(status, look));
            out.push_str(&format!("  {}\n", say!(look.lang, "person-status", name = name, status = status)));
        }
    }
    out + &match &team.next_for_all {
        Some(next) => say!(look.lang, "team-next", when = look.when(next)),
        None => say!(look.lang, "team-never"),
    } + "\n"
}

/// A day: two columns an hour where the terminal has room for them, one otherwise.
fn grid(day: &TeamDay, names: &[String], wide: usize, look: &Look) -> String {
    let date = dates::zoned(&day.begins, &look.now).map_or_else(
        || day.date.clone(),
        |at| format!("{} {}", dates::weekday(look.lang, at.datetime()), dates::day(look.lang, at.datetime())),
    );
    let half_hours = look.columns >= wide + 2 + 48;
    let step = if half_hours { 2 } else { 1 };
    let mut out = format!("{}\n", look.ink(Ink::Bold, &date));
    let hours: String = (0..24).step_by(3).map(|hour| format!("{hour:<width$}", width = 3 * step)).collect();
    out.push_str(&format!("{}  {}\n", " ".repeat(wide), look.ink(Ink::Faint, hours.trim_end())));
    let everyone = [(say!(look.lang, "team-all"), &day.everyone)];
    let rows = names.iter().cloned().zip(&day.rows).chain(everyone.into_iter().filter(|_| names.len() > 1));
    for (name, row) in rows {
        let name = fit(&name, wide);
        let pad = " ".repeat(wide.saturating_sub(width(&name)));
        out.push_str(&format!("{name}{pad}  {}\n", strip(row, half_hours)));
    }
    out
}

/// `#`, `-` and `.` as blocks: open, partly, closed.
fn strip(row: &str, half_hours: bool) -> String {
    let block = |open: usize| match open {
        0 => '·',
        1 => '▄',
        _ => '█',
    };
    let weight = |c: char| match c {
        '#' => 2,
        '-' => 1,
        _ => 0,
    };
    let weights: Vec<usize> = row.chars().map(weight).collect();
    if half_hours {
        return weights.into_iter().map(block).collect();
    }
    weights.chunks(2).map(|hour| block(hour.iter().sum::<usize>().div_ceil(2))).collect()
}

#[cfg(test)]
mod tests {
    use cremona_engine::ask::Author;

    use super::*;
    use crate::words::Lang;

    fn bo() -> Person {
        Person {
            member: Author { member: "m2".to_owned(), name: "Bo".to_owned() },
            me: false,
            hours: "Asia/Singapore mon-fri 09:00-17:30".to_owned(),
            assumed: false,
            zone: "Asia/Singapore".to_owned(),
            wall: "2026-11-27 20:00".to_owned(),
            open: false,
            turns: Some("2026-11-30T01:00:00Z".to_owned()),
            status: Some(StatusShown {
                meaning: "away".to_owned(),
                emoji: "🌴".to_owned(),
                text: "on the beach".to_owned(),
                until: Some("2026-11-29T16:00:00Z".to_owned()),
            }),
            deputy: None,
        }
    }

    #[test]
    fn a_teammates_time_is_named_and_mine_is_not() {
        assert_eq!(
            person(&bo(), &Look::at_terminal(80)),
            "Bo works Asia/Singapore mon-fri 09:00-17:30.\nIt is 20:00 for Bo, whose day starts Mon 01:00.\n\
             Bo: 🌴 away: on the beach, until Sun 16:00.\n"
        );
        let look = Look { lang: Lang::Id, ..Look::at_terminal(80) };
        assert!(person(&bo(), &look).contains("Di tempat Bo pukul 20.00; harinya mulai Sen 01.00."));
        assert!(person(&bo(), &Look::piped()).starts_with("m2\tBo\tclosed\tAsia/Singapore\t2026-11-27 20:00\t"));
    }

    #[test]
    fn a_day_is_a_strip_of_blocks_that_fits() {
        let row = format!("{}{}{}", ".".repeat(18), "#".repeat(16), ".".repeat(14));
        let day = TeamDay {
            date: "2026-11-27".to_owned(),
            begins: "2026-11-27T00:00:00Z".to_owned(),
            rows: vec![row.clone(), row.clone()],
            everyone: row,
        };
        let two = Team { zone: "UTC".to_owned(), people: vec![bo(), bo()], days: vec![day], next_for_all: None };
        for columns in [40, 80] {
            let shown = team(&two, &Look::at_terminal(columns));
            assert!(shown.starts_with("Fri 27 Nov\n"), "{shown}");
            let strips: Vec<&str> = shown.lines().filter(|line| line.contains('█')).collect();
            assert_eq!(strips.len(), 3, "{shown}");
            assert!(strips.iter().all(|strip| width(strip) <= columns), "{shown}");
        }
        assert_eq!(strip(".#-#", false), "▄█");
        assert_eq!(strip(".#-#", true), "·█▄█");
    }
}
