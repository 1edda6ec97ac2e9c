//! Gathers records in any order into the facts that a view is made of.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use cremona_envelope::{MemberId, RecordId, Time};

use crate::body::Text;
use crate::doc::DocId;
use crate::record::{Claim, Field, Kind, Record, Stamp};
use crate::view::{Channel, Message, Workspace};

struct Copy {
    stamp: Stamp,
    doc: DocId,
    root: Option<RecordId>,
    body: Option<Text>,
    claim: Option<Claim>,
}

type Version = (Stamp, DocId, Option<Text>);

/// All that was said, by what it is about; nothing here depends on which came first.
#[derive(Default)]
pub(crate) struct Facts {
    copies: BTreeMap<RecordId, BTreeMap<Stamp, Copy>>,
    edits: BTreeMap<RecordId, BTreeMap<(Time, RecordId), Version>>,
    deletes: BTreeMap<RecordId, BTreeSet<(MemberId, DocId)>>,
    reactions: BTreeMap<(RecordId, MemberId, String), (Time, RecordId, bool)>,
    channels: BTreeMap<RecordId, (Time, MemberId, String, String)>,
    registers: BTreeMap<(RecordId, u64), (Time, RecordId, String)>,
    names: BTreeMap<MemberId, (Time, RecordId, String)>,
    newer: BTreeSet<Stamp>,
}

impl Facts {
    pub(crate) fn add(&mut self, record: Record, body: Option<Text>) {
        let Record { stamp, doc, id, kind } = record;
        match kind {
            Kind::Message { root } => {
                self.add_copy(id, Copy { stamp, doc, root, body, claim: None });
            }
            Kind::Imported(claim) => {
                let body = body.filter(|body| claim.admits(body));
                self.add_copy(id, Copy { stamp, doc, root: claim.root, body, claim: Some(*claim) });
            }
            Kind::Edit { target } => {
                let edits = self.edits.entry(target).or_default();
                let kept = edits.entry((stamp.time, id)).or_insert((stamp, doc, None));
                kept.2 = kept.2.take().or(body);
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
            Kind::Unknown(_) => {
                self.newer.insert(stamp);
            }
        }
    }

    fn add_copy(&mut self, id: RecordId, copy: Copy) {
        match self.copies.entry(id).or_default().entry(copy.stamp) {
            Entry::Vacant(vacant) => {
                vacant.insert(copy);
            }
            // The same record again, perhaps with the body that was missing.
            Entry::Occupied(mut kept) => {
                let body = kept.get_mut().body.take().or(copy.body);
                kept.get_mut().body = body;
            }
        }
    }

    fn add_channel(&mut self, id: RecordId, creation: (Time, MemberId, String, String)) {
        let kept = self.channels.entry(id).or_insert_with(|| creation.clone());
        if creation < *kept {
            *kept = creation;
        }
    }

    pub(crate) fn view(&self) -> Workspace {
        let names = self.names.iter().map(|(member, (_, _, name))| (*member, name.clone())).collect();
        let channels = self.channels.iter().map(|(id, creation)| (*id, self.channel(id, creation))).collect();
        let messages = self
            .copies
            .iter()
            .filter_map(|(id, copies)| self.message(id, copies).map(|message| (*id, message)))
            .collect();
        Workspace { names, channels, messages, newer: self.newer.len() }
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
        if first.root.is_some() && !self.is_root(&root) {
            return None;
        }
        let erased = self.is_erased(id, copies);
        let mut versions = self.versions(id, first);
        let edited = !versions.is_empty();
        // Copies of one import all say the same; of anything else the first one speaks.
        let original = copies.values().take_while(|copy| copy.claim.is_some()).find_map(|copy| copy.body.as_ref());
        versions.insert(0, (first.stamp.time, original.or(first.body.as_ref())));
        let (_, body) = versions.pop().filter(|_| !erased).unwrap_or((first.stamp.time, None));
        let history = versions.into_iter().filter(|_| !erased).map(|(time, body)| (time, body.cloned())).collect();
        let claim = first.claim.as_ref();
        Some(Message {
            channel: first.doc.channel,
            root,
            member: first.stamp.member,
            time: claim.map_or(first.stamp.time, |claim| claim.time),
            text: body.map(|text| text.text.clone()),
            title: body.and_then(|text| text.title.clone()),
            edited: edited || claim.is_some_and(|claim| claim.edited.is_some()),
            history,
            deleted: erased || claim.is_some_and(|claim| claim.tombstone),
            reactions: self.reactions_to(id),
            claim: first.claim.clone(),
            members: copies.values().map(|copy| copy.stamp.member).collect(),
        })
    }

    /// Whether threads start there: it is here, and answers nothing itself.
    fn is_root(&self, id: &RecordId) -> bool {
        self.copies.get(id).and_then(|copies| copies.values().next()).is_some_and(|first| first.root.is_none())
    }

    /// Whether somebody who said a copy asks, from within its document, for the message to go.
    fn is_erased(&self, id: &RecordId, copies: &BTreeMap<Stamp, Copy>) -> bool {
        let asked = self.deletes.get(id);
        asked.is_some_and(|asked| copies.values().any(|copy| asked.contains(&(copy.stamp.member, copy.doc))))
    }

    /// Edits that count, in the order in which they win.
    fn versions(&self, id: &RecordId, first: &Copy) -> Vec<(Time, Option<&Text>)> {
        if first.claim.is_some() {
            return Vec::new();
        }
        let own = |(stamp, doc, _): &&Version| stamp.member == first.stamp.member && *doc == first.doc;
        let edits = self.edits.get(id).into_iter().flat_map(BTreeMap::values);
        edits.filter(own).map(|(stamp, _, body)| (stamp.time, body.as_ref())).collect()
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
fn latest<K: Ord, V: Ord>(entry: Entry<'_, K, (Time, RecordId, V)>, value: (Time, RecordId, V)) {
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
