//! Quiet hours: when nothing notifies, by a weekly rule and by blocks of focus.

use std::fmt;

use crate::at::At;
use crate::grammar::HoursError;
use crate::hours::Hours;
use crate::zone::Zones;

/// Most blocks of focus; one more is refused.
pub const MAX_FOCUS: usize = 32;

/// When a member wants quiet. Its text is the rule (`outside hours`, `never` or a schedule in the grammar of
/// [`Hours`]), then perhaps `; focus` with blocks, each two moments with `..` between them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Quiet {
    rule: Rule,
    /// From and until, in order; no two touch.
    focus: Vec<(At, At)>,
}

/// What is quiet every week.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Rule {
    /// Whatever is outside the member's hours: so from the beginning.
    OutsideHours,
    /// Nothing.
    Never,
    /// These shifts, which are no working hours; a day off is one on which no quiet begins.
    During(Box<Hours>),
}

impl Default for Quiet {
    fn default() -> Self {
        Self { rule: Rule::OutsideHours, focus: Vec::new() }
    }
}

impl Quiet {
    /// Quiet by a rule, without focus.
    #[must_use]
    pub fn by(rule: Rule) -> Self {
        Self { rule, focus: Vec::new() }
    }

    /// Quiet as written.
    ///
    /// # Errors
    /// What is wrong, and at which column.
    pub fn parse(text: &str, zones: &Zones) -> Result<Self, QuietError> {
        let (mut rule_text, mut quiet, mut column) = (String::new(), Self::default(), 1_usize);
        for clause in text.split_inclusive(';') {
            let body = clause.strip_suffix(';').unwrap_or(clause);
            if body.split_whitespace().next() == Some("focus") {
                quiet.read_focus(body, column)?;
                // The rule keeps its columns.
                rule_text.extend(clause.chars().map(|letter| if letter == ';' { ';' } else { ' ' }));
            } else {
                rule_text.push_str(clause);
            }
            column = column.saturating_add(clause.chars().count());
        }
        let words: Vec<_> = rule_text.trim_matches([';', ' ']).split_whitespace().collect();
        quiet.rule = match words.as_slice() {
            [] | ["outside", "hours"] => Rule::OutsideHours,
            ["never"] => Rule::Never,
            [_, ..] => Rule::During(Box::new(Hours::parse(&rule_text, zones).map_err(QuietError::Schedule)?)),
        };
        Ok(quiet)
    }

    fn read_focus(&mut self, clause: &str, begins: usize) -> Result<(), QuietError> {
        let mut column = begins;
        for piece in clause.split_inclusive(|letter: char| letter == ',' || letter.is_whitespace()) {
            let word = piece.trim_matches(|letter: char| letter == ',' || letter.is_whitespace());
            if !word.is_empty() && word != "focus" {
                let wrong = || QuietError::Focus { column, word: word.chars().take(64).collect() };
                let (from, until) = word.split_once("..").ok_or_else(wrong)?;
                let (from, until) = (from.parse().map_err(|_| wrong())?, until.parse().map_err(|_| wrong())?);
                self.join_focus(from, until)?;
            }
            column = column.saturating_add(piece.chars().count());
        }
        Ok(())
    }

    /// What is quiet every week.
    #[must_use]
    pub fn rule(&self) -> &Rule {
        &self.rule
    }

    /// Blocks of focus, from and until, in order.
    #[must_use]
    pub fn focus(&self) -> &[(At, At)] {
        &self.focus
    }

    /// Adds a block of focus from `now`; those that are over are forgotten.
    ///
    /// # Errors
    /// It ends before it begins, or there are too many.
    pub fn focus_until(&mut self, now: At, until: At) -> Result<(), QuietError> {
        self.focus.retain(|(_, end)| *end > now);
        self.join_focus(now, until)
    }

    /// Ends the focus that is under way; whether there was one.
    pub fn end_focus(&mut self, now: At) -> bool {
        let before = self.is_focus(now);
        self.focus.retain(|(from, until)| !(*from <= now && now < *until));
        before
    }

    fn join_focus(&mut self, from: At, until: At) -> Result<(), QuietError> {
        if until <= from {
            return Err(QuietError::Backwards { from, until });
        }
        let (touching, mut apart): (Vec<_>, Vec<_>) =
            self.focus.iter().partition(|(begin, end)| *begin <= until && from <= *end);
        let from = touching.iter().map(|(begin, _)| *begin).fold(from, At::min);
        let until = touching.iter().map(|(_, end)| *end).fold(until, At::max);
        if apart.len() >= MAX_FOCUS {
            return Err(QuietError::Many);
        }
        apart.push((from, until));
        apart.sort_unstable();
        self.focus = apart;
        Ok(())
    }

    fn is_focus(&self, at: At) -> bool {
        self.focus.iter().any(|(from, until)| *from <= at && at < *until)
    }

    /// Whether nothing should notify one with these hours.
    #[must_use]
    pub fn is_quiet(&self, at: At, hours: &Hours) -> bool {
        self.is_focus(at) || self.rule_until(at, hours) != Some(at)
    }

    /// The first moment from `at` on that is not quiet, `at` itself where it isn't; `None` if it stays quiet.
    #[must_use]
    pub fn quiet_until(&self, at: At, hours: &Hours) -> Option<At> {
        let mut now = at;
        // Each round leaves the rule's quiet and then perhaps one block of focus, and none is entered twice.
        for _ in 0..=self.focus.len() {
            now = self.rule_until(now, hours)?;
            match self.focus.iter().find(|(from, until)| *from <= now && now < *until) {
                Some((_, until)) => now = *until,
                None => return Some(now),
            }
        }
        self.rule_until(now, hours)
    }

    /// Until when the rule wants quiet; `at` itself where it doesn't.
    fn rule_until(&self, at: At, hours: &Hours) -> Option<At> {
        match &self.rule {
            Rule::Never => Some(at),
            Rule::OutsideHours if hours.is_open(at) => Some(at),
            Rule::OutsideHours => hours.next_opening(at),
            Rule::During(quiet) if quiet.is_open(at) => quiet.next_closing(at),
            Rule::During(_) => Some(at),
        }
    }
}

impl fmt::Display for Quiet {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.rule {
            Rule::OutsideHours => to.write_str("outside hours")?,
            Rule::Never => to.write_str("never")?,
            Rule::During(hours) => write!(to, "{hours}")?,
        }
        for (n, (from, until)) in self.focus.iter().enumerate() {
            write!(to, "{} {from}..{until}", if n == 0 { "; focus" } else { "," })?;
        }
        Ok(())
    }
}

/// Why a text is no quiet hours, or a block of focus is none.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum QuietError {
    /// The weekly schedule is wrong.
    #[error(transparent)]
    Schedule(HoursError),
    /// A block that is not two moments.
    #[error(
        "column {column}: \"{word}\" is no focus: expected two moments like 2026-11-30T09:00:00Z with .. between them"
    )]
    Focus {
        /// Counted in characters from 1.
        column: usize,
        /// What stands there.
        word: String,
    },
    /// A block that is over before it begins.
    #[error("focus until {until} is over before it begins at {from}")]
    Backwards {
        /// Its beginning.
        from: At,
        /// Its end.
        until: At,
    },
    /// No room for another.
    #[error("more than {MAX_FOCUS} blocks of focus")]
    Many,
}
