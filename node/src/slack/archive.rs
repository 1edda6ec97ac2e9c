//! The ZIP around an export: what is in it, read with limits.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use cremona_engine::{Failure, Reason};
use zip::ZipArchive;

/// Most entries.
const MAX_ENTRIES: usize = 1_000_000;
/// Longest entry once unpacked, in bytes.
const MAX_ENTRY: u64 = 64 * 1024 * 1024;
/// Longest archive once unpacked, in bytes.
const MAX_TOTAL: u64 = 16 * 1024 * 1024 * 1024;
/// How many times its size an entry of more than [`FREE`] bytes may unpack to.
const MAX_RATIO: u64 = 200;
/// Entries up to this size may be as repetitive as they like.
const FREE: u64 = 4 * 1024 * 1024;

/// An opened ZIP whose names were checked.
pub struct Archive {
    zip: ZipArchive<BufReader<File>>,
    index: HashMap<String, usize>,
    unpacked: u64,
}

impl Archive {
    /// Opens a ZIP; any name that would leave the archive condemns all of it.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let file = File::open(path).map_err(|error| crate::home::io_failure("read", path, &error))?;
        let zip = ZipArchive::new(BufReader::new(file)).map_err(|error| {
            refuse(format!("{} is not a ZIP file that can be read: {error}", path.display()), "give the ZIP file as Slack made it")
        })?;
        if zip.len() > MAX_ENTRIES {
            return Err(harmful(&format!("it has {} entries", zip.len())));
        }
        let mut index = HashMap::new();
        for number in 0..zip.len() {
            let Some(Ok(name)) = zip.name_for_index(number).map(|name| name.map(std::borrow::Cow::into_owned)) else {
                return Err(harmful("a name in it is no text"));
            };
            let leaves = name.starts_with('/') || name.contains('\\') || name.contains('\0') || name.split('/').any(|part| part == "..") || name.contains(':');
            if leaves {
                return Err(harmful(&format!("the name {name:?} leads out of it")));
            }
            index.insert(name, number);
        }
        Ok(Self { zip, index, unpacked: 0 })
    }

    /// Whether there is a file of that name.
    pub fn has(&self, name: &str) -> bool {
        self.index.contains_key(name)
    }

    /// `FOLDER/YYYY-MM-DD.json`, by folder, in order of date.
    pub fn days(&self) -> BTreeMap<String, Vec<String>> {
        let mut days: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for name in self.index.keys() {
            if let Some((folder, file)) = name.split_once('/')
                && is_day(file)
            {
                days.entry(folder.to_owned()).or_default().push(name.clone());
            }
        }
        days.values_mut().for_each(|files| files.sort());
        days
    }

    /// The bytes of a file; `None` where it is damaged.
    pub fn json(&mut self, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        let Some(index) = self.index.get(name) else { return Ok(None) };
        let Ok(entry) = self.zip.by_index(*index) else { return Ok(None) };
        let packed = entry.compressed_size();
        let most = if packed.saturating_mul(MAX_RATIO) < FREE { FREE } else { packed.saturating_mul(MAX_RATIO).min(MAX_ENTRY) };
        let mut bytes = Vec::new();
        // The declared size is a claim; what counts is what comes out.
        let read = entry.take(most.saturating_add(1)).read_to_end(&mut bytes);
        let len = bytes.len() as u64;
        if len > most {
            return Err(harmful(&format!("{name} unpacks to more than {most} bytes")));
        }
        self.unpacked = self.unpacked.saturating_add(len);
        if self.unpacked > MAX_TOTAL {
            return Err(harmful("it unpacks to more than 16 GiB"));
        }
        Ok(read.ok().map(|_| bytes))
    }
}

fn is_day(file: &str) -> bool {
    let Some(date) = file.strip_suffix(".json") else { return false };
    date.len() == 10 && date.bytes().enumerate().all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() })
}

fn harmful(what: &str) -> Failure {
    refuse(format!("the archive is refused: {what}"), "export again; nothing of it was imported beyond this point")
}

fn refuse(message: String, hint: &str) -> Failure {
    Failure::new(Reason::Failed, message, hint)
}
