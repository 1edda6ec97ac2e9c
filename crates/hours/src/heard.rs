//! When a teammate's node has been heard, by hour of the week, and when it may be heard next.

use crate::at::{At, HOUR_MS};

/// Hours of a week.
const WEEK: usize = 168;
/// Days on which a node was heard, fewer than which give no forecast.
pub const MIN_DAYS: u16 = 5;
/// Hours in which a node was heard, fewer than which give no forecast.
pub const MIN_HOURS: u32 = 8;
/// Silence after which there is no forecast: three weeks, in hours.
const MAX_SILENCE: u32 = 21 * 24;
/// Weeks that are remembered in full; after them what is old counts half.
const MAX_WEEKS: u32 = 16;
/// Silence that parts one time of being up from the next, in hours.
const PAUSE: u32 = 4;
/// Bytes of the encoding: version, first, last hour, days, counts.
pub const HEARD_BYTES: usize = 1 + 4 + 4 + 2 + WEEK;
const VERSION: u8 = 1;

/// In how many weeks a node was heard in each hour of the week, in UTC.
///
/// Hours are to be added as they pass. One that is added again right away is not counted twice; when more than 16
/// weeks have passed, all counts are halved and so is their time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Heard {
    /// The hour since 1970 from which on is counted, and the last that was added.
    between: Option<(u32, u32)>,
    days: u16,
    counts: [u8; WEEK],
}

impl Default for Heard {
    fn default() -> Self {
        Self { between: None, days: 0, counts: [0; WEEK] }
    }
}

/// When a node may be heard next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Forecast {
    /// Heard too seldom to tell: on fewer than [`MIN_DAYS`] days, in fewer than [`MIN_HOURS`] hours, not for
    /// three weeks, or so that a week ahead brings it less likely than not.
    NoIdea,
    /// It may be heard by then.
    Likely {
        /// As likely before as after.
        at: At,
        /// One time in ten earlier than this.
        early: At,
        /// One time in ten later than this; `None` if that is more than a week ahead.
        late: Option<At>,
    },
}

impl Heard {
    /// The node was heard.
    pub fn add(&mut self, at: At) {
        let Some(hour) = hour_of(at) else { return };
        let (first, last) = self.between.unwrap_or((hour, hour));
        if self.between.is_some() && last == hour {
            return;
        }
        if self.between.is_none() || last / 24 != hour / 24 {
            self.days = self.days.saturating_add(1);
        }
        self.between = Some((first.min(hour), hour));
        if let Some(count) = self.counts.get_mut(bucket(hour)) {
            *count = count.saturating_add(1);
        }
        self.age(hour);
    }

    /// The beginning of the last hour that was added.
    #[must_use]
    pub fn last(&self) -> Option<At> {
        self.between.map(|(_, last)| At(i64::from(last).saturating_mul(HOUR_MS)))
    }

    /// Halves what is old, until it is of no more weeks than are remembered.
    fn age(&mut self, now: u32) {
        while let Some((first, last)) = self.between.filter(|(first, _)| weeks(*first, now) > MAX_WEEKS) {
            let half = now.saturating_sub(first) / 2;
            self.between = Some((now.saturating_sub(half), last));
            self.counts.iter_mut().for_each(|count| *count /= 2);
        }
    }

    /// In how many hours it was heard, as far as they still count.
    #[must_use]
    pub fn hours(&self) -> u32 {
        self.counts.iter().map(|count| u32::from(*count)).fold(0, u32::saturating_add)
    }

    /// When the node may be heard next, if it is not heard now.
    ///
    /// The chance of an hour is in how many of the weeks it was heard, one week more being assumed in which it
    /// wasn't. Hours of one day go together (who is ill is not there in any of them), so within a time of being up the
    /// chance is that of its best hour so far; times of being up, parted by four silent hours, are independent.
    #[must_use]
    pub fn forecast(&self, now: At) -> Forecast {
        let (Some(hour), Some((first, last))) = (hour_of(now), self.between) else { return Forecast::NoIdea };
        let silent_for = hour.saturating_sub(last);
        if self.days < MIN_DAYS || self.hours() < MIN_HOURS || silent_for > MAX_SILENCE {
            return Forecast::NoIdea;
        }
        let all = f64::from(weeks(first, hour).max(1)) + 1.0;
        let (mut missed, mut best, mut silent) = (1.0_f64, 0.0_f64, 0_u32);
        let (mut early, mut likely) = (None, None);
        for ahead in hour..=hour.saturating_add(167) {
            let count = self.counts.get(bucket(ahead)).copied().unwrap_or_default();
            silent = if count == 0 { silent.saturating_add(1) } else { 0 };
            if silent >= PAUSE {
                (missed, best) = (missed * (1.0 - best), 0.0);
            }
            best = best.max((f64::from(count) / all).min(1.0 - 1.0 / all));
            let chance = 1.0 - missed * (1.0 - best);
            let at = At(i64::from(ahead).saturating_mul(HOUR_MS)).max(now);
            early = early.or((chance >= 0.1).then_some(at));
            likely = likely.or((chance >= 0.5).then_some(at));
            if let (Some(early), Some(likely), true) = (early, likely, chance >= 0.9) {
                return Forecast::Likely { at: likely, early, late: Some(at) };
            }
        }
        match (early, likely) {
            (Some(early), Some(at)) => Forecast::Likely { at, early, late: None },
            (_, None) | (None, _) => Forecast::NoIdea,
        }
    }

    /// As [`HEARD_BYTES`] bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let (first, last) = self.between.unwrap_or((u32::MAX, 0));
        let mut bytes = vec![VERSION];
        bytes.extend(first.to_be_bytes());
        bytes.extend(last.to_be_bytes());
        bytes.extend(self.days.to_be_bytes());
        bytes.extend(self.counts);
        bytes
    }

    /// Reads what [`Heard::encode`] wrote; `None` for anything else.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let (version, rest) = bytes.split_first_chunk()?;
        let (first, rest) = rest.split_first_chunk()?;
        let (last, rest) = rest.split_first_chunk()?;
        let (days, rest) = rest.split_first_chunk()?;
        let (first, last) = (u32::from_be_bytes(*first), u32::from_be_bytes(*last));
        let heard = Self {
            between: (first <= last).then_some((first, last)),
            days: u16::from_be_bytes(*days),
            counts: rest.try_into().ok()?,
        };
        (*version == [VERSION] && heard.encode() == bytes).then_some(heard)
    }
}

/// Whole hours since 1970.
fn hour_of(at: At) -> Option<u32> {
    u32::try_from(at.0.checked_div_euclid(HOUR_MS)?).ok()
}

fn bucket(hour: u32) -> usize {
    usize::try_from(hour % 168).unwrap_or_default()
}

/// Weeks begun between two hours.
fn weeks(first: u32, now: u32) -> u32 {
    now.saturating_sub(first).div_ceil(168)
}
