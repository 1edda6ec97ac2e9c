//! What a set of records means: the specification that the projection has to equal.
//!
//! A pure fold in memory. Any order, duplication or grouping of the same records gives the same
//! view. The rules:
//!
//! - Several copies of one id (said again after a fork, or imported twice) are one message, for
//!   which the copy with the least (time, device, life, seq) speaks.
//! - Only the author edits a message, and only from within its document; the edit with the greatest
//!   (time, id) gives text and title, both anew: an edit without a title takes the title away.
//! - Only the author deletes a message, and only from within its document; an imported one is
//!   deleted, all copies with it, by any member who imported a copy, and never edited. Deletion
//!   wins over every version, whichever comes first.
//! - Of a channel's field, of a member's name, and of a member's reaction with one emoji, the record
//!   with the greatest (time, id) wins.
//! - A reply is shown once its root is here; what answers a reply starts no thread and stays hidden.
//! - Of a message's flags, each author's latest by (time, id) counts; of pins and of what resolves a
//!   thread, the latest of all, whoever said it; of titles given to a thread the latest, over the title
//!   given with its text. A thread is resolved until a reply that is later by (time, id) than that.
//!   Titles and resolutions that name a reply count for nothing.
//! - Of a member's hours, status and deputy the latest by (time, id) counts.
//! - An embargo hides nothing here, where there is no clock: it moves the time that is shown.
//! - A body that is missing or unreadable leaves a message without text; it changes nothing else.
//! - Shown order: time, then id; in a thread the root comes first whatever its time.

use std::collections::{BTreeMap, BTreeSet};

use cremona_envelope::{MemberId, RecordId, Time};

use crate::body::{Text, title_of};
use crate::flag::{Colour, Flag, Recipients};
use crate::fold::Facts;
use crate::record::{Claim, Manner, Record};
use crate::status::Status;

/// A record with its body, if that is here.
pub type Said = (Record, Option<Text>);

/// Everything shown.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Workspace {
    /// Display names.
    pub names: BTreeMap<MemberId, String>,
    /// What members say of themselves.
    pub people: BTreeMap<MemberId, Person>,
    /// Channels.
    pub channels: BTreeMap<RecordId, Channel>,
    /// Messages whose root is here, by id.
    pub messages: BTreeMap<RecordId, Message>,
    /// Records of types that need a newer cremona.
    pub newer: usize,
}

/// What a member says of itself, beside its name.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Person {
    /// When they work, as written.
    pub hours: Option<String>,
    /// What they are about; whether it still holds is the clock's to say.
    pub status: Option<Status>,
    /// Who stands in for them.
    pub deputy: Option<MemberId>,
}

/// A channel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Channel {
    /// Name.
    pub name: String,
    /// What it is for.
    pub purpose: String,
    /// When an answer can be expected.
    pub expectation: String,
    /// Whether it is archived.
    pub archived: bool,
    /// The colour of flags where none is given.
    pub flag: Option<Colour>,
}

/// A message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    /// Its channel.
    pub channel: RecordId,
    /// Its thread's root.
    pub root: RecordId,
    /// Author or importer.
    pub member: MemberId,
    /// When, or when as claimed.
    pub time: Time,
    /// Current text; `None` where it is deleted or missing.
    pub text: Option<String>,
    /// Title as given with the current text.
    pub title: Option<String>,
    /// Whether a later version counts, or the export says so.
    pub edited: bool,
    /// Earlier versions with their times, oldest first; none of a deleted message.
    pub history: Vec<(Time, Option<Text>)>,
    /// Whether it is deleted.
    pub deleted: bool,
    /// Reactions: emoji to members.
    pub reactions: BTreeMap<String, BTreeSet<MemberId>>,
    /// What the export claims, if it was imported.
    pub claim: Option<Claim>,
    /// Everybody who said it: the author, or all who imported it.
    pub members: BTreeSet<MemberId>,
    /// Whom its current text calls.
    pub to: Recipients,
    /// What else is to be known of it.
    pub manner: Manner,
    /// Flags on it by their authors, each with its time; those that were taken back are left out.
    pub flags: BTreeMap<MemberId, (Time, Flag)>,
    /// Whether it is pinned.
    pub pinned: bool,
    /// Who has acknowledged it, and when first.
    pub acknowledged: BTreeMap<MemberId, Time>,
    /// Of a root: who resolved the thread, and when, unless it is open.
    pub resolved: Option<(MemberId, Time)>,
    /// Of a root: the title that it was given later.
    pub retitled: Option<String>,
}

impl Message {
    /// The title shown of a thread.
    #[must_use]
    pub fn shown_title(&self) -> String {
        self.retitled
            .clone()
            .or_else(|| self.title.clone())
            .unwrap_or_else(|| title_of(self.text.as_deref().unwrap_or("")))
    }
}

impl Workspace {
    /// The view of a set of records.
    #[must_use]
    pub fn of(said: impl IntoIterator<Item = Said>) -> Self {
        let mut facts = Facts::default();
        for (record, body) in said {
            facts.add(record, body);
        }
        facts.view()
    }

    /// The roots of a channel's threads, in the order shown.
    #[must_use]
    pub fn threads(&self, channel: &RecordId) -> Vec<RecordId> {
        self.in_order(|id, message| message.channel == *channel && message.root == *id)
    }

    /// A thread's messages: its root, then the replies in the order shown.
    #[must_use]
    pub fn thread(&self, root: &RecordId) -> Vec<RecordId> {
        let mut ids = self.in_order(|_, message| message.root == *root);
        ids.sort_by_key(|id| id != root);
        ids
    }

    fn in_order(&self, wanted: impl Fn(&RecordId, &Message) -> bool) -> Vec<RecordId> {
        let wanted = self.messages.iter().filter(|(id, message)| wanted(id, message));
        let mut ids: Vec<_> = wanted.map(|(id, message)| (message.time, *id)).collect();
        ids.sort_unstable();
        ids.into_iter().map(|(_, id)| id).collect()
    }
}
