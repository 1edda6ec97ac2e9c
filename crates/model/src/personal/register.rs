//! A register: a field that holds what was written to it last.

use cremona_envelope::{DeviceId, Time};

/// When something was written, and by which of a member's devices. Later is greater.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Written {
    /// When, by that device's clock, and after all that it had heard of.
    pub time: Time,
    /// By which device; decides where times are equal.
    pub device: DeviceId,
}

/// What was written last. The greater of two wins: by time, then device, then value, the last only
/// so that no two bytes make devices differ for good.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Register {
    /// When and by whom.
    pub written: Written,
    /// What, as [`super::value`] writes it; `None` where it was taken back.
    pub value: Option<Vec<u8>>,
}

impl Register {
    /// A write of now in the place of `before`: later than that whatever the clock says, so that a
    /// clock that was once ahead stops nobody from changing a field again.
    #[must_use]
    pub fn after(before: Option<&Self>, value: Option<Vec<u8>>, device: DeviceId, now: Time) -> Self {
        let time = before.map_or(now, |before| now.max(before.written.time.plus(1)));
        Self { written: Written { time, device }, value }
    }

    /// Takes the later of both; whether that changed anything.
    pub fn join(&mut self, other: &Self) -> bool {
        let later = *other > *self;
        if later {
            self.clone_from(other);
        }
        later
    }
}
