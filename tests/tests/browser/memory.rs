//! A tab that is open all day: views come and go, messages arrive, and nothing of it stays behind.

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::stage::Stage;

/// Views that are opened before what a tab needs by itself is known, and after.
const ROUNDS: [usize; 2] = [10, 40];

#[test]
fn a_tab_in_which_ana_reads_all_day_does_not_grow() {
    let Some(stage) = Stage::enter() else { return };
    let (ana, bo) = stage.two();
    let channel = ana.text(&["channel", "create", "berths"], "id");
    let threads: Vec<String> = (0..4).map(|number| ana.post(&format!("A thread, number {number}"))).collect();
    let aside = bo.text(&["post", "berths", "-m", "@ana: what is said beside"], "id");
    let mut page = Browser::at(&ana, "ana");
    page.devtools("Performance.enable", &json!({}));
    let mut said = 0;
    let [before, after] = ROUNDS.map(|rounds| {
        for round in 0..rounds {
            let thread = &threads[round % threads.len()];
            for path in ["/", &format!("/c/{channel}"), &format!("/t/{thread}"), "/search?q=number", "/team", "/"] {
                page.open(path);
            }
            said += 1;
            bo.reply(&aside, &format!("message {said}"));
        }
        page.open("/");
        page.until("all counts", "return document.querySelector('#list').innerText.includes('new')", &[]);
        page.devtools("HeapProfiler.collectGarbage", &json!({}));
        page.devtools("Performance.getMetrics", &json!({}))
    });
    // A view that was just left may still be held. One in ten that is kept would make it twenty-four times as many.
    for (what, most) in [("JSHeapUsedSize", 1.5), ("Nodes", 4.0), ("JSEventListeners", 4.0), ("Documents", 4.0)] {
        let [before, after] = [&before, &after].map(|metrics| metric(metrics, what));
        println!("{what}: {before} after {} views, {after} after {}", ROUNDS[0] * 6, (ROUNDS[0] + ROUNDS[1]) * 6);
        assert!(after <= before * most, "{what} grew from {before} to {after}");
    }
}

fn metric(metrics: &Value, name: &str) -> f64 {
    let all = metrics["metrics"].as_array().expect("metrics");
    let found = all.iter().find(|one| one["name"] == name).unwrap_or_else(|| panic!("no {name} in {metrics}"));
    found["value"].as_f64().expect("a number")
}
