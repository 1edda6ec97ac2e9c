//! Who holds what, in sentences and in a table: am I caught up, who holds what I wrote, when was each
//! teammate last heard of.

use cremona_engine::ask::{NotHere, Standing, Teammate};
use cremona_engine::{Said, said};

use super::Look;
use super::table::Table;
use super::text::line;
use crate::words::say;

/// Most names in one sentence; of more, the number is told.
const NAMED: usize = 4;
/// Most sentences about what is not here.
const TOLD: usize = 8;

/// Both answers, a sentence a line; empty where there are no teammates.
pub fn sentences(standing: &Standing, look: &Look) -> String {
    if standing.teammates.is_empty() {
        return String::new();
    }
    let lines = [caught_up(standing), not_here(standing), holders(standing, look)].concat();
    lines.iter().map(|said| format!("{}\n", line(&look.lang.say(said)))).collect()
}

/// A row for each teammate.
pub fn table(standing: &Standing, look: &Look) -> String {
    let head = ["column-teammate", "column-last-heard", "column-not-here", "column-not-there", "column-told"];
    let mut table = Table::new(look, &head);
    for mate in &standing.teammates {
        let heard = if mate.connected { connected(look) } else { time(mate.last_heard.as_ref(), look) };
        table.row(vec![
            mate.name.clone(),
            heard,
            mate.not_here.to_string(),
            mate.lacks.map_or_else(|| "?".to_owned(), |lacks| lacks.to_string()),
            time(mate.told.as_ref(), look),
        ]);
    }
    table.finish(look)
}

fn connected(look: &Look) -> String {
    if look.terminal { say!(look.lang, "peer-connected") } else { "connected".to_owned() }
}

fn time(time: Option<&String>, look: &Look) -> String {
    match time {
        Some(time) => look.when(time),
        None if look.terminal => say!(look.lang, "never"),
        None => "never".to_owned(),
    }
}

/// What is known to exist, as far as teammates told.
pub(crate) fn caught_up(standing: &Standing) -> Vec<Said> {
    let told = standing.teammates.iter().filter(|mate| mate.told.is_some()).count();
    let all = standing.teammates.len();
    vec![match (told, all) {
        (0, _) => said!("hold-untold"),
        _ if !standing.caught_up => return Vec::new(),
        (1, 1) => said!("hold-one", name = standing.teammates.first().map_or("", |mate| mate.name.as_str())),
        (told, all) if told == all => said!("hold-all", all = all),
        (told, all) => said!("hold-some", told = told, all = all),
    }]
}

/// What is known to exist and is not here, a sentence each.
pub(crate) fn not_here(standing: &Standing) -> Vec<Said> {
    let mut lines: Vec<Said> = standing.not_here.iter().take(TOLD).map(missing).collect();
    let more = standing.not_here.len().saturating_sub(TOLD);
    if more > 0 {
        lines.push(said!("missing-more", count = more));
    }
    lines
}

fn missing(one: &NotHere) -> Said {
    let entries = match (&one.name, one.log.is_empty()) {
        (Some(name), _) => said!("missing-of", count = one.count, name = name),
        (None, true) => said!("missing-some", count = one.count),
        (None, false) => said!("missing-of-stranger", count = one.count),
    };
    if one.known_by.is_empty() {
        said!("missing", entries = entries)
    } else {
        said!("missing-known", entries = entries, names = names(&one.known_by))
    }
}

/// Who holds everything that this member wrote, who lacks some of it, of whom it is not known.
fn holders(standing: &Standing, look: &Look) -> Vec<Said> {
    let of = |wanted: fn(&Teammate) -> bool| {
        standing.teammates.iter().filter(|mate| wanted(mate)).map(|mate| mate.name.clone()).collect::<Vec<_>>()
    };
    let whole = of(|mate| mate.lacks == Some(0));
    let unknown = of(|mate| mate.lacks.is_none());
    let mut parts = Vec::new();
    if !whole.is_empty() {
        parts.push(said!("holds-whole", count = whole.len(), names = names(&whole)));
    }
    for mate in standing.teammates.iter().filter(|mate| mate.lacks.is_some_and(|lacks| lacks > 0)).take(TOLD) {
        parts.push(said!("holds-not", name = &mate.name, count = mate.lacks.unwrap_or(0)));
    }
    if parts.is_empty() && !unknown.is_empty() {
        return vec![said!("holds-unknown-all", names = names(&unknown))];
    }
    if !unknown.is_empty() {
        parts.push(said!("holds-unknown", names = names(&unknown)));
    }
    let parts: Vec<String> = parts.iter().map(|part| look.lang.say(part)).collect();
    if parts.is_empty() { Vec::new() } else { vec![said!("sentence", text = parts.join("; "))] }
}

/// Names as people list them.
fn names(names: &[String]) -> Said {
    match names {
        [one] => said!("names-one", name = one),
        [first @ .., last] if names.len() <= NAMED => said!("names-and", first = first.join(", "), last = last),
        several => said!("names-many", count = several.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look() -> Look {
        Look::at_terminal(80)
    }

    fn mate(name: &str, lacks: Option<u64>) -> Teammate {
        let told = lacks.map(|_| "2026-11-24T12:17:05.120Z".to_owned());
        Teammate { name: name.to_owned(), lacks, told, ..Teammate::default() }
    }

    fn team(teammates: Vec<Teammate>) -> Standing {
        Standing { caught_up: true, written: 9, not_here: Vec::new(), teammates }
    }

    #[test]
    fn who_holds_everything_and_who_lacks_what() {
        let team = team(vec![mate("Bo", Some(0)), mate("Cy", Some(0)), mate("Dee", Some(3)), mate("Emre", None)]);
        assert_eq!(
            sentences(&team, &look()),
            "You hold all that 3 of your 4 teammates are known to hold.\n\
             Bo and Cy hold everything you wrote; Dee lacks 3 of yours; of Emre it is not known.\n"
        );
        assert_eq!(sentences(&Standing { teammates: Vec::new(), ..team }, &look()), "");
    }

    #[test]
    fn what_is_not_here_is_told_with_who_knows() {
        let one = NotHere {
            member: None,
            name: Some("Ana".to_owned()),
            log: "0123456789abcdef".to_owned(),
            count: 1,
            known_by: vec!["Bo".to_owned()],
        };
        let many = NotHere { name: None, count: 40, known_by: Vec::new(), ..one.clone() };
        let team = Standing { caught_up: false, not_here: vec![one, many], ..team(vec![mate("Bo", None)]) };
        assert_eq!(
            sentences(&team, &look()),
            "No teammate has told yet what there is.\n1 entry that Ana wrote is not here yet, according to Bo.\n\
             40 entries of someone you have not met are not here yet.\nOf Bo it is not known what they hold of yours.\n"
        );
    }

    #[test]
    fn programs_get_a_row_for_each_teammate() {
        assert_eq!(
            table(&team(vec![mate("Bo", Some(2))]), &Look::piped()),
            "Bo\tnever\t0\t2\t2026-11-24T12:17:05.120Z\n"
        );
    }
}
