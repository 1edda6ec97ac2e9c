//! What the inbox promises, checked from outside: nothing flagged is missed, and counts are lengths.

use std::collections::BTreeSet;

use cremona_engine::ask::{Because, Flag, Inbox, InboxRow, Message};
use cremona_engine::{Answer, Ask};

use super::{Who, World};

/// A flag as its recipient saw it: the message, who put it there, when.
pub type Seen = (String, String, String);

/// How far ahead lists are looked at, in ms: now; when flags are overdue; when green ones have expired.
const AHEAD: [u64; 3] = [0, 5 * DAY_MS, 20 * DAY_MS];
const DAY_MS: u64 = 86_400_000;

/// Which part of the inbox.
#[derive(Clone, Debug)]
struct Scope {
    channel: Option<String>,
    expired: bool,
    ahead: u64,
}

impl World {
    /// The flags that a node shows in a thread, whoever they are for.
    pub fn flags_in(&mut self, who: Who, thread: &str) -> BTreeSet<Seen> {
        let ask = Ask::Read { target: thread.to_owned(), limit: 1_000, before: None };
        let Ok(Answer::Messages(page)) = self.ask(who, ask) else { return BTreeSet::new() };
        page.messages.iter().flat_map(|message| message.flags.iter().map(|flag| seen(message, flag))).collect()
    }

    /// Every flag that is for a node's member is in the inbox by name, but where its thread is put off,
    /// where it has expired, and where it stood in a thread that the member called done: `dealt_with`
    /// has, of all nodes of that member, what each showed when it was asked so. What was flagged later,
    /// or came later, is not among it.
    pub fn nothing_flagged_is_missed(&mut self, who: Who, dealt_with: &BTreeSet<Seen>) {
        let Ok(Answer::Members(members)) = self.ask(who, Ask::Members) else { panic!("no members") };
        let Some(me) = members.members.into_iter().find(|member| member.me) else { return };
        let name = self.nodes[who].name.clone();
        for message in self.pages(who).messages.into_values().flatten() {
            let is_for_me = |flag: &&Flag| {
                let everyone = flag.everyone && flag.author.member != me.id;
                everyone || flag.to.iter().any(|to| to.member == me.id)
            };
            let open =
                message.flags.iter().filter(is_for_me).filter(|flag| !dealt_with.contains(&seen(&message, flag)));
            let open: Vec<&Flag> = open.collect();
            if open.is_empty() {
                continue;
            }
            let Ok(Answer::Explained(found)) = self.ask(who, Ask::Explain { thread: message.id.clone() }) else {
                panic!("{name} can't explain {}", message.id)
            };
            if found.not.as_deref().is_some_and(|not| matches!(not, "later" | "expired")) {
                continue;
            }
            let reasons = found.row.as_ref().map(|row| row.reasons.as_slice()).unwrap_or_default();
            for flag in open {
                let is_named = reasons.iter().any(|reason| {
                    matches!(reason, Because::Flagged { message: flagged, by, .. }
                        if *flagged == message.id && by.member == flag.author.member)
                });
                assert!(is_named, "{name} misses {flag:?}\non {message:?}:\n{found:?}");
            }
        }
    }

    /// Counts are the lengths of the lists that they count: of all, of each colour, of what is overdue
    /// or expired, of one channel or of all, now or when time has passed, in pages of any size.
    pub fn counts_are_lengths(&mut self, who: Who) {
        let Ok(Answer::Channels(channels)) = self.ask(who, Ask::Channels) else { panic!("no channels") };
        let channels: Vec<String> = channels.channels.into_iter().map(|channel| channel.id).collect();
        let ahead = self.dice.one(&AHEAD).unwrap_or(0);
        let one = channels.get(self.dice.below(channels.len() * 2)).cloned();
        let scope = Scope { channel: one, expired: self.dice.percent(30), ahead };
        let whole = self.in_pages(who, &scope, 1_000);
        for size in 1..=u32::try_from(whole.len()).unwrap_or(0) + 1 {
            assert_eq!(self.in_pages(who, &scope, size), whole, "in pages of {size}: {scope:?}");
        }
        if scope.channel.is_none() {
            let mut apart = Vec::new();
            for channel in channels {
                apart.extend(self.in_pages(who, &Scope { channel: Some(channel), ..scope.clone() }, 1_000));
            }
            let ids = |rows: &[InboxRow]| rows.iter().map(|row| row.thread.clone()).collect::<BTreeSet<_>>();
            assert_eq!((ids(&apart), apart.len()), (ids(&whole), whole.len()), "channel by channel: {scope:?}");
        }
    }

    /// A part of the inbox, page by page; each page says the same counts, and they are its lengths.
    fn in_pages(&mut self, who: Who, scope: &Scope, size: u32) -> Vec<InboxRow> {
        let (mut rows, mut after, mut pages) = (Vec::<InboxRow>::new(), None, 0);
        let counts = loop {
            let page = self.inbox(who, scope, size, after);
            pages += 1;
            let full = page.rows.len() == size as usize;
            assert!(
                full || page.next.is_none(),
                "a page of {} rows of {size} before the last: {scope:?}",
                page.rows.len()
            );
            rows.extend(page.rows);
            after = page.next;
            if after.is_none() {
                break page.counts;
            }
            assert!(pages <= 10_000, "pages without end: {scope:?}");
        };
        let threads: BTreeSet<&str> = rows.iter().map(|row| row.thread.as_str()).collect();
        assert_eq!(threads.len(), rows.len(), "a thread stands twice: {scope:?}");
        assert!(
            scope.channel.as_ref().is_none_or(|channel| rows.iter().all(|row| row.channel == *channel)),
            "{scope:?}"
        );
        let count = |fits: &dyn Fn(&InboxRow) -> bool| rows.iter().filter(|row| fits(row)).count() as u64;
        let of = |colour: Option<&str>| count(&|row| row.colour.as_deref() == colour);
        let name = &self.nodes[who].name;
        if scope.expired {
            assert_eq!(counts.expired, count(&|_| true), "{name}: {scope:?}");
        } else {
            let listed = [count(&|_| true), of(Some("red")), of(Some("yellow")), of(None), of(Some("green"))];
            let counted = [counts.all, counts.red, counts.yellow, counts.unflagged, counts.green];
            assert_eq!(counted, listed, "{name}: {scope:?}");
            assert_eq!(counts.overdue, count(&|row| row.overdue_ms > 0), "{name}: {scope:?}");
        }
        rows
    }

    fn inbox(&mut self, who: Who, scope: &Scope, limit: u32, after: Option<String>) -> Inbox {
        let node = &mut self.nodes[who];
        let clock = node.clock(self.now + scope.ahead);
        let ask = Ask::Inbox { channel: scope.channel.clone(), expired: scope.expired, later: false, limit, after };
        match node.engine.answer(ask, clock) {
            Ok(Answer::Inbox(inbox)) => inbox,
            other => panic!("{} shows no inbox: {other:?}", node.name),
        }
    }
}

fn seen(message: &Message, flag: &Flag) -> Seen {
    (message.id.clone(), flag.author.member.clone(), flag.time.clone())
}
