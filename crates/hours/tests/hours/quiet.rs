//! Bo's quiet: outside his hours, on a schedule of its own, while he focuses.

use cremona_hours::{HOUR_MS, MAX_FOCUS, Quiet, QuietError, Rule, Zones};

use super::{at, hours, same};

const BO: &str = "Asia/Singapore mon-fri 09:00-17:00";

fn quiet(text: &str) -> Quiet {
    Quiet::parse(text, &Zones::bundled()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn from_the_beginning_it_is_quiet_outside_hours() {
    let (bo, quiet) = (hours(BO), Quiet::default());
    let evening = at("2026-11-27T17:00:00+08:00");
    assert!(quiet.is_quiet(evening, &bo) && !quiet.is_quiet(evening.plus(-1), &bo));
    same(quiet.quiet_until(evening, &bo), "2026-11-30T09:00:00+08:00");
    assert_eq!(quiet.quiet_until(evening.plus(-1), &bo), Some(evening.plus(-1)));
    assert!(!Quiet::by(Rule::Never).is_quiet(evening, &bo));
}

#[test]
fn focus_is_quiet_within_hours_and_leads_into_the_evening() {
    let (bo, mut quiet) = (hours(BO), Quiet::default());
    let now = at("2026-11-26T14:00:00+08:00");
    quiet.focus_until(now, now.plus(2 * HOUR_MS)).unwrap();
    assert!(quiet.is_quiet(now, &bo));
    same(quiet.quiet_until(now, &bo), "2026-11-26T16:00:00+08:00");
    // Longer, over the end of the day: until the morning.
    quiet.focus_until(now.plus(HOUR_MS), now.plus(4 * HOUR_MS)).unwrap();
    assert_eq!(quiet.focus(), [(now, now.plus(4 * HOUR_MS))]);
    same(quiet.quiet_until(now, &bo), "2026-11-27T09:00:00+08:00");
    assert!(quiet.end_focus(now) && !quiet.end_focus(now));
    assert!(!quiet.is_quiet(now, &bo));
    // What begins with the morning goes on from the night.
    quiet.focus_until(at("2026-11-27T08:00:00+08:00"), at("2026-11-27T10:30:00+08:00")).unwrap();
    same(quiet.quiet_until(at("2026-11-26T20:00:00+08:00"), &bo), "2026-11-27T10:30:00+08:00");
}

#[test]
fn a_schedule_of_its_own_replaces_the_hours() {
    let (bo, quiet) = (hours(BO), quiet("Asia/Singapore daily 22:00-07:00"));
    assert!(!quiet.is_quiet(at("2026-11-28T12:00:00+08:00"), &bo), "a Saturday");
    same(quiet.quiet_until(at("2026-11-28T23:00:00+08:00"), &bo), "2026-11-29T07:00:00+08:00");
    let always = self::quiet("UTC daily 0-24");
    assert!(always.is_quiet(at("2026-11-28T12:00:00+08:00"), &bo));
    assert_eq!(always.quiet_until(at("2026-11-28T12:00:00+08:00"), &bo), None);
}

#[test]
fn quiet_has_one_canonical_text() {
    for (written, canonical) in [
        ("", "outside hours"),
        ("outside  hours;", "outside hours"),
        ("never", "never"),
        ("asia/singapore daily 22-7", "Asia/Singapore mon-sun 22:00-07:00"),
        (
            "never; focus 2026-11-27T09:00:00Z..2026-11-27T11:00:00Z 2026-11-27T10:00:00Z..2026-11-27T12:00:00Z",
            "never; focus 2026-11-27T09:00:00Z..2026-11-27T12:00:00Z",
        ),
        (
            "UTC mon 9-10; focus 2026-11-28T09:00:00Z..2026-11-28T11:00:00Z, 2026-11-27T10:00:00Z..2026-11-27T12:00:00Z",
            "UTC mon 09:00-10:00; focus 2026-11-27T10:00:00Z..2026-11-27T12:00:00Z, 2026-11-28T09:00:00Z..2026-11-28T11:00:00Z",
        ),
    ] {
        assert_eq!(quiet(written).to_string(), canonical, "{written}");
        assert_eq!(quiet(canonical), quiet(written), "{written}");
    }
}

#[test]
fn quiet_that_is_none_is_pointed_at() {
    for (written, error) in [
        ("sometimes", "column 1: there is no time zone \"sometimes\""),
        ("UTC mon 9-10; focus; frj 9-10", "column 22: \"frj\" is no day; did you mean fri?"),
        (
            "never; focus now",
            "column 14: \"now\" is no focus: expected two moments like 2026-11-30T09:00:00Z with .. between them",
        ),
        (
            "never; focus 2026-11-27T09:00:00Z..2026-11-27T09:00:00Z",
            "focus until 2026-11-27T09:00:00Z is over before it begins at 2026-11-27T09:00:00Z",
        ),
    ] {
        assert_eq!(Quiet::parse(written, &Zones::bundled()).map_err(|error| error.to_string()), Err(error.into()));
    }
}

#[test]
fn there_is_room_for_so_many_blocks_of_focus() {
    let (mut quiet, now) = (Quiet::default(), at("2026-11-27T00:00:00Z"));
    let block = |n: usize| (now.plus(n as i64 * 2 * HOUR_MS), now.plus((n as i64 * 2 + 1) * HOUR_MS));
    let text: Vec<_> = (0..MAX_FOCUS).map(|n| format!("{}..{}", block(n).0, block(n).1)).collect();
    quiet = Quiet::parse(&format!("{quiet}; focus {}", text.join(", ")), &Zones::bundled()).unwrap();
    assert_eq!(quiet.focus().len(), MAX_FOCUS);
    assert_eq!(Quiet::parse(&quiet.to_string(), &Zones::bundled()), Ok(quiet.clone()));
    let (from, until) = block(MAX_FOCUS);
    let text = format!("{quiet}, {from}..{until}");
    assert_eq!(Quiet::parse(&text, &Zones::bundled()), Err(QuietError::Many));
    // Those that are over make room.
    quiet.focus_until(from, until).unwrap();
    assert_eq!(quiet.focus(), [(from, until)]);
}
