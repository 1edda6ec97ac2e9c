//! Time zones by their IANA names, from the database in the program or from files that the caller read.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};

use crate::at::At;
use crate::nearest::nearest;

/// Longest name of a zone, in bytes; the longest there is has 32.
const MAX_NAME: usize = 64;

/// Where zones come from: the tz database in the program, and before it whatever the caller gives.
#[derive(Clone, Debug)]
pub struct Zones {
    bundled: TimeZoneDatabase,
    /// By name in small letters.
    given: Arc<BTreeMap<String, Zone>>,
}

impl Zones {
    /// The database in the program.
    #[must_use]
    pub fn bundled() -> Self {
        Self { bundled: TimeZoneDatabase::bundled(), given: Arc::default() }
    }

    /// Zones by name as TZif (RFC 9636), the form of `/usr/share/zoneinfo`, each before the one in the
    /// program. The caller reads the files, so that nothing here changes while the program runs.
    ///
    /// # Errors
    /// The first that is no TZif, or whose name is no name.
    pub fn with(mut self, files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Result<Self, ZoneError> {
        let given = Arc::make_mut(&mut self.given);
        for (name, tzif) in files {
            if !is_name(&name) {
                return Err(ZoneError::unknown(&name, Vec::new()));
            }
            let tz = TimeZone::tzif(&name, &tzif).map_err(|_| ZoneError::Damaged { name: name.clone() })?;
            given.insert(name.to_ascii_lowercase(), Zone { name: name.into(), tz });
        }
        Ok(self)
    }

    /// The zone of this name, whatever the case of its letters.
    ///
    /// # Errors
    /// There is none; the names nearest to it.
    pub fn zone(&self, name: &str) -> Result<Zone, ZoneError> {
        let found = || {
            if let Some(zone) = self.given.get(&name.to_ascii_lowercase()) {
                return Some(zone.clone());
            }
            let tz = self.bundled.get(name).ok().filter(|tz| !tz.is_unknown())?;
            Some(Zone { name: tz.iana_name()?.into(), tz })
        };
        let zone = if is_name(name) { found() } else { None };
        zone.ok_or_else(|| ZoneError::unknown(name, nearest(name, self.names().iter().map(String::as_str))))
    }

    /// All names, in order.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let bundled = self.bundled.available().map(|name| name.to_string());
        let mut names: Vec<_> = bundled.chain(self.given.values().map(|zone| zone.name.to_string())).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// Without the database's own words for "none" and without what leads to other files.
fn is_name(name: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte);
    (1..=MAX_NAME).contains(&name.len()) && name.bytes().all(letter)
}

/// A time zone. Its text is its name, as its database spells it.
#[derive(Clone, PartialEq, Eq)]
pub struct Zone {
    name: Arc<str>,
    tz: TimeZone,
}

impl Zone {
    /// UTC, which needs no database.
    #[must_use]
    pub fn utc() -> Self {
        Self { name: "UTC".into(), tz: TimeZone::UTC }
    }

    /// The name, as its database spells it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Seconds east of UTC at a moment.
    #[must_use]
    pub fn offset(&self, at: At) -> i32 {
        self.tz.to_offset(at.stamp()).seconds()
    }

    /// What the zone's time is called at a moment: `EST`, or digits (`+08`) where it has no name.
    #[must_use]
    pub fn abbreviation(&self, at: At) -> String {
        self.tz.to_offset_info(at.stamp()).abbreviation().to_owned()
    }

    /// What calendar and clock on the wall show there at a moment.
    #[must_use]
    pub fn wall(&self, at: At) -> DateTime {
        self.tz.to_datetime(at.stamp())
    }

    /// What they have shown by a moment.
    pub(crate) fn shown(&self, at: At) -> Shown {
        let stamp = at.stamp();
        let now = self.tz.to_datetime(stamp);
        // The change at this very moment has happened.
        let past = stamp.saturating_add(1.nanosecond()).unwrap_or(stamp);
        let before = self.tz.preceding(past).next().map_or(now, |change| {
            let last = change.timestamp().saturating_sub(1.nanosecond()).unwrap_or(stamp);
            self.tz.to_offset(last).to_datetime(change.timestamp())
        });
        Shown { now, before }
    }

    /// The first moment at which calendar and clock there show this or anything later.
    ///
    /// So a time that is repeated is its first occurrence, a time that is skipped is the moment of the
    /// change, and what is later on the wall is never an earlier moment.
    #[must_use]
    pub fn first(&self, wall: DateTime) -> At {
        let meant = self.tz.to_ambiguous_timestamp(wall);
        let AmbiguousOffset::Gap { after, .. } = meant.offset() else {
            return meant.earlier().map_or(At::LAST, At::from);
        };
        // The earlier reading is before the change and the later one after it.
        let Ok(before) = meant.earlier() else { return At::FIRST };
        let mut changes = self.tz.following(before);
        changes.find(|change| change.offset() == after).map_or(At::from(before), |change| At::from(change.timestamp()))
    }

    /// The first moment of a day.
    #[must_use]
    pub fn first_of(&self, date: Date) -> At {
        self.first(date.to_datetime(Time::midnight()))
    }

    /// What jiff knows it by.
    #[must_use]
    pub fn tz(&self) -> &TimeZone {
        &self.tz
    }
}

/// What calendar and clock of a zone have shown by a moment.
pub(crate) struct Shown {
    pub(crate) now: DateTime,
    /// All that is earlier than this was shown before the latest change of the clock.
    before: DateTime,
}

impl Shown {
    /// Whether they have shown this or anything later.
    pub(crate) fn has(&self, wall: DateTime) -> bool {
        wall <= self.now || wall < self.before
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.name)
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "Zone({})", self.name)
    }
}

/// Why there is no such zone.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ZoneError {
    /// No database here has it.
    #[error("there is no time zone \"{name}\"{}", did_you_mean(nearest))]
    Unknown {
        /// What was asked for, at most 64 characters of it.
        name: String,
        /// What is nearest to it, best first.
        nearest: Vec<String>,
    },
    /// The caller's file is not what it should be.
    #[error("the file of the time zone \"{name}\" is no TZif")]
    Damaged {
        /// Whose file.
        name: String,
    },
}

impl ZoneError {
    fn unknown(name: &str, nearest: Vec<String>) -> Self {
        Self::Unknown { name: name.chars().take(MAX_NAME).collect(), nearest }
    }
}

fn did_you_mean(nearest: &[String]) -> String {
    if nearest.is_empty() { String::new() } else { format!("; did you mean {}?", nearest.join(" or ")) }
}
