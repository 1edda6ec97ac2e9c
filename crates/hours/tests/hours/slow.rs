//! The due clock over a year against a second implementation that walks every minute and shares no code: it
//! knows of a zone only how many minutes its clock is ahead of UTC, and counts.

use std::collections::{BTreeMap, BTreeSet};

use cremona_hours::{At, Colour, Hours, MINUTE_MS, Zones, due};

use super::hours;

const ZONES: [&str; 10] = [
    "America/New_York",
    "Europe/London",
    "Asia/Singapore",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Africa/Casablanca",
    "America/Sao_Paulo",
    "Pacific/Auckland",
];
const DAY: i64 = 1_440;
/// From the middle of November 2025, in minutes since 1970; what is compared begins with 2026.
const BEGIN: i64 = 20_407 * DAY;
const YEAR: std::ops::Range<i64> = 20_454 * DAY..20_819 * DAY;
const END: i64 = YEAR.end + 60 * DAY;

/// Shifts as weekday (Monday is 0), first and last minute counted from its midnight; days off since 1970.
struct Plan {
    text: &'static str,
    shifts: &'static [(i64, i64, i64)],
    off: std::ops::Range<i64>,
}

const OFFICE: Plan = Plan {
    text: "mon-thu 09:00-12:30, 13:15-17:30; fri 08:45-15:00; off 2026-03-28..2026-04-06",
    shifts: &[
        (0, 540, 750),
        (0, 795, 1_050),
        (1, 540, 750),
        (1, 795, 1_050),
        (2, 540, 750),
        (2, 795, 1_050),
        (3, 540, 750),
        (3, 795, 1_050),
        (4, 525, 900),
    ],
    off: 20_540..20_550,
};
const NIGHTS: Plan = Plan {
    text: "mon, wed 21:30-05:45; fri-sun 22:00-02:30; off 2026-10-24..2026-10-26",
    shifts: &[(0, 1_290, 1_785), (2, 1_290, 1_785), (4, 1_320, 1_590), (5, 1_320, 1_590), (6, 1_320, 1_590)],
    off: 20_750..20_753,
};
/// What begins and ends in hours that some zone skips or repeats.
const ODD: Plan = Plan {
    text: "sun 00:10-00:50, 01:15-01:45, 01:50-02:10, 02:15-02:45, 02:45-03:30; thu 00:00-24:00; off 2026-05-01",
    shifts: &[(6, 10, 50), (6, 75, 105), (6, 110, 130), (6, 135, 165), (6, 165, 210), (3, 0, 1_440)],
    off: 20_574..20_575,
};

/// All that the slow way knows, by minutes since BEGIN.
struct Walk {
    open: Vec<bool>,
    opening: Vec<Option<i64>>,
    closing: Vec<Option<i64>>,
    red: Vec<Option<i64>>,
    /// The minutes that count for yellow, and how many of them are before each minute.
    counted: Vec<i64>,
    before: Vec<usize>,
    changes: Vec<i64>,
}

impl Walk {
    fn new(zone: &str, plan: &Plan) -> Self {
        let zone = Zones::bundled().zone(zone).unwrap();
        let ahead = |minute: i64| i64::from(zone.offset(At(minute * MINUTE_MS))) / 60;
        let shown: Vec<i64> = (BEGIN..END).map(|minute| minute + ahead(minute)).collect();
        let changes = (1..shown.len()).filter(|n| shown[*n] != shown[n - 1] + 1).map(|n| BEGIN + n as i64).collect();
        // The latest that the clock has shown so far: setting it back opens and closes nothing.
        let latest: Vec<i64> = shown
            .iter()
            .scan(i64::MIN, |latest, shown| {
                *latest = (*latest).max(*shown);
                Some(*latest)
            })
            .collect();
        let day_of: Vec<Option<i64>> = latest.iter().map(|shown| plan.day_that_is_open(*shown)).collect();
        let mut ends = BTreeMap::new();
        for (n, day) in day_of.iter().enumerate().filter_map(|(n, day)| Some((n, (*day)?))) {
            ends.insert(day, BEGIN + n as i64 + 1);
        }
        let open: Vec<bool> = day_of.iter().map(Option::is_some).collect();
        let counts = |n: usize| ends.contains_key(&latest[n].div_euclid(DAY));
        let (mut counted, mut before) = (Vec::new(), Vec::new());
        for n in 0..open.len() {
            before.push(counted.len());
            if counts(n) {
                counted.push(BEGIN + n as i64);
            }
        }
        let ends: BTreeSet<i64> = ends.into_values().collect();
        let (opening, closing) = (next(&open, |n| open[n] && !open[n - 1]), next(&open, |n| !open[n] && open[n - 1]));
        let red = next(&open, |n| ends.contains(&(BEGIN + n as i64)));
        Self { red, opening, closing, open, counted, before, changes }
    }

    fn yellow(&self, minute: i64) -> Option<i64> {
        let n = usize::try_from(minute - BEGIN).unwrap();
        let begins = if self.open[n] { minute } else { self.opening[n]? };
        let first = self.before[usize::try_from(begins - BEGIN).unwrap()];
        let lands = self.counted.get(first + 48 * 60 - 1)? + 1;
        let n = usize::try_from(lands - BEGIN).unwrap();
        if self.open[n] || self.open[n - 1] { Some(lands) } else { self.closing[n] }
    }
}

impl Plan {
    /// The day whose shift the clock is in when it shows this, counted from 1970.
    fn day_that_is_open(&self, shown: i64) -> Option<i64> {
        let today = shown.div_euclid(DAY);
        [today - 1, today].into_iter().filter(|day| !self.off.contains(day)).find(|day| {
            // 1970 began on a Thursday.
            let weekday = (day + 3).rem_euclid(7);
            self.shifts.iter().any(|(on, from, to)| *on == weekday && (from..to).contains(&&(shown - day * DAY)))
        })
    }
}

/// For every minute the first one after it at which something is so.
fn next(minutes: &[bool], is_so: impl Fn(usize) -> bool) -> Vec<Option<i64>> {
    let mut found = vec![None; minutes.len()];
    for n in (1..minutes.len()).rev() {
        found[n - 1] = if is_so(n) { Some(BEGIN + n as i64) } else { found[n] };
    }
    found
}

fn moment(minute: i64) -> At {
    At(minute * MINUTE_MS)
}

/// Compares every minute's `is_open`, and the rest at every `step`-th minute and all those around changes of the clock.
fn compare(zone: &str, plan: &Plan, step: i64) -> u64 {
    let (walk, quick) = (Walk::new(zone, plan), hours(&format!("{zone} {}", plan.text)));
    let mut compared = 0;
    for minute in YEAR {
        let n = usize::try_from(minute - BEGIN).unwrap();
        let told = || format!("{quick} at {}", moment(minute));
        assert_eq!(quick.is_open(moment(minute)), walk.open[n], "{}", told());
        let near = walk.changes.iter().any(|change| (minute - change).abs() < 150);
        if near || minute % step == 0 {
            let expect = |quick: Option<At>, slow: Option<i64>, what: &str| {
                assert_eq!(quick, slow.map(moment), "{what} of {}", told());
            };
            expect(quick.next_opening(moment(minute)), walk.opening[n], "opening");
            expect(quick.next_closing(moment(minute)), walk.closing[n], "closing");
            expect(due(Colour::Red, moment(minute), None, &quick), walk.red[n], "red");
            expect(due(Colour::Yellow, moment(minute), None, &quick), walk.yellow(minute), "yellow");
            compared += 1;
        }
    }
    compared
}

fn year(plans: [&Plan; 2], step: i64) {
    let begun = std::time::Instant::now();
    let mut compared = 0;
    for (n, zone) in ZONES.iter().enumerate() {
        compared += compare(zone, plans[n % 2], step);
    }
    println!("{compared} due times and 5,256,000 minutes compared in {:.1} s", begun.elapsed().as_secs_f64());
}

#[test]
fn a_year_of_office_and_nights_is_the_same_minute_by_minute() {
    year([&OFFICE, &NIGHTS], 17);
}

#[test]
fn a_year_of_nights_and_office_is_the_same_minute_by_minute() {
    year([&NIGHTS, &OFFICE], 17);
}

#[test]
fn a_year_of_shifts_in_skipped_and_repeated_hours_is_the_same_minute_by_minute() {
    year([&ODD, &ODD], 17);
}

#[test]
fn the_walk_sees_the_changes_of_the_clock() {
    let changes = |zone: &str| Walk::new(zone, &OFFICE).changes.len();
    // From November 2025 to February 2027.
    assert_eq!([changes("America/New_York"), changes("Asia/Singapore"), changes("Africa/Casablanca")], [2, 0, 3]);
    let assumed = Hours::assumed(Zones::bundled().zone("UTC").unwrap());
    assert!(!assumed.is_open(moment(YEAR.start)));
}
