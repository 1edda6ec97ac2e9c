//! The question that a verb of the command line asks.

use cremona_engine::ask::{DraftFor, Flagging, How, StatusAsk};
use cremona_engine::{Ask, Failure};

use crate::cli::{ChannelVerb, DraftVerb, FlagArgs, HowArgs, InboxArgs, PageArgs, StatusVerb, Verb};
use crate::home::now;
use crate::input;
use crate::words::{Lang, fail};

/// What `verb` asks, in `lang` where that matters; reads the text that it says, if it says one.
///
/// # Errors
/// [`Failure`] where there is no text, or the verb asks nothing.
pub fn of(verb: Verb, lang: Lang) -> Result<Ask, Failure> {
    Ok(match verb {
        Verb::Channel(verb) => channel(verb),
        Verb::Channels => Ask::Channels,
        Verb::Post { channel, text, title, how } => {
            Ask::Post { channel, text: input::text(&text)?, title, how: manner(how, false) }
        }
        Verb::Announce { channel, text, title, how } => {
            Ask::Post { channel, text: input::text(&text)?, title, how: manner(how, true) }
        }
        Verb::Reply { thread, text, how } => Ask::Reply { thread, text: input::text(&text)?, how: manner(how, false) },
        Verb::Edit { message, text } => Ask::Edit { message, text: input::text(&text)? },
        Verb::Delete { message } => Ask::Delete { message },
        Verb::React { message, emoji, remove } => Ask::React { message, emoji, on: !remove },
        Verb::Threads { channel, page: PageArgs { limit, before } } => Ask::Threads { channel, limit, before },
        Verb::Read { target, as_of: Some(at), .. } => Ask::AsOf { thread: target, at },
        Verb::Read { target, page: PageArgs { limit, before }, as_of: None } => Ask::Read { target, limit, before },
        Verb::Search { query, page: PageArgs { limit, before } } => {
            Ask::Search { query: query.join(" "), limit, before, typing: false }
        }
        Verb::Members => Ask::Members,
        Verb::Peers { connections } => Ask::Peers { connections },
        Verb::Verify => Ask::Verify,
        Verb::Fsck { repair } => Ask::Fsck { repair },
        Verb::CatchUp { target, since } => Ask::CatchUp { target, since, language: Some(language(lang)) },
        Verb::Digest => Ask::Digest { language: Some(language(lang)) },
        Verb::Newsletter { month, zone, format } => {
            let today = timestamp().to_zoned_datetime(jiff::tz::TimeZone::system());
            let machine = || today.time_zone().iana_name().unwrap_or("UTC").to_owned();
            Ask::Newsletter {
                month: month.unwrap_or_else(|| today.strftime("%Y-%m").to_string()),
                zone: zone.unwrap_or_else(machine),
                language: language(lang),
                format,
            }
        }
        Verb::Held { message } => Ask::Held { message },
        Verb::Forecast { person } => Ask::Forecast { member: person },
        verb => return about_threads(verb),
    })
}

/// The present, by the clock of nodes.
fn timestamp() -> jiff::Timestamp {
    let ms = i64::try_from(now().0).unwrap_or(i64::MAX);
    jiff::Timestamp::from_millisecond(ms).unwrap_or(jiff::Timestamp::MAX)
}

/// As reports name it.
fn language(lang: Lang) -> String {
    match lang {
        Lang::En => "en",
        Lang::Id => "id",
    }
    .to_owned()
}

/// What concerns threads and single messages.
fn about_threads(verb: Verb) -> Result<Ask, Failure> {
    Ok(match verb {
        Verb::Inbox(InboxArgs { explain: Some(thread), .. }) => Ask::Explain { thread },
        Verb::Inbox(InboxArgs { channel, expired, later, limit, after, .. }) => {
            Ask::Inbox { channel, expired, later, limit, after }
        }
        Verb::Done { thread, undo } => Ask::Done { thread, undo },
        Verb::Later { thread, until, .. } => Ask::Later { thread, until },
        Verb::Follow { target, replies, mentions, undo } => {
            let rule = match (replies, mentions, undo) {
                (true, ..) => "replies",
                (_, true, _) => "mentions",
                (.., true) => "default",
                _ => "follow",
            };
            Ask::Follow { target, rule: rule.to_owned() }
        }
        Verb::Mute { target, undo } => Ask::Follow { target, rule: if undo { "default" } else { "mute" }.to_owned() },
        Verb::Mark { target, upto, unread } => Ask::Mark { target, upto, unread },
        Verb::Flag { colour, message, flag } => Ask::Flag { message, flag: flagging(colour.word(), flag) },
        Verb::Pin { message } => Ask::Pin { message, on: true },
        Verb::Unpin { message } => Ask::Pin { message, on: false },
        Verb::Pins { channel } => Ask::Pins { channel },
        Verb::Resolve { thread } => Ask::Resolve { thread, on: true },
        Verb::Reopen { thread } => Ask::Resolve { thread, on: false },
        Verb::Retitle { thread, title } => Ask::Retitle { thread, title },
        Verb::Acknowledge { message } => Ask::Acknowledge { message },
        Verb::History { message } => Ask::History { message },
        verb => return about_me(verb),
    })
}

/// What concerns people and oneself.
fn about_me(verb: Verb) -> Result<Ask, Failure> {
    Ok(match verb {
        Verb::Hours { hours } => Ask::Hours { hours: hours.join(" ") },
        Verb::Quiet { schedule } if schedule.is_empty() => Ask::Settings,
        Verb::Quiet { schedule } => Ask::Quiet { schedule: schedule.join(" ") },
        Verb::Focus { until } => {
            let until = until.join(" ");
            let until = until.trim_start_matches("until ").trim();
            Ask::Focus { until: (until != "off").then(|| until.to_owned()) }
        }
        Verb::Status { verb: None } => Ask::Status,
        Verb::Status { verb: Some(StatusVerb::Clear) } => {
            Ask::SetStatus { status: StatusAsk { meaning: "open".to_owned(), ..StatusAsk::default() } }
        }
        Verb::Status { verb: Some(StatusVerb::Set { meaning, text, emoji, until }) } => Ask::SetStatus {
            status: StatusAsk { meaning: meaning.word().to_owned(), emoji, text: text.join(" "), until },
        },
        Verb::Deputy { person } => Ask::Deputy { deputy: person },
        Verb::Team { person, days } => Ask::Team { members: person, days },
        Verb::Drafts => Ask::Drafts,
        Verb::Draft(DraftVerb::Save { channel, thread, message, text, title, draft }) => {
            let target = channel.map(DraftFor::Channel).or(thread.map(DraftFor::Thread));
            let target = target.or(message.map(DraftFor::Edit)).ok_or_else(|| fail!(Usage, "draft-place"))?;
            Ask::DraftSave { id: draft, target, text: input::text(&text)?, title }
        }
        Verb::Draft(DraftVerb::Hold { draft, at }) => Ask::DraftHold { id: draft, how: How { at, ..How::default() } },
        Verb::Draft(DraftVerb::Drop { draft }) => Ask::DraftDrop { id: draft },
        Verb::Settings => Ask::Settings,
        Verb::Set { setting, value } => Ask::Set { name: setting, value },
        _ => return Err(fail!(Usage, "asks-nothing")),
    })
}

fn channel(verb: ChannelVerb) -> Ask {
    match verb {
        ChannelVerb::Create { name, purpose } => Ask::ChannelCreate { name, purpose },
        ChannelVerb::Rename { channel, name } => Ask::ChannelRename { channel, name },
        ChannelVerb::Describe { channel, purpose, expectation } => {
            Ask::ChannelDescribe { channel, purpose, expectation }
        }
        ChannelVerb::Flag { channel, colour } => Ask::ChannelFlag { channel, colour: colour.word().to_owned() },
        ChannelVerb::Archive { channel } => Ask::ChannelArchive { channel, archived: true },
        ChannelVerb::Unarchive { channel } => Ask::ChannelArchive { channel, archived: false },
    }
}

fn flagging(colour: &str, FlagArgs { by, to, escalate }: FlagArgs) -> Flagging {
    Flagging { colour: colour.to_owned(), by, to, escalate }
}

/// How a message is said; whether it is on hold until then is another question.
pub fn manner(HowArgs { at, hold: _, acknowledge, flag, flagging: whom }: HowArgs, announcement: bool) -> How {
    How { announcement, acknowledge, at, flag: flag.map(|colour| flagging(colour.word(), whom)) }
}

#[cfg(test)]
mod tests {
    use clap::FromArgMatches;

    use super::*;
    use crate::cli::Cli;
    use crate::words::Lang;

    fn asked(line: &str) -> Ask {
        let words = shell(&format!("cremona {line}"));
        let found = crate::command::command(Lang::En).try_get_matches_from(words).unwrap();
        of(Cli::from_arg_matches(&found).unwrap().verb.unwrap(), Lang::En).unwrap()
    }

    /// Words parted at spaces, but not within quotation marks.
    fn shell(line: &str) -> Vec<String> {
        line.split('"')
            .enumerate()
            .flat_map(|(at, part)| {
                let within = at % 2 == 1;
                if within { vec![part.to_owned()] } else { part.split_whitespace().map(str::to_owned).collect() }
            })
            .collect()
    }

    #[test]
    fn a_flag_says_how_soon_and_whom() {
        let flag = Flagging {
            colour: "red".to_owned(),
            by: Some("fri 15:00".to_owned()),
            to: vec!["bo".to_owned(), "cy".to_owned()],
            escalate: true,
        };
        let line = "flag red 0123abcd --by \"fri 15:00\" --to bo --to cy --escalate";
        assert_eq!(asked(line), Ask::Flag { message: "0123abcd".to_owned(), flag: flag.clone() });
        let how = How { flag: Some(flag), at: Some("their-morning".to_owned()), ..How::default() };
        let line = "reply 0123abcd -m x --flag red --by \"fri 15:00\" --to bo --to cy --escalate --at their-morning";
        assert_eq!(asked(line), Ask::Reply { thread: "0123abcd".to_owned(), text: "x".to_owned(), how });
    }

    #[test]
    fn threads_are_followed_muted_and_put_off() {
        let follow = |rule: &str| Ask::Follow { target: "general".to_owned(), rule: rule.to_owned() };
        assert_eq!(asked("follow general"), follow("follow"));
        assert_eq!(asked("follow general --mentions"), follow("mentions"));
        assert_eq!(asked("follow general --replies"), follow("replies"));
        assert_eq!(asked("mute general"), follow("mute"));
        assert_eq!(asked("mute general --undo"), follow("default"));
        let later = |until: Option<&str>| Ask::Later { thread: "0123abcd".to_owned(), until: until.map(str::to_owned) };
        assert_eq!(asked("later 0123abcd \"tomorrow 09:00\""), later(Some("tomorrow 09:00")));
        assert_eq!(asked("later 0123abcd --undo"), later(None));
    }

    #[test]
    fn focus_and_status_end_when_they_are_told() {
        let focus = |until: Option<&str>| Ask::Focus { until: until.map(str::to_owned) };
        assert_eq!(asked("focus 2h"), focus(Some("2h")));
        assert_eq!(asked("focus until 15:00"), focus(Some("15:00")));
        assert_eq!(asked("focus off"), focus(None));
        assert_eq!(asked("quiet outside hours"), Ask::Quiet { schedule: "outside hours".to_owned() });
        let Ask::SetStatus { status } = asked("status set away on the beach --emoji 🌴 --until \"mon 09:00\"") else {
            panic!()
        };
        assert_eq!(
            (status.meaning.as_str(), status.text.as_str(), status.emoji.as_str()),
            ("away", "on the beach", "🌴")
        );
        assert_eq!(asked("status"), Ask::Status);
    }
}
