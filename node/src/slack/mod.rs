//! Slack exports: a ZIP of channels and days, read one day at a time and trusted in nothing.
//!
//! Owns the way from a ZIP to messages as the engine takes them: [`Export::open`] reads the lists,
//! [`Export::visit`] goes through the days. Names that leave the archive, bombs and oversized
//! entries are refused; a file or message that can't be read is skipped with a reason. One ZIP
//! always gives the same messages, since their ids are hashes of what they say. No address in an
//! export is ever fetched, and nothing that may be private is read as public.

mod archive;
mod attached;
mod emoji;
mod lenient;
mod lists;
mod message;
mod sample;
mod sample_talk;
mod skip;
#[cfg(test)]
mod tests;
mod text;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use cremona_engine::Failure;
use cremona_engine::ask::{ImportChannel, ImportMessage, ImportRoot};

use archive::{Archive, Limits};
use lenient::{List, Loose};
use lists::Lists;
use message::{Object, Said};
pub use sample::sample_export;
use skip::Skip;

use crate::words::fail;

/// Most messages that are read of one file; those beyond are skipped.
const MAX_FILE: usize = 100_000;
/// Most roots that are remembered of one channel, about 250 bytes each; replies to later ones begin
/// a thread of their own.
const MAX_ROOTS: usize = 1_000_000;

/// One message object of an export, as far as it can be used.
pub enum Item {
    /// A message.
    Message(Box<ImportMessage>),
    /// One that is left out, and why: a reason of a small closed set.
    Skip(&'static str),
}

/// An opened export.
pub struct Export {
    archive: Archive,
    lists: Lists,
    days: BTreeMap<String, Vec<String>>,
}

/// The roots of one channel's threads, by timestamp.
type Roots = HashMap<String, ImportRoot>;

impl Export {
    /// Opens an export and reads its users and channels.
    ///
    /// # Errors
    /// [`Failure`] where the file is no export, or is built to do harm.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        Self::open_within(path, Limits::USUAL)
    }

    fn open_within(path: &Path, limits: Limits) -> Result<Self, Failure> {
        let mut archive = Archive::open(path, limits)?;
        let days = archive.days();
        let listed = ["channels.json", "groups.json", "dms.json", "mpims.json"].iter().any(|name| archive.has(name));
        if !listed || (days.is_empty() && !archive.has("users.json")) {
            return Err(fail!(Failed, "no-export", path = path.display().to_string()));
        }
        let lists = lists::read(&mut archive)?;
        Ok(Self { archive, lists, days })
    }

    /// What names the export, at most 46 bytes: the same for everyone who imports it.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.lists.source
    }

    /// Its public channels.
    #[must_use]
    pub fn channels(&self) -> &[ImportChannel] {
        &self.lists.channels
    }

    /// How many files of days there are.
    #[must_use]
    pub fn files(&self) -> usize {
        self.days.values().map(Vec::len).sum()
    }

    /// Goes through all messages: channel by channel, day by day, in order of time. `each` gets the
    /// number of files read so far too. Holds one file at a time, and the roots of one channel.
    ///
    /// # Errors
    /// [`Failure`] of `each`, or where the archive turns out to be built to do harm.
    pub fn visit(&mut self, mut each: impl FnMut(Item, usize) -> Result<(), Failure>) -> Result<(), Failure> {
        let mut read = 0;
        for (folder, files) in std::mem::take(&mut self.days) {
            let channel = self.channel_of(&folder);
            let mut roots = Roots::new();
            for file in &files {
                read += 1;
                let list = self.archive.json(file)?.and_then(|json| lenient::list(&json));
                let Some(list) = list else {
                    each(Item::Skip(Skip::File.said()), read)?;
                    continue;
                };
                let items = match &channel {
                    Ok(channel) => self.day(channel, list, &mut roots),
                    Err(skip) => closed(&list, *skip),
                };
                items.into_iter().try_for_each(|item| each(item, read))?;
            }
            self.days.insert(folder, files);
        }
        Ok(())
    }

    /// The id of the public channel that a folder belongs to.
    fn channel_of(&self, folder: &str) -> Result<String, Skip> {
        if self.lists.private.contains(folder) {
            return Err(Skip::Private);
        }
        let channel = self.lists.channels.iter().find(|channel| channel.name == folder || channel.id == folder);
        channel.map(|channel| channel.id.clone()).ok_or(Skip::Unlisted)
    }

    /// The messages of one day, what is skipped first, then in order of time.
    fn day(&self, channel: &str, list: List<Loose<Object>, MAX_FILE>, roots: &mut Roots) -> Vec<Item> {
        let mut items: Vec<Item> = std::iter::repeat_with(|| Item::Skip(Skip::Crowd.said())).take(list.rest).collect();
        let mut said = Vec::new();
        for object in list.items {
            match object.0.ok_or(Skip::Form).and_then(|object| message::read(&object, channel, &self.lists.names)) {
                Ok(one) => said.push(one),
                Err(skip) => items.push(Item::Skip(skip.said())),
            }
        }
        said.sort_by(|one, other| key(one).cmp(&key(other)));
        items.extend(said.into_iter().map(|one| Item::Message(Box::new(threaded(one, roots)))));
        items
    }
}

fn key(said: &Said) -> (u64, &str) {
    (said.message.time_ms, &said.message.ts)
}

/// All of a file left out for one reason.
fn closed(list: &List<Loose<Object>, MAX_FILE>, skip: Skip) -> Vec<Item> {
    (0..list.items.len().saturating_add(list.rest)).map(|_| Item::Skip(skip.said())).collect()
}

/// Names a message's root. A reply whose root is not in the export begins the thread in its stead.
fn threaded(said: Said, roots: &mut Roots) -> ImportMessage {
    let Said { mut message, thread } = said;
    let own = ImportRoot {
        ts: message.ts.clone(),
        time_ms: message.time_ms,
        author_id: message.author_id.clone(),
        content: blake3::hash(message.text.as_bytes()).to_hex().to_string(),
    };
    let root = thread.as_ref().and_then(|thread| roots.get(thread));
    if let Some(root) = root.filter(|root| **root != own) {
        message.root = Some(root.clone());
    } else if root.is_none() && roots.len() < MAX_ROOTS {
        roots.entry(thread.unwrap_or_else(|| message.ts.clone())).or_insert(own);
    }
    message
}
