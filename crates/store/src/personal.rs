//! Personal state: the fields of this member alone, by kind and by what each is about.
//!
//! What is kept here stands nowhere else, so it is never derived: `fsck` leaves it alone.

use cremona_envelope::Time;
use rusqlite::{OptionalExtension, Row, params};

use crate::open::{Read, StoreError, Write};

/// A field of personal state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonalRow {
    /// Its kind.
    pub kind: u8,
    /// What it is about.
    pub about: Vec<u8>,
    /// When it was written last, as the field itself says.
    pub at: Time,
    /// The field.
    pub field: Vec<u8>,
}

impl Read<'_> {
    /// One field.
    pub fn personal(&self, kind: u8, about: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT field FROM personal WHERE kind = ?1 AND about = ?2")?;
        Ok(query.query_row(params![kind, about], |row| row.get(0)).optional()?)
    }

    /// All fields of a kind, by what they are about.
    pub fn personal_of(&self, kind: u8) -> Result<Vec<PersonalRow>, StoreError> {
        let mut query =
            self.db.prepare_cached("SELECT kind, about, at, field FROM personal WHERE kind = ?1 ORDER BY about")?;
        Ok(query.query_map([kind], personal_row)?.collect::<Result<_, _>>()?)
    }

    /// Fields of a kind whose names begin with these bytes, those written last first, at most `limit`.
    pub fn personal_latest(&self, kind: u8, beginning: &[u8], limit: u32) -> Result<Vec<PersonalRow>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT kind, about, at, field
             FROM personal
             WHERE kind = ?1 AND substr(about, 1, ?3) = ?2
             ORDER BY at DESC, about
             LIMIT ?4",
        )?;
        let length = i64::try_from(beginning.len()).unwrap_or(i64::MAX);
        Ok(query.query_map(params![kind, beginning, length, limit], personal_row)?.collect::<Result<_, _>>()?)
    }

    /// The kinds of which there is anything.
    pub fn personal_kinds(&self) -> Result<Vec<u8>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT DISTINCT kind FROM personal ORDER BY kind")?;
        Ok(query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    /// How many fields there are.
    pub fn personal_count(&self) -> Result<u64, StoreError> {
        Ok(self.db.prepare_cached("SELECT count(*) FROM personal")?.query_row([], |row| row.get(0))?)
    }
}

impl Write<'_> {
    /// Keeps a field in the place of the one before.
    pub fn put_personal(&self, row: &PersonalRow) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO personal (kind, about, at, field)
                 VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (kind, about) DO UPDATE SET at = excluded.at, field = excluded.field",
            )?
            .execute(params![row.kind, row.about, row.at.0, row.field])?;
        Ok(())
    }

    /// Forgets a field; its bytes are overwritten with zeros.
    pub fn drop_personal(&self, kind: u8, about: &[u8]) -> Result<(), StoreError> {
        self.db.prepare_cached("DELETE FROM personal WHERE kind = ?1 AND about = ?2")?.execute(params![kind, about])?;
        Ok(())
    }
}

fn personal_row(row: &Row<'_>) -> rusqlite::Result<PersonalRow> {
    Ok(PersonalRow { kind: row.get(0)?, about: row.get(1)?, at: Time(row.get(2)?), field: row.get(3)? })
}
