//! Zones, working hours, due clocks, quiet hours and moments: all that is reckoned with clocks on walls.
//!
//! This crate owns what a member's published hours say about any moment, through every change of a
//! zone's clocks. It never reads a clock (`now` is an argument) or a disk, knows no record and no
//! message, and does no arithmetic on clocks by hand: jiff does, with the tz database in the program.
//!
//! Start at [`Zones`] for where zones come from and at [`Hours`] for what they are for; [`due`] is the due
//! clock, [`Quiet`] when nothing notifies, [`moment`] reads moments as people write them, [`grid`] and its neighbours
//! lay a team's hours side by side, and [`Heard`] forecasts when a node is heard next. Everything has one canonical text, which `Display` writes and the parser of the same type
//! reads. What each word means exactly is in `docs/decisions/0038-hours-are-a-crate.md`.
//!
//! Bounds, all constants beside what they bound: 8 shifts a day, 64 stretches of days off, texts of
//! 4,096 bytes. Every function is total: moments before the year 1 or after 9000 count as those.

#![deny(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects))]

mod at;
mod clock;
mod days;
mod due;
mod grammar;
mod heard;
mod hours;
pub mod moment;
mod nearest;
mod off;
mod quiet;
mod team;
mod weekly;
mod words;
mod zone;

pub use at::{At, AtError, DAY_MS, HOUR_MS, MINUTE_MS};
pub use clock::{Clock, ClockError};
pub use days::WorkingDay;
pub use due::{Colour, EXPIRES_MS, REVIEW_MS, due, expires, overdue_by};
pub use grammar::{HoursError, MAX_TEXT, Problem};
pub use heard::{Forecast, HEARD_BYTES, Heard, MIN_DAYS, MIN_HOURS};
pub use hours::Hours;
pub use off::MAX_OFF;
pub use quiet::{MAX_FOCUS, Quiet, QuietError, Rule};
pub use team::{Cell, GridDay, MAX_GRID_DAYS, MAX_HORIZON_MS, grid, next_common_opening, overlaps, their_morning};
pub use weekly::MAX_SHIFTS;
pub use zone::{Zone, ZoneError, Zones};
