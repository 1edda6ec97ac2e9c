//! One message object of an export.

use cremona_engine::ask::ImportMessage;
use serde::Deserialize;

use super::attached::{self, Attachment, Reaction, SharedFile};
use super::lenient::{List, Loose, Number, Text};
use super::lists::{MAX_NAME, Names, Profile, line};
use super::skip::Skip;
use super::text;

/// Longest text, in bytes of UTF-8.
const MAX_TEXT: usize = 65_536;
/// Most reactions, files or attachments that are read of one message.
const MAX_PARTS: usize = 100;

/// Subtypes that tell what the tool did, not what a person said.
#[rustfmt::skip]
const SYSTEM: &[&str] = &[
    "channel_join", "channel_leave", "channel_topic", "channel_purpose", "channel_name", "channel_archive",
    "channel_unarchive", "channel_posting_permissions", "channel_convert_to_private", "channel_convert_to_public",
    "channel_canvas_updated", "group_join", "group_leave", "group_topic", "group_purpose", "group_name",
    "group_archive", "group_unarchive", "bot_add", "bot_remove", "bot_enable", "bot_disable", "pinned_item",
    "unpinned_item", "reminder_add", "reminder_delete", "app_conversation_join", "joiner_notification",
    "joiner_notification_for_inviter", "huddle_thread", "sh_room_created", "sh_room_shared", "tabbed_canvas_updated",
];

/// A message object as it stands in a file.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Object {
    #[serde(rename = "type")]
    kind: Text,
    subtype: Text,
    ts: Text,
    thread_ts: Text,
    reply_count: Number,
    user: Text,
    username: Text,
    bot_id: Text,
    user_profile: Loose<Profile>,
    bot_profile: Loose<Profile>,
    text: Text,
    edited: Loose<Edited>,
    reactions: List<Loose<Reaction>, MAX_PARTS>,
    file: Loose<SharedFile>,
    files: List<Loose<SharedFile>, MAX_PARTS>,
    attachments: List<Loose<Attachment>, MAX_PARTS>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Edited {
    ts: Text,
}

/// A message, and the timestamp of its thread where it names another than its own.
pub struct Said {
    /// The message, its root not yet named.
    pub message: ImportMessage,
    /// The thread.
    pub thread: Option<String>,
}

/// Reads a message.
pub fn read(object: &Object, channel: &str, names: &Names) -> Result<Said, Skip> {
    if object.kind.said().is_some_and(|kind| kind != "message") {
        return Err(Skip::Kind);
    }
    let subtype = object.subtype.said().unwrap_or("");
    if SYSTEM.contains(&subtype) {
        return Err(Skip::System);
    }
    if subtype == "reply_broadcast" {
        return Err(Skip::Repeat);
    }
    let ts = object.ts.said().ok_or(Skip::Timestamp)?;
    let time_ms = time_of(ts).ok_or(Skip::Timestamp)?;
    let thread = object.thread_ts.said().filter(|thread| time_of(thread).is_some());
    let tombstone = subtype == "tombstone";
    let replies = thread == Some(ts) || (thread.is_none() && object.reply_count.0.is_some_and(|count| count > 0));
    if tombstone && !replies {
        return Err(Skip::Deleted);
    }
    let text = if tombstone { String::new() } else { text_of(object, names)? };
    let (author_id, author_name) = author_of(object, names);
    let message = ImportMessage {
        channel: channel.to_owned(),
        ts: ts.to_owned(),
        time_ms,
        root: None,
        author_id,
        author_name,
        text,
        edited_ms: object.edited.0.as_ref().and_then(|edited| time_of(edited.ts.said()?)),
        reactions: attached::reactions(object.reactions.items.iter().filter_map(|one| one.0.as_ref()), names),
        tombstone,
    };
    let thread = thread.filter(|thread| *thread != ts).map(str::to_owned);
    Ok(Said { message, thread })
}

/// Milliseconds of a timestamp id such as `1551387743.000200`.
fn time_of(ts: &str) -> Option<u64> {
    let (seconds, fraction) = ts.split_once('.').unwrap_or((ts, "0"));
    let digits = |text: &str| !text.is_empty() && text.len() <= 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(seconds) || !digits(fraction) {
        return None;
    }
    let millis: String = fraction.chars().chain("000".chars()).take(3).collect();
    let seconds: u64 = seconds.parse().ok().filter(|seconds| *seconds < 100_000_000_000)?;
    Some(seconds * 1_000 + millis.parse::<u64>().ok()?)
}

/// Id and name. A bot has no user; a guest may stand in no list but bring a profile along.
fn author_of(object: &Object, names: &Names) -> (String, String) {
    let profile =
        |profile: &Loose<Profile>| profile.0.as_ref().and_then(Profile::called).map(|name| line(name, MAX_NAME));
    let (id, name) = if let Some(user) = object.user.said() {
        let known = names.people.get(user).cloned();
        (user, known.or_else(|| profile(&object.user_profile)).unwrap_or_else(|| line(user, MAX_NAME)))
    } else {
        let said = object.username.said().map(|name| line(name, MAX_NAME)).filter(|name| !name.is_empty());
        let name = said.or_else(|| profile(&object.bot_profile)).unwrap_or_else(|| "a bot".to_owned());
        (object.bot_id.said().unwrap_or("bot"), name)
    };
    (line(id, MAX_NAME), name)
}

fn text_of(object: &Object, names: &Names) -> Result<String, Skip> {
    // Entities shrink fivefold at most, so what is longer than this stays too long.
    if object.text.whole().len() > MAX_TEXT * 8 {
        return Err(Skip::Long);
    }
    let own = text::to_markdown(object.text.whole(), names);
    let attachments = object.attachments.items.iter().filter_map(|one| one.0.as_ref());
    let files = object.files.items.iter().chain([&object.file]).filter_map(|one| one.0.as_ref());
    let more = attachments.filter_map(|one| one.line(&own, names)).chain(files.map(SharedFile::line));
    let mut text = String::new();
    for part in std::iter::once(own.clone()).chain(more) {
        if !part.trim().is_empty() {
            text.push_str(if text.is_empty() { "" } else { "\n" });
            text.push_str(&part);
        }
    }
    match text.len() {
        0 => Err(Skip::Empty),
        1..=MAX_TEXT => Ok(text),
        _ => Err(Skip::Long),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn told(object: Value) -> Result<Said, Skip> {
        read(&serde_json::from_value(object).unwrap(), "C1", &Names::default())
    }

    #[test]
    fn a_timestamp_is_a_text_of_digits() {
        assert_eq!(time_of("1551387743.000200"), Some(1_551_387_743_000));
        assert_eq!(time_of("1551387743.123456"), Some(1_551_387_743_123));
        assert_eq!(time_of("1551387743"), Some(1_551_387_743_000));
        for bad in ["yesterday", "-5.0", "", ".", "1.", "1.2.3", "999999999999.0", "1e9", "\u{661}.0"] {
            assert_eq!(time_of(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn tokens_and_skin_tones_go() {
        let said = told(json!({
            "type": "message", "user": "U1", "ts": "1.5", "text": "see",
            "files": [{"name": "plan.pdf", "url_private": "https://files.example/plan.pdf?t=xoxe-secret"}],
            "reactions": [{"name": "+1", "users": ["U1"]}, {"name": "+1::skin-tone-3", "users": ["U1", "U2"]}],
        }));
        let message = said.unwrap_or_else(|skip| panic!("{skip:?}")).message;
        assert_eq!(message.text, "see\n[plan.pdf](https://files.example/plan.pdf)");
        assert_eq!(message.reactions, [("👍".to_owned(), vec!["U1".to_owned(), "U2".to_owned()])]);
    }

    #[test]
    fn what_cannot_be_used_says_why() {
        let bad = |object| told(object).map(|_| ()).unwrap_err();
        assert_eq!(bad(json!({"type": "message", "ts": 5, "text": "x"})), Skip::Timestamp);
        assert_eq!(bad(json!({"type": "message", "ts": "soon", "text": "x"})), Skip::Timestamp);
        assert_eq!(bad(json!({"type": "message", "subtype": "channel_join", "ts": "1.0"})), Skip::System);
        assert_eq!(bad(json!({"type": "file", "ts": "1.0"})), Skip::Kind);
        assert_eq!(bad(json!({"type": "message", "ts": "1.0", "text": ""})), Skip::Empty);
        assert_eq!(bad(json!({"type": "message", "ts": "1.0", "text": "x".repeat(65_537)})), Skip::Long);
        assert_eq!(bad(json!({"subtype": "tombstone", "ts": "1.0"})), Skip::Deleted);
        assert!(told(json!({"type": "message", "ts": "1.0", "text": "x".repeat(65_536)})).is_ok());
    }

    #[test]
    fn a_field_of_the_wrong_kind_costs_only_itself() {
        let said = told(json!({
            "ts": "1.0", "text": "still here", "user": "U1", "thread_ts": 5, "edited": "yes", "files": {"name": "x"},
            "reactions": [null, {"name": 5, "users": ["U1"]}, {"name": "eyes", "users": null}, {"name": "tada", "users": [1, "U2"]}],
            "attachments": [7, {"text": {"a": [1, 2]}}], "user_profile": [],
        }));
        let message = said.unwrap_or_else(|skip| panic!("{skip:?}")).message;
        assert_eq!((message.text.as_str(), message.edited_ms), ("still here", None));
        assert_eq!(message.reactions, [("🎉".to_owned(), vec!["U2".to_owned()])]);
    }

    #[test]
    fn a_bot_and_a_guest_bring_their_own_names() {
        let name = |object| told(object).map(|said| (said.message.author_id, said.message.author_name)).unwrap();
        assert_eq!(
            name(json!({"ts": "1.0", "text": "x", "bot_id": "B1", "username": "CI"})),
            ("B1".into(), "CI".into())
        );
        assert_eq!(
            name(json!({"ts": "1.0", "text": "x", "bot_profile": {"name": "Deploy"}})),
            ("bot".into(), "Deploy".into())
        );
        assert_eq!(
            name(json!({"ts": "1.0", "text": "x", "user": "W9", "user_profile": {"real_name": "Dewi"}})),
            ("W9".into(), "Dewi".into())
        );
        assert_eq!(name(json!({"ts": "1.0", "text": "x", "user": "W9"})), ("W9".into(), "W9".into()));
    }
}
