//! What hangs on a message: reactions, files, attachments.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::emoji;
use super::lenient::{List, Text};
use super::lists::{Names, line};
use super::text;

/// Most people that are kept of one reaction.
const MAX_PEOPLE: usize = 200;
/// Longest name of an emoji, in bytes of UTF-8.
const MAX_EMOJI: usize = 64;
/// Longest reactions of one message, in bytes of names: they travel in a record of 60,000 bytes.
const MAX_REACTIONS: usize = 40_000;

/// A reaction.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Reaction {
    name: Text,
    users: List<Text, MAX_PEOPLE>,
}

/// A file that was shared; only its name and address are in an export.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct SharedFile {
    name: Text,
    title: Text,
    permalink: Text,
    url_private: Text,
}

/// What a bot says beside its text, or the preview of a link.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Attachment {
    title: Text,
    title_link: Text,
    fallback: Text,
    text: Text,
    from_url: Text,
    original_url: Text,
}

impl SharedFile {
    /// Its name, as a link where its address is known.
    pub fn line(&self) -> String {
        let name = self.title.said().or_else(|| self.name.said()).unwrap_or("file");
        linked(name, self.permalink.said().or_else(|| self.url_private.said()))
    }
}

impl Attachment {
    /// What it adds to a message that says `own`: previews of links only repeat a page, so they
    /// count only where there is nothing else.
    pub fn line(&self, own: &str, names: &Names) -> Option<String> {
        let preview = self.from_url.said().or_else(|| self.original_url.said()).is_some();
        if preview && !own.trim().is_empty() {
            return None;
        }
        let title = self.title.said().map(|title| linked(&text::to_markdown(title, names), self.title_link.said()));
        let said = self.text.said().or_else(|| self.fallback.said().filter(|_| title.is_none()));
        let said = said.map(|said| text::to_markdown(said, names)).filter(|said| said.trim() != own.trim());
        let parts: Vec<String> = title.into_iter().chain(said).collect();
        (!parts.is_empty()).then(|| parts.join("\n"))
    }
}

/// A name as a link; only its name where the address is no web address.
fn linked(name: &str, link: Option<&str>) -> String {
    let name = line(name, 1_000);
    let web = link.filter(|link| link.starts_with("https://") || link.starts_with("http://"));
    web.map_or_else(|| name.clone(), |link| text::link(&name, text::without_query(link)))
}

/// Reactions by emoji: skin tones of one emoji are one, and each person counts once.
pub fn reactions<'a>(all: impl Iterator<Item = &'a Reaction>, names: &Names) -> Vec<(String, Vec<String>)> {
    let mut merged: Vec<(String, Vec<String>)> = Vec::new();
    let mut seen: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let mut bytes = 0_usize;
    for reaction in all {
        let Some(name) = reaction.name.said().and_then(|name| name.trim_matches(':').split("::").next()) else {
            continue;
        };
        let emoji = line(&emoji::of(name), MAX_EMOJI);
        let people = seen.entry(emoji.clone()).or_default();
        for user in reaction.users.items.iter().filter_map(Text::said) {
            let who = line(names.person(user), super::lists::MAX_NAME);
            let cost = who.len().saturating_add(emoji.len()).saturating_add(8);
            if people.len() >= MAX_PEOPLE || bytes.saturating_add(cost) > MAX_REACTIONS || !people.insert(user) {
                continue;
            }
            bytes = bytes.saturating_add(cost);
            match merged.iter_mut().find(|(known, _)| *known == emoji) {
                Some((_, people)) => people.push(who),
                None => merged.push((emoji.clone(), vec![who])),
            }
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn reacted(all: &Value, names: &Names) -> Vec<(String, Vec<String>)> {
        let all: Vec<Reaction> = serde_json::from_value(all.clone()).unwrap();
        reactions(all.iter(), names)
    }

    #[test]
    fn two_people_of_one_name_are_two() {
        let both = [("U1", "Sam"), ("U2", "Sam")].map(|(id, name)| (id.to_owned(), name.to_owned()));
        let names = Names { people: both.into(), ..Names::default() };
        let all =
            json!([{"name": "thumbsup", "users": ["U1", "U2", "U1"]}, {"name": "+1::skin-tone-2", "users": ["U2"]}]);
        assert_eq!(reacted(&all, &names), [("👍".to_owned(), vec!["Sam".to_owned(), "Sam".to_owned()])]);
    }

    #[test]
    fn a_crowd_of_reactions_stays_within_a_record() {
        let people: Vec<String> = (0..500).map(|n| format!("U{n:0>70}")).collect();
        let all: Vec<Value> = (0..100).map(|n| json!({"name": format!("party{n}"), "users": people})).collect();
        let kept = reacted(&json!(all), &Names::default());
        let bytes: usize =
            kept.iter().map(|(emoji, people)| emoji.len() + people.iter().map(String::len).sum::<usize>()).sum();
        assert!(bytes <= MAX_REACTIONS && kept.iter().all(|(_, people)| people.len() <= MAX_PEOPLE));
    }

    #[test]
    fn a_file_is_a_name_and_a_link_that_carries_no_token() {
        let line = |file| serde_json::from_value::<SharedFile>(file).unwrap().line();
        assert_eq!(
            line(json!({"title": "Plan [v2", "permalink": "https://a.example/f (1).pdf?t=1#x"})),
            "[Plan v2](https://a.example/f%20%281%29.pdf)"
        );
        assert_eq!(line(json!({"name": "x", "url_private": "javascript:alert(1)"})), "x");
        assert_eq!(line(json!({"mode": "tombstone"})), "file");
    }

    #[test]
    fn a_preview_repeats_and_a_bot_speaks() {
        let line = |own: &str, one| serde_json::from_value::<Attachment>(one).unwrap().line(own, &Names::default());
        assert_eq!(line("see it", json!({"from_url": "https://a.example", "text": "a page"})), None);
        assert_eq!(line("", json!({"fallback": "build passed"})).as_deref(), Some("build passed"));
        let bot =
            json!({"title": "Build 7", "title_link": "https://ci.example/7?token=1", "text": "green", "fallback": "x"});
        assert_eq!(line("done", bot).as_deref(), Some("[Build 7](https://ci.example/7)\ngreen"));
    }
}
