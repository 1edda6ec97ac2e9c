//! What is said about messages, threads and people beside their texts: flags, mentions, pins, titles,
//! resolutions, acknowledgements, and what members say of themselves.
//!
//! All of it may arrive before what it is about. Of what has a latest word, the last by (time, id)
//! counts.

use cremona_envelope::{MemberId, RecordId, Time};
use rusqlite::{OptionalExtension, Row, params};

use crate::open::{Read, StoreError, Write};

/// Stands for everyone among those whom a message calls.
const EVERYONE: MemberId = MemberId([0; 16]);

/// What a member says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i64)]
pub enum About {
    /// When it works.
    Hours = 1,
    /// What it is about.
    Status = 2,
    /// Who stands in for it.
    Deputy = 3,
}

/// One thing that a member says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AboutRow {
    /// Who.
    pub member: MemberId,
    /// What about.
    pub field: About,
    /// When it was said.
    pub time: Time,
    /// The record.
    pub id: RecordId,
    /// What, as the engine writes it.
    pub value: String,
}

/// A flag: the latest of one member on one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlagRow {
    /// The message.
    pub message: RecordId,
    /// Who put it there.
    pub member: MemberId,
    /// When.
    pub time: Time,
    /// The record.
    pub id: RecordId,
    /// 1 red, 2 yellow, 3 green; 0 where it was taken back.
    pub colour: u8,
    /// By when, where its author said so.
    pub due: Option<Time>,
    /// Whom it is for by name, in order of ids.
    pub members: Vec<MemberId>,
    /// Whether it is for everyone.
    pub everyone: bool,
    /// Whether it goes to the deputy of who is away.
    pub escalate: bool,
    /// Where it stands: log.
    pub log: i64,
    /// Where it stands: seq.
    pub seq: u64,
}

/// Who said the latest word about something, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// When.
    pub time: Time,
    /// The record.
    pub id: RecordId,
    /// Who.
    pub member: MemberId,
    /// What.
    pub on: bool,
}

impl Read<'_> {
    /// Flags on a message that were not taken back, in order of their authors' ids.
    pub fn flags(&self, message: &RecordId) -> Result<Vec<FlagRow>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT message, member, time, id, colour, due, everyone, escalate, log, seq
             FROM flag
             WHERE message = ?1 AND colour > 0
             ORDER BY member",
        )?;
        let mut rows = query.query_map([message.0], flag_row)?.collect::<Result<Vec<_>, _>>()?;
        for row in &mut rows {
            row.members = self.flag_for(message, &row.member)?;
        }
        Ok(rows)
    }

    fn flag_for(&self, message: &RecordId, member: &MemberId) -> Result<Vec<MemberId>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT recipient FROM flag_for INDEXED BY flag_for_of WHERE message = ?1 AND member = ?2 ORDER BY 1",
        )?;
        Ok(query.query_map([message.0, member.0], |row| row.get(0).map(MemberId))?.collect::<Result<_, _>>()?)
    }

    /// Whom the current text of message `n` calls: by name, and whether everyone.
    pub fn mentions(&self, n: i64) -> Result<(Vec<MemberId>, bool), StoreError> {
        let mut query = self.db.prepare_cached("SELECT member FROM mention WHERE message = ?1 ORDER BY member")?;
        let mut members: Vec<MemberId> =
            query.query_map([n], |row| row.get(0).map(MemberId))?.collect::<Result<_, _>>()?;
        let everyone = members.first() == Some(&EVERYONE);
        members.retain(|member| *member != EVERYONE);
        Ok((members, everyone))
    }

    /// Whether a message is pinned, if anyone said so.
    pub fn pin(&self, message: &RecordId) -> Result<Option<Word>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT time, id, member, on_ FROM pin WHERE message = ?1")?;
        Ok(query.query_row([message.0], word).optional()?)
    }

    /// The pinned messages of a channel, pinned last first.
    pub fn pins(&self, channel: &RecordId) -> Result<Vec<RecordId>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT p.message
             FROM pin AS p
             CROSS JOIN message AS m ON m.id = p.message
             WHERE p.on_ = 1 AND m.shown > m.deleted AND m.channel = (SELECT no FROM channel WHERE id = ?1)
             ORDER BY p.time DESC, p.id DESC",
        )?;
        Ok(query.query_map([channel.0], |row| row.get(0).map(RecordId))?.collect::<Result<_, _>>()?)
    }

    /// Who resolved a thread, unless it is open: nobody did, or a reply is later by (time, id).
    pub fn resolved(&self, root: &RecordId) -> Result<Option<Word>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT r.time, r.id, r.member, r.on_
             FROM resolve AS r
             WHERE r.root = ?1 AND r.on_ = 1
               AND NOT EXISTS (SELECT 1
                               FROM message AS m INDEXED BY message_in_thread
                               WHERE m.root = (SELECT n FROM message WHERE id = ?1) AND m.root <> 0
                                 AND m.time >= r.time AND (m.time, m.id) > (r.time, r.id))",
        )?;
        Ok(query.query_row([root.0], word).optional()?)
    }

    /// Where the body stands that gives a thread its title: log, seq.
    pub fn title_place(&self, root: &RecordId) -> Result<Option<(i64, u64)>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT log, seq FROM title WHERE root = ?1")?;
        Ok(query.query_row([root.0], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
    }

    /// The title given to a thread later, if it is here.
    pub fn given_title(&self, root: &RecordId) -> Result<Option<String>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT text FROM title WHERE root = ?1")?;
        Ok(query.query_row([root.0], |row| row.get(0)).optional()?.flatten())
    }

    /// Titles that nobody has read from their bodies yet: of which thread, log, seq.
    pub fn unread_titles(&self) -> Result<Vec<(RecordId, i64, u64)>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT root, log, seq FROM title WHERE text IS NULL")?;
        let read = |row: &Row<'_>| Ok((RecordId(row.get(0)?), row.get(1)?, row.get(2)?));
        Ok(query.query_map([], read)?.collect::<Result<_, _>>()?)
    }

    /// Who has acknowledged a message, first first.
    pub fn acknowledged(&self, message: &RecordId) -> Result<Vec<(MemberId, Time)>, StoreError> {
        let mut query =
            self.db.prepare_cached("SELECT member, time FROM acknowledge WHERE message = ?1 ORDER BY time, member")?;
        let read = |row: &Row<'_>| Ok((MemberId(row.get(0)?), Time(row.get(1)?)));
        Ok(query.query_map([message.0], read)?.collect::<Result<_, _>>()?)
    }

    /// What a member says of itself.
    pub fn about(&self, member: &MemberId, field: About) -> Result<Option<AboutRow>, StoreError> {
        let mut query =
            self.db.prepare_cached("SELECT member, time, id, value FROM about WHERE member = ?1 AND field = ?2")?;
        let read = |row: &Row<'_>| {
            Ok(AboutRow {
                member: MemberId(row.get(0)?),
                field,
                time: Time(row.get(1)?),
                id: RecordId(row.get(2)?),
                value: row.get(3)?,
            })
        };
        Ok(query.query_row(params![member.0, field as i64], read).optional()?)
    }

    /// Who names whom to stand in: each member with the value of its register.
    pub fn deputies(&self) -> Result<Vec<(MemberId, String)>, StoreError> {
        let mut query = self
            .db
            .prepare_cached("SELECT member, value FROM about WHERE field = 3 AND value <> '' ORDER BY member")?;
        Ok(query.query_map([], |row| Ok((MemberId(row.get(0)?), row.get(1)?)))?.collect::<Result<_, _>>()?)
    }

    /// The announcements that are shown, and messages that ask to be acknowledged, from `since` up to
    /// `until`, oldest first, at most `limit`.
    pub fn announcements(&self, since: Time, until: Time, limit: u32) -> Result<Vec<RecordId>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT id
             FROM message INDEXED BY message_manner
             WHERE manner <> 0 AND time >= ?1 AND time < ?2 AND shown > deleted
             ORDER BY time, id
             LIMIT ?3",
        )?;
        let rows = query.query_map(params![since.0, until.0, limit], |row| row.get(0).map(RecordId))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// When the next embargo after `after` ends.
    pub fn next_embargo(&self, after: Time) -> Result<Option<Time>, StoreError> {
        let mut query =
            self.db.prepare_cached("SELECT min(embargo) FROM message INDEXED BY message_embargo WHERE embargo > ?1")?;
        Ok(query.query_row([after.0], |row| row.get::<_, Option<u64>>(0))?.map(Time))
    }

    /// A member's own messages that are not to be shown yet, the next first.
    pub fn scheduled(&self, member: &MemberId, now: Time) -> Result<Vec<RecordId>, StoreError> {
        let mut query = self.db.prepare_cached(
            "SELECT m.id
             FROM message AS m INDEXED BY message_embargo
             JOIN log AS l ON l.no = m.log
             WHERE m.embargo > ?2 AND l.member = ?1 AND m.deleted = 0
             ORDER BY m.embargo, m.id",
        )?;
        Ok(query.query_map(params![member.0, now.0], |row| row.get(0).map(RecordId))?.collect::<Result<_, _>>()?)
    }
}

impl Write<'_> {
    /// Notes a flag, unless a later one of that member is known.
    pub fn set_flag(&self, flag: &FlagRow) -> Result<(), StoreError> {
        let set = self
            .db
            .prepare_cached(
                "INSERT INTO flag (message, member, time, id, colour, due, everyone, escalate, log, seq)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
                 ON CONFLICT (message, member) DO UPDATE
                 SET time = excluded.time, id = excluded.id, colour = excluded.colour, due = excluded.due,
                     everyone = excluded.everyone, escalate = excluded.escalate,
                     log = excluded.log, seq = excluded.seq
                 WHERE (excluded.time, excluded.id) > (time, id)",
            )?
            .execute(params![
                flag.message.0,
                flag.member.0,
                flag.time.0,
                flag.id.0,
                flag.colour,
                flag.due.map(|due| due.0),
                flag.everyone,
                flag.escalate,
                flag.log,
                flag.seq
            ])?;
        if set == 0 {
            return Ok(());
        }
        self.db
            .prepare_cached("DELETE FROM flag_for WHERE message = ?1 AND member = ?2")?
            .execute([flag.message.0, flag.member.0])?;
        for recipient in flag.members.iter().filter(|_| flag.colour > 0) {
            self.db
                .prepare_cached("INSERT OR IGNORE INTO flag_for (recipient, message, member) VALUES (?1, ?2, ?3)")?
                .execute([recipient.0, flag.message.0, flag.member.0])?;
        }
        Ok(())
    }

    /// Whom the current text of message `n` calls from now on.
    pub fn set_mentions(&self, n: i64, members: &[MemberId], everyone: bool) -> Result<(), StoreError> {
        self.db.prepare_cached("DELETE FROM mention WHERE message = ?1")?.execute([n])?;
        for member in members.iter().chain(everyone.then_some(&EVERYONE)) {
            self.db
                .prepare_cached("INSERT OR IGNORE INTO mention (member, message) VALUES (?1, ?2)")?
                .execute(params![member.0, n])?;
        }
        Ok(())
    }

    /// Notes that a message is pinned or not, unless a later word is known.
    pub fn set_pin(&self, message: &RecordId, said: &Word) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO pin (message, time, id, on_, member)
                 VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (message) DO UPDATE
                 SET time = excluded.time, id = excluded.id, on_ = excluded.on_, member = excluded.member
                 WHERE (excluded.time, excluded.id) > (time, id)",
            )?
            .execute(params![message.0, said.time.0, said.id.0, said.on, said.member.0])?;
        Ok(())
    }

    /// Notes that a thread is resolved or not, unless a later word is known.
    pub fn set_resolved(&self, root: &RecordId, said: &Word) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO resolve (root, time, id, on_, member)
                 VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (root) DO UPDATE
                 SET time = excluded.time, id = excluded.id, on_ = excluded.on_, member = excluded.member
                 WHERE (excluded.time, excluded.id) > (time, id)",
            )?
            .execute(params![root.0, said.time.0, said.id.0, said.on, said.member.0])?;
        Ok(())
    }

    /// Notes where a title given to a thread stands, unless a later one is known; what it says is told by
    /// [`Write::put_title`].
    pub fn set_title(
        &self,
        root: &RecordId,
        (time, id): (Time, &RecordId),
        (log, seq): (i64, u64),
    ) -> Result<(), StoreError> {
        let mut known = self.db.prepare_cached("SELECT 1 FROM title WHERE root = ?1 AND (time, id) >= (?2, ?3)")?;
        if known.exists(params![root.0, time.0, id.0])? {
            return Ok(());
        }
        self.leave_title(root)?;
        self.db
            .prepare_cached("INSERT OR REPLACE INTO title (root, time, id, log, seq) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![root.0, time.0, id.0, log, seq])?;
        Ok(())
    }

    /// Keeps the title that stands in the body of an envelope, if that is the one that counts for the thread,
    /// and indexes it when the transaction ends.
    pub fn put_title(&self, root: &RecordId, (log, seq): (i64, u64), text: &str) -> Result<(), StoreError> {
        let mut counts = self
            .db
            .prepare_cached("SELECT 1 FROM title WHERE root = ?1 AND log = ?2 AND seq = ?3 AND text IS NOT ?4")?;
        if !counts.exists(params![root.0, log, seq, text])? {
            return Ok(());
        }
        self.leave_title(root)?;
        self.db.prepare_cached("UPDATE title SET text = ?2 WHERE root = ?1")?.execute(params![root.0, text])?;
        Ok(())
    }

    /// Notes that a member acknowledged a message; the first time counts.
    pub fn add_acknowledged(&self, message: &RecordId, member: &MemberId, time: Time) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO acknowledge (message, member, time)
                 VALUES (?1, ?2, ?3)
                 ON CONFLICT (message, member) DO UPDATE SET time = min(time, excluded.time)",
            )?
            .execute(params![message.0, member.0, time.0])?;
        Ok(())
    }

    /// Notes what a member says of itself, unless a later word is known.
    pub fn set_about(&self, row: &AboutRow) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO about (member, field, time, id, value)
                 VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (member, field) DO UPDATE
                 SET time = excluded.time, id = excluded.id, value = excluded.value
                 WHERE (excluded.time, excluded.id) > (time, id)",
            )?
            .execute(params![row.member.0, row.field as i64, row.time.0, row.id.0, row.value])?;
        Ok(())
    }
}

fn word(row: &Row<'_>) -> rusqlite::Result<Word> {
    Ok(Word { time: Time(row.get(0)?), id: RecordId(row.get(1)?), member: MemberId(row.get(2)?), on: row.get(3)? })
}

fn flag_row(row: &Row<'_>) -> rusqlite::Result<FlagRow> {
    Ok(FlagRow {
        message: RecordId(row.get(0)?),
        member: MemberId(row.get(1)?),
        time: Time(row.get(2)?),
        id: RecordId(row.get(3)?),
        colour: row.get(4)?,
        due: row.get::<_, Option<u64>>(5)?.map(Time),
        members: Vec::new(),
        everyone: row.get(6)?,
        escalate: row.get(7)?,
        log: row.get(8)?,
        seq: row.get(9)?,
    })
}
