//! A team's grid: Ana in New York, Bo in London, Cy in Kathmandu, Di in Singapore.

use cremona_hours::{
    Cell, DAY_MS, HOUR_MS, Hours, MINUTE_MS, Zones, grid, next_common_opening, overlaps, their_morning,
};

use super::{at, hours, same};

fn team() -> [Hours; 4] {
    [
        "America/New_York mon-fri 09:00-17:00",
        "Europe/London mon-fri 09:00-17:30",
        "Asia/Kathmandu sun-fri 10:00-18:00",
        "Asia/Singapore mon-fri 09:00-12:00, 13:00-18:00",
    ]
    .map(hours)
}

#[test]
fn the_grid_is_what_is_open_says_of_every_minute() {
    let team = team();
    let team: Vec<&Hours> = team.iter().collect();
    for zone in ["America/New_York", "Europe/London", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Chatham"] {
        let zone = Zones::bundled().zone(zone).unwrap();
        for from in ["2026-03-06T12:00:00Z", "2026-03-28T12:00:00Z", "2026-10-03T12:00:00Z", "2026-10-31T12:00:00Z"] {
            for day in grid(&team, &zone, at(from), 3) {
                let ends = day.begins.iter().skip(1).copied().chain([day.ends]);
                for (place, (begin, end)) in day.begins.iter().zip(ends).enumerate() {
                    for (row, hours) in day.rows.iter().zip(&team) {
                        let minutes = end.since(*begin) / MINUTE_MS;
                        let open = (0..minutes).filter(|n| hours.is_open(begin.plus(n * MINUTE_MS))).count() as i64;
                        let cell = if open == 0 {
                            Cell::Closed
                        } else if open == minutes {
                            Cell::Open
                        } else {
                            Cell::Part
                        };
                        assert_eq!(row[place], cell, "{hours} at {begin} in {zone}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_day_has_as_many_half_hours_as_its_clock_shows() {
    let count = |zone: &str, noon: &str| {
        let zone = Zones::bundled().zone(zone).unwrap();
        grid(&[], &zone, at(noon), 1).iter().map(|day| day.begins.len()).sum::<usize>()
    };
    assert_eq!(count("America/New_York", "2026-03-08T17:00:00Z"), 46);
    assert_eq!(count("America/New_York", "2026-11-01T17:00:00Z"), 50);
    assert_eq!(count("Australia/Lord_Howe", "2026-04-05T02:00:00Z"), 49);
    assert_eq!(count("Asia/Singapore", "2026-11-01T02:00:00Z"), 48);
}

#[test]
fn overlaps_are_what_all_have() {
    let [ana, bo, cy, di] = team();
    let (from, to) = (at("2026-11-27T00:00:00Z"), at("2026-11-28T00:00:00Z"));
    let common = |team: &[&Hours]| overlaps(team, from, to);
    assert_eq!(common(&[&ana, &bo]), [(at("2026-11-27T14:00:00Z"), at("2026-11-27T17:30:00Z"))]);
    assert_eq!(common(&[&cy, &di]), [(at("2026-11-27T05:00:00Z"), at("2026-11-27T10:00:00Z"))]);
    assert_eq!(common(&[&ana, &bo, &cy, &di]), []);
    assert_eq!(common(&[]), [(from, to)]);
    let viewer = Zones::bundled().zone("UTC").unwrap();
    let day = &grid(&[&ana, &bo], &viewer, from, 1)[0];
    let open: Vec<_> =
        day.everyone().iter().zip(&day.begins).filter(|(cell, _)| **cell == Cell::Open).map(|(_, at)| *at).collect();
    assert_eq!((open.len(), open[0]), (7, at("2026-11-27T14:00:00Z")));
}

#[test]
fn the_next_moment_that_suits_all_is_found_or_there_is_none() {
    let [ana, bo, cy, di] = team();
    let friday = at("2026-11-27T16:45:00Z");
    let next = |team: &[&Hours], minutes: u32, days: i64| next_common_opening(friday, team, minutes, days * DAY_MS);
    same(next(&[&ana, &bo], 30, 7), "2026-11-27T16:45:00Z");
    same(next(&[&ana, &bo], 46, 7), "2026-11-30T14:00:00Z");
    assert_eq!(next(&[&ana, &bo], 46, 2), None);
    assert_eq!(next(&[&ana, &bo, &cy, &di], 1, 366), None);
    assert_eq!(next(&[], 30, 7), None);
    assert_eq!(next_common_opening(friday, &[&ana], u32::MAX, i64::MAX), None);
}

#[test]
fn their_morning_is_the_latest_of_their_next_mornings() {
    let [ana, bo, _, di] = team();
    // Noon on Friday in New York: Di's next morning is Monday, long before Ana's.
    let now = at("2026-11-27T12:00:00-05:00");
    same(their_morning(now, &[&di]), "2026-11-30T09:00:00+08:00");
    same(their_morning(now, &[&di, &bo]), "2026-11-30T09:00:00Z");
    same(their_morning(now, &[&di, &ana]), "2026-11-30T09:00:00-05:00");
    // After lunch is no morning.
    same(their_morning(at("2026-11-26T10:00:00+08:00"), &[&di]), "2026-11-27T09:00:00+08:00");
    assert_eq!(their_morning(now, &[]), None);
}

#[test]
fn stretches_are_cut_at_both_ends() {
    let night = hours("UTC daily 00:00-24:00; off 2026-11-29");
    let from = at("2026-11-27T12:00:00Z");
    assert_eq!(night.stretches(from, from.plus(HOUR_MS)), [(from, from.plus(HOUR_MS))]);
    assert_eq!(night.stretches(from, from.plus(3 * DAY_MS)).len(), 2);
    assert_eq!(night.stretches(from, from), []);
}
