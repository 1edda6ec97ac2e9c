//! Pieces of bundles on the disk, sealed under a key that is thrown away with them.
//!
//! A piece may hold, compressed, what is erased later or was erased before it came. SQLite may leave
//! copies of deleted rows in the middle of pages, and no search finds compressed words; so what is left
//! of a piece has to be unreadable by itself. The key is one row, written over in place.

use cremona_envelope::seal::{Cipher, EpochKey};
use cremona_store::{Read, StoreError, Write};

const SETTING: &str = "key of parts";
const CONTEXT: &str = "cremona 2026-11 key of parts v1";

/// What was asked for, a bundle's name, and what has come of it without a gap.
type Begun = (Vec<u8>, [u8; 16], Vec<u8>);

/// The key of the pieces that are here.
pub(crate) struct Parts {
    key: [u8; 32],
    cipher: Cipher,
}

impl Default for Parts {
    fn default() -> Self {
        Self::of([0; 32])
    }
}

impl Parts {
    fn of(key: [u8; 32]) -> Self {
        Self { key, cipher: Cipher::new(&EpochKey(key)) }
    }

    /// The key as the store has it; `random` is fresh at each start.
    pub(crate) fn read(&mut self, read: &Read<'_>, random: &[u8; 32]) -> Result<(), StoreError> {
        let kept = read.setting(SETTING)?.and_then(|key| key.try_into().ok());
        *self = Self::of(kept.unwrap_or_else(|| next(random, &[0; 32])));
        Ok(())
    }

    /// Keeps a piece.
    pub(crate) fn put(
        &self,
        tx: &Write<'_>,
        spans: &[u8],
        at: u32,
        name: &[u8; 16],
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        if tx.setting(SETTING)?.is_none() {
            tx.set_setting(SETTING, &self.key)?;
        }
        tx.put_part(spans, at, name, &self.cipher.seal_piece(&place(spans, at, name), bytes))
    }

    /// Forgets all pieces, and the key that opens them.
    pub(crate) fn drop_all(&mut self, tx: &Write<'_>, random: &[u8; 32]) -> Result<(), StoreError> {
        if tx.setting(SETTING)?.is_none() {
            return Ok(());
        }
        tx.drop_part(None)?;
        *self = Self::of(next(random, &self.key));
        tx.set_setting(SETTING, &self.key)
    }

    /// What has come of each bundle. What can't be opened is as if it had not come.
    pub(crate) fn all(&self, read: &Read<'_>) -> Result<Vec<Begun>, StoreError> {
        let mut all: Vec<Begun> = Vec::new();
        for piece in read.parts()? {
            let Ok(bytes) = self.cipher.open_piece(&place(&piece.spans, piece.at, &piece.name), &piece.bytes) else {
                continue;
            };
            let at = usize::try_from(piece.at).unwrap_or(usize::MAX);
            match all.last_mut().filter(|(spans, ..)| *spans == piece.spans) {
                Some((_, name, have)) if *name == piece.name && have.len() == at => have.extend(bytes),
                None if at == 0 => all.push((piece.spans, piece.name, bytes)),
                Some(_) | None => {}
            }
        }
        Ok(all)
    }
}

fn place(spans: &[u8], at: u32, name: &[u8; 16]) -> Vec<u8> {
    [name.as_slice(), &at.to_be_bytes(), spans].concat()
}

fn next(random: &[u8; 32], before: &[u8; 32]) -> [u8; 32] {
    blake3::derive_key(CONTEXT, &[random.as_slice(), before].concat())
}

#[cfg(test)]
mod tests {
    use cremona_store::Store;

    use super::*;

    fn all(parts: &Parts, store: &Store) -> Vec<Begun> {
        store.read(|read| parts.all(&read)).unwrap()
    }

    #[test]
    fn pieces_are_read_again_as_far_as_they_follow_each_other() {
        let (mut store, random) = (Store::in_memory().unwrap(), [7; 32]);
        let mut ana = Parts::default();
        store.read(|read| ana.read(&read, &random)).unwrap();
        store
            .write(|tx| {
                ana.put(tx, b"a", 0, &[1; 16], b"one")?;
                ana.put(tx, b"a", 3, &[1; 16], b"two")?;
                ana.put(tx, b"a", 9, &[1; 16], b"late")?;
                ana.put(tx, b"b", 4, &[2; 16], b"no start")?;
                ana.put(tx, b"c", 0, &[3; 16], b"c")
            })
            .unwrap();
        let mut again = Parts::default();
        store.read(|read| again.read(&read, &[8; 32])).unwrap();
        let expected = [(b"a".to_vec(), [1; 16], b"onetwo".to_vec()), (b"c".to_vec(), [3; 16], b"c".to_vec())];
        assert_eq!(all(&again, &store), expected);
    }

    #[test]
    fn what_is_left_of_a_piece_is_opened_by_nobody_once_all_are_dropped() {
        let (mut store, random) = (Store::in_memory().unwrap(), [7; 32]);
        let mut ana = Parts::default();
        store.read(|read| ana.read(&read, &random)).unwrap();
        store.write(|tx| ana.put(tx, b"a", 0, &[1; 16], b"a secret word")).unwrap();
        let left = store.read(|read| read.parts()).unwrap().remove(0);
        assert!(!left.bytes.windows(6).any(|part| part == b"secret"));
        store.write(|tx| ana.drop_all(tx, &random)).unwrap();
        assert!(all(&ana, &store).is_empty());
        store.write(|tx| tx.put_part(&left.spans, left.at, &left.name, &left.bytes)).unwrap();
        assert!(all(&ana, &store).is_empty(), "the key is another one");
    }
}
