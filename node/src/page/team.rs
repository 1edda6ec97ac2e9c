//! Everyone's hours in the reader's time, when all could meet, and the key that invites one more.

use askama::Template;
use axum::response::Response;
use cremona_engine::{Answer, Ask};

use super::frame::Frame;
use super::strip::{Strip, city, row_text, wall};
use super::{Page, Refusal, show, surprised};
use crate::render::{line, status_text};

#[derive(Template)]
#[template(path = "team.html")]
struct View {
    f: Frame,
    facts: String,
    intro: String,
    people: Vec<Someone>,
    all: String,
    pairs: Vec<(String, String)>,
}

struct Someone {
    member: String,
    name: String,
    me: bool,
    place: String,
    hours: String,
    strip: Strip,
    status: String,
}

/// The team.
pub async fn team(page: Page) -> Result<Response, Refusal> {
    let frame = Frame::of(&page, "team", page.w.s("page-team"));
    let (f, team) = tokio::try_join!(frame, page.ask(Ask::Team { members: Vec::new(), days: 1 }))?;
    let Answer::Team(team) = team else { return Err(surprised()) };
    let w = &page.w;
    let rows = team.days.first().map(|day| day.rows.clone()).unwrap_or_default();
    let mine = team.people.iter().position(|person| person.me).and_then(|at| rows.get(at)).cloned();
    let mut people: Vec<(Someone, String)> = Vec::new();
    for (person, row) in team.people.iter().zip(&rows) {
        let someone = Someone {
            member: person.member.member.clone(),
            name: line(&person.member.name),
            me: person.me,
            place: format!("{}, {}", city(&person.zone), wall(person, w)),
            hours: row_text(row, w),
            strip: Strip::of_row(row, mine.as_deref(), w),
            status: person.status.as_ref().map(|status| status_text(status, &w.look())).unwrap_or_default(),
        };
        people.push((someone, row.clone()));
    }
    // This member first, then by the start of their day.
    people.sort_by_key(|(someone, row)| (!someone.me, row.find('#').unwrap_or(usize::MAX)));
    let pairs = people.iter().filter(|(someone, _)| !someone.me).map(|(someone, row)| {
        let shared = mine.as_deref().map(|mine| both(mine, row)).unwrap_or_default();
        let text = if shared.contains('#') { row_text(&shared, w) } else { w.s("page-no-shared") };
        (someone.name.clone(), text)
    });
    let pairs = pairs.collect();
    let all = match &team.next_for_all {
        Some(next) => w.with("team-next", [("when", w.when(next).into())]),
        None => w.s("team-never"),
    };
    let facts = w.n("page-members", &(people.len() as u64));
    let intro = w.with("page-team-intro", [("place", city(&team.zone).into())]);
    show(&View { f, facts, intro, people: people.into_iter().map(|(someone, _)| someone).collect(), all, pairs })
}

/// Half-hours in which both rows are open.
fn both(mine: &str, theirs: &str) -> String {
    mine.bytes().zip(theirs.bytes()).map(|(a, b)| if a != b'.' && b != b'.' { '#' } else { '.' }).collect()
}

#[derive(Template)]
#[template(path = "invite.html")]
struct Invite {
    f: Frame,
    key: String,
}

/// The workspace key.
pub async fn invite(page: Page) -> Result<Response, Refusal> {
    let (f, key) = tokio::try_join!(Frame::of(&page, "invite", page.w.s("page-invite")), page.ask(Ask::Key))?;
    let Answer::Key(key) = key else { return Err(surprised()) };
    show(&Invite { f, key: key.key })
}
