//! What people write for a channel, a thread or a message: a name, an id, or a unique prefix.

use cremona_envelope::RecordId;
use cremona_store::{MessageRow, Read};

use crate::ask::{Failure, Reason};
use crate::error::EngineError;
use crate::said::Said;

/// Shortest prefix of an id that is looked for.
const MIN_PREFIX: usize = 4;

/// What a `read` is about.
pub(crate) enum Target {
    /// A channel.
    Channel(RecordId),
    /// A thread, by its root.
    Thread(RecordId),
}

/// The channel of a name, an id or a unique prefix of one.
pub(crate) fn channel(read: &Read<'_>, text: &str) -> Result<RecordId, EngineError> {
    find_channel(read, text)?.ok_or_else(|| {
        missing("channel", "no-channel", text, "`cremona channels` lists them; `cremona channel create NAME` makes one")
    })
}

/// The message of an id or a unique prefix of one.
pub(crate) fn message(read: &Read<'_>, text: &str) -> Result<MessageRow, EngineError> {
    find_message(read, text)?
        .ok_or_else(|| missing("message", "no-message", text, "ids are shown by `cremona read` and `cremona threads`"))
}

/// A channel, or the thread that a message belongs to.
pub(crate) fn target(read: &Read<'_>, text: &str) -> Result<Target, EngineError> {
    let channel = find_channel(read, text)?;
    if let Some(channel) = channel {
        return Ok(Target::Channel(channel));
    }
    match find_message(read, text)? {
        Some(message) => Ok(Target::Thread(message.root)),
        None => Err(missing(
            "channel or thread",
            "no-target",
            text,
            "`cremona channels` and `cremona threads CHANNEL` list them",
        )),
    }
}

fn find_channel(read: &Read<'_>, text: &str) -> Result<Option<RecordId>, EngineError> {
    let name = text.strip_prefix('#').unwrap_or(text);
    let names = read.channel_names()?;
    let exact: Vec<_> = names.iter().filter(|(_, known)| known == name).collect();
    let by_name = if exact.is_empty() {
        names.iter().filter(|(_, known)| known.to_lowercase() == name.to_lowercase()).collect()
    } else {
        exact
    };
    if let Some(found) = one("channel", "many-channels", text, by_name.iter().map(|(id, name)| (*id, name.as_str())))? {
        return Ok(Some(found));
    }
    if text.len() < MIN_PREFIX || !is_hex(text) {
        return Ok(None);
    }
    let prefix = text.to_lowercase();
    let like = names.iter().filter(|(id, _)| id.to_string().starts_with(&prefix));
    one("channel", "many-channels", text, like.map(|(id, name)| (*id, name.as_str())))
}

/// The message of an id or of a beginning that only one has.
pub(crate) fn find_message(read: &Read<'_>, text: &str) -> Result<Option<MessageRow>, EngineError> {
    if text.len() < MIN_PREFIX || text.len() > 32 || !is_hex(text) {
        return Ok(None);
    }
    let text = text.to_lowercase();
    let (low, high) = (pad(&text, '0'), pad(&text, 'f'));
    let (Some(low), Some(high)) = (low, high) else { return Ok(None) };
    let found = read.messages_like(&low.0, &high.0)?;
    match one("message", "many-messages", &text, found.into_iter().map(|id| (id, "")))? {
        Some(id) => Ok(read.message(&id)?),
        None => Ok(None),
    }
}

fn pad(prefix: &str, filler: char) -> Option<RecordId> {
    let filled: String = prefix.chars().chain(std::iter::repeat(filler)).take(32).collect();
    RecordId::from_hex(&filled)
}

fn one<'a>(
    what: &str,
    code: &str,
    text: &str,
    found: impl Iterator<Item = (RecordId, &'a str)>,
) -> Result<Option<RecordId>, EngineError> {
    let found: Vec<_> = found.collect();
    match found.as_slice() {
        [] => Ok(None),
        [(id, _)] => Ok(Some(*id)),
        several => {
            let list: Vec<_> =
                several.iter().map(|(id, name)| format!("{} {name}", id.short()).trim().to_owned()).collect();
            Err(Failure::new(
                Reason::Ambiguous,
                format!("{text:?} fits more than one {what}: {}", list.join(", ")),
                "give more of the id",
            )
            .named(Said::new(code).with("name", text).with("list", list.join(", ")))
            .into())
        }
    }
}

/// Whether an id begins with `text`, and that is long enough to be meant as an id.
pub(crate) fn is_prefix(id: &str, text: &str) -> bool {
    text.len() >= MIN_PREFIX && is_hex(text) && id.starts_with(&text.to_lowercase())
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn missing(what: &str, code: &str, text: &str, hint: &str) -> EngineError {
    Failure::new(Reason::NotFound, format!("there is no {what} {text:?}"), hint)
        .named(Said::new(code).with("name", text))
        .into()
}
