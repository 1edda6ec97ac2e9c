//! The words for days, in English and Indonesian.

use jiff::civil::Weekday;

/// Each weekday's words; the first is the canonical one.
const WEEKDAYS: [(Weekday, &[&str]); 7] = [
    (Weekday::Monday, &["mon", "monday", "senin", "sen"]),
    (Weekday::Tuesday, &["tue", "tuesday", "tues", "selasa", "sel"]),
    (Weekday::Wednesday, &["wed", "wednesday", "rabu", "rab"]),
    (Weekday::Thursday, &["thu", "thursday", "thur", "thurs", "kamis", "kam"]),
    (Weekday::Friday, &["fri", "friday", "jumat", "jum", "jum'at"]),
    (Weekday::Saturday, &["sat", "saturday", "sabtu", "sab"]),
    (Weekday::Sunday, &["sun", "sunday", "minggu", "min", "ahad"]),
];

/// The days of a week, from Monday.
pub(crate) const WEEK: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// The weekday that a word means, in either language, whatever the case.
pub(crate) fn weekday(word: &str) -> Option<Weekday> {
    let word = word.to_lowercase();
    WEEKDAYS.iter().find(|(_, words)| words.contains(&word.as_str())).map(|(day, _)| *day)
}

/// The canonical word of a weekday.
pub(crate) fn word(day: Weekday) -> &'static str {
    WEEKDAYS.iter().find(|(other, _)| *other == day).and_then(|(_, words)| words.first()).copied().unwrap_or_default()
}

/// All words for weekdays.
pub(crate) fn weekday_words() -> impl Iterator<Item = &'static str> {
    WEEKDAYS.iter().flat_map(|(_, words)| words.iter().copied())
}
