//! How answers are to look: for whom, how wide, in which language, with which ink.

use std::io::IsTerminal;

use jiff::ZonedDateTime as Zoned;

use crate::words::{Lang, dates};

/// How answers are to look.
pub struct Look {
    /// JSON for programs.
    pub json: bool,
    /// That JSON as a line for each row of a list.
    pub rows_apart: bool,
    /// Someone looks at it.
    pub terminal: bool,
    /// Rows of the terminal.
    pub rows: usize,
    /// Columns of the terminal.
    pub columns: usize,
    /// Their language.
    pub lang: Lang,
    /// Whether they want times to the second instead of "3 hours ago".
    pub exact: bool,
    /// Whether ink may have colour; it never says what no word says.
    pub colour: bool,
    /// When and in which zone they look.
    pub now: Zoned,
}

/// The present, in the zone of this machine.
fn present() -> Zoned {
    let ms = i64::try_from(crate::home::now().0).unwrap_or(i64::MAX);
    let now = jiff::Timestamp::from_millisecond(ms).unwrap_or(jiff::Timestamp::MAX);
    now.to_zoned_datetime(jiff::tz::TimeZone::system())
}

/// What a piece of text is drawn with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// What is read first.
    Bold,
    /// What can be passed over.
    Faint,
    /// What is wrong.
    Red,
    /// What deserves attention.
    Yellow,
    /// What is as it should be.
    Green,
}

impl Look {
    /// As the output stands.
    #[must_use]
    pub fn of(json: bool, exact: bool, lang: Lang) -> Self {
        let size = terminal_size::terminal_size();
        let (columns, rows) = size.map_or((80, 24), |(width, height)| (width.0.into(), height.0.into()));
        let terminal = std::io::stdout().is_terminal();
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let colour = terminal && !set("NO_COLOR") && !dumb;
        Self { json, rows_apart: false, terminal, rows, columns, lang, exact, colour, now: present() }
    }

    /// As a page shows them: to people, at a moment in their zone.
    #[must_use]
    pub fn of_page(lang: Lang, now: Zoned) -> Self {
        let (json, rows_apart, terminal, exact, colour) = (false, false, true, false, false);
        Self { json, rows_apart, terminal, rows: 0, columns: 200, lang, exact, colour, now }
    }

    /// A time as people read it; for programs, or where it can't be read, as it is.
    pub(crate) fn when(&self, time: &str) -> String {
        if !self.terminal {
            return time.to_owned();
        }
        match dates::zoned(time, &self.now) {
            Some(at) if self.exact => dates::exact(self.lang, &at),
            Some(at) => dates::relative(self.lang, &at, &self.now),
            None => time.to_owned(),
        }
    }

    /// The same, for one who reads by the clocks of another zone than this machine's; `None` where nobody
    /// knows that zone, or its clocks show the same now.
    pub(crate) fn there(&self, zone: &str) -> Option<Self> {
        let zone = jiff::tz::TimeZone::get(zone).ok().filter(|_| self.terminal)?;
        let now = self.now.with_time_zone(zone);
        (now.offset() != self.now.offset()).then(|| Self { now, ..*self })
    }

    /// An id: its first eight digits for people, whole for programs.
    pub(crate) fn id<'a>(&self, id: &'a str) -> &'a str {
        if self.terminal { short(id) } else { id }
    }

    /// A text in an ink, where there may be colour.
    pub(crate) fn ink(&self, ink: Ink, text: &str) -> String {
        if !self.colour || text.is_empty() {
            return text.to_owned();
        }
        let code = match ink {
            Ink::Bold => "1",
            Ink::Faint => "2",
            Ink::Red => "31",
            Ink::Yellow => "33",
            Ink::Green => "32",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

/// The first eight digits of an id.
pub(crate) fn short(id: &str) -> &str {
    id.get(..8).unwrap_or(id)
}

#[cfg(test)]
impl Look {
    /// A terminal of so many columns, at noon of the 27th of November 2026, UTC, in English.
    pub(crate) fn at_terminal(columns: usize) -> Self {
        let now = "2026-11-27T12:00:00[UTC]".parse().expect("a time");
        Self {
            json: false,
            rows_apart: false,
            terminal: true,
            rows: 24,
            columns,
            lang: Lang::En,
            exact: false,
            colour: false,
            now,
        }
    }

    /// No terminal.
    pub(crate) fn piped() -> Self {
        Self { terminal: false, ..Self::at_terminal(80) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_near_for_people_exact_on_request_and_whole_for_programs() {
        let at = "2026-11-24T12:17:05.120Z";
        assert_eq!(Look::piped().when(at), at);
        assert_eq!(Look::at_terminal(80).when(at), "Tue 12:17");
        assert_eq!(Look { exact: true, ..Look::at_terminal(80) }.when(at), "24 Nov 2026 12:17:05 +00:00");
        assert_eq!(Look { lang: Lang::Id, ..Look::at_terminal(80) }.when(at), "Sel 12.17");
        assert_eq!(Look::at_terminal(80).when("never"), "never");
    }

    #[test]
    fn who_reads_by_the_clocks_of_another_zone_is_shown_those() {
        let look = Look::at_terminal(80);
        assert_eq!(look.there("Asia/Singapore").unwrap().when("2026-11-27T20:30:00.000+08:00"), "today 20:30");
        assert!(look.there("Europe/London").is_none() && look.there("Nowhere").is_none());
        assert!(Look::piped().there("Asia/Singapore").is_none());
    }

    #[test]
    fn ink_has_colour_only_where_it_may() {
        assert_eq!(Look::at_terminal(80).ink(Ink::Red, "late"), "late");
        let colourful = Look { colour: true, ..Look::at_terminal(80) };
        assert_eq!(colourful.ink(Ink::Red, "late"), "\u{1b}[31mlate\u{1b}[0m");
        assert_eq!(colourful.ink(Ink::Red, ""), "");
    }
}
