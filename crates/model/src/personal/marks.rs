//! Read marks: how far each log was read, in a thread or in a channel.

use std::collections::BTreeMap;

use cremona_envelope::{LogId, Time};

use super::register::Register;
use super::value;

/// Most logs whose positions one field holds: those with the lowest ids, so that any order of merging
/// keeps the same. What further ones say stays unread.
pub const MAX_LOGS: usize = 16_384;

/// A place in each of some logs: what stands at or before it is meant, what stands beyond is not.
///
/// Positions, never times: what arrives late stands beyond them, however old it says that it is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Positions(BTreeMap<LogId, u64>);

/// How far a thread or a channel was read, and when last.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Marks {
    /// When it was read last. It decides nothing about messages: only whether a thread was marked
    /// unread since, and which marks are the oldest.
    pub read: Time,
    /// How far.
    pub upto: Positions,
}

impl Positions {
    /// Whether what stands there is meant.
    #[must_use]
    pub fn cover(&self, log: &LogId, seq: u64) -> bool {
        self.0.get(log).is_some_and(|upto| seq <= *upto)
    }

    /// The position in a log; 0 where there is none.
    #[must_use]
    pub fn of(&self, log: &LogId) -> u64 {
        self.0.get(log).copied().unwrap_or(0)
    }

    /// Raises the position in a log; whether that changed anything. It never goes down, and 0 is none.
    pub fn raise(&mut self, log: LogId, seq: u64) -> bool {
        if self.of(&log) >= seq {
            return false;
        }
        self.0.insert(log, seq);
        let left_out = if self.0.len() > MAX_LOGS { self.0.pop_last() } else { None };
        left_out.is_none_or(|(other, _)| other != log)
    }

    /// Raises each position to that of `other`; whether that changed anything.
    pub fn join(&mut self, other: &Self) -> bool {
        other.0.iter().fold(false, |changed, (log, seq)| self.raise(*log, *seq) || changed)
    }

    /// Whether everything that `other` means is meant here.
    #[must_use]
    pub fn cover_all(&self, other: &Self) -> bool {
        other.iter().all(|(log, seq)| self.cover(log, seq))
    }

    /// Logs and seqs, by log.
    pub fn iter(&self) -> impl Iterator<Item = (&LogId, u64)> {
        self.0.iter().map(|(log, seq)| (log, *seq))
    }

    /// How many logs.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is meant.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(LogId, u64)> for Positions {
    fn from_iter<T: IntoIterator<Item = (LogId, u64)>>(positions: T) -> Self {
        let mut all = Self::default();
        for (log, seq) in positions {
            all.raise(log, seq);
        }
        all
    }
}

impl Marks {
    /// Takes the higher position of each log and the later reading; whether that changed anything.
    pub fn join(&mut self, other: &Self) -> bool {
        let later = other.read > self.read;
        self.read = self.read.max(other.read);
        self.upto.join(&other.upto) || later
    }

    /// How far these marks of a thread reach, next to those of its channel: as far as the higher of
    /// both, unless the thread was marked unread after either was read last; then only as far as
    /// that says.
    #[must_use]
    pub fn within(&self, channel: &Self, unread: Option<&Register>) -> Positions {
        self.again(channel, unread).unwrap_or_else(|| {
            let mut all = self.upto.clone();
            all.join(&channel.upto);
            all
        })
    }

    /// Up to where a thread counts as read that was marked unread after its marks or its channel's were
    /// made last; `None` where it was not.
    #[must_use]
    pub fn again(&self, channel: &Self, unread: Option<&Register>) -> Option<Positions> {
        let since = self.read.max(channel.read);
        unread
            .filter(|register| register.written.time > since)
            .and_then(|register| register.value.as_deref())
            .and_then(value::read_positions)
    }
}
