//! Who holds what, in sentences and in a table: am I caught up, who holds what I wrote, when was each
//! teammate last heard of.

use cremona_engine::ask::{NotHere, Standing, Teammate};

use super::table::Table;
use super::text::line;
use super::{Look, when};

/// Most names in one sentence; of more, the number is told.
const NAMED: usize = 4;
/// Most sentences about what is not here.
const TOLD: usize = 8;

/// Both answers, a sentence a line; empty where there are no teammates.
pub fn sentences(standing: &Standing) -> String {
    if standing.teammates.is_empty() {
        return String::new();
    }
    let lines: Vec<String> = [caught_up(standing), not_here(standing), holders(standing)].concat();
    lines.iter().map(|text| format!("{}\n", line(text))).collect()
}

/// A row for each teammate.
pub fn table(standing: &Standing, look: &Look) -> String {
    let mut table = Table::new(look, &["teammate", "last heard", "of theirs not here", "of yours not there", "told"]);
    for mate in &standing.teammates {
        let heard = if mate.connected { "connected".to_owned() } else { time(mate.last_heard.as_ref(), look) };
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

fn time(time: Option<&String>, look: &Look) -> String {
    time.map_or_else(|| "never".to_owned(), |time| when(time, look))
}

/// What is known to exist, as far as teammates told.
fn caught_up(standing: &Standing) -> Vec<String> {
    let told = standing.teammates.iter().filter(|mate| mate.told.is_some()).count();
    let all = standing.teammates.len();
    let of = match (told, all) {
        (0, _) => return vec!["No teammate has told yet what there is.".to_owned()],
        (1, 1) => format!("{} is", standing.teammates.first().map_or("", |mate| mate.name.as_str())),
        (told, all) if told == all => format!("your {all} teammates are"),
        (told, all) => format!("{told} of your {all} teammates are"),
    };
    if !standing.caught_up {
        return Vec::new();
    }
    vec![format!("You hold all that {of} known to hold.")]
}

fn not_here(standing: &Standing) -> Vec<String> {
    let mut lines: Vec<String> = standing.not_here.iter().take(TOLD).map(missing).collect();
    let more = standing.not_here.len().saturating_sub(TOLD);
    if more > 0 {
        lines.push(format!("And of {more} more logs something is not here yet."));
    }
    lines
}

fn missing(one: &NotHere) -> String {
    let whose = match (&one.name, one.log.is_empty()) {
        (Some(name), _) => format!("{} that {name} wrote", entries(one.count)),
        (None, true) => entries(one.count),
        (None, false) => format!("{} of someone you have not met", entries(one.count)),
    };
    let verb = if one.count == 1 { "is" } else { "are" };
    let by = if one.known_by.is_empty() { String::new() } else { format!("; {} says so", names(&one.known_by)) };
    format!("{whose} {verb} not here yet{by}.")
}

fn holders(standing: &Standing) -> Vec<String> {
    let of = |wanted: fn(&Teammate) -> bool| {
        standing.teammates.iter().filter(|mate| wanted(mate)).map(|mate| mate.name.clone()).collect::<Vec<_>>()
    };
    let whole = of(|mate| mate.lacks == Some(0));
    let unknown = of(|mate| mate.lacks.is_none());
    let mut parts = Vec::new();
    if !whole.is_empty() {
        let verb = if whole.len() == 1 { "holds" } else { "hold" };
        parts.push(format!("{} {verb} everything you wrote", names(&whole)));
    }
    for mate in standing.teammates.iter().filter(|mate| mate.lacks.is_some_and(|lacks| lacks > 0)).take(TOLD) {
        parts.push(format!("{} lacks {} of yours", mate.name, mate.lacks.unwrap_or(0)));
    }
    if !unknown.is_empty() {
        parts.push(format!("of {} it is not known", names(&unknown)));
    }
    let mut sentence = parts.join("; ");
    // Names may begin with a small letter, sentences may not.
    if sentence.starts_with("of ") {
        sentence.replace_range(..2, "Of");
        sentence.push_str(" what they hold of yours");
    }
    if sentence.is_empty() { Vec::new() } else { vec![format!("{sentence}.")] }
}

fn entries(count: u64) -> String {
    if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }
}

/// Names as people list them.
fn names(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] if names.len() <= NAMED => format!("{} and {last}", first.join(", ")),
        several => format!("{} teammates", several.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            sentences(&team),
            "You hold all that 3 of your 4 teammates are known to hold.\n\
             Bo and Cy hold everything you wrote; Dee lacks 3 of yours; of Emre it is not known.\n"
        );
        assert_eq!(sentences(&Standing { teammates: Vec::new(), ..team }), "");
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
            sentences(&team),
            "No teammate has told yet what there is.\n1 entry that Ana wrote is not here yet; Bo says so.\n\
             40 entries of someone you have not met are not here yet.\nOf Bo it is not known what they hold of yours.\n"
        );
    }

    #[test]
    fn programs_get_a_row_for_each_teammate() {
        let look = Look { json: false, terminal: false, columns: 80 };
        assert_eq!(table(&team(vec![mate("Bo", Some(2))]), &look), "Bo\tnever\t0\t2\t2026-11-24T12:17:05.120Z\n");
    }
}
