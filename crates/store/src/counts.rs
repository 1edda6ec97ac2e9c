//! How many messages and threads each channel has: counted as rows change, written once a transaction.

use std::cell::RefCell;
use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, params};

use crate::open::{StoreError, Write};

/// What a transaction has changed so far, by a channel's number: messages that are shown and not
/// deleted, and threads.
#[derive(Debug, Default)]
pub(crate) struct Counted(RefCell<BTreeMap<i64, (i64, i64)>>);

impl Counted {
    /// `by` more messages in a channel.
    pub(crate) fn messages(&self, channel: i64, by: i64) {
        let mut all = self.0.borrow_mut();
        let (messages, _) = all.entry(channel).or_default();
        *messages = messages.saturating_add(by);
    }

    /// `by` more threads in a channel.
    pub(crate) fn threads(&self, channel: i64, by: i64) {
        let mut all = self.0.borrow_mut();
        let (_, threads) = all.entry(channel).or_default();
        *threads = threads.saturating_add(by);
    }

    /// What was counted is counted again.
    pub(crate) fn forget(&self) {
        self.0.borrow_mut().clear();
    }
}

impl Write<'_> {
    /// Where message `n` is counted, if it is.
    pub(crate) fn counted_in(&self, n: i64) -> Result<Option<i64>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT channel FROM message WHERE n = ?1 AND shown > deleted")?;
        Ok(query.query_row([n], |row| row.get(0)).optional()?)
    }

    /// Writes down what was counted.
    pub(crate) fn note_counts(&self) -> Result<(), StoreError> {
        for (channel, (messages, threads)) in self.counted.0.take() {
            if (messages, threads) != (0, 0) {
                self.db
                    .prepare_cached(
                        "INSERT INTO channel_count (channel, messages, threads)
                         VALUES (?1, ?2, ?3)
                         ON CONFLICT (channel) DO UPDATE
                         SET messages = messages + excluded.messages, threads = threads + excluded.threads",
                    )?
                    .execute(params![channel, messages, threads])?;
            }
        }
        Ok(())
    }
}
