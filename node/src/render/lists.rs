//! Lists: channels, threads, members, peers; and what single commands did.

use cremona_engine::ask::{Channel, Channels, Checked, Members, Peer, Peers, Posted, Threads};

use super::look::{Ink, short};
use super::table::Table;
use super::text::line;
use super::{Look, standing};
use crate::import::Report;
use crate::words::say;

/// A channel that was made or changed.
pub fn channel(channel: &Channel, look: &Look) -> String {
    if !look.terminal {
        return channels(&Channels { channels: vec![channel.clone()] }, look);
    }
    let state = if channel.archived { format!(" ({})", say!(look.lang, "archived")) } else { String::new() };
    let purpose = if channel.purpose.is_empty() { String::new() } else { format!(" — {}", line(&channel.purpose)) };
    let expectation = expected(&channel.expectation, look);
    format!("#{}{state}  {}{purpose}\n{expectation}", line(&channel.name), short(&channel.id))
}

/// When an answer can be expected, on a line of its own; nothing where nobody said.
fn expected(expectation: &str, look: &Look) -> String {
    if expectation.is_empty() {
        return String::new();
    }
    look.ink(Ink::Faint, &say!(look.lang, "channel-answers", expectation = line(expectation))) + "\n"
}

/// All channels.
pub fn channels(channels: &Channels, look: &Look) -> String {
    if channels.channels.is_empty() && look.terminal {
        return say!(look.lang, "channels-none") + "\n";
    }
    let mut columns = vec!["column-id", "column-channel", "column-threads", "column-messages", "column-purpose"];
    // Programs have it in JSON; their columns stay as they are.
    let expects = look.terminal && channels.channels.iter().any(|channel| !channel.expectation.is_empty());
    if expects {
        columns.push("column-answers");
    }
    let mut table = Table::new(look, &columns);
    for channel in &channels.channels {
        let archived = channel.archived.then(|| say!(look.lang, "archived"));
        let mut row = vec![
            look.id(&channel.id).to_owned(),
            noted(&channel.name, archived, look),
            channel.threads.to_string(),
            channel.messages.to_string(),
            channel.purpose.clone(),
        ];
        row.extend(expects.then(|| channel.expectation.clone()));
        table.row(row);
    }
    table.finish(look)
}

/// A name with what has to be known of it, for people only.
fn noted(name: &str, note: Option<String>, look: &Look) -> String {
    match note {
        Some(note) if look.terminal => format!("{name} ({note})"),
        Some(_) | None => name.to_owned(),
    }
}

/// What was posted.
pub fn posted(posted: &Posted, look: &Look) -> String {
    if look.terminal {
        let mut out = say!(look.lang, "posted", message = short(&posted.id), thread = short(&posted.thread)) + "\n";
        if let Some(embargo) = &posted.embargo {
            out.push_str(&(say!(look.lang, "posted-embargo", when = look.when(embargo)) + "\n"));
        }
        if !posted.nobody.is_empty() {
            let names = posted.nobody.iter().map(|name| format!("@{}", line(name))).collect::<Vec<_>>().join(", ");
            out.push_str(&(say!(look.lang, "posted-nobody", names = names) + "\n"));
        }
        out.push_str(&expected(posted.expectation.as_deref().unwrap_or_default(), look));
        out
    } else {
        format!("{}\t{}\n", posted.id, posted.thread)
    }
}

/// A page of threads.
pub fn threads(threads: &Threads, look: &Look) -> String {
    if threads.threads.is_empty() && look.terminal {
        return say!(look.lang, "threads-none") + "\n";
    }
    let mut table = Table::new(look, &["column-thread", "column-last", "column-replies", "column-by", "column-title"]);
    for thread in &threads.threads {
        let title = if thread.title.is_empty() { say!(look.lang, "deleted-title") } else { thread.title.clone() };
        table.row(vec![
            look.id(&thread.id).to_owned(),
            look.when(&thread.last),
            thread.replies.to_string(),
            thread.author.name.clone(),
            title,
        ]);
    }
    table.finish(look) + &more(threads.next.as_ref(), look)
}

/// How to go on, for people.
pub(crate) fn more(next: Option<&String>, look: &Look) -> String {
    match next {
        Some(cursor) if look.terminal => say!(look.lang, "more", cursor = cursor) + "\n",
        Some(_) | None => String::new(),
    }
}

/// How to go on in a list that goes on with `--after`.
pub(crate) fn more_after(next: Option<&String>, look: &Look) -> String {
    match next {
        Some(cursor) if look.terminal => format!("\n{}\n", say!(look.lang, "more-after", cursor = cursor)),
        Some(_) | None => String::new(),
    }
}

/// Everyone.
pub fn members(members: &Members, look: &Look) -> String {
    let mut table = Table::new(look, &["column-member", "column-joined", "column-devices", "column-name"]);
    for member in &members.members {
        table.row(vec![
            look.id(&member.id).to_owned(),
            look.when(&member.joined),
            member.devices.len().to_string(),
            noted(&member.name, member.me.then(|| say!(look.lang, "you")), look),
        ]);
    }
    table.finish(look)
}

/// Which nodes this one knows.
pub fn peers(peers: &Peers, look: &Look) -> String {
    let alone = peers.standing.as_ref().is_none_or(|standing| standing.teammates.is_empty());
    if peers.peers.is_empty() && alone && look.terminal {
        return say!(look.lang, "peers-none") + "\n";
    }
    let mut table =
        Table::new(look, &["column-who", "column-state", "column-to-receive", "column-to-send", "column-address"]);
    for peer in &peers.peers {
        let who = peer.name.clone().or_else(|| peer.device.as_deref().map(|id| short(id).to_owned()));
        let reason = reason(peer, look).map(|reason| format!(" — {reason}")).unwrap_or_default();
        table.row(vec![
            who.unwrap_or_else(|| "?".to_owned()),
            state(peer, look),
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
            format!("{connections}\n{}\n{}", standing::table(standing, look), standing::sentences(standing, look))
        }
    }
}

/// State and direction: in words for people, as in `--json` for programs.
fn state(peer: &Peer, look: &Look) -> String {
    if !look.terminal {
        let state = if peer.in_sync { "in sync" } else { peer.state.as_str() };
        return format!("{state} {}", peer.direction).trim().to_owned();
    }
    let state = match peer.state.as_str() {
        _ if peer.in_sync => say!(look.lang, "peer-in-sync"),
        "connected" => say!(look.lang, "peer-connected"),
        "dialling" => say!(look.lang, "peer-dialling"),
        "waiting" => say!(look.lang, "peer-waiting"),
        "dropped" => say!(look.lang, "peer-dropped"),
        unknown => unknown.to_owned(),
    };
    match peer.direction.as_str() {
        "dialled" => format!("{state}, {}", say!(look.lang, "peer-dialled")),
        "accepted" => format!("{state}, {}", say!(look.lang, "peer-accepted")),
        _ => state,
    }
}

fn reason(peer: &Peer, look: &Look) -> Option<String> {
    let lang = if look.terminal { look.lang } else { crate::words::Lang::En };
    match (&peer.reason, &peer.dropped_for) {
        (Some(reason), _) => Some(lang.hear(reason)),
        (None, Some(reason)) => Some(say!(lang, "peer-dropped-once", reason = crate::words::elsewhere(reason))),
        (None, None) => None,
    }
}

/// What fsck found.
pub fn checked(checked: &Checked, look: &Look) -> String {
    let problem = |problem: &String| format!("{}\n", line(&look.lang.hear(problem)));
    let problems: String = checked.problems.iter().map(problem).collect();
    let (count, wrong) = (checked.checked, checked.problems.len());
    let summary = if checked.repaired {
        say!(look.lang, "checked-repaired", count = count, problems = wrong)
    } else {
        say!(look.lang, "checked", count = count, problems = wrong)
    };
    format!("{problems}{summary}\n")
}

/// What an import did.
pub fn imported(report: &Report, dry_run: bool, look: &Look) -> String {
    let Report { parsed, added, already, .. } = report;
    let mut out = if dry_run {
        say!(look.lang, "import-would", parsed = *parsed, added = *added, already = *already)
    } else {
        say!(look.lang, "import-done", parsed = *parsed, added = *added, already = *already)
    };
    out.push('\n');
    for skipped in &report.skipped {
        let reason = crate::words::elsewhere(&skipped.reason);
        out.push_str(&line(&say!(look.lang, "import-skipped", count = skipped.count, reason = reason)));
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Lang;

    fn plans() -> Channel {
        Channel {
            id: "0123456789".to_owned(),
            name: "plans".to_owned(),
            purpose: "What comes next".to_owned(),
            expectation: String::new(),
            archived: true,
            flag: String::new(),
            imported: false,
            threads: 2,
            messages: 7,
        }
    }

    #[test]
    fn a_note_beside_a_name_is_for_people_only() {
        let (people, programs) = (Look::at_terminal(80), Look::piped());
        assert_eq!(channel(&plans(), &people), "#plans (archived)  01234567 — What comes next\n");
        assert_eq!(channel(&plans(), &programs), "0123456789\tplans\t2\t7\tWhat comes next\n");
        let list = Channels { channels: vec![plans()] };
        assert!(channels(&list, &people).contains("plans (archived)"));
        assert_eq!(channels(&list, &programs), "0123456789\tplans\t2\t7\tWhat comes next\n");
    }

    #[test]
    fn when_answers_come_is_shown_to_who_looks_and_to_who_writes() {
        let look = Look::at_terminal(80);
        let plans = Channel { expectation: "within a day".to_owned(), ..plans() };
        assert!(channel(&plans, &look).ends_with("\nAnswers here: within a day\n"));
        let shown = channels(&Channels { channels: vec![plans.clone()] }, &look);
        assert!(shown.contains("answers") && shown.contains("within a day"), "{shown}");
        assert!(!channels(&Channels { channels: vec![plans] }, &Look::piped()).contains("within a day"));
        let told = Posted { expectation: Some("within a day".to_owned()), ..Posted::default() };
        assert!(posted(&told, &look).ends_with("\nAnswers here: within a day\n"));
    }

    #[test]
    fn a_list_speaks_the_language_of_who_looks() {
        let look = Look { lang: Lang::Id, ..Look::at_terminal(80) };
        let shown = channels(&Channels { channels: vec![plans()] }, &look);
        assert_eq!(
            shown,
            "id        kanal            utas  pesan  tujuan\n\
             01234567  plans (diarsip)  2     7      What comes next\n"
        );
    }

    #[test]
    fn a_reason_that_a_library_gives_is_translated_as_far_as_it_is_known() {
        let skipped = [("it says nothing", 3), ("something unheard of", 1)]
            .map(|(reason, count)| cremona_engine::ask::Skipped { reason: reason.to_owned(), count });
        let report = Report { parsed: 1_204, added: 1_200, already: 0, skipped: skipped.to_vec() };
        let look = Look { lang: Lang::Id, ..Look::at_terminal(80) };
        assert_eq!(
            imported(&report, false, &look),
            "1.204 pesan: 1.200 ditambahkan, 0 sudah ada\n3 dilewati: tidak berisi apa pun\n\
             1 dilewati: something unheard of\n"
        );
    }
}
