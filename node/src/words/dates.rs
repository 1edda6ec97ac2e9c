//! Numbers, times and lengths of time as a language writes them.
//!
//! Names, patterns and signs are those of CLDR for `en-GB` (days before months, 24 hours) and `id`;
//! they stand in the catalogue, as two languages need some thirty of them (decision 41).

use cremona_engine::{Said, said};
use jiff::civil::DateTime;
use jiff::{Timestamp, Unit, ZonedDateTime as Zoned};

use super::{Lang, say};

/// From so many hours on, a time of today is told by the clock.
const BY_CLOCK_HOURS: i64 = 4;
/// Within so many days, a day is told by its weekday.
const BY_WEEKDAY: i32 = 6;

/// A whole number, with its thousands parted.
#[must_use]
pub fn number(lang: Lang, number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let part = say!(lang, "number-part");
    let mut out = if number < 0 { "-".to_owned() } else { String::new() };
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push_str(&part);
        }
        out.push(digit);
    }
    out
}

/// A time to the second, with its distance from UTC: "24 Nov 2026 12:17:05 +07:00".
#[must_use]
pub fn exact(lang: Lang, at: &Zoned) -> String {
    let civil = at.datetime();
    let [hour, minute, second] = [civil.hour(), civil.minute(), civil.second()].map(|part| format!("{part:02}"));
    let clock = say!(lang, "clock-second", hour = hour, minute = minute, second = second);
    format!("{} {clock} {}", date(lang, civil), at.strftime("%:z"))
}

/// A time as people tell it at `now`: "3 hours ago", "yesterday 14:02", "Tue 14:02", "24 Nov 14:02",
/// "24 Nov 2025". What is to come is told by day and clock.
#[must_use]
pub fn relative(lang: Lang, at: &Zoned, now: &Zoned) -> String {
    let minutes = (now.timestamp().as_second() - at.timestamp().as_second()).div_euclid(60);
    let days = days_between(now, at);
    let (civil, clock) = (at.datetime(), clock(lang, at));
    match (minutes, days) {
        (0, _) => say!(lang, "time-now"),
        (1..60, _) => say!(lang, "time-minutes-ago", count = minutes),
        (60.., 0) if minutes < BY_CLOCK_HOURS * 60 => say!(lang, "time-hours-ago", count = minutes / 60),
        (_, 0) => say!(lang, "time-today", clock = clock),
        (_, -1) => say!(lang, "time-yesterday", clock = clock),
        (_, 1) => say!(lang, "time-tomorrow", clock = clock),
        (_, days) if days.abs() <= BY_WEEKDAY => say!(lang, "time-day", day = weekday(lang, civil), clock = clock),
        _ if civil.year() == now.year() => say!(lang, "time-day", day = day(lang, civil), clock = clock),
        _ => date(lang, civil),
    }
}

/// "14:02".
#[must_use]
pub fn clock(lang: Lang, at: &Zoned) -> String {
    let [hour, minute] = [at.hour(), at.minute()].map(|part| format!("{part:02}"));
    say!(lang, "clock-minute", hour = hour, minute = minute)
}

/// "24 Nov 2026".
#[must_use]
pub fn date(lang: Lang, at: DateTime) -> String {
    let (day, month, year) = (at.day().to_string(), month(lang, at), at.year().to_string());
    say!(lang, "date-year", day = day, month = month, year = year)
}

/// "24 Nov".
#[must_use]
pub fn day(lang: Lang, at: DateTime) -> String {
    say!(lang, "date-day", day = at.day().to_string(), month = month(lang, at))
}

/// "Tue".
#[must_use]
pub fn weekday(lang: Lang, at: DateTime) -> String {
    listed(&say!(lang, "weekdays"), at.weekday().to_monday_one_offset())
}

fn month(lang: Lang, at: DateTime) -> String {
    listed(&say!(lang, "months"), at.month())
}

/// The name at a place, counted from 1, of a list of names.
fn listed(names: &str, place: i8) -> String {
    let place = usize::try_from(place).unwrap_or(0).saturating_sub(1);
    names.split_whitespace().nth(place).unwrap_or_default().to_owned()
}

/// A length of time in its largest unit: "40 seconds", "2 hours".
#[must_use]
pub fn span(seconds: u64) -> Said {
    match seconds {
        0..120 => said!("span-seconds", count = seconds),
        120..7_200 => said!("span-minutes", count = seconds / 60),
        7_200..172_800 => said!("span-hours", count = seconds / 3_600),
        _ => said!("span-days", count = seconds / 86_400),
    }
}

/// A length of time as short as it can be said: "45 min", "2 h 10 min", "3 d 4 h".
#[must_use]
pub fn short_span(minutes: u64) -> Said {
    let (days, hours, rest) = (minutes / 1_440, minutes / 60 % 24, minutes % 60);
    match (days, hours) {
        (0, 0) => said!("short-minutes", minutes = rest),
        (0, _) => said!("short-hours", hours = hours, minutes = rest),
        _ => said!("short-days", days = days, hours = hours),
    }
}

/// The time that RFC 3339 text names, in the zone of `now`.
#[must_use]
pub fn zoned(text: &str, now: &Zoned) -> Option<Zoned> {
    text.parse::<Timestamp>().ok().map(|at| at.to_zoned_datetime(now.time_zone().clone()))
}

/// Midnights from `now` to `at`; negative where `at` is earlier.
fn days_between(now: &Zoned, at: &Zoned) -> i32 {
    now.date().until((Unit::Day, at.date())).map_or(i32::MAX, |span| span.get_days())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Zoned {
        text.parse().unwrap()
    }

    #[test]
    fn people_hear_how_long_ago_and_which_day() {
        let now = at("2026-11-27T14:30:00[Asia/Jakarta]");
        for (time, english, indonesian) in [
            ("2026-11-27T14:29:40[Asia/Jakarta]", "just now", "baru saja"),
            ("2026-11-27T14:29:00[Asia/Jakarta]", "1 minute ago", "1 menit lalu"),
            ("2026-11-27T13:42:00[Asia/Jakarta]", "48 minutes ago", "48 menit lalu"),
            ("2026-11-27T11:00:00[Asia/Jakarta]", "3 hours ago", "3 jam lalu"),
            ("2026-11-27T09:05:00[Asia/Jakarta]", "today 09:05", "hari ini 09.05"),
            ("2026-11-26T14:02:00[Asia/Jakarta]", "yesterday 14:02", "kemarin 14.02"),
            ("2026-11-24T14:02:00[Asia/Jakarta]", "Tue 14:02", "Sel 14.02"),
            ("2026-10-01T14:02:00[Asia/Jakarta]", "1 Oct 14:02", "1 Okt 14.02"),
            ("2025-12-31T14:02:00[Asia/Jakarta]", "31 Dec 2025", "31 Des 2025"),
            ("2026-11-27T17:00:00[Asia/Jakarta]", "today 17:00", "hari ini 17.00"),
            ("2026-11-28T09:00:00[Asia/Jakarta]", "tomorrow 09:00", "besok 09.00"),
            ("2026-11-30T09:00:00[Asia/Jakarta]", "Mon 09:00", "Sen 09.00"),
            ("2027-01-02T09:00:00[Asia/Jakarta]", "2 Jan 2027", "2 Jan 2027"),
        ] {
            assert_eq!(relative(Lang::En, &at(time), &now), english, "{time}");
            assert_eq!(relative(Lang::Id, &at(time), &now), indonesian, "{time}");
        }
    }

    #[test]
    fn a_time_shortly_after_midnight_is_not_yesterdays() {
        let now = at("2026-11-27T00:10:00[Europe/London]");
        assert_eq!(relative(Lang::En, &at("2026-11-26T22:00:00[Europe/London]"), &now), "yesterday 22:00");
        assert_eq!(relative(Lang::En, &at("2026-11-26T23:59:00[Europe/London]"), &now), "11 minutes ago");
    }

    #[test]
    fn the_exact_time_has_seconds_and_zone() {
        let time = at("2026-11-24T12:17:05.120[Asia/Kathmandu]");
        assert_eq!(exact(Lang::En, &time), "24 Nov 2026 12:17:05 +05:45");
        assert_eq!(exact(Lang::Id, &time), "24 Nov 2026 12.17.05 +05:45");
    }

    #[test]
    fn thousands_are_parted_as_the_language_does() {
        assert_eq!(number(Lang::En, 1_234_567), "1,234,567");
        assert_eq!(number(Lang::Id, 1_234_567), "1.234.567");
        assert_eq!(number(Lang::Id, -5), "-5");
    }
}
