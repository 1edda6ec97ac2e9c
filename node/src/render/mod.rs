//! Answers as text for people: calm, complete, and safe for a terminal.

mod doctor;
mod mailbox;
mod messages;
mod numbers;
mod personal;
mod standing;
mod table;
pub mod text;

use std::io::IsTerminal;

use cremona_engine::Failure;
use cremona_engine::ask::{Channel, Channels, Checked, Members, Peers, Posted, Threads};
use jiff::{Timestamp, tz::TimeZone};
use qrcode::render::unicode::Dense1x2;

use crate::daemon::Ready;
use crate::home::{InitDone, JoinDone};
use crate::import::Report;
use table::Table;
use text::line;

pub use doctor::report as doctor;
pub use mailbox::{mailbox_made, mailbox_paired, mailbox_ready, mailbox_status};
pub use messages::{hits, message, messages, versions};
pub use numbers::{digest, status};
pub use personal::{drafts, settings};

/// How answers are to look.
pub struct Look {
    /// JSON for programs.
    pub json: bool,
    /// Someone looks at it.
    pub terminal: bool,
    /// Columns of the terminal.
    pub columns: usize,
}

impl Look {
    /// As the output stands.
    #[must_use]
    pub fn of(json: bool) -> Self {
        let columns = terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0));
        Self { json, terminal: std::io::stdout().is_terminal(), columns }
    }
}

/// The first eight digits of an id.
pub(crate) fn short(id: &str) -> &str {
    id.get(..8).unwrap_or(id)
}

/// A time in the reader's zone, to the minute; as it is where it can't be read.
pub(crate) fn when(time: &str, look: &Look) -> String {
    if !look.terminal {
        return time.to_owned();
    }
    let zoned = time.parse::<Timestamp>().map(|at| at.to_zoned_datetime(TimeZone::system()));
    zoned.map_or_else(|_| time.to_owned(), |at| at.strftime("%Y-%m-%d %H:%M").to_string())
}

/// What `init` says.
pub fn init(done: &InitDone) -> String {
    format!(
        "The workspace is founded. Paste this key to your teammates; whoever has it can join and read:\n\n  {}\n\n\
         Start your node with `cremona up`; `cremona key` then prints the key with your address.\n",
        done.key
    )
}

/// What `join` says.
pub fn join(done: &JoinDone) -> String {
    format!(
        "Ready to join workspace {}. Start your node with `cremona up`: as soon as it meets a teammate, \
         everything written so far arrives.\n",
        short(&done.workspace)
    )
}

/// What `up` says once it answers.
pub fn ready(ready: &Ready) -> String {
    let addresses: String = ready.addresses.iter().map(|address| format!("  {address}\n")).collect();
    format!("Node {} is up. Teammates reach it at\n{addresses}Stop it with Ctrl-C.\n", short(&ready.device))
}

/// The key as a QR code of half blocks.
///
/// # Errors
/// [`Failure`] where the key is too long for one.
pub fn qr(key: &str) -> Result<String, Failure> {
    let code = qrcode::QrCode::new(key).map_err(|error| {
        Failure::new(cremona_engine::Reason::Failed, format!("can't draw the key: {error}"), "print it without --qr")
    })?;
    // Most terminals are dark, so what is light in the code is what is drawn.
    let mut drawing = code.render::<Dense1x2>();
    let drawn = drawing.dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).quiet_zone(true).build();
    Ok(format!("{drawn}\n{key}\n"))
}

/// A channel that was made or changed.
pub fn channel(channel: &Channel, look: &Look) -> String {
    if !look.terminal {
        return channels(&Channels { channels: vec![channel.clone()] }, look);
    }
    let state = if channel.archived { " (archived)" } else { "" };
    let purpose = if channel.purpose.is_empty() { String::new() } else { format!(" — {}", line(&channel.purpose)) };
    format!("#{}{state}  {}{purpose}\n", line(&channel.name), short(&channel.id))
}

/// All channels.
pub fn channels(channels: &Channels, look: &Look) -> String {
    if channels.channels.is_empty() && look.terminal {
        return "No channels yet. `cremona channel create NAME` makes one.\n".to_owned();
    }
    let mut table = Table::new(look, &["id", "channel", "threads", "messages", "purpose"]);
    for channel in &channels.channels {
        table.row(vec![
            short_or_whole(&channel.id, look),
            noted(&channel.name, channel.archived, "archived", look),
            channel.threads.to_string(),
            channel.messages.to_string(),
            channel.purpose.clone(),
        ]);
    }
    table.finish(look)
}

fn short_or_whole(id: &str, look: &Look) -> String {
    if look.terminal { short(id).to_owned() } else { id.to_owned() }
}

/// A name with a note for people; programs, which compare names, get it plain.
fn noted(name: &str, holds: bool, note: &str, look: &Look) -> String {
    if holds && look.terminal { format!("{name} ({note})") } else { name.to_owned() }
}

/// What was posted.
pub fn posted(posted: &Posted, look: &Look) -> String {
    if look.terminal {
        format!(
            "Posted {} in thread {}. It goes out as soon as a teammate's node is met.\n",
            short(&posted.id),
            short(&posted.thread)
        )
    } else {
        format!("{}\t{}\n", posted.id, posted.thread)
    }
}

/// A page of threads.
pub fn threads(threads: &Threads, look: &Look) -> String {
    if threads.threads.is_empty() && look.terminal {
        return "No threads here yet. `cremona post CHANNEL -m TEXT` starts one.\n".to_owned();
    }
    let mut table = Table::new(look, &["thread", "last", "replies", "by", "title"]);
    for thread in &threads.threads {
        let title = if thread.title.is_empty() { "(deleted)" } else { &thread.title };
        table.row(vec![
            short_or_whole(&thread.id, look),
            when(&thread.last, look),
            thread.replies.to_string(),
            thread.author.name.clone(),
            title.to_owned(),
        ]);
    }
    table.finish(look) + &more(threads.next.as_ref(), look)
}

/// How to go on, for people.
pub(crate) fn more(next: Option<&String>, look: &Look) -> String {
    match next {
        Some(cursor) if look.terminal => format!("More with --before {cursor}\n"),
        Some(_) | None => String::new(),
    }
}

/// Everyone.
pub fn members(members: &Members, look: &Look) -> String {
    let mut table = Table::new(look, &["member", "joined", "devices", "name"]);
    for member in &members.members {
        table.row(vec![
            short_or_whole(&member.id, look),
            when(&member.joined, look),
            member.devices.len().to_string(),
            noted(&member.name, member.me, "you", look),
        ]);
    }
    table.finish(look)
}

/// Which nodes this one knows.
pub fn peers(peers: &Peers, look: &Look) -> String {
    let alone = peers.standing.as_ref().is_none_or(|standing| standing.teammates.is_empty());
    if peers.peers.is_empty() && alone && look.terminal {
        return "No peers known. Give a teammate's address with `cremona up --dial HOST:PORT`.\n".to_owned();
    }
    let mut table = Table::new(look, &["who", "state", "to receive", "to send", "address and reason"]);
    for peer in &peers.peers {
        let who = peer
            .name
            .clone()
            .or_else(|| peer.device.as_deref().map(|id| short(id).to_owned()))
            .unwrap_or_else(|| "?".to_owned());
        let state = if peer.in_sync { "in sync" } else { peer.state.as_str() };
        let dropped = peer.dropped_for.as_ref().filter(|_| peer.reason.is_none());
        let dropped = dropped.map(|reason| format!("it was dropped once: {reason}"));
        let reason = peer.reason.clone().or(dropped).map(|reason| format!(" — {reason}")).unwrap_or_default();
        table.row(vec![
            who,
            format!("{state} {}", peer.direction).trim().to_owned(),
            peer.to_receive.to_string(),
            peer.to_send.to_string(),
            format!("{}{reason}", peer.address),
        ]);
    }
    let connections = table.finish(look);
    // Where there is no terminal, the teammates are in `status` and in the JSON.
    match peers.standing.as_ref().filter(|_| look.terminal) {
        None => connections,
        Some(standing) => {
            format!("{connections}\n{}\n{}", standing::table(standing, look), standing::sentences(standing))
        }
    }
}

/// What fsck found.
pub fn checked(checked: &Checked) -> String {
    let problems: String = checked.problems.iter().map(|problem| format!("{}\n", line(problem))).collect();
    let repaired = if checked.repaired { ", rebuilt what is derived" } else { "" };
    format!("{problems}{} checked{repaired}, {} problems\n", checked.checked, checked.problems.len())
}

/// What an import did.
pub fn imported(report: &Report, dry_run: bool) -> String {
    let verb = if dry_run { "would be added" } else { "added" };
    let mut out =
        format!("{} messages: {} {verb}, {} were there already\n", report.parsed, report.added, report.already);
    for skipped in &report.skipped {
        out.push_str(&format!("{} skipped: {}\n", skipped.count, line(&skipped.reason)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_beside_a_name_is_for_people_only() {
        let plans = Channel {
            id: "0123456789".to_owned(),
            name: "plans".to_owned(),
            purpose: "What comes next".to_owned(),
            expectation: String::new(),
            archived: true,
            flag: String::new(),
            imported: false,
            threads: 2,
            messages: 7,
        };
        let look = |terminal| Look { json: false, terminal, columns: 80 };
        assert_eq!(channel(&plans, &look(true)), "#plans (archived)  01234567 — What comes next\n");
        assert_eq!(channel(&plans, &look(false)), "0123456789\tplans\t2\t7\tWhat comes next\n");
        let list = Channels { channels: vec![plans] };
        assert!(channels(&list, &look(true)).contains("plans (archived)"));
        assert_eq!(channels(&list, &look(false)), "0123456789\tplans\t2\t7\tWhat comes next\n");
    }

    #[test]
    fn a_drawn_key_is_followed_by_the_key() {
        let drawn = qr("wsk1qyqq").unwrap();
        assert!(drawn.contains('▀') && drawn.ends_with("\nwsk1qyqq\n"), "{drawn}");
        assert_eq!(qr(&"x".repeat(5_000)).unwrap_err().reason, cremona_engine::Reason::Failed);
    }

    #[test]
    fn times_are_to_the_minute_for_people_and_exact_for_programs() {
        let look = |terminal| Look { json: false, terminal, columns: 80 };
        let at = "2026-11-24T12:17:05.120Z";
        assert_eq!(when(at, &look(false)), at);
        assert_eq!(when(at, &look(true)).len(), "2026-11-24 12:17".len());
        assert_eq!(when("never", &look(true)), "never");
    }
}
