//! Zones by name, and what their clocks show.

use cremona_hours::{ZoneError, Zones};

use super::at;

#[test]
fn an_unknown_zone_names_the_nearest() {
    for (typed, meant) in [
        ("Asia/Singapor", "Asia/Singapore"),
        ("new york", "America/New_York"),
        ("Europe/Londn", "Europe/London"),
        ("Kathmand", "Asia/Kathmandu"),
        ("Australia/Lord-Howe", "Australia/Lord_Howe"),
        ("Asia/Jakrta", "Asia/Jakarta"),
    ] {
        let Err(ZoneError::Unknown { nearest, .. }) = Zones::bundled().zone(typed) else { panic!("{typed} is a zone") };
        assert_eq!(nearest.first().map(String::as_str), Some(meant), "{typed}: {nearest:?}");
    }
    let error = Zones::bundled().zone("Asia/Singapor").unwrap_err().to_string();
    assert_eq!(error, "there is no time zone \"Asia/Singapor\"; did you mean Asia/Singapore?");
}

#[test]
fn what_is_no_name_is_refused_without_a_guess() {
    for typed in ["", "../../etc/passwd", "Etc/Unknown", "🌏", "zzzzzzzzzz", &"Asia/".repeat(1_000)] {
        let Err(ZoneError::Unknown { nearest, name }) = Zones::bundled().zone(typed) else {
            panic!("{typed} is a zone")
        };
        assert!(nearest.is_empty() && name.chars().count() <= 64, "{typed}: {nearest:?}");
    }
}

#[test]
fn a_zone_keeps_the_spelling_of_its_database() {
    for typed in ["asia/singapore", "ASIA/SINGAPORE", "Asia/Singapore"] {
        assert_eq!(Zones::bundled().zone(typed).unwrap().to_string(), "Asia/Singapore");
    }
    assert_eq!(Zones::bundled().zone("utc").unwrap().to_string(), "UTC");
    assert!(Zones::bundled().names().len() > 400);
}

#[test]
fn offsets_and_names_are_those_of_the_moment() {
    let told = |zone: &str, moment: &str| {
        let zone = Zones::bundled().zone(zone).unwrap();
        (zone.offset(at(moment)), zone.abbreviation(at(moment)))
    };
    assert_eq!(told("America/New_York", "2026-11-01T05:59:59Z"), (-4 * 3_600, "EDT".to_owned()));
    assert_eq!(told("America/New_York", "2026-11-01T06:00:00Z"), (-5 * 3_600, "EST".to_owned()));
    assert_eq!(told("Asia/Kathmandu", "2026-11-01T06:00:00Z"), (5 * 3_600 + 45 * 60, "+0545".to_owned()));
    assert_eq!(told("Australia/Lord_Howe", "2026-12-01T00:00:00Z"), (11 * 3_600, "+11".to_owned()));
}

#[test]
fn a_skipped_time_is_the_moment_of_the_change_and_a_repeated_one_its_first() {
    let new_york = Zones::bundled().zone("America/New_York").unwrap();
    let first = |wall: &str| new_york.first(wall.parse().unwrap());
    assert_eq!(first("2026-03-08T02:30:00"), at("2026-03-08T03:00:00-04:00"));
    assert_eq!(first("2026-03-08T02:00:00"), at("2026-03-08T03:00:00-04:00"));
    assert_eq!(first("2026-11-01T01:30:00"), at("2026-11-01T01:30:00-04:00"));
    assert_eq!(first("2026-11-01T02:00:00"), at("2026-11-01T02:00:00-05:00"));
    // The day that Samoa left out when it crossed the date line.
    let apia = Zones::bundled().zone("Pacific/Apia").unwrap();
    assert_eq!(apia.first_of("2011-12-30".parse().unwrap()), apia.first_of("2011-12-31".parse().unwrap()));
}

#[test]
fn a_zone_that_the_caller_gives_comes_before_the_one_in_the_program() {
    // UTC with nothing else, in the oldest form: a header, one type at offset 3,600 and its name.
    let mut tzif = b"TZif\0".to_vec();
    tzif.extend([0; 15]);
    tzif.extend([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 4]);
    tzif.extend([0, 0, 0x0e, 0x10, 0, 0]);
    tzif.extend(b"XXX\0");
    let files = vec![("Asia/Singapore".to_owned(), tzif)];
    let zones = Zones::bundled().with(files).unwrap();
    assert_eq!(zones.zone("asia/singapore").unwrap().offset(at("2026-11-27T00:00:00Z")), 3_600);
    assert_eq!(zones.zone("Asia/Jakarta").unwrap().offset(at("2026-11-27T00:00:00Z")), 7 * 3_600);
    let damaged = Zones::bundled().with([("Asia/Here".to_owned(), b"no".to_vec())]);
    assert_eq!(damaged.unwrap_err().to_string(), "the file of the time zone \"Asia/Here\" is no TZif");
    assert!(Zones::bundled().with([("../here".to_owned(), Vec::new())]).is_err());
}
