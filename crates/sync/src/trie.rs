//! The frontier as a 16-ary Merkle trie over log ids: one root to compare, ranges to descend into.
//!
//! A node over at most [`LEAF`] entries is a leaf: `BLAKE3(0x00 | sorted entries)`; a larger one is
//! a branch: `BLAKE3(0x01 | 16 child hashes)`, zeros for a child without entries. Log ids are hashes,
//! so the trie is as even as chance makes it, and a change rehashes one path.
//!
//! A log that is cut at its first envelope counts for nothing, so it is kept aside: a node that never
//! heard of it has the same root as one that holds the proof.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use cremona_envelope::{DeviceId, EnvelopeId, LifeId, LogId};

/// Most entries of a leaf.
pub const LEAF: usize = 8;
/// Most nibbles of a prefix: all of a log id.
pub const MAX_PREFIX: usize = 32;

/// What a node has of one log, as far as it counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FrontierEntry {
    /// The device.
    pub device: DeviceId,
    /// The life of its log.
    pub life: LifeId,
    /// Seq of the last envelope that counts.
    pub seq: u64,
    /// Its id.
    pub head: EnvelopeId,
    /// The log counts only below this seq; 0 for no cut.
    pub cut: u64,
}

impl FrontierEntry {
    /// The log.
    #[must_use]
    pub fn log(&self) -> LogId {
        LogId::of(&self.device, &self.life)
    }

    fn hash_into(&self, hasher: &mut blake3::Hasher) {
        hasher.update(&self.device.0).update(&self.life.0).update(&self.seq.to_be_bytes());
        hasher.update(&self.head.0).update(&self.cut.to_be_bytes());
    }
}

/// The first nibbles of log ids.
pub type Prefix = Vec<u8>;

/// The entries of a frontier, with hashes of its ranges.
#[derive(Default)]
pub struct Trie {
    entries: BTreeMap<LogId, FrontierEntry>,
    void: BTreeMap<LogId, FrontierEntry>,
    hashes: RefCell<HashMap<Prefix, [u8; 32]>>,
}

impl Trie {
    /// Adds or replaces the entry of its log.
    pub fn set(&mut self, entry: FrontierEntry) {
        let log = entry.log();
        let counts = (entry.cut != 1).then_some(entry);
        let before = match counts {
            Some(entry) => {
                self.void.remove(&log);
                self.entries.insert(log, entry)
            }
            None => {
                self.void.insert(log, entry);
                self.entries.remove(&log)
            }
        };
        if before == counts {
            return;
        }
        let path = nibbles(&log);
        let hashes = self.hashes.get_mut();
        for len in 0..=MAX_PREFIX {
            hashes.remove(path.get(..len).unwrap_or(&path));
        }
    }

    /// The entry of a log, also where it counts for nothing.
    #[must_use]
    pub fn entry(&self, log: &LogId) -> Option<&FrontierEntry> {
        self.entries.get(log).or_else(|| self.void.get(log))
    }

    /// How many logs count.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether no log counts.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The hash of everything; zeros where there is nothing.
    #[must_use]
    pub fn root(&self) -> [u8; 32] {
        self.hash(&[])
    }

    /// The hash of the entries under `prefix`; zeros where there are none.
    #[must_use]
    pub fn hash(&self, prefix: &[u8]) -> [u8; 32] {
        if let Some(hash) = self.hashes.borrow().get(prefix) {
            return *hash;
        }
        let hash = match self.children(prefix) {
            Some(children) => {
                let mut hasher = blake3::Hasher::new();
                hasher.update(&[1]);
                children.iter().for_each(|child| {
                    hasher.update(child);
                });
                *hasher.finalize().as_bytes()
            }
            None => self.leaf_hash(prefix),
        };
        self.hashes.borrow_mut().insert(prefix.to_vec(), hash);
        hash
    }

    /// The hashes of the 16 children of a branch; `None` where `prefix` is a leaf.
    #[must_use]
    pub fn children(&self, prefix: &[u8]) -> Option<[[u8; 32]; 16]> {
        if prefix.len() >= MAX_PREFIX || self.under(prefix).nth(LEAF).is_none() {
            return None;
        }
        Some(std::array::from_fn(|nibble| {
            let mut child = prefix.to_vec();
            child.push(u8::try_from(nibble).unwrap_or(0));
            self.hash(&child)
        }))
    }

    /// The first half of each of these hashes, as it travels.
    #[must_use]
    pub fn short_children(&self, prefix: &[u8]) -> Option<[[u8; 16]; 16]> {
        let short = |hash: [u8; 32]| std::array::from_fn(|at| hash.get(at).copied().unwrap_or(0));
        Some(self.children(prefix)?.map(short))
    }

    /// The entries under `prefix`, in order of log id.
    pub fn under(&self, prefix: &[u8]) -> impl Iterator<Item = &FrontierEntry> {
        let (low, high) = bounds(prefix);
        self.entries.range(low..=high).map(|(_, entry)| entry)
    }

    fn leaf_hash(&self, prefix: &[u8]) -> [u8; 32] {
        let mut entries = self.under(prefix).peekable();
        if entries.peek().is_none() {
            return [0; 32];
        }
        let mut hasher = blake3::Hasher::new();
        hasher.update(&[0]);
        entries.for_each(|entry| entry.hash_into(&mut hasher));
        *hasher.finalize().as_bytes()
    }
}

/// The 32 nibbles of a log id.
fn nibbles(log: &LogId) -> Prefix {
    log.0.iter().flat_map(|byte| [byte >> 4, byte & 15]).collect()
}

/// The first and the last log id that start with `prefix`.
fn bounds(prefix: &[u8]) -> (LogId, LogId) {
    let fill = |filler: u8| {
        let mut all = prefix.iter().copied().chain(std::iter::repeat(filler));
        LogId(std::array::from_fn(|_| {
            let (high, low) = (all.next().unwrap_or(filler), all.next().unwrap_or(filler));
            (high << 4) | (low & 15)
        }))
    };
    (fill(0), fill(15))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry(device: u8, life: u8, seq: u64) -> FrontierEntry {
        FrontierEntry {
            device: DeviceId([device; 32]),
            life: LifeId([life; 16]),
            seq,
            head: EnvelopeId([device; 32]),
            cut: 0,
        }
    }

    proptest! {
        #[test]
        fn any_order_of_changes_gives_the_root_of_the_result(
            changes in prop::collection::vec((any::<u8>(), 0..4_u8, 1..9_u64), 0..300),
            looks in prop::collection::vec(any::<bool>(), 300),
        ) {
            let mut kept = Trie::default();
            let mut last = BTreeMap::new();
            for ((device, life, seq), look) in changes.into_iter().zip(looks) {
                kept.set(entry(device, life, seq));
                last.insert((device, life), seq);
                if look {
                    let _ = kept.root();
                }
            }
            let mut fresh = Trie::default();
            for ((device, life), seq) in last.into_iter().rev() {
                fresh.set(entry(device, life, seq));
            }
            prop_assert_eq!(kept.root(), fresh.root());
        }
    }

    #[test]
    fn a_log_that_is_cut_at_its_start_is_as_if_never_heard_of() {
        let (mut ana, mut bo) = (Trie::default(), Trie::default());
        for device in 0..20 {
            ana.set(entry(device, 0, 1));
            bo.set(entry(device, 0, 1));
        }
        ana.set(entry(99, 0, 3));
        assert_ne!(ana.root(), bo.root());
        ana.set(FrontierEntry { seq: 0, head: EnvelopeId::NONE, cut: 1, ..entry(99, 0, 3) });
        assert_eq!(ana.root(), bo.root());
        assert_eq!(ana.entry(&entry(99, 0, 3).log()).map(|entry| entry.cut), Some(1));
    }

    #[test]
    fn one_different_log_shows_in_one_child_only() {
        let (mut ana, mut bo) = (Trie::default(), Trie::default());
        for device in 0..200 {
            ana.set(entry(device, 0, 1));
            bo.set(entry(device, 0, 1));
        }
        assert_eq!(ana.root(), bo.root());
        bo.set(entry(7, 0, 2));
        let differ =
            ana.children(&[]).unwrap().iter().zip(bo.children(&[]).unwrap()).filter(|(a, b)| **a != *b).count();
        assert_eq!(differ, 1);
    }
}
