//! The one table of a run: printed at the end, and written beside what was built.

use std::path::Path;
use std::time::Duration;

use crate::rows::Row;

/// What a row measured.
pub struct Measure {
    /// From the start of the last node, or of the trouble, until all were equal.
    pub took: Duration,
    /// That went over the link meanwhile, both ways, headers and all.
    pub bytes: u64,
    /// What else there is to say.
    pub note: String,
}

/// What became of a row: its measure, or why it failed.
pub type Outcome = Result<Measure, String>;

/// Prints the table, and writes it as `network.md` into the target folder.
pub fn show(outcomes: &[(&Row, Outcome)]) {
    let mut text = "| network | ended | seconds | KB on the link | notes |\n|---|---|---|---|---|\n".to_owned();
    for (row, outcome) in outcomes {
        text += &match outcome {
            Ok(Measure { took, bytes, note }) => {
                let (whole, tenth) = (bytes / 1_000, bytes % 1_000 / 100);
                format!("| {} | equal | {:.1} | {whole}.{tenth} | {note} |\n", row.name, took.as_secs_f64())
            }
            Err(why) => {
                let why = why.lines().next().unwrap_or_default();
                format!("| {} | FAILED | | | {why} |\n", row.name)
            }
        };
    }
    println!("\n{text}");
    for (row, outcome) in outcomes {
        if let Err(why) = outcome {
            println!("{}: FAILED: {why}\n", row.name);
        }
    }
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("network.md");
    std::fs::write(&file, text).unwrap();
    println!("written to {}", file.display());
}
