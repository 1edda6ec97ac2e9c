//! Gathers records in any order into the facts that a view is made of.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use cremona_envelope::{MemberId, RecordId, Time};

use crate::body::Text;
use crate::doc::DocId;
use crate::flag::{Colour, Flag, Recipients};
use crate::record::{Claim, Field, Kind, Manner, Record, Stamp};
use crate::status::Status;
use crate::view::{Channel, Message, Person, Workspace};

struct Copy {
    stamp: Stamp,
    doc: DocId,
    root: Option<RecordId>,
    body: Option<Text>,
    claim: Option<Claim>,
    to: Recipients,
    manner: Manner,
}

/// An edit: by whom, where, its body, whom it calls.
type Version = (Stamp, DocId, Option<Text>, Recipients);

/// A value with what decides whether it wins: (time, id).
type Latest<T> = (Time, RecordId, T);

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
    flags: BTreeMap<(RecordId, MemberId), Latest<Flag>>,
    pins: BTreeMap<RecordId, Latest<bool>>,
    resolves: BTreeMap<RecordId, Latest<(bool, MemberId)>>,
    titles: BTreeMap<RecordId, BTreeMap<(Time, RecordId), Option<String>>>,
    acknowledged: BTreeMap<(RecordId, MemberId), Time>,
    hours: BTreeMap<MemberId, Latest<String>>,
    statuses: BTreeMap<MemberId, Latest<Status>>,
    deputies: BTreeMap<MemberId, Latest<Option<MemberId>>>,
    newer: BTreeSet<Stamp>,
}

impl Facts {
    pub(crate) fn add(&mut self, record: Record, body: Option<Text>) {
        let Record { stamp, doc, id, kind } = record;
        match kind {
            Kind::Message { root, to, manner } => {
                self.add_copy(id, Copy { stamp, doc, root, body, claim: None, to, manner });
            }
            Kind::Imported(claim) => {
                let body = body.filter(|body| claim.admits(body));
                let (to, manner) = <(Recipients, Manner)>::default();
                self.add_copy(id, Copy { stamp, doc, root: claim.root, body, claim: Some(*claim), to, manner });
            }
            Kind::Edit { target, to } => {
                let edits = self.edits.entry(target).or_default();
                let kept = edits.entry((stamp.time, id)).or_insert((stamp, doc, None, to));
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
            Kind::Flag { target, flag } => latest(self.flags.entry((target, stamp.member)), (stamp.time, id, flag)),
            Kind::Pin { target, on } => latest(self.pins.entry(target), (stamp.time, id, on)),
            Kind::Resolve { root, on } => {
                latest(self.resolves.entry(root), (stamp.time, id, (on, stamp.member)));
            }
            Kind::Retitle { root } => {
                let title = self.titles.entry(root).or_default().entry((stamp.time, id)).or_default();
                *title = title.take().or(body.and_then(|body| body.title));
            }
            Kind::Acknowledge { target } => {
                let first = self.acknowledged.entry((target, stamp.member)).or_insert(stamp.time);
                *first = stamp.time.min(*first);
            }
            Kind::Hours { hours } => latest(self.hours.entry(stamp.member), (stamp.time, id, hours)),
            Kind::Status(status) => latest(self.statuses.entry(stamp.member), (stamp.time, id, status)),
            Kind::Deputy { deputy } => latest(self.deputies.entry(stamp.member), (stamp.time, id, deputy)),
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
        let resolved = self.resolved();
        let names = self.names.iter().map(|(member, (_, _, name))| (*member, name.clone())).collect();
        let channels = self.channels.iter().map(|(id, creation)| (*id, self.channel(id, creation))).collect();
        let messages = self
            .copies
            .iter()
            .filter_map(|(id, copies)| {
                let message = self.message(id, copies)?;
                let resolved = resolved.get(id).copied().filter(|_| message.root == *id);
                Some((*id, Message { resolved, ..message }))
            })
            .collect();
        Workspace { names, people: self.people(), channels, messages, newer: self.newer.len() }
    }

    fn people(&self) -> BTreeMap<MemberId, Person> {
        let mut people: BTreeMap<MemberId, Person> = BTreeMap::new();
        for (member, (_, _, hours)) in &self.hours {
            people.entry(*member).or_default().hours = Some(hours.clone());
        }
        for (member, (_, _, status)) in &self.statuses {
            people.entry(*member).or_default().status = Some(status.clone());
        }
        for (member, (_, _, deputy)) in &self.deputies {
            people.entry(*member).or_default().deputy = *deputy;
        }
        people
    }

    /// Threads that were resolved and not answered later, by their roots.
    fn resolved(&self) -> BTreeMap<RecordId, (MemberId, Time)> {
        let on = |(root, (time, id, (on, member))): (&RecordId, &Latest<(bool, MemberId)>)| {
            on.then_some((*root, (*time, *id, *member)))
        };
        let mut resolved: BTreeMap<_, _> = self.resolves.iter().filter_map(on).collect();
        for (id, copies) in &self.copies {
            let Some(first) = copies.values().next() else { continue };
            let Some(root) = first.root else { continue };
            if resolved.get(&root).is_some_and(|(at, word, _)| (first.shown_time(), *id) > (*at, *word)) {
                resolved.remove(&root);
            }
        }
        resolved.into_iter().map(|(root, (at, _, member))| (root, (member, at))).collect()
    }

    fn channel(&self, id: &RecordId, (_, _, name, purpose): &(Time, MemberId, String, String)) -> Channel {
        let register = |field: Field| self.registers.get(&(*id, field.number())).map(|(_, _, value)| value.clone());
        Channel {
            name: register(Field::Name).unwrap_or_else(|| name.clone()),
            purpose: register(Field::Purpose).unwrap_or_else(|| purpose.clone()),
            expectation: register(Field::Expectation).unwrap_or_default(),
            archived: register(Field::Archived).as_deref() == Some("1"),
            flag: register(Field::Flag).as_deref().and_then(Colour::from_word),
        }
    }

    fn message(&self, id: &RecordId, copies: &BTreeMap<Stamp, Copy>) -> Option<Message> {
        let first = copies.values().next()?;
        let root = first.root.unwrap_or(*id);
        if first.root.is_some() && !self.is_root(&root) {
            return None;
        }
        let erased = self.is_erased(id, copies);
        let (mut versions, to) = self.versions(id, first);
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
            time: first.shown_time(),
            text: body.map(|text| text.text.clone()),
            title: body.and_then(|text| text.title.clone()),
            edited: edited || claim.is_some_and(|claim| claim.edited.is_some()),
            history,
            deleted: erased || claim.is_some_and(|claim| claim.tombstone),
            reactions: self.reactions_to(id),
            claim: first.claim.clone(),
            members: copies.values().map(|copy| copy.stamp.member).collect(),
            to: if erased { Recipients::default() } else { to.unwrap_or(&first.to).clone() },
            manner: first.manner,
            flags: self.flags_on(id),
            pinned: self.pins.get(id).is_some_and(|(_, _, on)| *on),
            acknowledged: within(&self.acknowledged, id).map(|(member, at)| (*member, *at)).collect(),
            resolved: None,
            retitled: if root == *id { self.retitled(id) } else { None },
        })
    }

    fn retitled(&self, root: &RecordId) -> Option<String> {
        self.titles.get(root)?.values().next_back().cloned().flatten()
    }

    fn flags_on(&self, id: &RecordId) -> BTreeMap<MemberId, (Time, Flag)> {
        let on = within(&self.flags, id).filter(|(_, (_, _, flag))| flag.colour.is_some());
        on.map(|(member, (time, _, flag))| (*member, (*time, flag.clone()))).collect()
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

    /// Edits that count, in the order in which they win, and whom the last one calls.
    fn versions(&self, id: &RecordId, first: &Copy) -> (Vec<(Time, Option<&Text>)>, Option<&Recipients>) {
        if first.claim.is_some() {
            return (Vec::new(), None);
        }
        let own = |(stamp, doc, ..): &&Version| stamp.member == first.stamp.member && *doc == first.doc;
        let edits = || self.edits.get(id).into_iter().flat_map(BTreeMap::values).filter(own);
        let versions = edits().map(|(stamp, _, body, _)| (stamp.time, body.as_ref())).collect();
        (versions, edits().next_back().map(|(.., to)| to))
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

/// What stands in `facts` about one record.
fn within<'a, V>(
    facts: &'a BTreeMap<(RecordId, MemberId), V>,
    id: &RecordId,
) -> impl Iterator<Item = (&'a MemberId, &'a V)> {
    let range = facts.range((*id, MemberId([0; 16]))..=(*id, MemberId([0xff; 16])));
    range.map(|((_, member), value)| (member, value))
}

impl Copy {
    fn shown_time(&self) -> Time {
        let claimed = self.claim.as_ref().map(|claim| claim.time);
        claimed.unwrap_or_else(|| self.manner.embargo.map_or(self.stamp.time, |end| end.max(self.stamp.time)))
    }
}

/// Keeps the later of two by (time, id). Ids of what is compared here never tie.
fn latest<K: Ord, V>(entry: Entry<'_, K, Latest<V>>, value: Latest<V>) {
    match entry {
        Entry::Vacant(vacant) => {
            vacant.insert(value);
        }
        Entry::Occupied(mut kept) => {
            if (value.0, value.1) > (kept.get().0, kept.get().1) {
                kept.insert(value);
            }
        }
    }
}
