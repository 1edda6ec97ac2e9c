//! The ZIP around an export: what is in it, read with limits.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use cremona_engine::{Failure, Said, said};
use zip::ZipArchive;

use crate::words::fail;

/// How much an archive may hold.
#[derive(Clone, Copy)]
pub struct Limits {
    /// Most entries.
    pub entries: usize,
    /// Longest entry once unpacked, in bytes.
    pub entry: u64,
    /// Longest archive once unpacked, in bytes.
    pub total: u64,
    /// How many times its packed size an entry of more than `free` bytes may unpack to.
    pub ratio: u64,
    /// Entries up to this size, in bytes, may be as repetitive as they like.
    pub free: u64,
}

/// An opened ZIP whose names were checked.
pub struct Archive {
    zip: ZipArchive<BufReader<File>>,
    index: HashMap<String, usize>,
    limits: Limits,
    unpacked: u64,
}

impl Limits {
    /// 200,000 entries, 64 MiB each, 8 GiB together, 200 to 1 beyond 1 MiB.
    pub const USUAL: Self = Self {
        entries: 200_000,
        entry: 64 * 1024 * 1024,
        total: 8 * 1024 * 1024 * 1024,
        ratio: 200,
        free: 1024 * 1024,
    };
}

impl Archive {
    /// Opens a ZIP; a name that would leave the archive, or an entry that admits to be too long,
    /// condemns all of it before anything is read.
    pub fn open(path: &Path, limits: Limits) -> Result<Self, Failure> {
        let file = File::open(path).map_err(|error| crate::home::io_failure("read", path, &error))?;
        let zip = ZipArchive::new(BufReader::new(file))
            .map_err(|error| fail!(Failed, "no-zip", path = path.display().to_string(), error = error.to_string()))?;
        if zip.len() > limits.entries {
            return Err(harmful(said!("zip-entries", count = zip.len(), limit = limits.entries)));
        }
        let mut index = HashMap::new();
        for number in 0..zip.len() {
            let Some(Ok(name)) = zip.name_for_index(number).map(|name| name.map(Cow::into_owned)) else {
                return Err(harmful(said!("zip-name")));
            };
            if leaves(&name) {
                return Err(harmful(said!("zip-leads-out", name = format!("{name:?}"))));
            }
            let declared = zip.by_index_data(number).map_or(0, |entry| entry.size());
            if is_read(&name) && declared > limits.entry {
                return Err(harmful(said!("zip-long", name = name, limit = limits.entry)));
            }
            index.insert(name, number);
        }
        Ok(Self { zip, index, limits, unpacked: 0 })
    }

    /// Whether there is a file of that name.
    pub fn has(&self, name: &str) -> bool {
        self.index.contains_key(name)
    }

    /// `FOLDER/YYYY-MM-DD.json`, by folder, in order of date.
    pub fn days(&self) -> BTreeMap<String, Vec<String>> {
        let mut days: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for name in self.index.keys() {
            if let Some(folder) = day_folder(name) {
                days.entry(folder.to_owned()).or_default().push(name.clone());
            }
        }
        days.values_mut().for_each(|files| files.sort());
        days
    }

    /// The bytes of a file; `None` where it is absent or damaged.
    ///
    /// # Errors
    /// [`Failure`] where it unpacks to more than the limits allow, whatever length it declares.
    pub fn json(&mut self, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        let Some(index) = self.index.get(name) else { return Ok(None) };
        let Ok(entry) = self.zip.by_index(*index) else { return Ok(None) };
        let by_ratio = entry.compressed_size().saturating_mul(self.limits.ratio).max(self.limits.free);
        let left = self.limits.total.saturating_sub(self.unpacked);
        let most = by_ratio.min(self.limits.entry).min(left);
        let mut bytes = Vec::new();
        let read = entry.take(most.saturating_add(1)).read_to_end(&mut bytes);
        let len = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if len > most {
            return Err(harmful(said!("zip-unpacks", name = name, limit = most)));
        }
        self.unpacked = self.unpacked.saturating_add(len);
        Ok(read.ok().map(|_| bytes))
    }
}

fn leaves(name: &str) -> bool {
    name.starts_with('/') || name.contains(['\\', '\0', ':']) || name.split('/').any(|part| part == "..")
}

fn is_read(name: &str) -> bool {
    day_folder(name).is_some() || (name.ends_with(".json") && !name.contains('/'))
}

/// The folder of a file of a day, if the name is one.
fn day_folder(name: &str) -> Option<&str> {
    let (folder, file) = name.split_once('/')?;
    let date = file.strip_suffix(".json")?;
    let digit = |(at, byte): (usize, u8)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() };
    (!folder.is_empty() && date.len() == 10 && date.bytes().enumerate().all(digit)).then_some(folder)
}

fn harmful(why: Said) -> Failure {
    fail!(Failed, "archive-refused", why = why)
}
