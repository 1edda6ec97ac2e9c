//! When Bo's node is heard, and when it may be heard next.

use cremona_hours::{At, DAY_MS, Forecast, HEARD_BYTES, HOUR_MS, Heard};
use proptest::prelude::*;

use super::{at, hours};

/// Bo's node as heard every ten minutes of his working hours for so many weeks.
fn office(weeks: i64) -> Heard {
    let bo = hours("Asia/Singapore mon-fri 09:00-17:00");
    let (mut heard, begin) = (Heard::default(), at("2026-09-07T00:00:00Z"));
    for at in (0..weeks * 7 * 144).map(|n| begin.plus(n * HOUR_MS / 6)).filter(|at| bo.is_open(*at)) {
        heard.add(at);
    }
    heard
}

#[test]
fn bo_will_likely_be_heard_when_his_day_begins() {
    let heard = office(10);
    // Monday, 16 November, 20:00 in Singapore.
    let Forecast::Likely { at: likely, early, late } = heard.forecast(at("2026-11-16T12:00:00Z")) else {
        panic!("no idea");
    };
    assert_eq!((likely, early), (at("2026-11-17T01:00:00Z"), at("2026-11-17T01:00:00Z")));
    assert!(late.is_some_and(|late| late <= at("2026-11-18T01:00:00Z")), "{late:?}");
    // On Friday night it is Monday.
    let Forecast::Likely { at: likely, .. } = heard.forecast(at("2026-11-13T12:00:00Z")) else { panic!("no idea") };
    assert_eq!(likely, at("2026-11-16T01:00:00Z"));
}

#[test]
fn within_his_hours_it_is_now() {
    let now = at("2026-11-16T03:20:00Z");
    let Forecast::Likely { at: likely, .. } = office(10).forecast(now) else { panic!("no idea") };
    assert_eq!(likely, now);
}

#[test]
fn who_was_hardly_heard_gives_no_idea() {
    let mut heard = Heard::default();
    let begin = at("2026-11-02T01:00:00Z");
    for day in 0..4 {
        for hour in 0..8 {
            assert_eq!(heard.forecast(begin.plus(day * DAY_MS)), Forecast::NoIdea);
            heard.add(begin.plus(day * DAY_MS + hour * HOUR_MS));
        }
    }
    assert_eq!(heard.forecast(begin.plus(4 * DAY_MS)), Forecast::NoIdea, "four days are too few");
    heard.add(begin.plus(4 * DAY_MS));
    assert_ne!(heard.forecast(begin.plus(4 * DAY_MS + HOUR_MS)), Forecast::NoIdea);
    assert_eq!(Heard::default().forecast(At(i64::MIN)), Forecast::NoIdea);
}

#[test]
fn who_has_not_been_heard_for_long_gives_no_idea_in_the_end() {
    let heard = office(6);
    let told = (0..40).map(|weeks| heard.forecast(at("2026-10-18T12:00:00Z").plus(weeks * 7 * DAY_MS)));
    let silent = told.map(|forecast| forecast == Forecast::NoIdea).collect::<Vec<_>>();
    assert!(!silent[0] && silent[39], "{silent:?}");
    assert!(silent.is_sorted(), "{silent:?}");
}

#[test]
fn an_hour_counts_once_and_what_is_old_counts_half() {
    let mut heard = Heard::default();
    for minute in 0..60 {
        heard.add(at("2026-11-02T01:00:00Z").plus(minute * 60_000));
    }
    assert_eq!(heard.hours(), 1);
    let year = office(52);
    assert!((9 * 40..=17 * 40).contains(&year.hours()), "{} hours are remembered", year.hours());
}

#[test]
fn the_stated_error_is_honest() {
    // Bo works on four days of five, from a morning that moves by an hour: chance from a fixed seed.
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut chance = |of: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % of
    };
    let (mut heard, begin) = (Heard::default(), at("2026-01-05T00:00:00Z"));
    let (mut told, mut within, mut asked) = (0, 0, None);
    for day in 0..364_i64 {
        let works = day % 7 < 5 && chance(5) > 0;
        let morning = begin.plus(day * DAY_MS + (8 + chance(3) as i64) * HOUR_MS);
        if !works {
            continue;
        }
        if let Some(Forecast::Likely { early, late, .. }) = asked {
            told += 1;
            within +=
                i32::from(early <= morning.plus(HOUR_MS) && late.is_none_or(|late| morning <= late.plus(HOUR_MS)));
        }
        (0..8).for_each(|hour| heard.add(morning.plus(hour * HOUR_MS)));
        asked = Some(heard.forecast(begin.plus(day * DAY_MS + 22 * HOUR_MS)));
    }
    println!("{within} of {told} within what was stated");
    assert!(told > 200 && within * 10 >= told * 8, "{within} of {told}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_moments_are_heard_kept_and_read_again(moments in prop::collection::vec(any::<i64>(), 0..20), near in prop::collection::vec(0_i64..40_000_000_000, 0..200), now in any::<i64>()) {
        let mut heard = Heard::default();
        moments.iter().chain(&near).for_each(|ms| heard.add(At(*ms)));
        let bytes = heard.encode();
        prop_assert_eq!(bytes.len(), HEARD_BYTES);
        let again = Heard::decode(&bytes).unwrap();
        prop_assert_eq!(&again, &heard);
        prop_assert_eq!(again.forecast(At(now)), heard.forecast(At(now)));
        if let Forecast::Likely { at, early, late } = heard.forecast(At(now)) {
            prop_assert!(At(now) <= early && early <= at && late.is_none_or(|late| at <= late));
        }
    }

    #[test]
    fn no_bytes_make_it_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..300), now in any::<i64>(), first in prop::option::of(0_usize..1)) {
        if let Some(first) = first {
            bytes.resize(HEARD_BYTES, 7);
            bytes[first] = 1;
        }
        if let Some(mut heard) = Heard::decode(&bytes) {
            let _ = heard.forecast(At(now));
            heard.add(At(now));
            prop_assert_eq!(Heard::decode(&heard.encode()), Some(heard));
        }
    }
}
