//! Laws of hours and their texts, for any hours and any moment.

use cremona_hours::{At, Clock, Colour, DAY_MS, Hours, Zones, due};
use proptest::prelude::*;

const ZONES: [&str; 6] = [
    "America/New_York",
    "Europe/London",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "America/Sao_Paulo",
];

/// A text of hours that may be refused (shifts may overlap) and mostly isn't.
fn written() -> impl Strategy<Value = String> {
    let clock = (0_u8..24, 0_u8..60).prop_map(|(hour, minute)| format!("{hour:02}:{minute:02}"));
    let days = prop::sample::select(vec!["mon-fri", "sat", "sun", "wed, fri", "daily", "rabu", "sun-mon"]);
    let clause = (days, clock.clone(), clock).prop_map(|(days, start, end)| format!("{days} {start}-{end}"));
    let off =
        (1_u8..13, 1_u8..29, 0_u8..3).prop_map(|(month, day, _)| format!("; off 2026-{month:02}-{day:02}..2027-01-03"));
    (prop::sample::select(ZONES.to_vec()), prop::collection::vec(clause, 1..4), prop::option::of(off))
        .prop_map(|(zone, clauses, off)| format!("{zone} {}{}", clauses.join("; "), off.unwrap_or_default()))
}

/// Any minute of 2026, give or take.
fn moment() -> impl Strategy<Value = At> {
    (0_i64..527_000).prop_map(|minute| At(1_767_225_600_000 + minute * 60_000))
}

fn cases() -> ProptestConfig {
    let cases = std::env::var("CREMONA_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(500);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_text_is_read_as_what_it_was_written_from(text in written()) {
        if let Ok(hours) = Hours::parse(&text, &Zones::bundled()) {
            let canonical = hours.to_string();
            prop_assert_eq!(Hours::parse(&canonical, &Zones::bundled()).unwrap(), hours);
        }
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in ".{0,60}", known in written(), cut in 0_usize..60) {
        let _ = Hours::parse(&text, &Zones::bundled());
        let _ = Hours::parse(&format!("UTC {text}"), &Zones::bundled());
        let _ = Hours::parse(&known.chars().take(cut).chain(text.chars()).collect::<String>(), &Zones::bundled());
        let _ = text.parse::<Clock>();
        let _ = text.parse::<At>();
    }

    #[test]
    fn an_error_stands_at_a_column_of_the_text(text in "UTC [a-z0-9:;,. -]{0,30}") {
        if let Err(error) = Hours::parse(&text, &Zones::bundled()) {
            prop_assert!((1..=text.chars().count().max(1)).contains(&error.column), "{error} in {text:?}");
        }
    }

    #[test]
    fn openings_and_closings_take_turns(text in written(), now in moment()) {
        let Ok(hours) = Hours::parse(&text, &Zones::bundled()) else { return Ok(()) };
        let (Some(opening), Some(closing)) = (hours.next_opening(now), hours.next_closing(now)) else { return Ok(()) };
        prop_assert!(opening > now && closing > now && opening != closing);
        prop_assert_eq!(hours.is_open(now), closing < opening);
        prop_assert!(hours.is_open(opening) && !hours.is_open(opening.plus(-1)));
        prop_assert!(!hours.is_open(closing) && hours.is_open(closing.plus(-1)));
    }

    #[test]
    fn red_is_due_at_a_closing_and_no_earlier_for_what_is_sent_later(text in written(), one in moment(), other in moment()) {
        let Ok(hours) = Hours::parse(&text, &Zones::bundled()) else { return Ok(()) };
        let red = |sent| due(Colour::Red, sent, None, &hours).unwrap();
        prop_assert!(red(one) > one && hours.is_open(red(one).plus(-1)));
        prop_assert!(red(one.min(other)) <= red(one.max(other)));
    }

    #[test]
    fn yellow_gives_48_hours_at_least_and_is_due_within_hours(text in written(), sent in moment()) {
        let Ok(hours) = Hours::parse(&text, &Zones::bundled()) else { return Ok(()) };
        let yellow = due(Colour::Yellow, sent, None, &hours).unwrap();
        prop_assert!(yellow.since(sent) >= 48 * 3_600_000);
        prop_assert!(hours.is_open(yellow) || hours.is_open(yellow.plus(-1)));
    }

    #[test]
    fn it_is_open_on_working_days_and_at_no_other_time(text in written(), now in moment()) {
        let Ok(hours) = Hours::parse(&text, &Zones::bundled()) else { return Ok(()) };
        let day = hours.working_day(now).unwrap();
        prop_assert_eq!(hours.is_open(now), day.open.iter().any(|(from, to)| *from <= now && now < *to));
        prop_assert_eq!(hours.working_time(now, now.plus(1)).as_millis() == 1, hours.is_open(now));
    }

    #[test]
    fn working_time_adds_up(text in written(), one in moment(), days in 0_i64..9, more in 0_i64..9) {
        let Ok(hours) = Hours::parse(&text, &Zones::bundled()) else { return Ok(()) };
        let (middle, end) = (one.plus(days * DAY_MS), one.plus((days + more) * DAY_MS));
        let sum = hours.working_time(one, middle) + hours.working_time(middle, end);
        prop_assert_eq!(hours.working_time(one, end), sum);
    }
}
