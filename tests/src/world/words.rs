//! What people say beside texts: flags, pins, titles, what is resolved and acknowledged.

use cremona_engine::Ask;
use cremona_engine::ask::Flagging;

use super::Who;
use super::story::Story;

impl Story {
    /// Someone says something about a message of anybody's.
    pub(super) fn word(&mut self, who: Who) {
        let Some(target) = self.some_kept(|_| true) else { return };
        let id = self.kept[target].id.clone();
        let on = self.world.dice.percent(70);
        let ask = match self.world.dice.below(5) {
            0 | 1 => Ask::Flag { message: id, flag: self.flagging() },
            2 => Ask::Pin { message: id, on },
            3 => Ask::Resolve { thread: id, on },
            _ => {
                self.words += 1;
                Ask::Retitle { thread: id, title: format!("Title {}", self.words) }
            }
        };
        self.ask(who, ask);
    }

    /// Someone goes through the inbox.
    pub(super) fn go_through(&mut self, who: Who) {
        let Some(target) = self.some_kept(|_| true) else { return };
        let (thread, channels) = (self.kept[target].id.clone(), self.channels(who));
        let dice = &mut self.world.dice;
        let rules = ["follow", "mute", "mentions", "default"];
        let rule = dice.one(&rules).unwrap_or("default").to_owned();
        let channel = channels.get(dice.below(channels.len().max(1))).cloned();
        let ask = match dice.below(7) {
            0 | 1 => Ask::Done { thread, undo: dice.percent(20) },
            2 => Ask::Later { thread, until: dice.percent(70).then(|| "in 2h".to_owned()) },
            3 => Ask::Mark { target: thread, upto: None, unread: dice.percent(40) },
            4 => Ask::Follow { target: thread, rule },
            5 => Ask::Mark { target: channel.unwrap_or(thread), upto: None, unread: false },
            _ => Ask::Follow { target: channel.unwrap_or(thread), rule },
        };
        if let Ask::Done { thread, undo: false } = &ask {
            // Whether it is kept or not, and whoever takes it back: from now on these may be done.
            let seen = self.world.flags_in(who, thread);
            self.dealt_with.entry(self.world.nodes[who].whose.clone()).or_default().extend(seen);
        }
        self.ask(who, ask);
    }

    fn flagging(&mut self) -> Flagging {
        let dice = &mut self.world.dice;
        let colour = dice.one(&["red", "yellow", "green", "none"]).unwrap_or("red").to_owned();
        let to = dice.one(&["ana", "bo", "everyone"]).unwrap_or("ana").to_owned();
        Flagging { colour, by: None, to: vec![to], escalate: dice.percent(30) }
    }
}
