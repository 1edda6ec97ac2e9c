//! When Ana in New York, Bo in Singapore and Cy at night are open, and by when they owe an answer.

use std::time::Duration;

use cremona_hours::{At, Colour, DAY_MS, HOUR_MS, due, expires, overdue_by};

use super::{at, hours, same};

const BO: &str = "Asia/Singapore mon-fri 09:00-12:00, 13:00-17:30; off 2026-12-24..2026-12-26, 2027-01-01";
const CY: &str = "America/New_York mon-fri 22:00-06:00";

fn red(sent: &str, text: &str) -> Option<At> {
    due(Colour::Red, at(sent), None, &hours(text))
}

fn yellow(sent: &str, text: &str) -> Option<At> {
    due(Colour::Yellow, at(sent), None, &hours(text))
}

#[test]
fn bo_is_open_until_lunch_and_after_it() {
    let bo = hours(BO);
    for (moment, open) in [
        ("2026-11-27T08:59:59.999+08:00", false),
        ("2026-11-27T09:00:00+08:00", true),
        ("2026-11-27T11:59:59.999+08:00", true),
        ("2026-11-27T12:00:00+08:00", false),
        ("2026-11-27T13:00:00+08:00", true),
        ("2026-11-27T17:30:00+08:00", false),
        ("2026-11-28T10:00:00+08:00", false),
        ("2026-12-25T10:00:00+08:00", false),
    ] {
        assert_eq!(bo.is_open(at(moment)), open, "{moment}");
    }
    same(bo.next_closing(at("2026-11-27T09:00:00+08:00")), "2026-11-27T12:00:00+08:00");
    same(bo.next_opening(at("2026-11-27T09:00:00+08:00")), "2026-11-27T13:00:00+08:00");
    same(bo.next_morning(at("2026-11-27T09:00:00+08:00")), "2026-11-30T09:00:00+08:00");
    same(bo.next_opening(at("2026-12-23T17:30:00+08:00")), "2026-12-28T09:00:00+08:00");
    same(bo.next_closing(at("2026-12-23T17:30:00+08:00")), "2026-12-28T12:00:00+08:00");
}

#[test]
fn red_is_due_at_the_end_of_the_working_day() {
    same(red("2026-11-27T10:00:00+08:00", BO), "2026-11-27T17:30:00+08:00");
    // At lunch Bo's day is under way.
    same(red("2026-11-27T12:30:00+08:00", BO), "2026-11-27T17:30:00+08:00");
    same(red("2026-11-27T06:00:00+08:00", BO), "2026-11-27T17:30:00+08:00");
    same(red("2026-11-27T17:30:00+08:00", BO), "2026-11-30T17:30:00+08:00");
    same(red("2026-12-23T20:00:00+08:00", BO), "2026-12-28T17:30:00+08:00");
}

#[test]
fn red_for_one_who_works_at_night_is_due_in_the_morning() {
    same(red("2026-11-27T23:00:00-05:00", CY), "2026-11-28T06:00:00-05:00");
    // Three in the morning on Saturday is still Friday's work.
    same(red("2026-11-28T03:00:00-05:00", CY), "2026-11-28T06:00:00-05:00");
    same(red("2026-11-28T06:00:00-05:00", CY), "2026-12-01T06:00:00-05:00");
}

#[test]
fn yellow_gives_48_hours_of_days_on_which_bo_works() {
    same(yellow("2026-11-23T10:00:00+08:00", BO), "2026-11-25T10:00:00+08:00");
    // The weekend does not count.
    same(yellow("2026-11-27T15:00:00+08:00", BO), "2026-12-01T15:00:00+08:00");
    // Sent in the evening, it begins in the morning, and ends as the morning begins.
    same(yellow("2026-11-23T20:00:00+08:00", BO), "2026-11-26T09:00:00+08:00");
    // Sent in the lunch break, it begins after it.
    same(yellow("2026-11-23T12:30:00+08:00", BO), "2026-11-25T13:00:00+08:00");
    // Christmas does not count.
    same(yellow("2026-12-22T10:00:00+08:00", BO), "2026-12-28T10:00:00+08:00");
}

#[test]
fn yellow_that_ends_outside_hours_moves_to_the_next_closing() {
    let short = "Europe/London mon-tue 09:00-17:00; wed 09:00-12:00; thu 10:00-16:00";
    same(yellow("2026-11-23T14:00:00Z", short), "2026-11-26T16:00:00Z");
    same(yellow("2026-11-23T11:00:00Z", short), "2026-11-25T11:00:00Z");
    // At the very closing it stays.
    same(yellow("2026-11-23T12:00:00Z", short), "2026-11-25T12:00:00Z");
}

#[test]
fn what_the_sender_asks_for_wins_and_green_is_never_due() {
    let by = at("2026-11-28T03:00:00Z");
    for colour in [Colour::Red, Colour::Yellow, Colour::Green] {
        assert_eq!(due(colour, at("2026-11-27T00:00:00Z"), Some(by), &hours(BO)), Some(by));
    }
    assert_eq!(due(Colour::Green, by, None, &hours(BO)), None);
    assert_eq!(expires(Colour::Green, by), Some(by.plus(14 * DAY_MS)));
    assert_eq!((expires(Colour::Red, by), expires(Colour::Yellow, by)), (None, None));
}

#[test]
fn overdue_begins_after_the_due_time() {
    let by = at("2026-11-28T03:00:00Z");
    assert_eq!((overdue_by(by, by.plus(-1)), overdue_by(by, by)), (None, None));
    assert_eq!(overdue_by(by, by.plus(1)), Some(Duration::from_millis(1)));
}

#[test]
fn the_night_of_the_change_is_an_hour_shorter_or_longer() {
    let night = hours("America/New_York sat 22:00-06:00");
    let long = |from: &str, to: &str| night.working_time(at(from), at(to));
    assert_eq!(long("2026-03-07T00:00:00Z", "2026-03-09T00:00:00Z"), Duration::from_secs(7 * 3_600));
    assert_eq!(long("2026-10-31T00:00:00Z", "2026-11-02T00:00:00Z"), Duration::from_secs(9 * 3_600));
    assert_eq!(long("2026-06-06T00:00:00Z", "2026-06-08T00:00:00Z"), Duration::from_secs(8 * 3_600));
    assert_eq!(long("2026-06-08T00:00:00Z", "2026-06-06T00:00:00Z"), Duration::ZERO);
}

#[test]
fn hours_within_the_skipped_hour_don_t_open_on_that_day() {
    let odd = hours("America/New_York sun 02:10-02:50");
    same(odd.next_opening(at("2026-03-07T00:00:00Z")), "2026-03-15T02:10:00-04:00");
    same(due(Colour::Red, at("2026-03-07T00:00:00Z"), None, &odd), "2026-03-15T02:50:00-04:00");
    // Where the start is skipped, they open with the change.
    same(
        hours("America/New_York sun 02:30-05:00").next_opening(at("2026-03-08T00:00:00Z")),
        "2026-03-08T03:00:00-04:00",
    );
}

#[test]
fn hours_in_the_repeated_hour_open_once() {
    let odd = hours("America/New_York sun 01:15-01:45");
    same(odd.next_opening(at("2026-11-01T04:00:00Z")), "2026-11-01T01:15:00-04:00");
    same(odd.next_closing(at("2026-11-01T04:00:00Z")), "2026-11-01T01:45:00-04:00");
    same(odd.next_opening(at("2026-11-01T01:45:00-04:00")), "2026-11-08T01:15:00-05:00");
    assert!(!odd.is_open(at("2026-11-01T01:30:00-05:00")));
}

#[test]
fn a_clock_set_back_over_midnight_closes_no_day_twice() {
    // In 2011 St. John's went from 00:01 on Sunday back to 23:01 on Saturday.
    let day = hours("America/St_Johns sun 00:00-08:00");
    let midnight = at("2011-11-06T00:00:00-02:30");
    same(day.next_opening(midnight.plus(-1)), "2011-11-06T00:00:00-02:30");
    assert!(day.is_open(midnight.plus(HOUR_MS / 2)), "at 23:30, for the second time");
    assert_eq!(day.working_time(midnight.plus(-DAY_MS), midnight.plus(DAY_MS)), Duration::from_secs(9 * 3_600));
}

#[test]
fn one_who_is_always_there_closes_for_days_off_only() {
    let always = hours("Asia/Kolkata daily 00:00-24:00");
    let now = at("2026-11-27T00:00:00Z");
    assert!(always.is_open(now));
    assert_eq!((always.next_opening(now), always.next_closing(now)), (None, None));
    same(due(Colour::Red, now, None, &always), "2026-11-28T00:00:00+05:30");
    same(due(Colour::Yellow, now, None, &always), "2026-11-29T00:00:00Z");
    let off = hours("Asia/Kolkata daily 00:00-24:00; off 2990-01-01, 2990-01-03");
    same(off.next_closing(now), "2990-01-01T00:00:00+05:30");
    same(off.next_opening(now), "2990-01-02T00:00:00+05:30");
}

#[test]
fn moments_outside_all_calendars_do_no_harm() {
    for moment in [At(i64::MIN), At::FIRST, At(-1), At(0), At::LAST, At(i64::MAX)] {
        for text in [BO, CY, "UTC mon 0-24", "Asia/Kolkata daily 00:00-24:00; off 1970-01-01..2999-12-31"] {
            let hours = hours(text);
            let _ = (hours.is_open(moment), hours.next_opening(moment), hours.next_closing(moment));
            for colour in [Colour::Red, Colour::Yellow, Colour::Green] {
                let due = due(colour, moment, None, &hours);
                let _ = (expires(colour, moment), due.map(|due| overdue_by(due, moment)), moment.to_string());
            }
        }
    }
}

#[test]
fn the_last_working_day_is_the_one_that_is_over() {
    let ana = hours("Europe/Rome mon-fri 09:00-12:00, 13:00-17:00; off 2026-12-07..2026-12-31");
    let opens = |now: &str| ana.working_day_before(at(now)).map(|day| day.opens());
    assert_eq!(opens("2026-12-03T08:30:00Z"), Some(at("2026-12-02T08:00:00Z")), "today's has only begun");
    assert_eq!(opens("2026-12-03T11:30:00Z"), Some(at("2026-12-02T08:00:00Z")), "lunch ends no day");
    assert_eq!(opens("2026-12-03T16:00:00Z"), Some(at("2026-12-03T08:00:00Z")));
    assert_eq!(opens("2026-12-06T12:00:00Z"), Some(at("2026-12-04T08:00:00Z")), "Friday's on Sunday");
    assert_eq!(opens("2026-12-31T12:00:00Z"), Some(at("2026-12-04T08:00:00Z")), "weeks off are none");
}
