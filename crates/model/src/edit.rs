//! What a person can do, checked and turned into a record's value.

use cremona_envelope::{LifeId, MemberId, RecordId, Time};
use minicbor::bytes::ByteArray;

use crate::body::{MAX_TEXT, MAX_TITLE, Text};
use crate::flag::{Colour, Flag, MAX_MENTIONS, Recipients};
use crate::payload::MAX_VALUE;
use crate::record::{Claim, Field, MAX_EMOJI, MAX_HOURS, MAX_NAME, MAX_PURPOSE, Manner};
use crate::status::{MAX_STATUS, Status};
use crate::value::{Head, Value, types};

/// What [`Edit::again`] adds to a value, in bytes, at most.
const ORIGIN: usize = 64;

/// A value ready to be written, with its body if it has one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// The record's value.
    pub value: Vec<u8>,
    /// The body's plaintext.
    pub body: Option<Vec<u8>>,
}

/// Why something can't be said.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum EditError {
    /// Nothing but white space.
    #[error("the {0} is empty")]
    Empty(&'static str),
    /// Over its limit.
    #[error("the {what} has {len} bytes; the limit is {limit}")]
    Long {
        /// Which text.
        what: &'static str,
        /// Its bytes.
        len: usize,
        /// The limit.
        limit: usize,
    },
    /// A character that has no place there.
    #[error("the {what} contains the control character U+{code:04X}")]
    Control {
        /// Which text.
        what: &'static str,
        /// The character.
        code: u32,
    },
    /// More people than one message calls.
    #[error("{0} people are called; the limit is {MAX_MENTIONS}")]
    Many(usize),
    /// A colour that is none.
    #[error("{0:?} is no colour of a flag: red, yellow or green")]
    Colour(String),
    /// After the year 10889.
    #[error("the {0} is out of range")]
    Time(&'static str),
}

impl Edit {
    /// A message: a new thread, or a reply to `root`.
    ///
    /// # Errors
    /// [`EditError`] where text or title are empty or over their limits.
    pub fn message(root: Option<RecordId>, text: &str, title: Option<&str>) -> Result<Self, EditError> {
        Self::message_to(root, text, title, &Recipients::default(), Manner::default())
    }

    /// A message that calls people, or is to be known as something.
    ///
    /// # Errors
    /// [`EditError`] where text or title are empty or over their limits, or too many are called.
    pub fn message_to(
        root: Option<RecordId>,
        text: &str,
        title: Option<&str>,
        to: &Recipients,
        manner: Manner,
    ) -> Result<Self, EditError> {
        let body = text_body(text, title)?;
        in_time("time", manner.embargo.map_or(0, |time| time.0))?;
        let value = Value {
            target: root.map(bytes),
            announcement: manner.announcement.then_some(true),
            acknowledge: manner.acknowledge.then_some(true),
            until: manner.embargo.map(|time| time.0),
            ..called(types::MESSAGE, to)?
        };
        Ok(Self::with_body(&value, &body))
    }

    /// A new text for a message.
    ///
    /// # Errors
    /// [`EditError`] where text or title are empty or over their limits.
    #[expect(clippy::self_named_constructors, reason = "the type is anything said, this is the record of that name")]
    pub fn edit(target: RecordId, text: &str, title: Option<&str>) -> Result<Self, EditError> {
        Self::edit_to(target, text, title, &Recipients::default())
    }

    /// A new text for a message, and whom that calls.
    ///
    /// # Errors
    /// [`EditError`] where text or title are empty or over their limits, or too many are called.
    pub fn edit_to(target: RecordId, text: &str, title: Option<&str>, to: &Recipients) -> Result<Self, EditError> {
        let body = text_body(text, title)?;
        let value = Value { target: Some(bytes(target)), ..called(types::EDIT, to)? };
        Ok(Self::with_body(&value, &body))
    }

    /// The end of a message.
    #[must_use]
    pub fn delete(target: RecordId) -> Self {
        Self::bare(&Value { kind: types::DELETE, target: Some(bytes(target)), ..Value::default() })
    }

    /// A reaction, or its end.
    ///
    /// # Errors
    /// [`EditError`] where the emoji is empty or over its limit.
    pub fn react(target: RecordId, emoji: &str, on: bool) -> Result<Self, EditError> {
        let emoji = line("emoji", emoji, MAX_EMOJI)?;
        let value = Value {
            kind: types::REACTION,
            target: Some(bytes(target)),
            emoji: Some(emoji),
            on: Some(on),
            ..Value::default()
        };
        Ok(Self::bare(&value))
    }

    /// How soon a message needs whom, or that it does no longer.
    ///
    /// # Errors
    /// [`EditError`] where the time is out of range or too many are called.
    pub fn flag(target: RecordId, flag: &Flag) -> Result<Self, EditError> {
        in_time("time", flag.by.map_or(0, |time| time.0))?;
        let value = Value {
            target: Some(bytes(target)),
            colour: flag.colour.map(Colour::number),
            until: flag.by.map(|time| time.0),
            escalate: flag.escalate.then_some(true),
            ..called(types::FLAG, &flag.to)?
        };
        Ok(Self::bare(&value))
    }

    /// A message is pinned, or no longer.
    #[must_use]
    pub fn pin(target: RecordId, on: bool) -> Self {
        Self::bare(&Value { kind: types::PIN, target: Some(bytes(target)), on: Some(on), ..Value::default() })
    }

    /// A thread is resolved, or open again.
    #[must_use]
    pub fn resolve(root: RecordId, on: bool) -> Self {
        Self::bare(&Value { kind: types::RESOLVE, target: Some(bytes(root)), on: Some(on), ..Value::default() })
    }

    /// Another title for a thread.
    ///
    /// # Errors
    /// [`EditError`] where the title is empty or over its limit.
    pub fn retitle(root: RecordId, title: &str) -> Result<Self, EditError> {
        let title = line("title", title, MAX_TITLE)?;
        let value = Value { kind: types::RETITLE, target: Some(bytes(root)), ..Value::default() };
        Ok(Self::with_body(&value, &Text { text: String::new(), title: Some(title) }))
    }

    /// A message has been taken note of.
    #[must_use]
    pub fn acknowledge(target: RecordId) -> Self {
        Self::bare(&Value { kind: types::ACKNOWLEDGE, target: Some(bytes(target)), ..Value::default() })
    }

    /// When the author works, in the canonical form of the crate `hours`.
    ///
    /// # Errors
    /// [`EditError`] where it is over its limit.
    pub fn hours(hours: &str) -> Result<Self, EditError> {
        let text = line("hours", hours, MAX_HOURS)?;
        Ok(Self::bare(&Value { kind: types::HOURS, text: Some(text), ..Value::default() }))
    }

    /// What the author is about.
    ///
    /// # Errors
    /// [`EditError`] where emoji or text break a rule.
    pub fn status(status: &Status) -> Result<Self, EditError> {
        let optional = |what, text: &str, most| {
            if text.trim().is_empty() { Ok(String::new()) } else { line(what, text, most) }
        };
        in_time("time", status.until.map_or(0, |time| time.0))?;
        let value = Value {
            kind: types::STATUS,
            emoji: Some(optional("emoji", &status.emoji, MAX_EMOJI)?),
            text: Some(optional("status", &status.text, MAX_STATUS)?),
            meaning: Some(status.meaning.number()),
            until: status.until.map(|time| time.0),
            ..Value::default()
        };
        Ok(Self::bare(&value))
    }

    /// Who stands in for the author.
    #[must_use]
    pub fn deputy(deputy: Option<MemberId>) -> Self {
        let target = deputy.map(|member| ByteArray::from(member.0));
        Self::bare(&Value { kind: types::DEPUTY, target, ..Value::default() })
    }

    /// A new channel.
    ///
    /// # Errors
    /// [`EditError`] where name or purpose break a rule.
    pub fn channel(name: &str, purpose: &str) -> Result<Self, EditError> {
        let name = line("name", name, MAX_NAME)?;
        let purpose = checked("purpose", purpose, MAX_PURPOSE)?;
        let value = Value { kind: types::CHANNEL, name: Some(name), purpose: Some(purpose), ..Value::default() };
        Ok(Self::bare(&value))
    }

    /// A new value for a field of a channel.
    ///
    /// # Errors
    /// [`EditError`] where the value breaks a rule.
    pub fn register(channel: RecordId, field: Field, value: &str) -> Result<Self, EditError> {
        let text = match field {
            Field::Name => line("name", value, MAX_NAME)?,
            Field::Purpose => checked("purpose", value, MAX_PURPOSE)?,
            Field::Expectation => checked("expectation", value, MAX_PURPOSE)?,
            Field::Archived => checked("flag", value, 1)?,
            Field::Flag if value.is_empty() || Colour::from_word(value).is_some() => value.to_owned(),
            Field::Flag => return Err(EditError::Colour(value.to_owned())),
        };
        let value = Value {
            kind: types::REGISTER,
            target: Some(bytes(channel)),
            field: Some(field.number()),
            text: Some(text),
            ..Value::default()
        };
        Ok(Self::bare(&value))
    }

    /// What the author is called.
    ///
    /// # Errors
    /// [`EditError`] where the name breaks a rule.
    pub fn profile(name: &str) -> Result<Self, EditError> {
        let name = line("name", name, MAX_NAME)?;
        Ok(Self::bare(&Value { kind: types::PROFILE, name: Some(name), ..Value::default() }))
    }

    /// A message of an export, whose text is `text`.
    ///
    /// # Errors
    /// [`EditError`] where a field is over its limit.
    pub fn imported(claim: &Claim, text: &str) -> Result<Self, EditError> {
        limit("text", text, MAX_TEXT)?;
        in_time("time", claim.time.0)?;
        in_time("time of the last edit", claim.edited.map_or(0, |time| time.0))?;
        for (what, field) in [
            ("source", &claim.source),
            ("channel", &claim.channel),
            ("timestamp", &claim.ts),
            ("author id", &claim.author_id),
            ("author name", &claim.author_name),
        ] {
            limit(what, field, MAX_NAME)?;
        }
        let value = Value {
            kind: types::IMPORTED,
            target: claim.root.map(bytes),
            source: Some(claim.source.clone()),
            channel: Some(claim.channel.clone()),
            ts: Some(claim.ts.clone()),
            author_id: Some(claim.author_id.clone()),
            author_name: Some(claim.author_name.clone()),
            content: Some(ByteArray::from(claim.content)),
            edited: claim.edited.map(|time| time.0),
            reactions: Some(claim.reactions.clone()).filter(|reactions| !reactions.is_empty()),
            time: Some(claim.time.0),
            tombstone: claim.tombstone.then_some(true),
            ..Value::default()
        };
        let edit = Self::with_body(&value, &Text { text: text.to_owned(), title: None });
        limit_bytes("reactions", edit.value.len(), MAX_VALUE.saturating_sub(ORIGIN))?;
        Ok(edit)
    }

    /// A channel of an export.
    ///
    /// # Errors
    /// [`EditError`] where a field is over its limit.
    pub fn imported_channel(
        source: &str,
        id: &str,
        name: &str,
        purpose: &str,
        created: u64,
    ) -> Result<Self, EditError> {
        limit("source", source, MAX_NAME)?;
        limit("channel id", id, MAX_NAME)?;
        in_time("time of creation", created)?;
        let value = Value {
            kind: types::IMPORTED_CHANNEL,
            source: Some(source.to_owned()),
            channel: Some(id.to_owned()),
            name: Some(line("name", name, MAX_NAME)?),
            purpose: Some(checked("purpose", purpose, MAX_PURPOSE)?),
            time: Some(created),
            ..Value::default()
        };
        Ok(Self::bare(&value))
    }

    /// The same record, first written at `seq` of an earlier `life` of the same device.
    ///
    /// Returns `None` where `value` can't be read, which an own value always can.
    #[must_use]
    pub fn again(value: &[u8], life: LifeId, seq: u64, body: Option<Vec<u8>>) -> Option<Self> {
        let known = Head::read(value).ok()?.origin.is_some();
        let value = if known { value.to_vec() } else { Value::with_origin(value, &life, seq)? };
        Some(Self { value, body })
    }

    fn bare(value: &Value) -> Self {
        Self { value: value.encode(), body: None }
    }

    fn with_body(value: &Value, body: &Text) -> Self {
        Self { value: value.encode(), body: Some(body.encode()) }
    }
}

/// A one-line text, trimmed: not empty, no control characters, within its limit.
///
/// # Errors
/// [`EditError`] where it is none.
pub fn line(what: &'static str, text: &str, most: usize) -> Result<String, EditError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(EditError::Empty(what));
    }
    match text.chars().find(|c| matches!(c, '\n' | '\t')) {
        Some(c) => Err(EditError::Control { what, code: u32::from(c) }),
        None => checked(what, text, most),
    }
}

fn bytes(id: RecordId) -> ByteArray<16> {
    ByteArray::from(id.0)
}

/// A value of this type that calls these people.
fn called(kind: u64, to: &Recipients) -> Result<Value, EditError> {
    if to.members.len() > MAX_MENTIONS {
        return Err(EditError::Many(to.members.len()));
    }
    let members: Vec<_> = to.members.iter().map(|member| ByteArray::from(member.0)).collect();
    Ok(Value {
        kind,
        members: Some(members).filter(|members| !members.is_empty()),
        everyone: to.everyone.then_some(true),
        ..Value::default()
    })
}

fn text_body(text: &str, title: Option<&str>) -> Result<Text, EditError> {
    if text.trim().is_empty() {
        return Err(EditError::Empty("text"));
    }
    limit("text", text, MAX_TEXT)?;
    if text.contains('\0') {
        return Err(EditError::Control { what: "text", code: 0 });
    }
    let title = title.map(|title| line("title", title, MAX_TITLE)).transpose()?;
    Ok(Text { text: text.to_owned(), title })
}

/// A text of several lines within its limit.
fn checked(what: &'static str, text: &str, most: usize) -> Result<String, EditError> {
    limit(what, text, most)?;
    match text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        Some(c) => Err(EditError::Control { what, code: u32::from(c) }),
        None => Ok(text.to_owned()),
    }
}

fn in_time(what: &'static str, ms: u64) -> Result<(), EditError> {
    if ms <= Time::MAX.0 { Ok(()) } else { Err(EditError::Time(what)) }
}

fn limit(what: &'static str, text: &str, most: usize) -> Result<(), EditError> {
    limit_bytes(what, text.len(), most)
}

fn limit_bytes(what: &'static str, len: usize, most: usize) -> Result<(), EditError> {
    if len <= most { Ok(()) } else { Err(EditError::Long { what, len, limit: most }) }
}
