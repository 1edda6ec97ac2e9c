//! One message object of an export.

use std::collections::BTreeMap;

use cremona_engine::ask::ImportMessage;
use serde::Deserialize;
use serde_json::Value;

use super::{Names, emoji, text};

/// Longest text, in bytes of UTF-8.
const MAX_TEXT: usize = 65_536;
/// Longest name or id, in bytes of UTF-8.
const MAX_NAME: usize = 80;

/// Subtypes that tell what the tool did, not what a person said.
const SYSTEM: &[&str] = &[
    "channel_join", "channel_leave", "channel_topic", "channel_purpose", "channel_name", "channel_archive",
    "channel_unarchive", "channel_posting_permissions", "group_join", "group_leave", "group_topic", "group_purpose",
    "group_name", "group_archive", "group_unarchive", "bot_add", "bot_remove", "pinned_item", "unpinned_item",
    "reminder_add", "reminder_delete", "app_conversation_join", "bot_enable", "bot_disable", "channel_convert_to_private",
];

#[derive(Deserialize)]
struct Object {
    #[serde(default, rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    subtype: Option<String>,
    #[serde(default)]
    ts: Option<Value>,
    #[serde(default)]
    thread_ts: Option<Value>,
    #[serde(default)]
    user: Option<String>,
    #[serde(default)]
    username: Option<String>,
    #[serde(default)]
    bot_id: Option<String>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    edited: Option<Edited>,
    #[serde(default)]
    reactions: Option<Vec<Reaction>>,
    #[serde(default)]
    files: Option<Vec<SharedFile>>,
    #[serde(default)]
    attachments: Option<Vec<Attachment>>,
}

#[derive(Deserialize)]
struct Edited {
    #[serde(default)]
    ts: Option<String>,
}

#[derive(Deserialize)]
struct Reaction {
    name: String,
    #[serde(default)]
    users: Vec<String>,
}

#[derive(Deserialize)]
struct SharedFile {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    permalink: Option<String>,
    #[serde(default)]
    url_private: Option<String>,
}

#[derive(Deserialize)]
struct Attachment {
    #[serde(default)]
    fallback: Option<String>,
    #[serde(default)]
    text: Option<String>,
}

/// Reads a message: what it says, and its thread's timestamp where it names another.
pub fn read(object: Value, channel: &str, names: &Names) -> Result<(ImportMessage, Option<String>), &'static str> {
    let object: Object = serde_json::from_value(object).map_err(|_| "the message can't be read")?;
    if object.kind.as_deref().is_some_and(|kind| kind != "message") {
        return Err("not a message");
    }
    let subtype = object.subtype.as_deref().unwrap_or("");
    if SYSTEM.contains(&subtype) {
        return Err("a notice of the tool, not a message");
    }
    let ts = object.ts.as_ref().and_then(Value::as_str).ok_or("its timestamp is missing or not a text")?;
    let time_ms = time_of(ts).ok_or("its timestamp can't be read")?;
    let thread = object.thread_ts.as_ref().and_then(Value::as_str).filter(|thread| *thread != ts && time_of(thread).is_some());
    let tombstone = subtype == "tombstone";
    let text = if tombstone { String::new() } else { text_of(&object, names) };
    if text.len() > MAX_TEXT {
        return Err("it is longer than 65536 bytes");
    }
    if text.trim().is_empty() && !tombstone {
        return Err("it says nothing");
    }
    let (author_id, author_name) = author_of(&object, names);
    let message = ImportMessage {
        channel: channel.to_owned(),
        ts: ts.to_owned(),
        time_ms,
        root: None,
        author_id,
        author_name,
        text,
        edited_ms: object.edited.and_then(|edited| edited.ts).and_then(|ts| time_of(&ts)),
        reactions: reactions_of(object.reactions.unwrap_or_default(), names),
        tombstone,
    };
    Ok((message, thread.map(str::to_owned)))
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

fn author_of(object: &Object, names: &Names) -> (String, String) {
    let id = object.user.clone().or_else(|| object.bot_id.clone()).unwrap_or_else(|| "bot".to_owned());
    let name = match (&object.user, &object.username) {
        (Some(user), _) => names.of(user).to_owned(),
        (None, Some(username)) if !username.trim().is_empty() => username.trim().to_owned(),
        (None, _) => "a bot".to_owned(),
    };
    (cut(&id, MAX_NAME).to_owned(), cut(&name, MAX_NAME).to_owned())
}

fn text_of(object: &Object, names: &Names) -> String {
    let mut parts = vec![text::to_markdown(object.text.as_deref().unwrap_or(""), names)];
    for attachment in object.attachments.iter().flatten() {
        let said = attachment.text.as_deref().or(attachment.fallback.as_deref()).unwrap_or("");
        // Previews of links repeat what the text says; what a bot attaches is all it says.
        if parts.first().is_some_and(|text| text.trim().is_empty()) {
            parts.push(text::to_markdown(said, names));
        }
    }
    for file in object.files.iter().flatten() {
        let name = file.title.as_deref().or(file.name.as_deref()).unwrap_or("file").replace(['[', ']', '\n'], " ");
        let link = file.permalink.as_deref().or(file.url_private.as_deref());
        parts.push(match link {
            Some(link) => format!("[{}]({})", name.trim(), without_query(link)),
            None => name.trim().to_owned(),
        });
    }
    let text: Vec<_> = parts.into_iter().filter(|part| !part.trim().is_empty()).collect();
    text.join("\n").replace('\0', "")
}

/// A link without its query, which may carry a token.
fn without_query(link: &str) -> &str {
    link.split(['?', '#']).next().unwrap_or(link)
}

/// Reactions by emoji: skin tones of one emoji are one, and each person counts once.
fn reactions_of(reactions: Vec<Reaction>, names: &Names) -> Vec<(String, Vec<String>)> {
    let mut merged: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut order = Vec::new();
    for reaction in reactions {
        let name = reaction.name.split("::").next().unwrap_or("").to_owned();
        let emoji = cut(&emoji::of(&name), 64).to_owned();
        let people = merged.entry(emoji.clone()).or_insert_with(|| {
            order.push(emoji);
            Vec::new()
        });
        for user in reaction.users.iter().take(200) {
            let who = names.of(user).to_owned();
            if !people.contains(&who) {
                people.push(who);
            }
        }
    }
    order.into_iter().filter_map(|emoji| merged.remove(&emoji).map(|people| (emoji, people))).collect()
}

/// At most `most` bytes of a text, at a character's end.
pub fn cut(text: &str, most: usize) -> &str {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_timestamp_is_a_text_of_digits() {
        assert_eq!(time_of("1551387743.000200"), Some(1_551_387_743_000));
        assert_eq!(time_of("1551387743.123456"), Some(1_551_387_743_123));
        assert_eq!(time_of("yesterday"), None);
        assert_eq!(time_of("-5.0"), None);
    }

    #[test]
    fn tokens_and_skin_tones_go() {
        let object = json!({
            "type": "message", "user": "U1", "ts": "1.5", "text": "see",
            "files": [{"name": "plan.pdf", "url_private": "https://files.example/plan.pdf?t=xoxe-secret"}],
            "reactions": [{"name": "+1", "users": ["U1"]}, {"name": "+1::skin-tone-3", "users": ["U1", "U2"]}],
        });
        let (message, _) = read(object, "C1", &Names::default()).unwrap();
        assert_eq!(message.text, "see\n[plan.pdf](https://files.example/plan.pdf)");
        assert_eq!(message.reactions, [("👍".to_owned(), vec!["U1".to_owned(), "U2".to_owned()])]);
    }

    #[test]
    fn what_cannot_be_used_says_why() {
        let bad = |object| read(object, "C1", &Names::default()).unwrap_err();
        assert_eq!(bad(json!({"type": "message", "ts": 5, "text": "x"})), "its timestamp is missing or not a text");
        assert_eq!(bad(json!({"type": "message", "subtype": "channel_join", "ts": "1.0"})), "a notice of the tool, not a message");
        assert_eq!(bad(json!({"type": "message", "ts": "1.0", "text": ""})), "it says nothing");
        assert_eq!(bad(json!({"type": "message", "ts": "1.0", "text": "x".repeat(70_000)})), "it is longer than 65536 bytes");
    }

    #[test]
    fn a_deleted_root_and_a_bot_without_user_are_kept() {
        let (root, _) = read(json!({"type": "message", "subtype": "tombstone", "ts": "1.0", "user": "USLACKBOT", "text": "This message was deleted."}), "C1", &Names::default()).unwrap();
        assert!(root.tombstone && root.text.is_empty());
        let (bot, thread) = read(json!({"type": "message", "subtype": "bot_message", "ts": "2.0", "thread_ts": "1.0", "username": "CI", "bot_id": "B1", "text": "", "attachments": [{"fallback": "build passed"}]}), "C1", &Names::default()).unwrap();
        assert_eq!((bot.author_name.as_str(), bot.text.as_str(), thread.as_deref()), ("CI", "build passed", Some("1.0")));
    }
}
