//! What a set of records means: the specification that the projection has to equal.
//!
//! A pure fold in memory. Any order, duplication or grouping of the same records gives the same
//! view. Rules: only the author edits or deletes a message, and only from within its document; an
//! imported one is deleted by any member who imported a copy, and never edited; deletion wins over
//! every version; the latest (time, id) of a register, of an edit and of a reaction wins; several
//! copies of one id are one message, for which the earliest (time, device, life, seq) speaks.

use std::collections::{BTreeMap, BTreeSet};

use cremona_envelope::{MemberId, RecordId, Time};

use crate::body::{Text, title_of};
use crate::doc::DocId;
use crate::record::{Claim, Field, Kind, Record, Stamp};

/// A record with its body, if that is here.
pub type Said = (Record, Option<Text>);

/// Everything shown.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Workspace {
    /// Display names.
    pub names: BTreeMap<MemberId, String>,
    /// Channels.
    pub channels: BTreeMap<RecordId, Channel>,
    /// Messages whose root is here, by id.
    pub messages: BTreeMap<RecordId, Message>,
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
    /// Title as given.
    pub title: Option<String>,
    /// Whether a later version counts.
    pub edited: bool,
    /// Whether it is deleted.
    pub deleted: bool,
    /// Reactions: emoji to members.
    pub reactions: BTreeMap<String, BTreeSet<MemberId>>,
}

impl Message {
    /// The title shown of a thread.
    #[must_use]
    pub fn shown_title(&self) -> String {
        self.title.clone().unwrap_or_else(|| title_of(self.text.as_deref().unwrap_or("")))
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
}

struct Copy {
    stamp: Stamp,
    doc: DocId,
    root: Option<RecordId>,
    body: Option<Text>,
    claim: Option<Claim>,
}

type Version = (Stamp, DocId, Option<Text>);

#[derive(Default)]
struct Facts {
    copies: BTreeMap<RecordId, BTreeMap<Stamp, Copy>>,
    edits: BTreeMap<RecordId, BTreeMap<(Time, RecordId), Version>>,
    deletes: BTreeMap<RecordId, BTreeSet<(MemberId, DocId)>>,
    reactions: BTreeMap<(RecordId, MemberId, String), (Time, RecordId, bool)>,
    channels: BTreeMap<RecordId, (Time, MemberId, String, String)>,
    registers: BTreeMap<(RecordId, u64), (Time, RecordId, String)>,
    names: BTreeMap<MemberId, (Time, RecordId, String)>,
}

impl Facts {
    fn add(&mut self, record: Record, body: Option<Text>) {
        let Record { stamp, doc, id, kind } = record;
        match kind {
            Kind::Message { root } => {
                self.add_copy(id, Copy { stamp, doc, root, body, claim: None });
            }
            Kind::Imported(claim) => {
                let body = body.filter(|text| *blake3::hash(text.text.as_bytes()).as_bytes() == claim.content);
                self.add_copy(id, Copy { stamp, doc, root: claim.root, body, claim: Some(*claim) });
            }
            Kind::Edit { target } => {
                self.edits.entry(target).or_default().insert((stamp.time, id), (stamp, doc, body));
            }
            Kind::Delete { target } => {
                self.deletes.entry(target).or_default().insert((stamp.member, doc));
            }
            Kind::Reaction { target, emoji, on } => {
                latest(self.reactions.entry((target, stamp.member, emoji)), (stamp.time, id, on));
            }
            Kind::Channel { name, purpose } => self.add_channel(id, (stamp.time, stamp.member, name, purpose)),
            Kind::ImportedChannel { name, purpose, created, .. } => {
                self.add_channel(id, (created, stamp.member, name, purpose));
            }
            Kind::Register { channel, field, value } => {
                latest(self.registers.entry((channel, field.number())), (stamp.time, id, value));
            }
            Kind::Profile { name } => latest(self.names.entry(stamp.member), (stamp.time, id, name)),
            Kind::Unknown(_) => {}
        }
    }

    fn add_copy(&mut self, id: RecordId, copy: Copy) {
        self.copies.entry(id).or_default().insert(copy.stamp, copy);
    }

    fn add_channel(&mut self, id: RecordId, creation: (Time, MemberId, String, String)) {
        let kept = self.channels.entry(id).or_insert_with(|| creation.clone());
        if creation < *kept {
            *kept = creation;
        }
    }

    fn view(&self) -> Workspace {
        let names = self.names.iter().map(|(member, (_, _, name))| (*member, name.clone())).collect();
        let channels = self.channels.iter().map(|(id, creation)| (*id, self.channel(id, creation))).collect();
        let messages = self
            .copies
            .iter()
            .filter_map(|(id, copies)| self.message(id, copies).map(|message| (*id, message)))
            .collect();
        Workspace { names, channels, messages }
    }

    fn channel(&self, id: &RecordId, (_, _, name, purpose): &(Time, MemberId, String, String)) -> Channel {
        let register = |field: Field| self.registers.get(&(*id, field.number())).map(|(_, _, value)| value.clone());
        Channel {
            name: register(Field::Name).unwrap_or_else(|| name.clone()),
            purpose: register(Field::Purpose).unwrap_or_else(|| purpose.clone()),
            expectation: register(Field::Expectation).unwrap_or_default(),
            archived: register(Field::Archived).as_deref() == Some("1"),
        }
    }

    fn message(&self, id: &RecordId, copies: &BTreeMap<Stamp, Copy>) -> Option<Message> {
        let first = copies.values().next()?;
        let root = first.root.unwrap_or(*id);
        // A reply waits for its root; a root that is itself a reply starts no thread.
        let root_is_here = first.root.is_none() || self.copies.get(&root).and_then(|c| c.values().next()).is_some_and(|c| c.root.is_none());
        if !root_is_here {
            return None;
        }
        let asked = self.deletes.get(id);
        let deleted = asked.is_some_and(|asked| copies.values().any(|copy| asked.contains(&(copy.stamp.member, copy.doc))));
        let versions: Vec<&Version> = self.versions(id, first);
        let current = versions.last().map_or(first.body.as_ref(), |(_, _, body)| body.as_ref());
        let given = versions.iter().rev().map(|(_, _, body)| body.as_ref()).chain([first.body.as_ref()]);
        let title = given.flatten().find_map(|text| text.title.clone());
        let body = if first.claim.is_some() { copies.values().find_map(|copy| copy.body.as_ref()) } else { current };
        Some(Message {
            channel: first.doc.channel,
            root,
            member: first.stamp.member,
            time: first.claim.as_ref().map_or(first.stamp.time, |claim| claim.time),
            text: body.filter(|_| !deleted).map(|text| text.text.clone()),
            title: title.filter(|_| !deleted),
            edited: !versions.is_empty() || first.claim.as_ref().is_some_and(|claim| claim.edited.is_some()),
            deleted: deleted || first.claim.as_ref().is_some_and(|claim| claim.tombstone),
            reactions: self.reactions_to(id),
        })
    }

    fn versions(&self, id: &RecordId, first: &Copy) -> Vec<&Version> {
        if first.claim.is_some() {
            return Vec::new();
        }
        let own = |(stamp, doc, _): &&Version| stamp.member == first.stamp.member && *doc == first.doc;
        self.edits.get(id).into_iter().flat_map(BTreeMap::values).filter(own).collect()
    }

    fn reactions_to(&self, id: &RecordId) -> BTreeMap<String, BTreeSet<MemberId>> {
        let from = (*id, MemberId([0; 16]), String::new());
        let mut out: BTreeMap<String, BTreeSet<MemberId>> = BTreeMap::new();
        for ((target, member, emoji), (_, _, on)) in self.reactions.range(from..) {
            if target != id {
                break;
            }
            if *on {
                out.entry(emoji.clone()).or_default().insert(*member);
            }
        }
        out
    }
}

/// Keeps the later of two by (time, id, value).
fn latest<K: Ord, V: Ord>(
    entry: std::collections::btree_map::Entry<'_, K, (Time, RecordId, V)>,
    value: (Time, RecordId, V),
) {
    use std::collections::btree_map::Entry;
    match entry {
        Entry::Vacant(vacant) => {
            vacant.insert(value);
        }
        Entry::Occupied(mut kept) => {
            if value > *kept.get() {
                kept.insert(value);
            }
        }
    }
}
