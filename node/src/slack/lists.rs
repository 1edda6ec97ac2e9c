//! The lists of an export: who is in it, which channels are public, what names the export.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use cremona_engine::Failure;
use cremona_engine::ask::ImportChannel;
use serde::Deserialize;

use super::archive::Archive;
use super::lenient::{self, Flag, List, Loose, Number, Text};
use crate::words::fail;

/// Most rows that are read of one list.
const MAX_ROWS: usize = 500_000;
/// Longest name or id, in bytes of UTF-8.
pub const MAX_NAME: usize = 80;
/// Longest purpose of a channel, in bytes of UTF-8.
const MAX_PURPOSE: usize = 1_000;
/// Latest time that is believed, in ms since 1970.
const MAX_TIME: u64 = 1 << 47;

/// The lists, as far as they matter.
pub struct Lists {
    /// `slack/` and the team's id, or a hash of the channels' ids.
    pub source: String,
    /// The public channels.
    pub channels: Vec<ImportChannel>,
    /// Names and ids of private channels and direct messages: their folders.
    pub private: BTreeSet<String>,
    /// Names of people and channels.
    pub names: Names,
}

/// Display names by id.
#[derive(Default)]
pub struct Names {
    /// Of people.
    pub people: HashMap<String, String>,
    /// Of public channels.
    pub channels: HashMap<String, String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct UserRow {
    id: Text,
    team_id: Text,
    name: Text,
    real_name: Text,
    profile: Loose<Profile>,
}

/// How a person or a bot is called.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Profile {
    display_name: Text,
    real_name: Text,
    name: Text,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ChannelRow {
    id: Text,
    name: Text,
    created: Number,
    purpose: Loose<Purpose>,
    is_private: Flag,
    is_group: Flag,
    is_im: Flag,
    is_mpim: Flag,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Purpose {
    value: Text,
}

impl Names {
    /// The display name of a person; the id where it is not known.
    pub fn person<'a>(&'a self, id: &'a str) -> &'a str {
        self.people.get(id).map_or(id, String::as_str)
    }
}

impl Profile {
    /// The name people would use.
    pub fn called(&self) -> Option<&str> {
        self.display_name.said().or_else(|| self.real_name.said()).or_else(|| self.name.said())
    }
}

impl ChannelRow {
    fn is_closed(&self) -> bool {
        self.is_private.0 || self.is_group.0 || self.is_im.0 || self.is_mpim.0
    }
}

/// Reads the lists.
///
/// # Errors
/// [`Failure`] where `users.json` or `channels.json` can't be read. A list of private channels that
/// can't be read makes nothing public: folders that no list names are skipped.
pub fn read(archive: &mut Archive) -> Result<Lists, Failure> {
    let users: Vec<UserRow> = rows(archive, "users.json")?.ok_or_else(|| unreadable("users.json"))?;
    let listed: Vec<ChannelRow> = rows(archive, "channels.json")?.ok_or_else(|| unreadable("channels.json"))?;
    let mut private = BTreeSet::new();
    for list in ["groups.json", "dms.json", "mpims.json"] {
        rows::<ChannelRow>(archive, list)?.unwrap_or_default().iter().for_each(|row| close(&mut private, row));
    }
    listed.iter().filter(|row| row.is_closed()).for_each(|row| close(&mut private, row));
    let source = source_of(&users, &listed);
    let channels: Vec<ImportChannel> =
        listed.iter().filter_map(channel).filter(|channel| is_public(channel, &private)).collect();
    let names = Names {
        people: users.iter().filter_map(person).collect(),
        channels: channels.iter().map(|channel| (channel.id.clone(), channel.name.clone())).collect(),
    };
    Ok(Lists { source, channels, private, names })
}

/// Whatever any list calls private is private, even where another calls it public.
fn is_public(channel: &ImportChannel, private: &BTreeSet<String>) -> bool {
    !private.contains(&channel.id) && !private.contains(&channel.name)
}

fn close(private: &mut BTreeSet<String>, row: &ChannelRow) {
    private.extend(row.name.said().map(str::to_owned));
    private.extend(row.id.said().map(str::to_owned));
}

/// The rows of a list; none where the file is absent, `None` where it can't be read.
fn rows<T: for<'de> Deserialize<'de>>(archive: &mut Archive, name: &str) -> Result<Option<Vec<T>>, Failure> {
    if !archive.has(name) {
        return Ok(Some(Vec::new()));
    }
    let list: Option<List<Loose<T>, MAX_ROWS>> = archive.json(name)?.and_then(|json| lenient::list(&json));
    Ok(list.map(|list| list.items.into_iter().filter_map(|row| row.0).collect()))
}

fn unreadable(name: &str) -> Failure {
    fail!(Failed, "export-part", name = name)
}

/// The team of most people, as guests from other teams may be listed too; else a hash of channels.
fn source_of(users: &[UserRow], channels: &[ChannelRow]) -> String {
    let mut teams: BTreeMap<String, usize> = BTreeMap::new();
    for team in users.iter().filter_map(|user| user.team_id.said()) {
        let team: String = team.chars().filter(char::is_ascii_alphanumeric).take(40).collect();
        *teams.entry(team).or_default() += 1;
    }
    let most = teams.into_iter().filter(|(team, _)| !team.is_empty()).rev().max_by_key(|(_, count)| *count);
    if let Some((team, _)) = most {
        return format!("slack/{team}");
    }
    let ids: BTreeSet<&str> = channels.iter().filter_map(|channel| channel.id.said()).collect();
    let hash = blake3::hash(ids.into_iter().collect::<Vec<_>>().join(",").as_bytes()).to_hex();
    format!("slack/{}", hash.chars().take(16).collect::<String>())
}

fn channel(row: &ChannelRow) -> Option<ImportChannel> {
    let id = row.id.said().filter(|id| id.len() <= MAX_NAME)?;
    let purpose = row.purpose.0.as_ref().map_or("", |purpose| purpose.value.whole());
    Some(ImportChannel {
        id: id.to_owned(),
        name: line(row.name.said().unwrap_or(id), MAX_NAME),
        purpose: line(purpose, MAX_PURPOSE),
        created_ms: row.created.0.unwrap_or(0).saturating_mul(1_000).min(MAX_TIME),
    })
}

fn person(row: &UserRow) -> Option<(String, String)> {
    let id = row.id.said()?;
    let profile = row.profile.0.as_ref().and_then(Profile::called);
    let name = profile.or_else(|| row.real_name.said()).or_else(|| row.name.said()).unwrap_or(id);
    Some((id.to_owned(), line(name, MAX_NAME)))
}

/// A text as one line of at most `most` bytes.
pub fn line(text: &str, most: usize) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let clean = clean.trim();
    let mut end = clean.len().min(most);
    while !clean.is_char_boundary(end) {
        end -= 1;
    }
    clean.get(..end).unwrap_or(clean).trim_end().to_owned()
}
