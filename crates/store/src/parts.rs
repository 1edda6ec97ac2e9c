//! Pieces of bundles that have not been taken yet, so that a node that stops goes on where it was.

use rusqlite::params;

use crate::open::{Read, StoreError, Write};

/// Most bundles that are read again at the start.
const MOST: usize = 64;

/// What was asked for, the bundle's name, and its bytes from the start without a gap.
pub type PartRow = (Vec<u8>, [u8; 16], Vec<u8>);

impl Read<'_> {
    /// What has come of each bundle.
    ///
    /// # Errors
    /// [`StoreError`] where SQLite fails; so in all functions here.
    pub fn parts(&self) -> Result<Vec<PartRow>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT spans, at, name, bytes FROM part ORDER BY spans, at")?;
        let mut rows = query.query([])?;
        let mut parts: Vec<PartRow> = Vec::new();
        while let Some(row) = rows.next()? {
            let (spans, at, name): (Vec<u8>, usize, [u8; 16]) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let bytes: Vec<u8> = row.get(3)?;
            let full = parts.len() >= MOST;
            match parts.last_mut() {
                Some((last, of, have)) if *last == spans => {
                    if *of == name && have.len() == at {
                        have.extend(bytes);
                    }
                }
                Some(_) | None if full => break,
                Some(_) | None if at == 0 => parts.push((spans, name, bytes)),
                Some(_) | None => {}
            }
        }
        Ok(parts)
    }
}

impl Write<'_> {
    /// Keeps a piece of a bundle, in the place of what stood there.
    pub fn put_part(&self, spans: &[u8], at: u32, name: &[u8; 16], bytes: &[u8]) -> Result<(), StoreError> {
        self.db
            .prepare_cached("INSERT OR REPLACE INTO part (spans, at, name, bytes) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![spans, at, name, bytes])?;
        Ok(())
    }

    /// Forgets the pieces of one bundle, or of all.
    pub fn drop_part(&self, spans: Option<&[u8]>) -> Result<(), StoreError> {
        match spans {
            Some(spans) => self.db.prepare_cached("DELETE FROM part WHERE spans = ?1")?.execute([spans])?,
            None => self.db.prepare_cached("DELETE FROM part")?.execute([])?,
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::Store;

    #[test]
    fn pieces_are_read_as_far_as_they_follow_each_other() {
        let mut store = Store::in_memory().unwrap();
        store
            .write(|tx| {
                tx.put_part(b"a", 0, &[1; 16], b"one")?;
                tx.put_part(b"a", 3, &[1; 16], b"two")?;
                tx.put_part(b"a", 9, &[1; 16], b"late")?;
                tx.put_part(b"b", 4, &[2; 16], b"no start")?;
                tx.put_part(b"c", 0, &[3; 16], b"c")
            })
            .unwrap();
        let parts = |store: &Store| store.read(|read| read.parts()).unwrap();
        let expected = [(b"a".to_vec(), [1; 16], b"onetwo".to_vec()), (b"c".to_vec(), [3; 16], b"c".to_vec())];
        assert_eq!(parts(&store), expected);
        store.write(|tx| tx.drop_part(Some(b"a"))).unwrap();
        assert_eq!(parts(&store).len(), 1);
        store.write(|tx| tx.drop_part(None)).unwrap();
        assert!(parts(&store).is_empty());
    }
}
