//! What must hold once everybody has met: the promises, checked from outside.

use std::collections::{BTreeMap, BTreeSet};

use cremona_engine::ask::{Message, Status};
use cremona_engine::{Answer, Ask};
use cremona_envelope::{LogId, MemberId, RecordId, Time};
use cremona_model::view::Workspace;
use cremona_model::{Colour, DocId, Flag, Payload, Record, Stamp, Text};
use cremona_store::{BodyRow, Read, Store, StoreError};

use super::{Pages, Who, World};

/// A message whose author was told that it is kept.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Its id.
    pub id: String,
    /// The author's device, by name.
    pub whose: String,
    /// A word that stands in all its texts and nowhere else.
    pub word: String,
    /// Texts that it may have by now.
    pub texts: BTreeSet<String>,
    /// Its author was told that it is deleted.
    pub deleted: bool,
    /// A delete was asked for and may or may not be kept.
    pub in_doubt: bool,
    /// Its id may be another message's too, as its author's machine was copied as a whole.
    pub shaky: bool,
}

impl World {
    /// Everything that a node shows.
    pub fn pages(&mut self, who: Who) -> Pages {
        let Ok(Answer::Channels(channels)) = self.ask(who, Ask::Channels) else { panic!("no channels") };
        let mut pages = Pages::default();
        for channel in channels.channels {
            pages.messages.insert(channel.id.clone(), self.messages(who, &channel.id));
            pages.threads.insert(channel.id.clone(), self.threads(who, &channel.id));
            pages.channels.insert(channel.id.clone(), channel);
        }
        pages
    }

    /// All messages of a channel, read in pages.
    pub fn messages(&mut self, who: Who, channel: &str) -> Vec<Message> {
        let (mut all, mut before) = (Vec::new(), None);
        loop {
            let ask = Ask::Read { target: channel.to_owned(), limit: 50, before };
            let Ok(Answer::Messages(page)) = self.ask(who, ask) else { panic!("no messages") };
            let mut messages = page.messages;
            // Whose clock is wrong is a matter of the reader's own.
            messages.iter_mut().for_each(|message| message.wrong_clock = false);
            messages.append(&mut all);
            all = messages;
            before = page.next;
            if before.is_none() {
                return all;
            }
        }
    }

    /// What a node says of itself.
    pub fn status(&mut self, who: Who) -> Status {
        match self.ask(who, Ask::Status) {
            Ok(Answer::Status(status)) => *status,
            other => panic!("no status: {other:?}"),
        }
    }

    /// What a node says of itself and of its teammates can be said at any time.
    pub fn looks_around(&mut self, who: Who) {
        self.status(who);
        let node = &self.nodes[who];
        let standing = node.engine.standing(node.clock(self.now));
        assert!(standing.is_ok(), "{} can't say where it stands: {standing:?}", node.name);
    }

    /// Texts that a node lacks.
    pub fn missing_texts(&mut self, who: Who) -> u64 {
        if self.nodes[who].engine.joined() { self.status(who).missing_texts } else { 0 }
    }

    /// Where the texts stand that a node lacks.
    pub fn lacked_texts(&self, who: Who) -> Vec<(LogId, u64)> {
        let store = Store::open(&self.nodes[who].file()).expect("a second connection may read");
        let mut lacked = store.read(|read| read.missing((0, 0), u32::MAX)).expect("the store can be read");
        lacked.sort_by_key(|(_, log, seq)| (*log, *seq));
        lacked.into_iter().map(|(_, log, seq)| (log, seq)).collect()
    }

    /// Whether a node holds a message, its text included unless it is deleted; what is shown early is
    /// not held yet.
    pub fn holds(&mut self, who: Who, id: &str) -> Option<Message> {
        let ask = Ask::Read { target: id.to_owned(), limit: 1_000, before: None };
        let Ok(Answer::Messages(page)) = self.ask(who, ask) else { return None };
        page.messages.into_iter().find(|message| message.id == id && !message.missing && !message.early)
    }

    /// Promise 1: equal sets, equal state, equal pages.
    pub fn all_equal(&mut self, who: &[Who]) {
        let Some((first, others)) = who.split_first() else { return };
        let (digest, pages) = (self.digest(*first), self.pages(*first));
        for other in others {
            let names = (self.nodes[*first].name.clone(), self.nodes[*other].name.clone());
            assert_eq!(self.digest(*other), digest, "{names:?} differ");
            let theirs = self.pages(*other);
            assert_eq!(theirs.channels, pages.channels, "{names:?} show other channels");
            assert_eq!(theirs.threads, pages.threads, "{names:?} show other threads");
            assert_eq!(theirs.messages, pages.messages, "{names:?} show other messages");
        }
    }

    /// Promise 2: what was acknowledged is everywhere.
    pub fn nothing_lost(&mut self, who: &[Who], kept: &[Kept]) {
        for who in who {
            let pages = self.pages(*who);
            let shown: BTreeMap<_, _> =
                pages.messages.values().flatten().map(|message| (message.id.as_str(), message)).collect();
            let name = &self.nodes[*who].name;
            for kept in kept {
                let Some(message) = shown.get(kept.id.as_str()) else { panic!("{name} lacks {kept:?}") };
                assert!(!message.missing, "{name} lacks the text of {kept:?}");
                if kept.deleted {
                    assert!(message.deleted && message.text.is_empty(), "{name} shows {kept:?}, which is deleted");
                } else if !kept.in_doubt {
                    assert!(kept.texts.contains(&message.text), "{name} has {message:?}\nfor {kept:?}");
                }
            }
        }
    }

    /// Promise 5: deleted words are in no byte of the directory, and not found.
    pub fn nothing_left(&mut self, who: &[Who], kept: &[Kept]) {
        for who in who {
            let bytes = self.nodes[*who].bytes();
            let name = self.nodes[*who].name.clone();
            for kept in kept.iter().filter(|kept| kept.deleted) {
                let at = found(&bytes, kept.word.as_bytes());
                assert_eq!(at, None, "{name}'s files hold {}, which is deleted: {kept:?}", around(&bytes, at));
                let ask = Ask::Search { query: kept.word.clone(), limit: 5, before: None, typing: false };
                let Ok(Answer::Hits(hits)) = self.ask(*who, ask) else { panic!("{name} can't search") };
                assert_eq!(hits.total, 0, "{name} finds {}", kept.word);
            }
        }
    }

    /// What is derived is what the log says.
    pub fn all_sound(&mut self, who: &[Who]) {
        for who in who {
            let name = self.nodes[*who].name.clone();
            let Ok(Answer::Checked(checked)) = self.ask(*who, Ask::Fsck { repair: false }) else {
                panic!("{name} can't check")
            };
            assert_eq!(checked.problems, Vec::<String>::new(), "{name}");
        }
    }

    /// What a node shows is what the model says that its records mean.
    pub fn as_specified(&mut self, who: Who) {
        let store = Store::open(&self.nodes[who].file()).expect("a second connection may read");
        let said = store.read(|read| records(&read)).expect("the store can be read");
        let view = Workspace::of(said);
        let pages = self.pages(who);
        let shown: BTreeMap<String, &Message> =
            pages.messages.values().flatten().map(|message| (message.id.clone(), message)).collect();
        let channels: BTreeSet<String> = pages.channels.keys().cloned().collect();
        let name = &self.nodes[who].name;
        let expected = view.messages.iter().filter(|(_, message)| channels.contains(&message.channel.to_string()));
        let expected: BTreeMap<String, _> = expected.map(|(id, message)| (id.to_string(), message)).collect();
        let mut retitled = Vec::new();
        assert!(shown.keys().eq(expected.keys()), "{name} shows other messages than the model");
        for (id, message) in shown {
            let spec = expected[&id];
            let is = (
                message.text.clone(),
                message.deleted,
                message.edited,
                message.thread.clone(),
                message.channel.clone(),
            );
            let spec_text = spec.text.clone().unwrap_or_default();
            let should = (spec_text, spec.deleted, spec.edited, spec.root.to_string(), spec.channel.to_string());
            assert_eq!(is, should, "{name} shows {id} otherwise than the model");
            assert_eq!(
                words_shown(message),
                words_meant(spec, id == spec.root.to_string()),
                "{name} shows words about {id} otherwise than the model"
            );
            if let Some(title) = spec.retitled.as_ref().filter(|_| spec.text.is_some() && !spec.deleted) {
                retitled.push((id, title.clone()));
            }
        }
        assert!(
            channels.iter().all(|id| RecordId::from_hex(id).is_some_and(|id| view.channels.contains_key(&id))),
            "{name}'s channels"
        );
        for (root, title) in retitled {
            self.finds_by_title(who, &root, &title);
        }
    }

    /// A thread is found by the title that was given to it last.
    fn finds_by_title(&mut self, who: Who, root: &str, title: &str) {
        let query = format!("\"{title}\" thread:{root}");
        let ask = Ask::Search { query: query.clone(), limit: 50, before: None, typing: false };
        let Ok(Answer::Hits(hits)) = self.ask(who, ask) else { panic!("{} can't search", self.nodes[who].name) };
        assert!(hits.hits.iter().any(|hit| hit.id == root), "{} does not find {query}", self.nodes[who].name);
    }

    /// Whoever watches a node from its beginning is told of every message that it shows.
    pub fn all_told(&mut self, who: &[Who]) {
        for who in who {
            let told = self.told(*who);
            let name = self.nodes[*who].name.clone();
            for message in self.pages(*who).messages.values().flatten() {
                assert!(told.contains(&message.id), "{name} shows {message:?}, of which no watcher was told");
            }
        }
    }

    /// The messages that watchers were told of as such.
    fn told(&mut self, who: Who) -> BTreeSet<String> {
        let (mut told, mut since) = (BTreeSet::new(), "0".to_owned());
        loop {
            let ask = Ask::Changes { since: Some(since.clone()), limit: 200 };
            let Ok(Answer::Changes(page)) = self.ask(who, ask) else { panic!("no changes") };
            if page.next == since {
                return told;
            }
            since = page.next;
            let messages = page.changes.into_iter().filter(|change| change.kind == "message");
            told.extend(messages.filter_map(|change| change.id));
        }
    }

    fn threads(&mut self, who: Who, channel: &str) -> Vec<cremona_engine::ask::Thread> {
        let (mut all, mut before) = (Vec::new(), None);
        loop {
            let ask = Ask::Threads { channel: channel.to_owned(), limit: 20, before };
            let Ok(Answer::Threads(page)) = self.ask(who, ask) else { panic!("no threads") };
            all.extend(page.threads);
            before = page.next;
            if before.is_none() {
                return all;
            }
        }
    }
}

/// What is shown about a message beside its text: title, pinned, resolved by, flags.
type Words = (Option<String>, bool, Option<String>, Vec<(String, String, bool, bool)>);

fn words_shown(message: &Message) -> Words {
    let flag = |flag: &cremona_engine::ask::Flag| {
        (flag.author.member.clone(), flag.colour.clone(), flag.everyone, flag.escalate)
    };
    let resolved = message.resolved.as_ref().map(|by| by.member.clone());
    (message.title.clone(), message.pinned, resolved, message.flags.iter().map(flag).collect())
}

fn words_meant(spec: &cremona_model::view::Message, is_root: bool) -> Words {
    let flag = |(author, (_, flag)): (&MemberId, &(Time, Flag))| {
        let colour = flag.colour.map_or("", Colour::word).to_owned();
        (author.to_string(), colour, flag.to.everyone, flag.escalate)
    };
    let title = (is_root && !spec.deleted).then(|| spec.shown_title());
    let resolved = spec.resolved.map(|(by, _)| by.to_string());
    (title, spec.pinned, resolved, spec.flags.iter().map(flag).collect())
}

/// All records that count, with their texts.
fn records(read: &Read<'_>) -> Result<Vec<(Record, Option<Text>)>, StoreError> {
    let mut said = Vec::new();
    for log in read.logs()? {
        for row in read.envelopes(log.no, 0, u64::MAX >> 1, u32::MAX)? {
            if row.doc == 0 {
                continue;
            }
            let payload = Payload::decode(&row.change).expect("an opened change was read before");
            let (channel, month) = read.doc(row.doc)?.expect("a document that has a number");
            let stamp = Stamp { time: row.time, device: log.device, life: log.life, seq: row.seq, member: log.member };
            let Ok(record) = Record::read(stamp, DocId { channel: RecordId(channel), month }, &payload.value) else {
                continue;
            };
            let text = match read.body(log.no, row.seq)? {
                Some(BodyRow::Plain(bytes)) => Text::decode(&bytes),
                Some(BodyRow::Text { title, text, .. }) => Some(Text { text, title }),
                Some(BodyRow::Sealed(_)) | None => None,
            };
            said.push((record, text));
        }
    }
    Ok(said)
}

fn found(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).position(|window| window == word)
}

/// What stands about a place, to see of which table it is.
fn around(bytes: &[u8], at: Option<usize>) -> String {
    let at = at.unwrap_or(0);
    let part = bytes.get(at.saturating_sub(40)..(at + 60).min(bytes.len())).unwrap_or_default();
    part.escape_ascii().to_string()
}
