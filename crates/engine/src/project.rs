//! From records to rows: the incremental form of `cremona_model::view`, which it has to equal.
//!
//! Facts go into tables of their own, in any order; then the row of the message concerned is made
//! anew from them. Nothing here depends on which fact came first.

use cremona_envelope::{MemberId, RecordId};
use cremona_model::record::{Field as ModelField, Kind, Record};
use cremona_model::{Claim, Colour, Manner, Payload, Recipients, Text, body};
use cremona_store::{
    About, AboutRow, BodyRow, CopyRow, Creation, Field, FlagRow, MessageRow, Read, VersionRow, What, Word, Write,
};

use crate::docs::{log_of, stamp_of};
use crate::error::EngineError;
use crate::show::body_text;

/// Where an envelope stands in the store.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Place {
    pub(crate) log: i64,
    pub(crate) seq: u64,
    pub(crate) doc: i64,
}

/// What a record changed.
pub(crate) struct Changed {
    pub(crate) what: What,
    pub(crate) target: Option<RecordId>,
    /// What was erased.
    pub(crate) erased: Erased,
}

/// What making a message anew took away.
#[derive(Default)]
pub(crate) struct Erased {
    /// Nothing of these texts may be left in the file after the commit.
    pub(crate) texts: Vec<String>,
    /// Log and seq of each body that was here or awaited.
    pub(crate) places: Vec<(i64, u64)>,
    /// The root of the thread that the message stood in before, if that is another now.
    pub(crate) left: Option<RecordId>,
}

/// Adds a record that counts.
pub(crate) fn project(tx: &Write<'_>, record: &Record, place: Place) -> Result<Changed, EngineError> {
    let Record { stamp, id, kind, .. } = record;
    let changed = |what, erased| Changed { what, target: target_of(record), erased };
    let none = Erased::default;
    Ok(match kind {
        Kind::Message { .. } | Kind::Imported(_) => {
            if let Some(known) = tx.message(id)?.filter(|known| (known.log, known.seq) != (place.log, place.seq)) {
                tx.add_copy(id, &CopyRow { log: known.log, seq: known.seq, member: known.member })?;
                tx.add_copy(id, &CopyRow { log: place.log, seq: place.seq, member: stamp.member })?;
            }
            changed(What::Message, refresh(tx, id, Some((record, place)))?)
        }
        Kind::Edit { target, .. } => {
            tx.add_version(&VersionRow {
                message: *target,
                time: stamp.time,
                id: *id,
                log: place.log,
                seq: place.seq,
                member: stamp.member,
                doc: place.doc,
            })?;
            changed(What::Edit, refresh(tx, target, None)?)
        }
        Kind::Delete { target } => {
            tx.add_tombstone(target, &stamp.member, place.doc)?;
            changed(What::Delete, refresh(tx, target, None)?)
        }
        Kind::Reaction { target, emoji, on } => {
            tx.set_reaction(target, &stamp.member, emoji, *on, stamp.time, id)?;
            changed(What::Reaction, none())
        }
        Kind::Channel { .. } | Kind::ImportedChannel { .. } => {
            create_channel(tx, record)?;
            changed(What::Channel, none())
        }
        Kind::Register { channel, field, value } => {
            tx.set_register(channel, store_field(*field), stamp.time, id, value)?;
            changed(What::Channel, none())
        }
        Kind::Profile { name } => {
            tx.set_member_name(&stamp.member, name, stamp.time, id)?;
            changed(What::Profile, none())
        }
        Kind::Flag { .. }
        | Kind::Pin { .. }
        | Kind::Resolve { .. }
        | Kind::Retitle { .. }
        | Kind::Acknowledge { .. } => {
            note_word(tx, record, place)?;
            changed(What::Word, none())
        }
        Kind::Hours { .. } | Kind::Status(_) | Kind::Deputy { .. } => {
            note_about(tx, record)?;
            changed(What::About, none())
        }
        Kind::Unknown(_) => changed(What::Other, none()),
    })
}

/// Something about a message or a thread that anyone may say.
fn note_word(tx: &Write<'_>, record: &Record, place: Place) -> Result<(), EngineError> {
    let Record { stamp, id, kind, .. } = record;
    let word = |on: bool| Word { time: stamp.time, id: *id, member: stamp.member, on };
    match kind {
        Kind::Flag { target, flag } => tx.set_flag(&FlagRow {
            message: *target,
            member: stamp.member,
            time: stamp.time,
            id: *id,
            colour: flag.colour.map_or(0, |colour| u8::try_from(Colour::number(colour)).unwrap_or(0)),
            due: flag.by,
            members: flag.to.members.clone(),
            everyone: flag.to.everyone,
            escalate: flag.escalate,
            log: place.log,
            seq: place.seq,
        })?,
        Kind::Pin { target, on } => tx.set_pin(target, &word(*on))?,
        Kind::Resolve { root, on } => tx.set_resolved(root, &word(*on))?,
        Kind::Retitle { root } => {
            tx.set_title(root, (stamp.time, id), (place.log, place.seq))?;
            read_title(tx, root, (place.log, place.seq))?;
        }
        Kind::Acknowledge { target } => tx.add_acknowledged(target, &stamp.member, stamp.time)?,
        _ => {}
    }
    Ok(())
}

/// Something that a member says of itself.
fn note_about(tx: &Write<'_>, record: &Record) -> Result<(), EngineError> {
    let Record { stamp, id, kind, .. } = record;
    let (field, value) = match kind {
        Kind::Hours { hours } => (About::Hours, hours.clone()),
        Kind::Status(status) => (About::Status, crate::people::write_status(status)),
        Kind::Deputy { deputy } => (About::Deputy, deputy.map_or_else(String::new, |member| member.to_string())),
        _ => return Ok(()),
    };
    Ok(tx.set_about(&AboutRow { member: stamp.member, field, time: stamp.time, id: *id, value })?)
}

/// A message of which nothing was known, with its text: the same as [`project`], but nothing that was
/// just written is read again. `None`, and nothing done, where anything about it is known already.
pub(crate) fn project_fresh(
    tx: &Write<'_>,
    record: &Record,
    place: Place,
    bytes: &[u8],
) -> Result<Option<Changed>, EngineError> {
    let id = &record.id;
    let (root, claim, to) = match &record.kind {
        Kind::Message { root, to, .. } => (root.unwrap_or(*id), None, Some(to)),
        Kind::Imported(claim) => (claim.root.unwrap_or(*id), Some(claim.as_ref()), None),
        _ => return Ok(None),
    };
    let text =
        Text::decode(bytes).filter(|text| text.encode() == bytes && claim.is_none_or(|claim| claim.admits(text)));
    let Some(text) = text else { return Ok(None) };
    if tx.is_mentioned(id)? {
        return Ok(None);
    }
    let shown = root == *id || tx.is_root(&root)?;
    let row = row_of(record, place, root, false, false, shown);
    let n = tx.insert_message(&row)?;
    tx.put_text(n, place.log, place.seq, text.title.as_deref(), &text.text)?;
    tx.put_body(place.log, place.seq, &BodyRow::Text { n, title: None, text: String::new() })?;
    if let Some(to) = to.filter(|to| !to.is_empty()) {
        tx.set_mentions(n, &to.members, to.everyone)?;
    }
    count(tx, None, &row)?;
    Ok(Some(Changed { what: What::Message, target: Some(*id), erased: Erased::default() }))
}

/// Reads a title given later from its body, if that is here.
fn read_title(tx: &Write<'_>, root: &RecordId, place: (i64, u64)) -> Result<(), EngineError> {
    match body_text(tx, place.0, place.1)?.and_then(|text| text.title) {
        Some(title) => Ok(tx.put_title(root, place, &title)?),
        None => Ok(()),
    }
}

/// Reads the titles that a store has from before it kept them apart from their bodies.
pub(crate) fn read_titles(tx: &Write<'_>) -> Result<(), EngineError> {
    tx.unread_titles()?.into_iter().try_for_each(|(root, log, seq)| read_title(tx, &root, (log, seq)))
}

/// A body that was awaited has arrived: the message that it belongs to is made anew.
pub(crate) fn body_arrived(tx: &Write<'_>, record: &Record, place: Place) -> Result<Changed, EngineError> {
    let target = match &record.kind {
        Kind::Message { .. } | Kind::Imported(_) => Some(record.id),
        Kind::Edit { target, .. } => Some(*target),
        Kind::Retitle { root } => {
            read_title(tx, root, (place.log, place.seq))?;
            return Ok(Changed { what: What::Word, target: Some(*root), erased: Erased::default() });
        }
        Kind::Delete { .. }
        | Kind::Reaction { .. }
        | Kind::Flag { .. }
        | Kind::Pin { .. }
        | Kind::Resolve { .. }
        | Kind::Acknowledge { .. }
        | Kind::Hours { .. }
        | Kind::Status(_)
        | Kind::Deputy { .. }
        | Kind::Channel { .. }
        | Kind::ImportedChannel { .. }
        | Kind::Register { .. }
        | Kind::Profile { .. }
        | Kind::Unknown(_) => None,
    };
    let erased = target.map(|id| refresh(tx, &id, None)).transpose()?.unwrap_or_default();
    Ok(Changed { what: What::Edit, target, erased })
}

/// The record of an envelope in the store.
pub(crate) fn record_at(tx: &Read<'_>, log: i64, seq: u64) -> Result<(Record, Place), EngineError> {
    let row = tx.envelope(log, seq)?.ok_or(EngineError::Damaged("an envelope"))?;
    let payload = Payload::decode(&row.change).map_err(|_| EngineError::Damaged("a change payload"))?;
    let stamp = stamp_of(&log_of(tx, log)?, &row);
    let record = Record::read(stamp, payload.doc, &payload.value).map_err(|_| EngineError::Damaged("a record"))?;
    Ok((record, Place { log, seq, doc: row.doc }))
}

/// The message or channel that a record is about.
pub(crate) fn target_of(record: &Record) -> Option<RecordId> {
    match &record.kind {
        Kind::Message { .. } | Kind::Imported(_) | Kind::Channel { .. } | Kind::ImportedChannel { .. } => {
            Some(record.id)
        }
        Kind::Edit { target, .. }
        | Kind::Delete { target }
        | Kind::Reaction { target, .. }
        | Kind::Flag { target, .. }
        | Kind::Pin { target, .. }
        | Kind::Resolve { root: target, .. }
        | Kind::Retitle { root: target }
        | Kind::Acknowledge { target } => Some(*target),
        Kind::Register { channel, .. } => Some(*channel),
        Kind::Profile { .. } | Kind::Hours { .. } | Kind::Status(_) | Kind::Deputy { .. } | Kind::Unknown(_) => None,
    }
}

fn create_channel(tx: &Write<'_>, record: &Record) -> Result<(), EngineError> {
    let (time, name, purpose, imported) = match &record.kind {
        Kind::Channel { name, purpose } => (record.stamp.time, name, purpose, None),
        Kind::ImportedChannel { source, name, purpose, created } => (*created, name, purpose, Some(source.as_str())),
        _ => return Ok(()),
    };
    Ok(tx.create_channel(&Creation { id: &record.id, time, member: &record.stamp.member, name, purpose, imported })?)
}

fn store_field(field: ModelField) -> Field {
    match field {
        ModelField::Name => Field::Name,
        ModelField::Purpose => Field::Purpose,
        ModelField::Expectation => Field::Expectation,
        ModelField::Archived => Field::Archived,
        ModelField::Flag => Field::Flag,
    }
}

/// A copy of a message with its record.
type Copied = (Record, Place);

/// Makes the row, the text and the thread of message `id` anew; `fresh` is a copy that was just
/// added, if one was. Gives what was erased.
fn refresh(tx: &Write<'_>, id: &RecordId, fresh: Option<(&Record, Place)>) -> Result<Erased, EngineError> {
    let old = tx.message(id)?;
    let copies = match (&old, fresh) {
        (None, Some((record, place))) => vec![(record.clone(), place)],
        _ => copies_of(tx, id)?,
    };
    let Some((first, place)) = copies.first() else { return Ok(Erased::default()) };
    let deleted = is_deleted(tx, id, &copies)?;
    let versions = versions_of(tx, id, first, *place)?;
    let root = match &first.kind {
        Kind::Message { root, .. } => root.unwrap_or(*id),
        Kind::Imported(claim) => claim.root.unwrap_or(*id),
        _ => return Err(EngineError::Damaged("a message's record")),
    };
    let new = row_of(first, *place, root, deleted, !versions.is_empty(), root == *id || tx.is_root(&root)?);
    let n = tx.put_message(&new)?;
    let to = if deleted { Recipients::default() } else { called_by(tx, first, &versions)? };
    tx.set_mentions(n, &to.members, to.everyone)?;
    let erased = if deleted {
        erase(tx, n, &copies, &versions)?
    } else {
        show_text(tx, n, &copies, &versions)?;
        Erased::default()
    };
    count(tx, old.as_ref(), &new)?;
    let left = old.map(|old| old.root).filter(|root| *root != new.root);
    Ok(Erased { left, ..erased })
}

/// All copies, the one that speaks for the message first.
fn copies_of(tx: &Write<'_>, id: &RecordId) -> Result<Vec<Copied>, EngineError> {
    let mut copies =
        tx.copies(id)?.iter().map(|copy| record_at(tx, copy.log, copy.seq)).collect::<Result<Vec<_>, _>>()?;
    copies.sort_by_key(|(record, _)| record.stamp);
    Ok(copies)
}

fn is_deleted(tx: &Write<'_>, id: &RecordId, copies: &[Copied]) -> Result<bool, EngineError> {
    let asked = tx.tombstones(id)?;
    let by = |member: &MemberId, doc: i64| asked.iter().any(|(who, from)| who == member && *from == doc);
    Ok(!asked.is_empty() && copies.iter().any(|(record, place)| by(&record.stamp.member, place.doc)))
}

/// Edits by the author from within the message's document, latest first; none of imported messages.
fn versions_of(tx: &Write<'_>, id: &RecordId, first: &Record, place: Place) -> Result<Vec<VersionRow>, EngineError> {
    if matches!(first.kind, Kind::Imported(_)) {
        return Ok(Vec::new());
    }
    let mut versions = tx.versions(id)?;
    versions.retain(|version| version.member == first.stamp.member && version.doc == place.doc);
    Ok(versions)
}

/// Whom the text that counts calls.
fn called_by(tx: &Write<'_>, first: &Record, versions: &[VersionRow]) -> Result<Recipients, EngineError> {
    let latest = versions.first().map(|version| record_at(tx, version.log, version.seq)).transpose()?;
    Ok(match latest.map_or_else(|| first.kind.clone(), |(record, _)| record.kind) {
        Kind::Message { to, .. } | Kind::Edit { to, .. } => to,
        _ => Recipients::default(),
    })
}

fn row_of(first: &Record, place: Place, root: RecordId, deleted: bool, edited: bool, shown: bool) -> MessageRow {
    let claim = match &first.kind {
        Kind::Imported(claim) => Some(claim),
        _ => None,
    };
    let manner = match &first.kind {
        Kind::Message { manner, .. } => *manner,
        _ => Manner::default(),
    };
    let reactions = claim.map(|claim| &claim.reactions).filter(|reactions| !reactions.is_empty());
    MessageRow {
        n: 0,
        id: first.id,
        doc: place.doc,
        channel: first.doc.channel,
        root,
        member: first.stamp.member,
        time: first.shown_time(),
        log: place.log,
        seq: place.seq,
        shown,
        edited: edited || claim.is_some_and(|claim| claim.edited.is_some()),
        deleted: deleted || claim.is_some_and(|claim| claim.tombstone),
        source: claim.map(|claim| claim.source.clone()),
        author: claim.map(|claim| claim.author_name.clone()),
        claims: reactions.map(|reactions| serde_json::to_string(reactions).unwrap_or_default()),
        announcement: manner.announcement,
        acknowledge: manner.acknowledge,
        embargo: manner.embargo,
    }
}

/// Drops every text that any copy or version of a deleted message has, and stops asking for it.
fn erase(tx: &Write<'_>, n: i64, copies: &[Copied], versions: &[VersionRow]) -> Result<Erased, EngineError> {
    let mut erased = Erased::default();
    let places = copies.iter().map(|(_, place)| (place.log, place.seq));
    for (log, seq) in places.chain(versions.iter().map(|version| (version.log, version.seq))) {
        let text = text_at(tx, log, seq)?;
        if text.is_some() || tx.is_missing(log, seq)? {
            erased.places.push((log, seq));
        }
        erased.texts.extend(text);
        tx.drop_body(log, seq)?;
        tx.set_missing(log, seq, false)?;
    }
    tx.take_text(n)?;
    Ok(erased)
}

/// Everything that was typed in the body of an envelope, if it is here.
pub(crate) fn text_at(tx: &Write<'_>, log: i64, seq: u64) -> Result<Option<String>, EngineError> {
    let text = match tx.body(log, seq)? {
        // What can't be read as text has to leave the write-ahead log all the same.
        Some(BodyRow::Plain(bytes)) => Text::decode(&bytes).or(Some(Text { text: String::new(), title: None })),
        Some(BodyRow::Text { title, text, .. }) => Some(Text { text, title }),
        Some(BodyRow::Sealed(_)) | None => None,
    };
    Ok(text.map(|text| [text.title.unwrap_or_default(), text.text].join(" ").trim_start().to_owned()))
}

/// Makes the latest version's text the current one, if it is here.
fn show_text(tx: &Write<'_>, n: i64, copies: &[Copied], versions: &[VersionRow]) -> Result<(), EngineError> {
    let wanted = match versions.first() {
        Some(version) => readable(tx, version.log, version.seq, None)?.map(|text| (version.log, version.seq, text)),
        None => first_readable(tx, copies)?,
    };
    let shown = tx.text_place(n)?;
    if shown == wanted.as_ref().map(|(log, seq, _)| (*log, *seq)) {
        return Ok(());
    }
    if let Some((log, seq)) = shown {
        // History keeps the older text, apart from the index.
        if let Some(BodyRow::Text { title, text, .. }) = tx.body(log, seq)? {
            tx.put_body(log, seq, &BodyRow::Plain(body::encode(title.as_deref(), &text)))?;
        }
        tx.take_text(n)?;
    }
    let Some((log, seq, (bytes, text))) = wanted else { return Ok(()) };
    tx.put_text(n, log, seq, text.title.as_deref(), &text.text)?;
    if text.encode() == bytes {
        let Text { text, title } = text;
        tx.put_body(log, seq, &BodyRow::Text { n, title, text })?;
    }
    Ok(())
}

/// A text, its body's bytes, and where that stands: log, seq.
type Found = (i64, u64, (Vec<u8>, Text));

fn first_readable(tx: &Write<'_>, copies: &[Copied]) -> Result<Option<Found>, EngineError> {
    for (record, place) in copies {
        let claim = match &record.kind {
            Kind::Imported(claim) => Some(claim.as_ref()),
            _ => None,
        };
        if let Some(text) = readable(tx, place.log, place.seq, claim)? {
            return Ok(Some((place.log, place.seq, text)));
        }
        // Only imports have copies that say the same; of others the first one speaks alone.
        if claim.is_none() {
            break;
        }
    }
    Ok(None)
}

/// A body's bytes and text, if it is here, can be read, and says what an import claims.
fn readable(tx: &Write<'_>, log: i64, seq: u64, claim: Option<&Claim>) -> Result<Option<(Vec<u8>, Text)>, EngineError> {
    let bytes = match tx.body(log, seq)? {
        Some(BodyRow::Plain(bytes)) => bytes,
        Some(BodyRow::Text { title, text, .. }) => body::encode(title.as_deref(), &text),
        Some(BodyRow::Sealed(_)) | None => return Ok(None),
    };
    let text = Text::decode(&bytes);
    Ok(text.filter(|text| claim.is_none_or(|claim| claim.admits(text))).map(|text| (bytes, text)))
}

/// Keeps the thread's counts: one step for a plain new reply or a deletion, anew for all else.
fn count(tx: &Write<'_>, old: Option<&MessageRow>, new: &MessageRow) -> Result<(), EngineError> {
    let root_row = new.root == new.id;
    match old {
        None if root_row => tx.begin_thread(&new.id)?,
        None if new.shown => tx.touch_thread(&new.root, new.time, i64::from(!new.deleted))?,
        None => {}
        Some(old)
            if old.root == new.root && old.time == new.time && old.channel == new.channel && old.shown == new.shown =>
        {
            let step = i64::from(old.deleted) - i64::from(new.deleted);
            if step != 0 && !root_row && new.shown {
                tx.touch_thread(&new.root, new.time, step)?;
            }
        }
        Some(old) => {
            for root in [&old.root, &new.root, &new.id] {
                tx.recount_thread(root)?;
            }
        }
    }
    Ok(())
}
