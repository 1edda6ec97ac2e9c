//! Hours and the due clock: stories about people in several zones, laws, and a second, slow implementation.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a story that can't be told is a failure of the test")]

mod due;
mod heard;
mod laws;
mod moments;
mod quiet;
mod slow;
mod team;
mod texts;
mod zones;

use cremona_hours::{At, Hours, Zones};

/// Hours as written.
fn hours(text: &str) -> Hours {
    Hours::parse(text, &Zones::bundled()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// A moment, as RFC 3339.
fn at(text: &str) -> At {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// A moment as RFC 3339 with its offset, so that a story reads in somebody's own clock.
fn same(moment: Option<At>, text: &str) {
    assert_eq!(
        moment,
        Some(at(text)),
        "expected {text}, got {}",
        moment.map_or_else(|| "never".into(), |at| at.to_string())
    );
}
