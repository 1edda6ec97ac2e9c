//! What ana missed, what her day begins with, what a month was good for, where her messages are, and when
//! bo may have them.
#![allow(clippy::unwrap_used)] // a test that meets an error has failed

mod world;

use cremona_engine::ask::{CatchUp, DayDigest, Flagging, Forecast, Held, Holds, How, Inbox, Newsletter};
use cremona_engine::{Answer, Ask, Input, Reason};
use cremona_envelope::Time;

use world::{World, peer};

const NAMES: [&str; 3] = ["ana", "bo", "cy"];
const EVIL: &str = "Fine: <script>alert(1)</script> &amp; ]]> ![x](http://tracker.example/x.png)\n\n# \"No\" heading\r\n\
                    <img src='http://tracker.example/y.png'>\n\n</div></body>";

/// The clock shows this time of December 2026 in UTC; it has to be later than what it shows.
fn clock(world: &mut World, day: u64, hour: u64, minute: u64) {
    // 1 December 2026, 00:00 in UTC.
    let next = Time(1_796_083_200_000 + ((day - 1) * 24 + hour) * 3_600_000 + minute * 60_000);
    assert!(next > world.now, "time goes on only");
    world.now = next;
}

/// Ana founded, bo and cy joined; ana works in Rome, 08:00 to 16:00 in UTC.
fn team() -> World {
    let mut world = World::founded_by("ana");
    world.person("bo");
    world.person("cy");
    world.connect("ana", "bo");
    world.connect("bo", "cy");
    world.settle();
    world.ask("ana", Ask::Hours { hours: "Europe/Rome mon-fri 09:00-17:00".to_owned() });
    world.settle();
    world
}

fn post(world: &mut World, name: &str, text: &str, title: Option<&str>, how: How) -> String {
    let title = title.map(str::to_owned);
    let ask = Ask::Post { channel: "general".to_owned(), text: text.to_owned(), title, how };
    let Answer::Posted(posted) = world.ask(name, ask) else { panic!("not posted") };
    world.settle();
    posted.id
}

fn reply(world: &mut World, name: &str, thread: &str, text: &str) -> String {
    let id = world.reply(name, thread, text);
    world.settle();
    id
}

fn green(to: &str) -> How {
    How { flag: Some(flagging("green", to)), ..How::default() }
}

fn flagging(colour: &str, to: &str) -> Flagging {
    Flagging { colour: colour.to_owned(), to: vec![to.to_owned()], ..Flagging::default() }
}

/// Three days of December, up to ana's Thursday morning.
fn three_days() -> World {
    let mut world = team();
    clock(&mut world, 1, 9, 0);
    let meet = post(&mut world, "ana", "Where do we meet?\n@bo could you book a room?", None, How::default());
    clock(&mut world, 1, 10, 0);
    reply(&mut world, "bo", &meet, "Booked. We decided on Cremona.");
    clock(&mut world, 2, 15, 30);
    let how = How { announcement: true, ..How::default() };
    post(&mut world, "cy", "Offices are closed on 24 December, tea & cake before.", Some("Winter"), how);
    clock(&mut world, 2, 16, 10);
    let notes = "Keputusan: rilis hari Jumat.\n@ana bisakah kamu memeriksa catatannya?";
    let notes = post(&mut world, "bo", notes, Some("Rilis"), green("everyone"));
    clock(&mut world, 2, 16, 20);
    reply(&mut world, "cy", &notes, "Saya ikut. Siapa lagi?");
    clock(&mut world, 2, 18, 0);
    reply(&mut world, "bo", &meet, "Will you come by train?");
    clock(&mut world, 2, 22, 0);
    let mut how = How { flag: Some(flagging("red", "ana")), ..How::default() };
    how.flag.as_mut().unwrap().by = Some("2026-12-03T07:00:00Z".to_owned());
    post(&mut world, "cy", "@ana the contract needs your signature", None, how);
    clock(&mut world, 3, 8, 30);
    world
}

/// Compares with a file of `tests/golden`; CREMONA_BLESS=1 writes it instead.
fn golden(name: &str, text: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("CREMONA_BLESS").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    assert_eq!(text, std::fs::read_to_string(&path).unwrap_or_default(), "{name}");
}

fn ask_newsletter(month: &str, zone: &str, language: &str, format: &str) -> Ask {
    let [month, zone, language, format] = [month, zone, language, format].map(str::to_owned);
    Ask::Newsletter { month, zone, language, format }
}

fn newsletter(world: &mut World, name: &str, ask: Ask) -> Newsletter {
    let Answer::Newsletter(newsletter) = world.ask(name, ask) else { panic!("no newsletter") };
    *newsletter
}

fn catch_up(world: &mut World, name: &str, target: Option<&str>, language: &str) -> CatchUp {
    let target = target.map(str::to_owned);
    let ask = Ask::CatchUp { target, since: None, language: Some(language.to_owned()) };
    let Answer::CatchUp(catch_up) = world.ask(name, ask) else { panic!("no catch-up") };
    *catch_up
}

fn digest(world: &mut World, name: &str) -> DayDigest {
    let Answer::Digest(digest) = world.ask(name, Ask::Digest { language: Some("en".to_owned()) }) else {
        panic!("no digest")
    };
    *digest
}

fn inbox(world: &mut World, name: &str) -> Inbox {
    let ask = Ask::Inbox { channel: None, expired: false, later: false, limit: 1_000, after: None };
    let Answer::Inbox(inbox) = world.ask(name, ask) else { panic!("no inbox") };
    inbox
}

fn held(world: &mut World, name: &str, message: &str) -> Held {
    let Answer::Held(held) = world.ask(name, Ask::Held { message: message.to_owned() }) else { panic!("not held") };
    assert_eq!(held.holds, held.nodes.iter().filter(|node| node.holds == Holds::Yes).count() as u64);
    held
}

fn holds(world: &mut World, name: &str, message: &str) -> Vec<(String, Holds)> {
    let nodes = held(world, name, message).nodes;
    nodes.into_iter().map(|node| (node.member.unwrap().name, node.holds)).collect()
}

fn forecast(world: &mut World, name: &str, whom: &str) -> Forecast {
    let Answer::Forecast(found) = world.ask(name, Ask::Forecast { member: whom.to_owned() }) else {
        panic!("no forecast")
    };
    found.forecast
}

/// Whether a text is XML as far as tags and entities go: each that opens closes, in order.
fn assert_well_formed(text: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        assert!(!rest[..at].contains('>'), "a loose > before {:?}", &rest[at..]);
        let end = at + rest[at..].find('>').expect("a tag ends");
        let tag = &rest[at + 1..end];
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
        match tag {
            tag if tag.starts_with(['!', '?']) || tag.ends_with('/') => {}
            tag if tag.starts_with('/') => assert_eq!(open.pop(), Some(name), "{tag}"),
            _ => open.push(name),
        }
        rest = &rest[end + 1..];
    }
    assert_eq!(open, Vec::<&str>::new());
    for entity in text.split('&').skip(1) {
        assert!(["amp;", "lt;", "gt;", "quot;"].iter().any(|known| entity.starts_with(known)), "{entity:?}");
    }
    let strange = text.chars().find(|c| c.is_control() && !['\n', '\t'].contains(c));
    assert_eq!(strange, None);
}

#[test]
fn the_newsletter_is_the_same_bytes_for_everyone_whatever_their_clock_zone_and_marks() {
    let mut world = three_days();
    for (name, setting, value) in [("bo", "zone", "Asia/Singapore"), ("cy", "language", "id")] {
        world.ask(name, Ask::Set { name: setting.to_owned(), value: Some(value.to_owned()) });
    }
    world.ask("bo", Ask::Mark { target: "general".to_owned(), upto: None, unread: false });
    world.nodes.get_mut("cy").unwrap().machine_in("America/New_York");
    assert_eq!(world.digest("ana"), world.digest("cy"));
    for format in ["markdown", "html", "atom"] {
        for language in ["en", "id"] {
            let ask = ask_newsletter("2026-12", "Asia/Jakarta", language, format);
            let [one, other, third] = NAMES.map(|name| {
                world.now = world.now.plus(86_400_000 * 17);
                newsletter(&mut world, name, ask.clone())
            });
            assert_eq!((&one, &one), (&other, &third), "{format} {language}");
            assert_eq!(one.messages, 2);
            golden(&format!("newsletter.{language}.{format}"), &one.text);
            if format != "markdown" {
                assert_well_formed(&one.text);
            }
        }
    }
}

#[test]
fn what_members_write_stays_text_in_html_and_atom_and_in_its_quotation_in_markdown() {
    let mut world = World::founded_by("mal <i>&\"x");
    clock(&mut world, 2, 9, 0);
    let how = How { announcement: true, ..green("everyone") };
    post(&mut world, "mal <i>&\"x", EVIL, Some("</title><script>&"), how);
    for format in ["html", "atom"] {
        let text = newsletter(&mut world, "mal <i>&\"x", ask_newsletter("2026-12", "UTC", "en", format)).text;
        assert_well_formed(&text);
        for bad in ["<script", "<img", "<i>", "src=\"", "href="] {
            assert!(!text.contains(bad), "{format}: {bad}");
        }
        assert!(text.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp;amp; ]]&gt;"), "{text}");
    }
    let text = newsletter(&mut world, "mal <i>&\"x", ask_newsletter("2026-12", "UTC", "en", "markdown")).text;
    assert!(text.contains("\n>\n> # \"No\" heading\n> <img"), "{text}");
    assert!(text.lines().all(|line| line.is_empty() || line.starts_with(['>', '#', 'G', 'B'])), "{text}");
}

#[test]
fn an_embargo_decides_the_month_and_what_is_deleted_or_unflagged_is_in_none() {
    let mut world = team();
    clock(&mut world, 30, 9, 0);
    let how = How { announcement: true, at: Some("2027-01-02T09:00:00Z".to_owned()), ..How::default() };
    post(&mut world, "ana", "A new year", None, how);
    let gone = post(&mut world, "bo", "Never mind", None, green("everyone"));
    let plain = post(&mut world, "bo", "No longer green", None, green("everyone"));
    world.ask("bo", Ask::Delete { message: gone });
    world.ask("bo", Ask::Flag { message: plain, flag: Flagging { colour: "none".to_owned(), ..Flagging::default() } });
    clock(&mut world, 31, 20, 0);
    post(&mut world, "cy", "Late on the last day", None, green("ana"));
    world.settle();
    let of = |world: &mut World, name, month, zone| {
        newsletter(world, name, ask_newsletter(month, zone, "en", "markdown")).messages
    };
    assert_eq!(of(&mut world, "bo", "2026-12", "UTC"), 1, "cy's; ana's is of January");
    assert_eq!(of(&mut world, "bo", "2026-12", "Asia/Jakarta"), 0, "there it is January already");
    let early = ask_newsletter("2027-01", "UTC", "en", "atom");
    let now = world.now;
    let refused = world.nodes.get_mut("bo").unwrap().answer(early, now).unwrap_err();
    assert_eq!(refused.reason, Reason::TryLater);
    assert!(!refused.message.contains("new year"));
    clock(&mut world, 34, 9, 0);
    assert_eq!(of(&mut world, "bo", "2026-12", "UTC"), 1);
    assert_eq!(of(&mut world, "cy", "2027-01", "UTC"), 1);
    assert_eq!(of(&mut world, "cy", "2027-01", "Asia/Jakarta"), 2);
}

#[test]
fn a_month_zone_language_or_format_that_there_is_not_is_refused_in_words() {
    let mut world = team();
    for (month, zone, language, format) in [
        ("2026-13", "UTC", "en", "html"),
        ("2026-1", "UTC", "en", "html"),
        ("+026-11", "UTC", "en", "html"),
        ("2026-11", "Asia/Jakrata", "en", "html"),
        ("2026-11", "UTC", "fr", "html"),
        ("2026-11", "UTC", "en", "pdf"),
    ] {
        let now = world.now;
        let failure = world.nodes.get_mut("bo").unwrap().answer(ask_newsletter(month, zone, language, format), now);
        assert_eq!(failure.unwrap_err().reason, Reason::Usage, "{month} {zone} {language} {format}");
    }
}

#[test]
fn ana_reads_decisions_and_questions_first_then_what_is_overdue_then_where_most_was_written() {
    let mut world = three_days();
    let at = world.now;
    for language in ["en", "id"] {
        world.now = at;
        let found = catch_up(&mut world, "ana", None, language);
        world.now = at;
        assert_eq!(catch_up(&mut world, "ana", None, language), found, "the same again");
        golden(&format!("catch-up.{language}.json"), &(serde_json::to_string_pretty(&found).unwrap() + "\n"));
        let lines =
            |rows: &[cremona_engine::ask::Sentence]| rows.iter().map(|row| row.line.clone()).collect::<Vec<_>>();
        assert_eq!(found.since, "2026-12-02T08:00:00.000Z", "the start of her Wednesday");
        assert_eq!(lines(&found.decisions.rows), ["Keputusan: rilis hari Jumat."]);
        // The first stands in her own thread; "Siapa lagi?" calls nobody.
        assert_eq!(
            lines(&found.questions.rows),
            ["Will you come by train?", "@ana bisakah kamu memeriksa catatannya?"]
        );
        assert_eq!(found.overdue.rows.len(), 1);
        assert_eq!((found.busiest.rows[0].messages, found.busiest.rows.len()), (2, 4));
        assert_eq!(found.busiest.rows[0].people, ["bo", "cy"]);
        assert!(!found.more);
    }
}

#[test]
fn what_ana_answered_or_muted_comes_up_no_more_unless_she_asks_for_it() {
    let mut world = three_days();
    let rows = catch_up(&mut world, "ana", None, "en").questions.rows;
    reply(&mut world, "ana", &rows[0].thread, "Yes, we decided to take the train.");
    let found = catch_up(&mut world, "ana", None, "en");
    assert_eq!(found.questions.rows.len(), 1);
    assert_eq!(found.decisions.rows.len(), 1, "her own she knows");
    let thread = found.questions.rows[0].thread.clone();
    world.ask("ana", Ask::Follow { target: thread.clone(), rule: "mute".to_owned() });
    let found = catch_up(&mut world, "ana", None, "en");
    assert_eq!((found.questions.rows.len(), found.decisions.rows.len()), (0, 0));
    let found = catch_up(&mut world, "ana", Some(&thread), "en");
    assert_eq!((found.questions.rows.len(), found.busiest.rows.len(), found.overdue.rows.len()), (1, 1, 0));
}

#[test]
fn a_catch_up_looks_at_the_newest_of_a_long_thread_and_says_so() {
    let mut world = three_days();
    let thread = world.post("bo", "A long one. @ana could you read on?");
    for n in 0..60 {
        world.reply("bo", &thread, &format!("part {n}"));
    }
    world.settle();
    let found = catch_up(&mut world, "ana", None, "en");
    assert!(found.more);
    let busy = &found.busiest.rows[0];
    assert_eq!((busy.messages, busy.first.as_str(), busy.last.as_str()), (50, "part 10", "part 59"));
    let now = world.now;
    let ahead = Ask::CatchUp { target: None, since: Some("2027-01-01".to_owned()), language: None };
    assert_eq!(world.nodes.get_mut("ana").unwrap().answer(ahead, now).unwrap_err().reason, Reason::Usage);
}

#[test]
fn anas_day_begins_with_the_inbox_in_two_parts_and_its_counts_are_the_lists_lengths() {
    let mut world = three_days();
    let found = digest(&mut world, "ana");
    let list = inbox(&mut world, "ana");
    assert_eq!((found.since.as_str(), found.until.as_str()), ("2026-12-02T16:00:00.000Z", "2026-12-03T08:00:00.000Z"));
    let titles = |rows: &[cremona_engine::ask::InboxRow]| rows.iter().map(|row| row.title.clone()).collect::<Vec<_>>();
    assert_eq!(
        titles(&found.held.rows),
        ["@ana the contract needs your signature", "Where do we meet?", "Rilis"],
        "all came after five in Rome"
    );
    assert_eq!(titles(&found.waiting.rows), ["Winter"]);
    assert_eq!(found.counts.all, (found.held.rows.len() + found.waiting.rows.len()) as u64);
    assert_eq!((found.counts.all, list.rows.len()), (list.counts.all, 4));
    assert_eq!(found.next.as_deref(), Some("2026-12-04T08:00:00.000Z"));
    world.ask("ana", Ask::Set { name: "allow-flags".to_owned(), value: Some("red".to_owned()) });
    let found = digest(&mut world, "ana");
    assert_eq!((found.held.rows.len(), found.waiting.rows.len()), (2, 2), "red came through");
    world.ask("ana", Ask::Set { name: "quiet".to_owned(), value: Some("never".to_owned()) });
    let found = digest(&mut world, "ana");
    assert_eq!((found.held.rows.len(), found.waiting.rows.len()), (0, 4), "nothing was held back");
}

#[test]
fn a_message_is_on_this_node_then_on_bos_and_on_cys_once_his_receipt_says_so() {
    let mut world = team();
    world.wait(120_000);
    world.cut("ana", "bo");
    world.cut("bo", "cy");
    let id = world.post("ana", "alone");
    let state =
        |ana, bo, cy| [("ana", ana), ("bo", bo), ("cy", cy)].map(|(name, holds)| (name.to_owned(), holds)).to_vec();
    assert_eq!(holds(&mut world, "ana", &id), state(Holds::Yes, Holds::NotYet, Holds::NotYet));
    let nodes = held(&mut world, "ana", &id).nodes;
    assert!(nodes[0].me && nodes[0].forecast.is_none());
    assert_eq!(nodes[2].forecast, Some(Forecast::NoIdea));
    world.connect("ana", "bo");
    assert_eq!(holds(&mut world, "ana", &id), state(Holds::Yes, Holds::Yes, Holds::NotYet));
    world.cut("ana", "bo");
    world.connect("bo", "cy");
    world.wait(120_000);
    // What became of it between bo and cy nobody has told ana.
    assert_eq!(holds(&mut world, "ana", &id), state(Holds::Yes, Holds::Yes, Holds::NotYet));
    world.connect("ana", "bo");
    world.wait(120_000);
    assert_eq!(holds(&mut world, "ana", &id), state(Holds::Yes, Holds::Yes, Holds::Yes));
    assert_eq!(holds(&mut world, "cy", &id), state(Holds::Yes, Holds::Yes, Holds::Yes));
}

#[test]
fn of_a_mailbox_that_was_never_met_nothing_is_known() {
    let mut world = team();
    let device = "ab".repeat(32);
    world.ask("ana", Ask::Mailbox { device: device.clone(), addresses: vec!["box.example:4001".to_owned()] });
    let id = world.post("ana", "for everyone");
    let last = held(&mut world, "ana", &id).nodes.pop().unwrap();
    assert_eq!((last.member, last.device, last.holds), (None, device, Holds::Unknown));
}

#[test]
fn bo_is_forecast_from_the_hours_in_which_his_node_was_met() {
    let mut world = team();
    world.cut("ana", "bo");
    assert_eq!(forecast(&mut world, "ana", "bo"), Forecast::NoIdea);
    // Bo is there from one to nine, every day of December.
    for day in 1..=28 {
        for hour in 1..=9 {
            clock(&mut world, day, hour, 0);
            let now = world.now;
            let ana = world.nodes.get_mut("ana").unwrap();
            ana.handle(Input::PeerUp { peer: peer("bo") }, now).unwrap();
            ana.handle(Input::PeerDown { peer: peer("bo") }, now.plus(60_000)).unwrap();
        }
    }
    clock(&mut world, 28, 20, 0);
    let Forecast::Likely { at, early, late } = forecast(&mut world, "ana", "@bo") else { panic!("no idea") };
    assert_eq!((at.as_str(), early.as_str()), ("2026-12-29T02:00:00.000+01:00", "2026-12-29T02:00:00.000+01:00"));
    assert!(late.is_some_and(|late| late.starts_with("2026-12-30") || late.starts_with("2026-12-31")));
    // Who reads by another clock is told by that one.
    world.ask("ana", Ask::Set { name: "zone".to_owned(), value: Some("Asia/Singapore".to_owned()) });
    let Forecast::Likely { at, .. } = forecast(&mut world, "ana", "bo") else { panic!("no idea") };
    assert_eq!(at, "2026-12-29T09:00:00.000+08:00");
    let id = world.post("ana", "for bo");
    let bo = held(&mut world, "ana", &id).nodes.into_iter().find(|node| node.member.as_ref().unwrap().name == "bo");
    assert!(matches!(bo.unwrap().forecast, Some(Forecast::Likely { .. })));
    assert_eq!(forecast(&mut world, "cy", "ana"), Forecast::NoIdea, "cy met her never");
    world.connect("ana", "bo");
    assert_eq!(forecast(&mut world, "ana", "bo"), Forecast::Here);
}
