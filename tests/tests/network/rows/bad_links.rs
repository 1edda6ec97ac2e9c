//! Ana has a history, Bo joins by her key, over one bad link.

use cremona_tests::line::Conditions;

use super::newcomer::newcomer;
use crate::ground::Ground;
use crate::links::{cable, slow as slowed};
use crate::table::Measure;
use crate::wire::Wire;

pub fn slow(ground: &Ground) -> Measure {
    let [ana, bo] = ["ana", "bo"].map(|name| ground.space(name));
    cable((&ana, "wire", "10.0.0.1/24"), (&bo, "wire", "10.0.0.2/24"));
    slowed(&ana, "wire", 256);
    slowed(&bo, "wire", 256);
    newcomer(ground, &ana, (&bo, "wire"), |_| {})
}

pub fn far(ground: &Ground) -> Measure {
    over(ground, Conditions { delay_ms: 300, ..Conditions::default() })
}

pub fn lossy(ground: &Ground) -> Measure {
    over(ground, Conditions { delay_ms: 15, lost_percent: 5, ..Conditions::default() })
}

pub fn reordered(ground: &Ground) -> Measure {
    over(ground, Conditions { delay_ms: 20, jitter_ms: 10, overtaking_percent: 25, ..Conditions::default() })
}

/// The narrow part is in the middle, where neither end sees it.
pub fn narrow(ground: &Ground) -> Measure {
    let [ana, east, west, bo] = ["ana", "east", "west", "bo"].map(|name| ground.space(name));
    cable((&ana, "wire", "10.0.1.1/24"), (&east, "ana", "10.0.1.9/24"));
    cable((&east, "mid", "10.0.2.1/24"), (&west, "mid", "10.0.2.2/24"));
    cable((&bo, "wire", "10.0.3.1/24"), (&west, "bo", "10.0.3.9/24"));
    for (space, next) in [(&ana, "10.0.1.9"), (&east, "10.0.2.2"), (&west, "10.0.2.1"), (&bo, "10.0.3.9")] {
        space.ip(&["route", "add", "default", "via", next]);
    }
    for router in [&east, &west] {
        router.forwards();
        router.ip(&["link", "set", "mid", "mtu", "1280"]);
    }
    newcomer(ground, &ana, (&bo, "wire"), |_| {})
}

fn over(ground: &Ground, conditions: Conditions) -> Measure {
    let [ana, bo] = ["ana", "bo"].map(|name| ground.space(name));
    let _wire = Wire::between([(&ana, "10.0.0.1/24"), (&bo, "10.0.0.2/24")], conditions, ground.seed);
    newcomer(ground, &ana, (&bo, "wire"), |_| {})
}
