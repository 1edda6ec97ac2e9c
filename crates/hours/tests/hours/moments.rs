//! Moments as Ana in New York and Sari in Jakarta write them.

use cremona_hours::moment::{self, Here, MomentError};
use cremona_hours::{At, Clock, Zones};
use proptest::prelude::*;

use super::at;

/// What a text means to somebody in a zone, as RFC 3339 or as an error.
fn read(text: &str, now: &str, zone: &str) -> Result<At, MomentError> {
    let zones = Zones::bundled();
    let zone = zones.zone(zone).unwrap();
    moment::parse(text, &Here { now: at(now), zone: &zone, zones: &zones, bare: Clock::MIDNIGHT })
}

fn means(text: &str, now: &str, zone: &str, moment: &str) {
    assert_eq!(read(text, now, zone), Ok(at(moment)), "{text}");
}

fn fails(text: &str, now: &str, zone: &str, error: &str) {
    assert_eq!(read(text, now, zone).map_err(|error| error.to_string()), Err(error.to_owned()), "{text}");
}

#[test]
fn ana_writes_days_and_times() {
    // A Friday.
    let now = "2026-11-27T10:00:00-05:00";
    for (text, moment) in [
        ("fri 15:00", "2026-11-27T15:00:00-05:00"),
        ("fri 10:00", "2026-12-04T10:00:00-05:00"),
        ("Friday 3pm", "2026-11-27T15:00:00-05:00"),
        ("3 pm on friday", "2026-11-27T15:00:00-05:00"),
        ("fri", "2026-12-04T00:00:00-05:00"),
        ("mon at 9", "2026-11-30T09:00:00-05:00"),
        ("tomorrow 09:00", "2026-11-28T09:00:00-05:00"),
        ("tomorrow", "2026-11-28T00:00:00-05:00"),
        ("today 17:00", "2026-11-27T17:00:00-05:00"),
        ("today 08:00", "2026-11-27T08:00:00-05:00"),
        ("2026-11-30 17:00", "2026-11-30T17:00:00-05:00"),
        ("2026-11-30", "2026-11-30T00:00:00-05:00"),
        ("15:00", "2026-11-27T15:00:00-05:00"),
        ("09:59", "2026-11-28T09:59:00-05:00"),
        ("tomorrow 09:00 Asia/Singapore", "2026-11-28T09:00:00+08:00"),
        ("15:00 utc", "2026-11-28T15:00:00Z"),
        ("in 2h", "2026-11-27T12:00:00-05:00"),
        ("in 1h30m", "2026-11-27T11:30:00-05:00"),
        ("in 3 days", "2026-11-30T10:00:00-05:00"),
        ("in 2 weeks and 1 day", "2026-12-12T10:00:00-05:00"),
        ("in 1 month", "2026-12-27T10:00:00-05:00"),
        ("now", "2026-11-27T10:00:00-05:00"),
        ("2026-11-30T17:00:00+08:00", "2026-11-30T17:00:00+08:00"),
        ("2026-11-30T17:00:00Z", "2026-11-30T17:00:00Z"),
        ("2026-11-30 17:00-04:00", "2026-11-30T17:00:00-04:00"),
        ("mon 17:00+05:45", "2026-11-30T17:00:00+05:45"),
    ] {
        means(text, now, "America/New_York", moment);
    }
}

#[test]
fn sari_writes_them_in_indonesian() {
    let now = "2026-11-27T10:00:00+07:00";
    for (text, moment) in [
        ("besok 09.00", "2026-11-28T09:00:00+07:00"),
        ("lusa pukul 9", "2026-11-29T09:00:00+07:00"),
        ("hari ini jam 15.30", "2026-11-27T15:30:00+07:00"),
        ("Senin 08:00", "2026-11-30T08:00:00+07:00"),
        ("jumat 15:00", "2026-11-27T15:00:00+07:00"),
        ("minggu 09:00", "2026-11-29T09:00:00+07:00"),
        ("dalam 2 jam", "2026-11-27T12:00:00+07:00"),
        ("2 jam 30 menit lagi", "2026-11-27T12:30:00+07:00"),
        ("dalam 2 minggu", "2026-12-11T10:00:00+07:00"),
        ("besok 09.00 Europe/London", "2026-11-28T09:00:00Z"),
    ] {
        means(text, now, "Asia/Jakarta", moment);
    }
}

#[test]
fn a_time_that_exists_twice_or_not_is_refused_with_both_readings() {
    let (spring, autumn) = ("2026-03-07T12:00:00-05:00", "2026-10-31T12:00:00-04:00");
    let twice = "01:30 happens twice on 2026-11-01 in America/New_York: say 01:30-04:00 or 01:30-05:00";
    fails("tomorrow 01:30", autumn, "America/New_York", twice);
    means("tomorrow 01:30-04:00", autumn, "America/New_York", "2026-11-01T05:30:00Z");
    means("tomorrow 01:30-05:00", autumn, "America/New_York", "2026-11-01T06:30:00Z");
    let skipped = "02:30 does not exist on 2026-03-08 in America/New_York: say 01:30 or 03:30";
    fails("2026-03-08 02:30", spring, "America/New_York", skipped);
    let lord_howe = "02:15 does not exist on 2026-10-04 in Australia/Lord_Howe: say 01:45 or 02:45";
    fails("2026-10-04 02:15", spring, "Australia/Lord_Howe", lord_howe);
    // A length of time is no time on a clock: hours pass, days are turned over.
    means("in 24h", spring, "America/New_York", "2026-03-08T13:00:00-04:00");
    means("in 1 day", spring, "America/New_York", "2026-03-08T12:00:00-04:00");
    // The day itself begins, even where midnight is skipped.
    means("2018-11-04", spring, "America/Sao_Paulo", "2018-11-04T01:00:00-02:00");
}

#[test]
fn what_means_nothing_is_pointed_at() {
    let now = "2026-11-27T10:00:00Z";
    for (text, error) in [
        ("", "no moment: say one like \"tomorrow 09:00\""),
        ("  , ", "no moment: say one like \"tomorrow 09:00\""),
        ("tomorow 09:00", "column 1: \"tomorow\" is no day, time or zone; did you mean tomorrow?"),
        ("fri 15:00 whenever", "column 11: \"whenever\" is no day, time or zone"),
        ("fri 25:00", "column 5: \"25:00\": no clock shows that: expected 00:00 to 23:59"),
        ("fri sat", "column 5: \"sat\" is one too many"),
        ("9:00 10:00", "column 6: \"10:00\" is one too many"),
        (
            "tomorrow 9:00 Asia/Singapor",
            "column 15: there is no time zone \"Asia/Singapor\"; did you mean Asia/Singapore?",
        ),
        ("in", "column 1: say how long, like \"in 2h\" or \"in 3 days\""),
        ("in 5", "column 4: say how long, like \"in 2h\" or \"in 3 days\""),
        ("in 5 parsecs", "column 6: say how long, like \"in 2h\" or \"in 3 days\""),
        ("in 99999 month", "that is too far away"),
        ("in 1h 2h", "column 7: \"2h\" is one too many"),
        ("2026-02-29", "column 1: \"2026-02-29\" is no day, time or zone"),
    ] {
        fails(text, now, "UTC", error);
    }
    fails(&"fri ".repeat(100), now, "UTC", "longer than 200 bytes");
}

#[test]
fn what_has_passed_is_told_apart() {
    let now = at("2026-11-27T10:00:00Z");
    let past = read("today 08:00", "2026-11-27T10:00:00Z", "UTC").unwrap();
    assert_eq!(moment::ahead(past, now), Err(MomentError::Past { at: past }));
    assert_eq!(
        moment::ahead(now, now).map_err(|error| error.to_string()),
        Err("2026-11-27T10:00:00Z has passed".into())
    );
    assert_eq!(moment::ahead(now.plus(1), now), Ok(now.plus(1)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_parser_of_moments_panic(
        any in ".{0,40}",
        near in "(in |dalam )?(fri|besok|[0-9]{1,9}|[0-9:.+-]{1,8}|jam|h|m|lagi|UTC|[+−-]0|z)( |,)(fri|minggu|[0-9]{1,6}(h|d|bulan)|[0-9:.+-]{1,8}|am|ini|Asia/X)?",
        now in any::<i64>(),
    ) {
        let zones = Zones::bundled();
        let zone = zones.zone("America/New_York").unwrap();
        let here = Here { now: At(now), zone: &zone, zones: &zones, bare: Clock::MIDNIGHT };
        let _ = (moment::parse(&any, &here), moment::parse(&near, &here));
    }

    #[test]
    fn what_is_read_on_a_clock_is_shown_on_it(day in 0_i32..365, hour in 0_u8..24, minute in 0_u8..60) {
        let zones = Zones::bundled();
        let zone = zones.zone("Australia/Lord_Howe").unwrap();
        let now = at("2026-01-01T00:00:00Z");
        let here = Here { now, zone: &zone, zones: &zones, bare: Clock::MIDNIGHT };
        let date = zone.wall(now.plus(i64::from(day) * 86_400_000)).date();
        let text = format!("{date} {hour:02}:{minute:02}");
        match moment::parse(&text, &here) {
            Ok(moment) => prop_assert_eq!(zone.wall(moment).strftime("%Y-%m-%d %H:%M").to_string(), text),
            Err(error) => prop_assert!(matches!(error, MomentError::Skipped { .. } | MomentError::Twice { .. }), "{error}"),
        }
    }
}
