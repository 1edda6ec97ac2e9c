//! Slack exports: a ZIP of channels and days, read one day at a time and trusted in nothing.
//!
//! Names that leave the archive, bombs and oversized entries are refused; a file or message that
//! can't be read is skipped with a reason. No address in an export is ever fetched.

mod archive;
mod emoji;
mod message;
mod sample;
mod text;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use cremona_engine::ask::{ImportChannel, ImportMessage, ImportRoot};
use cremona_engine::{Failure, Reason};
use serde::Deserialize;
use serde_json::Value;

use archive::Archive;
pub use sample::sample_export;

/// One message object of an export, as far as it can be used.
pub enum Item {
    /// A message.
    Message(Box<ImportMessage>),
    /// One that is left out, and why.
    Skip(&'static str),
}

/// An opened export.
pub struct Export {
    archive: Archive,
    source: String,
    channels: Vec<ImportChannel>,
    names: Names,
    days: BTreeMap<String, Vec<String>>,
    private: BTreeSet<String>,
}

/// Display names of users, by id.
#[derive(Default)]
pub(crate) struct Names(HashMap<String, String>);

#[derive(Deserialize)]
struct UserRow {
    id: String,
    #[serde(default)]
    team_id: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    real_name: Option<String>,
    #[serde(default)]
    profile: Option<Profile>,
}

#[derive(Deserialize, Default)]
struct Profile {
    #[serde(default)]
    display_name: Option<String>,
    #[serde(default)]
    real_name: Option<String>,
}

#[derive(Deserialize)]
struct ChannelRow {
    id: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    created: Option<Value>,
    #[serde(default)]
    purpose: Option<Purpose>,
}

#[derive(Deserialize)]
struct Purpose {
    #[serde(default)]
    value: Option<String>,
}

impl Names {
    /// The display name of a user; the id where it is not known.
    pub(crate) fn of<'a>(&'a self, id: &'a str) -> &'a str {
        self.0.get(id).map_or(id, String::as_str)
    }
}

impl Export {
    /// Opens an export and reads its users and channels.
    ///
    /// # Errors
    /// [`Failure`] where the file is no export, or is built to do harm.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let mut archive = Archive::open(path)?;
        let days = archive.days();
        let users: Vec<UserRow> = rows(&mut archive, "users.json")?;
        let channels: Vec<ChannelRow> = rows(&mut archive, "channels.json")?;
        let known = ["channels.json", "groups.json", "dms.json", "mpims.json"].iter().any(|name| archive.has(name));
        if !known || days.is_empty() {
            return Err(Failure::new(
                Reason::Failed,
                format!("{} is not a Slack export: it has no channels.json with folders of days", path.display()),
                "give the ZIP file as Slack made it",
            ));
        }
        let mut private = BTreeSet::new();
        for list in ["groups.json", "dms.json", "mpims.json"] {
            for row in rows::<ChannelRow>(&mut archive, list)? {
                private.extend(row.name);
                private.insert(row.id);
            }
        }
        let source = source_of(&users, &channels);
        let channels = channels.into_iter().map(import_channel).collect();
        Ok(Self { archive, source, channels, names: names_of(users), days, private })
    }

    /// What names the export: the same for everyone who imports it.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Its public channels.
    #[must_use]
    pub fn channels(&self) -> &[ImportChannel] {
        &self.channels
    }

    /// How many files of days there are.
    #[must_use]
    pub fn files(&self) -> usize {
        self.days.values().map(Vec::len).sum()
    }

    /// Goes through all messages: channel by channel, day by day, in order of time. `each` gets the
    /// number of files read so far too.
    ///
    /// # Errors
    /// [`Failure`] of `each`, or where the archive turns out to be built to do harm.
    pub fn visit(&mut self, mut each: impl FnMut(Item, usize) -> Result<(), Failure>) -> Result<(), Failure> {
        let mut read = 0;
        for (folder, files) in self.days.clone() {
            let channel = self.channels.iter().find(|channel| channel.name == folder || channel.id == folder).map(|channel| channel.id.clone());
            let mut roots = HashMap::new();
            for file in files {
                read += 1;
                let Some(objects) = self.archive.json(&file)?.and_then(|json| serde_json::from_slice::<Vec<Value>>(&json).ok()) else {
                    each(Item::Skip("a file of the export can't be read"), read)?;
                    continue;
                };
                match &channel {
                    Some(channel) => self.day(channel, objects, &mut roots, read, &mut each)?,
                    None => {
                        let reason = self.closed_reason(&folder);
                        objects.iter().try_for_each(|_| each(Item::Skip(reason), read))?;
                    }
                }
            }
        }
        Ok(())
    }

    fn closed_reason(&self, folder: &str) -> &'static str {
        if self.private.contains(folder) {
            "private channels and direct messages are not imported, so that they don't become public"
        } else {
            "the channel is not listed in channels.json, so it may be private"
        }
    }

    fn day(
        &self,
        channel: &str,
        objects: Vec<Value>,
        roots: &mut HashMap<String, ImportRoot>,
        read: usize,
        each: &mut impl FnMut(Item, usize) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let mut items: Vec<Result<(ImportMessage, Option<String>), &'static str>> =
            objects.into_iter().map(|object| message::read(object, channel, &self.names)).collect();
        items.sort_by(|one, other| key(one).cmp(&key(other)));
        for item in items {
            match item {
                Err(reason) => each(Item::Skip(reason), read)?,
                Ok((mut message, thread)) => {
                    let thread = thread.unwrap_or_else(|| message.ts.clone());
                    let own = ImportRoot {
                        ts: message.ts.clone(),
                        time_ms: message.time_ms,
                        author_id: message.author_id.clone(),
                        content: blake3::hash(message.text.as_bytes()).to_hex().to_string(),
                    };
                    // A reply whose root is not in the export begins the thread in its stead.
                    let root = roots.entry(thread).or_insert_with(|| own.clone());
                    if *root != own {
                        message.root = Some(root.clone());
                    }
                    each(Item::Message(Box::new(message)), read)?;
                }
            }
        }
        Ok(())
    }
}

/// Sorts by time; what can't be read comes first.
fn key(item: &Result<(ImportMessage, Option<String>), &'static str>) -> Option<(u64, String)> {
    item.as_ref().ok().map(|(message, _)| (message.time_ms, message.ts.clone()))
}

/// The rows of a list file, skipping what can't be read; none where the file is absent or null.
fn rows<T: for<'de> Deserialize<'de>>(archive: &mut Archive, name: &str) -> Result<Vec<T>, Failure> {
    if !archive.has(name) {
        return Ok(Vec::new());
    }
    let json = archive.json(name)?;
    let list = json.and_then(|json| serde_json::from_slice::<Option<Vec<Value>>>(&json).ok());
    let Some(list) = list else {
        return Err(Failure::new(Reason::Failed, format!("{name} of the export can't be read"), "export again, or unpack and repair it"));
    };
    Ok(list.unwrap_or_default().into_iter().filter_map(|row| serde_json::from_value(row).ok()).collect())
}

fn source_of(users: &[UserRow], channels: &[ChannelRow]) -> String {
    if let Some(team) = users.iter().find_map(|user| user.team_id.as_ref()) {
        return format!("slack/{}", team.chars().filter(char::is_ascii_alphanumeric).take(40).collect::<String>());
    }
    let mut ids: Vec<&str> = channels.iter().map(|channel| channel.id.as_str()).collect();
    ids.sort_unstable();
    let hash = blake3::hash(ids.join(",").as_bytes()).to_hex();
    format!("slack/{}", &hash[..16])
}

fn import_channel(row: ChannelRow) -> ImportChannel {
    let seconds = match row.created {
        Some(Value::Number(number)) => number.as_u64(),
        Some(Value::String(text)) => text.parse().ok(),
        Some(_) | None => None,
    };
    let cut = |text: String, most: usize| {
        let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        message::cut(clean.trim(), most).to_owned()
    };
    let name = row.name.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| row.id.clone());
    ImportChannel {
        name: cut(name, 80),
        id: row.id,
        purpose: cut(row.purpose.and_then(|purpose| purpose.value).unwrap_or_default(), 1_000),
        created_ms: seconds.unwrap_or(0).saturating_mul(1_000).min(1 << 47),
    }
}

fn names_of(users: Vec<UserRow>) -> Names {
    let said = |name: Option<String>| name.filter(|name| !name.trim().is_empty());
    let named = users.into_iter().map(|user| {
        let profile = user.profile.unwrap_or_default();
        let name = said(profile.display_name)
            .or_else(|| said(profile.real_name))
            .or_else(|| said(user.real_name))
            .or_else(|| said(user.name))
            .unwrap_or_else(|| user.id.clone());
        (user.id, message::cut(name.trim(), 80).to_owned())
    });
    Names(named.collect())
}
