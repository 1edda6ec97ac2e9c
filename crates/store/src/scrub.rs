//! The last step of erasing: making sure that no remnant of erased text is left in the file.
//!
//! `secure_delete` overwrites what is deleted. But when SQLite splits or merges pages it moves cells
//! and may leave a copy of one in the unused middle of a page, where a later delete does not reach.
//! So the file itself is searched for the erased texts and for those of their words that no other
//! message contains; if any is found, the file is written anew by `VACUUM`, which copies live rows
//! only.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use memchr::memmem::Finder;

use crate::open::{Store, StoreError};

/// Bytes read at once.
const CHUNK: usize = 1 << 20;
/// Shortest piece that is looked for; shorter ones occur by chance.
const SHORTEST: usize = 6;
/// Longest piece of a text that is looked for.
const PIECE: usize = 48;
/// Most pieces; with more, the file is written anew without looking.
const MOST: usize = 256;

impl Store {
    /// Writes the file anew if a remnant of `texts`, which were erased, is in it. To be called after
    /// a [`Store::checkpoint`] that returned true. False where a reader kept the write-ahead log
    /// from being emptied afterwards; then [`Store::checkpoint`] has to be called again.
    ///
    /// # Errors
    /// [`StoreError`] where SQLite or the file system refuses.
    pub fn scrub(&self, texts: &[String]) -> Result<bool, StoreError> {
        if self.path().is_none() {
            return Ok(true);
        }
        self.scrub_pieces(&self.pieces(texts)?)
    }

    /// The same for pieces of bytes.
    pub(crate) fn scrub_pieces(&self, pieces: &[Vec<u8>]) -> Result<bool, StoreError> {
        let Some(path) = self.path() else { return Ok(true) };
        let remnant = pieces.len() > MOST || find(path, pieces).map_err(|error| StoreError::Io(error.to_string()))?;
        if !remnant {
            return Ok(true);
        }
        self.vacuum()?;
        self.checkpoint()
    }

    /// The end of each text, and each word that no message contains any more.
    fn pieces(&self, texts: &[String]) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut pieces: Vec<Vec<u8>> = Vec::new();
        for text in texts {
            let bytes = text.as_bytes();
            let end = bytes.get(bytes.len().saturating_sub(PIECE)..).unwrap_or(bytes);
            pieces.push(end.to_vec());
            for word in text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase) {
                if word.len() >= SHORTEST && pieces.len() <= MOST && !self.contains_word(&word)? {
                    pieces.push(word.into_bytes());
                }
            }
        }
        pieces.retain(|piece| piece.len() >= SHORTEST);
        pieces.sort();
        pieces.dedup();
        Ok(pieces)
    }

    fn contains_word(&self, word: &str) -> Result<bool, StoreError> {
        self.read(|read| {
            let mut query = read.db.prepare_cached("SELECT 1 FROM search WHERE search MATCH ?1 LIMIT 1")?;
            Ok(query.exists([format!("\"{word}\"")])?)
        })
    }
}

/// Whether a file holds any of these pieces.
fn find(path: &Path, pieces: &[Vec<u8>]) -> std::io::Result<bool> {
    let finders: Vec<Finder<'_>> = pieces.iter().map(Finder::new).collect();
    let overlap = pieces.iter().map(Vec::len).max().unwrap_or(0);
    let mut file = File::open(path)?;
    let mut window = Vec::with_capacity(CHUNK.saturating_add(overlap));
    loop {
        let read = (&mut file).take(CHUNK as u64).read_to_end(&mut window)?;
        if finders.iter().any(|finder| finder.find(&window).is_some()) {
            return Ok(true);
        }
        if read == 0 {
            return Ok(false);
        }
        let kept = window.len().min(overlap);
        window.drain(..window.len().saturating_sub(kept));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_is_found_across_the_border_of_two_reads() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("file");
        let mut bytes = vec![b'.'; CHUNK - 3];
        bytes.extend(b"quokka");
        bytes.extend(vec![b'.'; 100]);
        std::fs::write(&path, bytes).expect("a file");
        assert!(find(&path, &[b"quokka".to_vec()]).expect("it can be read"));
        assert!(!find(&path, &[b"wombat".to_vec()]).expect("it can be read"));
    }
}
