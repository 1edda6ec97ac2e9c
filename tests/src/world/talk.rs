//! What people do with their nodes: they talk, keep channels, and bring old archives.

use std::collections::BTreeSet;

use cremona_engine::ask::{How, ImportBatch, ImportChannel, ImportMessage, ImportRoot};
use cremona_engine::{Answer, Ask};

use super::Who;
use super::promises::Kept;
use super::story::Story;

impl Story {
    pub(super) fn talk(&mut self) {
        let who = self.anyone();
        match self.world.dice.below(32) {
            20..=25 => self.word(who),
            26..=31 => self.go_through(who),
            0..=6 => self.post(who),
            7..=11 => self.reply(who),
            12..=14 => self.edit(who),
            15..=16 => self.delete(who),
            _ => self.react(who),
        }
    }

    pub(super) fn post(&mut self, who: Who) {
        let channels = self.channels(who);
        let Some(channel) = channels.get(self.world.dice.below(channels.len().max(1))).cloned() else { return };
        let (word, text) = self.text("Thread");
        let title = self.world.dice.percent(30).then(|| format!("About {word}"));
        self.said(who, Ask::Post { channel, text: text.clone(), title, how: How::default() }, word, text);
    }

    pub(super) fn reply(&mut self, who: Who) {
        let Some(target) = self.some_kept(|_| true) else { return };
        let (word, text) = self.text("Reply");
        self.said(
            who,
            Ask::Reply { thread: self.kept[target].id.clone(), text: text.clone(), how: How::default() },
            word,
            text,
        );
    }

    pub(super) fn said(&mut self, who: Who, ask: Ask, word: String, text: String) {
        let Some((Answer::Posted(posted), true)) = self.ask(who, ask) else { return };
        let whose = self.world.nodes[who].whose.clone();
        // Machines that are one to the last bit give one id to two messages: all agree on the one that
        // speaks, and nobody can promise which.
        let shaky = self.twins.contains(&whose) || self.kept.iter().any(|kept| kept.shaky && kept.id == posted.thread);
        self.kept.push(Kept {
            id: posted.id,
            whose,
            word,
            texts: BTreeSet::from([text]),
            deleted: false,
            in_doubt: false,
            shaky,
        });
    }

    pub(super) fn edit(&mut self, who: Who) {
        let whose = self.world.nodes[who].whose.clone();
        let Some(target) = self.some_kept(|kept| kept.whose == whose) else { return };
        self.words += 1;
        let text = format!("{} again, {}", self.kept[target].word, self.words);
        // Kept or not, it is what may be read from now on.
        self.kept[target].texts.insert(text.clone());
        self.ask(who, Ask::Edit { message: self.kept[target].id.clone(), text });
    }

    pub(super) fn delete(&mut self, who: Who) {
        let whose = self.world.nodes[who].whose.clone();
        let Some(target) = self.some_kept(|kept| kept.whose == whose) else { return };
        let answer = self.ask(who, Ask::Delete { message: self.kept[target].id.clone() });
        match answer {
            Some((_, true)) => self.kept[target].deleted = true,
            Some((_, false)) => self.kept[target].in_doubt = true,
            None => {}
        }
    }

    pub(super) fn react(&mut self, who: Who) {
        let Some(target) = self.some_kept(|_| true) else { return };
        let emoji = self.world.dice.one(&["👍", "🎻", "❤️"]).unwrap_or("👍").to_owned();
        let on = self.world.dice.percent(70);
        self.ask(who, Ask::React { message: self.kept[target].id.clone(), emoji, on });
    }

    pub(super) fn keep_channels(&mut self) {
        let who = self.anyone();
        let channels = self.channels(who);
        self.words += 1;
        let name = format!("channel-{}", self.words % 12);
        let Some(channel) = channels.get(self.world.dice.below(channels.len().max(1))).cloned() else { return };
        let ask = match self.world.dice.below(4) {
            0 => Ask::ChannelCreate { name, purpose: "To see".to_owned() },
            1 => Ask::ChannelRename { channel, name },
            2 => Ask::ChannelDescribe { channel, purpose: Some(name), expectation: Some("by noon".to_owned()) },
            _ => Ask::ChannelArchive { channel, archived: self.world.dice.percent(30) },
        };
        self.ask(who, ask);
    }

    pub(super) fn import(&mut self) {
        let who = self.anyone();
        if self.trouble.archive && self.archives == 0 {
            // More than is asked for without asking for what is newest first.
            (0..3).for_each(|part| self.bring(who, part * 1_500, 1_500));
        } else if self.archives == 0 && self.world.dice.percent(25) {
            self.bring(who, 0, 400);
        } else {
            let first = self.world.dice.below(20);
            self.bring(who, first, 12);
        }
        self.archives += 1;
    }

    /// Imports so many messages of the one archive there is.
    fn bring(&mut self, who: Who, first: usize, many: usize) {
        let messages = (first..first + many).map(imported).collect();
        let channels = vec![ImportChannel {
            id: "C1".to_owned(),
            name: "old".to_owned(),
            purpose: String::new(),
            created_ms: 1_700_000_000_000,
        }];
        let batch = ImportBatch { source: "slack/T1".to_owned(), channels, messages, dry_run: false };
        self.ask(who, Ask::Import(batch));
    }
}

/// Message `n` of an old export: threads of four.
fn imported(n: usize) -> ImportMessage {
    let text = |n: usize| format!("old message {n}");
    let time = |n: usize| 1_700_000_000_000 + u64::try_from(n).unwrap_or(0) * 1_000;
    let author = |n: usize| format!("U{}", n % 3);
    let root = (!n.is_multiple_of(4)).then(|| n - n % 4).map(|root| ImportRoot {
        ts: root.to_string(),
        time_ms: time(root),
        author_id: author(root),
        content: blake3::hash(text(root).as_bytes()).to_string(),
    });
    ImportMessage {
        channel: "C1".to_owned(),
        ts: n.to_string(),
        time_ms: time(n),
        root,
        author_id: author(n),
        author_name: format!("Old {}", n % 3),
        text: text(n),
        edited_ms: None,
        reactions: Vec::new(),
        tombstone: false,
    }
}
