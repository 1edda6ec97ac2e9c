//! Which words of soft state are held, and how that stands with each peer.

use std::collections::{BTreeMap, BTreeSet};

use cremona_envelope::{DeviceId, SoftKind, Time};

use crate::soft_frame::{MAX_WORDS, SoftEntry, SoftPlace};

/// Words from further ahead are refused: a clock is wrong, and they would never be replaced.
pub const FUTURE_MS: u64 = 600_000;
/// Shortest time between two words of one device and kind.
pub const STEP_MS: u64 = 10_000;
/// Pause from being in sync to the first offer.
const FIRST_MS: u64 = 5_000;
/// The first offer comes by then even if sets differ.
const LATEST_MS: u64 = 20_000;

/// Whose word, and about what.
pub(crate) type Key = (DeviceId, SoftKind);

/// Which words this node holds; their bytes are in the store.
#[derive(Default)]
pub(crate) struct SoftBook {
    pub(crate) times: BTreeMap<Key, Time>,
    /// What is being asked of some peer, and until when of nobody else.
    pub(crate) asked: BTreeMap<SoftPlace, Time>,
}

/// How soft state stands with one peer.
#[derive(Debug, Default)]
pub(crate) struct SoftPeer {
    /// When it is to be offered something.
    pub(crate) due: Option<Time>,
    /// The digest that it was told, and when.
    pub(crate) told: Option<([u8; 16], Time)>,
    pub(crate) listed: Option<Time>,
    /// Words that it has not been offered.
    pub(crate) news: BTreeSet<Key>,
    /// What it has and is to be asked for, with its time.
    pub(crate) to_want: BTreeMap<SoftPlace, Time>,
    pub(crate) wanted: BTreeMap<SoftPlace, Time>,
    pub(crate) until: Option<Time>,
    pub(crate) broken: usize,
    /// By how much its clock is ahead of this one, ms.
    pub(crate) clock_ahead: Option<i64>,
}

impl SoftBook {
    /// The time of the word that is held, unless that is from the future.
    fn held(&self, place: &SoftPlace, now: Time) -> Option<Time> {
        let time = self.find(place).and_then(|key| self.times.get(&key).copied());
        time.filter(|time| *time <= now.plus(FUTURE_MS))
    }

    /// The first word that a place may mean: whoever makes device keys that begin alike hides his own.
    pub(crate) fn find(&self, place: &SoftPlace) -> Option<Key> {
        let (low, high) = place.devices();
        let mut found = self.times.range((low, SoftKind(0))..=(high, SoftKind(u8::MAX))).map(|(key, _)| *key);
        found.find(|(_, kind)| kind.0 == place.kind)
    }

    /// Whether a word of this time would be taken.
    pub(crate) fn is_news(&self, place: &SoftPlace, time: Time, now: Time) -> bool {
        SoftKind(place.kind).is_kept()
            && time <= now.plus(FUTURE_MS)
            && self.held(place, now).is_none_or(|held| time >= held.plus(STEP_MS))
    }

    /// Notes a word; gives the one whose place it takes where there are too many.
    pub(crate) fn note(&mut self, key: Key, time: Time) -> Option<Key> {
        let oldest = if self.times.len() >= MAX_WORDS && !self.times.contains_key(&key) {
            self.times.iter().min_by_key(|(_, time)| **time).map(|(key, _)| *key)
        } else {
            None
        };
        if let Some(oldest) = &oldest {
            self.times.remove(oldest);
        }
        self.times.insert(key, time);
        oldest
    }

    /// The hash of what is held of what both ends may hold; zeros where that is nothing.
    pub(crate) fn digest(&self, shared: impl Fn(&Key) -> bool) -> [u8; 16] {
        let mut digest = [0; 16];
        let mut hasher = blake3::Hasher::new();
        let mut any = false;
        for (key, time) in self.times.iter().filter(|(key, _)| shared(key)) {
            any = true;
            hasher.update(&key.0.0).update(&[key.1.0]).update(&time.0.to_be_bytes());
        }
        if any {
            hasher.finalize_xof().fill(&mut digest);
        }
        digest
    }

    /// Entries for these words, as far as both ends may hold them.
    pub(crate) fn entries<'a>(
        &'a self,
        keys: impl Iterator<Item = &'a Key>,
        shared: impl Fn(&Key) -> bool,
    ) -> Vec<SoftEntry> {
        let entry = |key: &Key| self.times.get(key).map(|time| SoftEntry::new(&key.0, key.1, *time));
        keys.filter(|key| shared(key)).filter_map(entry).take(MAX_WORDS).collect()
    }
}

impl SoftPeer {
    /// A peer that was just admitted.
    pub(crate) fn new(now: Time) -> Self {
        Self { due: Some(now.plus(LATEST_MS)), ..Self::default() }
    }

    /// Both hold the same set: there is time for the rest.
    pub(crate) fn in_sync(&mut self, now: Time) {
        if self.told.is_none() {
            self.due = self.due.map(|due| due.min(now.plus(FIRST_MS)));
        }
    }

    /// When something is due; nothing is offered while there is nothing.
    pub(crate) fn wake_at(&self, book: &SoftBook) -> Option<Time> {
        self.due.filter(|_| !book.times.is_empty()).into_iter().chain(self.until).min()
    }
}
