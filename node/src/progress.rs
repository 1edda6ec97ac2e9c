//! How far long work has come: one line on standard error, where that is a terminal.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use cremona_engine::Said;

use crate::render::{Look, text};

/// What is done within this is not worth a word.
const PATIENCE: Duration = Duration::from_millis(300);
/// How often the line is drawn anew.
const PAUSE: Duration = Duration::from_millis(100);
/// Columns of the bar.
const BAR: usize = 24;

/// A line that says what is done and how much of it.
pub struct Progress {
    what: String,
    columns: usize,
    terminal: bool,
    began: Instant,
    drawn: Option<Instant>,
}

impl Progress {
    /// Progress of what the catalogue says under `what`.
    #[must_use]
    pub fn new(look: &Look, what: &str) -> Self {
        let what = look.lang.say(&Said::new(what));
        let terminal = std::io::stderr().is_terminal();
        Self { what, columns: look.columns, terminal, began: Instant::now(), drawn: None }
    }

    /// Shows that `done` of `all` is done.
    pub fn show(&mut self, done: usize, all: usize) {
        let now = Instant::now();
        let early = now.duration_since(self.began) < PATIENCE;
        let lately = self.drawn.is_some_and(|drawn| now.duration_since(drawn) < PAUSE);
        if !self.terminal || early || lately {
            return;
        }
        self.drawn = Some(now);
        self.draw(&bar(&self.what, done, all));
    }

    /// Takes the line away.
    pub fn end(&self) {
        if self.drawn.is_some() {
            self.draw("");
        }
    }

    fn draw(&self, line: &str) {
        let line = text::fit(line, self.columns.saturating_sub(1));
        // A line that can't be drawn is no reason to stop. The sequence clears what stood there.
        let _ = write!(std::io::stderr(), "\r\u{1b}[2K{line}");
    }
}

fn bar(what: &str, done: usize, all: usize) -> String {
    let percent = (done.min(all) * 100).checked_div(all).unwrap_or(100);
    let bar: String = (0..BAR).map(|step| if step * 100 < percent * BAR { '█' } else { '░' }).collect();
    format!("{what} {bar} {percent} %")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_empty_at_first_and_full_at_last() {
        assert_eq!(bar("Importing", 0, 10), format!("Importing {} 0 %", "░".repeat(24)));
        assert_eq!(bar("Importing", 5, 10), format!("Importing {}{} 50 %", "█".repeat(12), "░".repeat(12)));
        assert_eq!(bar("Importing", 12, 10), format!("Importing {} 100 %", "█".repeat(24)));
        assert_eq!(bar("Importing", 0, 0), format!("Importing {} 100 %", "█".repeat(24)));
    }
}
