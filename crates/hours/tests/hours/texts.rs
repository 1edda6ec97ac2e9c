//! Hours as people write them, and what is said of hours that are none.

use cremona_hours::{Hours, Zones};

use super::{at, hours};

#[test]
fn hours_have_one_canonical_text() {
    for (written, canonical) in [
        (
            "asia/singapore mon-fri 09:00-17:30; sat 10:00-12:00; off 2026-12-24..2026-12-26, 2027-01-01",
            "Asia/Singapore mon-fri 09:00-17:30; sat 10:00-12:00; off 2026-12-24..2026-12-26, 2027-01-01",
        ),
        ("Europe/London daily 9-17", "Europe/London mon-sun 09:00-17:00"),
        ("Europe/London mon,wed fri 9am-12pm 1pm–5:30pm", "Europe/London mon, wed, fri 09:00-12:00, 13:00-17:30"),
        ("Europe/London fri-tue 22:00 - 06:00", "Europe/London mon-tue, fri-sun 22:00-06:00"),
        ("Asia/Jakarta senin-jumat 08.00-16.00; libur 2026-08-17", "Asia/Jakarta mon-fri 08:00-16:00; off 2026-08-17"),
        ("UTC sat 18:00-00:00; sun 00:00-24:00", "UTC sat 18:00-24:00; sun 00:00-24:00"),
        ("UTC tue 9-12; mon 9-12; tue 13-14;;", "UTC mon 09:00-12:00; tue 09:00-12:00, 13:00-14:00"),
        ("UTC off 2026-01-03, 2026-01-01..2026-01-02; mon 9-12", "UTC mon 09:00-12:00; off 2026-01-01..2026-01-03"),
        ("UTC mon 9-12; off 2026-01-01..2026-01-05 2026-01-03", "UTC mon 09:00-12:00; off 2026-01-01..2026-01-05"),
    ] {
        let parsed = hours(written);
        assert_eq!(parsed.to_string(), canonical, "{written}");
        assert_eq!(hours(canonical), parsed, "{written}");
        assert!(!parsed.is_assumed());
    }
}

#[test]
fn an_error_points_at_what_is_wrong() {
    for (written, error) in [
        ("", "column 1: hours begin with a time zone, like Asia/Singapore"),
        ("mon-fri 09:00-17:00", "column 1: hours begin with a time zone, like Asia/Singapore"),
        ("  9-17 mon", "column 3: hours begin with a time zone, like Asia/Singapore"),
        ("Asia/Singapor mon 9-17", "column 1: there is no time zone \"Asia/Singapor\"; did you mean Asia/Singapore?"),
        ("UTC", "column 3: these hours never open: say days and times, like mon-fri 09:00-17:00"),
        ("UTC; off 2026-01-01", "column 19: these hours never open: say days and times, like mon-fri 09:00-17:00"),
        ("UTC mon 25:00-26:00", "column 9: \"25:00\": no clock shows that: expected 00:00 to 23:59"),
        ("UTC mon 9-noon", "column 11: \"noon\": no time of day: expected one like 09:00"),
        ("UTC mon-frj 9-17", "column 9: \"frj\" is no day; did you mean fri?"),
        ("UTC mon- 9-17", "column 5: days need times after them, like mon-fri 09:00-17:00"),
        ("UTC mon-fri", "column 9: days need times after them, like mon-fri 09:00-17:00"),
        ("UTC mon 9-17; 10-12", "column 15: times need days before them, like mon-fri 09:00-17:00"),
        ("UTC mon 9", "column 9: a shift has two times, like 09:00-17:00"),
        ("UTC mon 9-", "column 9: a shift has two times, like 09:00-17:00"),
        ("UTC mon 9 17", "column 9: a shift has two times, like 09:00-17:00"),
        ("UTC mon 9-9", "column 9: this shift ends when it begins; a whole day is 00:00-24:00"),
        ("UTC mon 24:00-06:00", "column 9: \"24:00\": no clock shows that: expected 00:00 to 23:59"),
        ("UTC mon 9-12, 11-13", "column 15: 09:00-12:00 and 11:00-13:00 overlap"),
        ("UTC mon 22-6; tue 5-9", "column 19: 22:00-06:00 and 05:00-09:00 overlap"),
        ("UTC mon 5-9; sun 22-6", "column 18: 22:00-06:00 and 05:00-09:00 overlap"),
        ("UTC mon 22-6, 23-24", "column 15: 22:00-06:00 and 23:00-24:00 overlap"),
        (
            "UTC mon 0-1, 2-3, 4-5, 6-7, 8-9, 10-11, 12-13, 14-15, 16-17",
            "column 55: more than 8 shifts begin on one day",
        ),
        ("UTC mon 9-17; off", "column 15: \"\" is no date: expected one like 2026-12-24, or two with .. between them"),
        (
            "UTC mon 9-17; off 2026-02-29",
            "column 19: \"2026-02-29\" is no date: expected one like 2026-12-24, or two with .. between them",
        ),
        ("UTC mon 9-17; off 2026-02-03..2026-02-01", "column 19: these days off end before they begin"),
        ("⏰ mon 9-17", "column 1: there is no time zone \"⏰\""),
    ] {
        let told = Hours::parse(written, &Zones::bundled()).map(|hours| hours.to_string());
        assert_eq!(told.map_err(|error| error.to_string()), Err(error.to_owned()), "{written}");
    }
}

#[test]
fn more_days_off_than_there_is_room_for_are_refused() {
    let dates = |count: usize| {
        let dates: Vec<_> =
            (0..count).map(|n| format!("{}-{:02}-{:02}", 2026 + n / 84, n / 7 % 12 + 1, n % 7 * 4 + 1)).collect();
        format!("UTC mon 9-17; off {}", dates.join(" "))
    };
    assert!(Hours::parse(&dates(64), &Zones::bundled()).is_ok());
    let error = Hours::parse(&dates(65), &Zones::bundled()).unwrap_err().to_string();
    assert!(error.ends_with("more than 64 stretches of days off"), "{error}");
    let error = Hours::parse(&"UTC ".repeat(2_000), &Zones::bundled()).unwrap_err().to_string();
    assert_eq!(error, "column 1: longer than 4096 bytes");
}

#[test]
fn one_who_published_nothing_is_assumed_to_work_nine_to_five() {
    let zone = Zones::bundled().zone("Asia/Singapore").unwrap();
    let assumed = Hours::assumed(zone);
    assert!(assumed.is_assumed());
    assert_eq!(assumed.to_string(), "Asia/Singapore mon-fri 09:00-17:00");
    assert!(assumed.is_open(at("2026-11-27T09:00:00+08:00")) && !assumed.is_open(at("2026-11-28T09:00:00+08:00")));
}
