//! Clocks on walls: whose hours count, which zone is meant, and moments as people write them.

use cremona_envelope::{MemberId, Time};
use cremona_hours::moment::{self, Here};
use cremona_hours::{At, Clock, Hours, Zone, Zones, their_morning};
use cremona_model::personal::Setting;
use cremona_store::{About, Read};

use crate::ask::{Failure, Reason};
use crate::error::EngineError;
use crate::personal::settings::setting;
use crate::said;

/// Zones, and the one that this machine's clock is in.
#[derive(Clone, Debug)]
pub(crate) struct Wall {
    pub(crate) zones: Zones,
    machine: Zone,
}

/// What a day without a time stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Bare {
    /// Its beginning: what comes then.
    Begins,
    /// Its last minute: what is due by then.
    Ends,
}

impl Default for Wall {
    fn default() -> Self {
        Self { zones: Zones::bundled(), machine: Zone::utc() }
    }
}

impl Wall {
    /// The clock of this machine is in the zone of that name; UTC where nobody knows it.
    pub(crate) fn machine_in(&mut self, name: &str) {
        self.machine = self.zones.zone(name).unwrap_or_else(|_| Zone::utc());
    }

    /// The zone that a member reads times in: as set, else that of the hours published, else the machine's.
    pub(crate) fn zone(&self, read: &Read<'_>, me: &MemberId) -> Result<Zone, EngineError> {
        if let Some(zone) = setting(read, Setting::Zone)?.and_then(|name| self.zones.zone(&name).ok()) {
            return Ok(zone);
        }
        Ok(self.published(read, me)?.map_or_else(|| self.machine.clone(), |hours| hours.zone().clone()))
    }

    /// The hours that a member published, if this version reads them.
    pub(crate) fn published(&self, read: &Read<'_>, member: &MemberId) -> Result<Option<Hours>, EngineError> {
        let row = read.about(member, About::Hours)?;
        Ok(row.and_then(|row| Hours::parse(&row.value, &self.zones).ok()))
    }

    /// The hours of a member; where none are published, those assumed in the zone of who asks.
    pub(crate) fn hours(&self, read: &Read<'_>, member: &MemberId, asker: &Zone) -> Result<Hours, EngineError> {
        Ok(self.published(read, member)?.unwrap_or_else(|| Hours::assumed(asker.clone())))
    }

    /// A moment as a member of this node writes it, which is still ahead.
    pub(crate) fn ahead(
        &self,
        read: &Read<'_>,
        me: &MemberId,
        text: &str,
        bare: Bare,
        now: Time,
    ) -> Result<Time, EngineError> {
        let at = self.moment(read, me, text, bare, now)?;
        moment::ahead(at_of(at), at_of(now)).map_err(|error| refused(&error))?;
        Ok(at)
    }

    /// A moment as a member of this node writes it; it may have passed.
    pub(crate) fn moment(
        &self,
        read: &Read<'_>,
        me: &MemberId,
        text: &str,
        bare: Bare,
        now: Time,
    ) -> Result<Time, EngineError> {
        let zone = self.zone(read, me)?;
        let bare = match bare {
            Bare::Begins => Clock::MIDNIGHT,
            Bare::Ends => Clock::new(23, 59).unwrap_or(Clock::MIDNIGHT),
        };
        let here = Here { now: at_of(now), zone: &zone, zones: &self.zones, bare };
        Ok(time_of(moment::parse(text, &here).map_err(|error| refused(&error))?))
    }

    /// The morning of those whom something is for: the latest of their next ones.
    pub(crate) fn their_morning(
        &self,
        read: &Read<'_>,
        me: &MemberId,
        members: &[MemberId],
        now: Time,
    ) -> Result<Time, EngineError> {
        let zone = self.zone(read, me)?;
        let hours = members.iter().map(|member| self.hours(read, member, &zone)).collect::<Result<Vec<_>, _>>()?;
        let morning = their_morning(at_of(now), &hours.iter().collect::<Vec<_>>());
        let message = "none of them has a morning within their hours";
        morning.map(time_of).ok_or_else(|| {
            Failure::new(Reason::Usage, message, "say when, with --at").named(said!("no-morning")).into()
        })
    }
}

/// As the crate `hours` counts.
pub(crate) fn at_of(time: Time) -> At {
    At(i64::try_from(time.0).unwrap_or(i64::MAX))
}

/// As envelopes count; nothing is before 1970.
pub(crate) fn time_of(at: At) -> Time {
    Time(u64::try_from(at.0).unwrap_or(0)).min(Time::MAX)
}

fn refused(error: &moment::MomentError) -> EngineError {
    let hint = "for instance \"fri 15:00\", \"tomorrow 09:00 Asia/Singapore\", \"in 2h\" or 2026-11-30T09:00+08:00";
    Failure::new(Reason::Usage, error.to_string(), hint).named(said!("no-moment", error = error.to_string())).into()
}
