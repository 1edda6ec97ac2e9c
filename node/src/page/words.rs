//! What the templates say: sentences of the catalogue, numbers and times, in the reader's language and zone.

use cremona_engine::{Given, Said};
use jiff::ZonedDateTime as Zoned;

use crate::render::{Look, line};
use crate::words::{Lang, dates};

/// Keys and the names of the sentences that say what each does.
const KEYS: [(&str, &str); 18] = [
    ("j k", "page-key-move"),
    ("Enter", "page-key-open"),
    ("u", "page-key-back"),
    ("n", "page-key-next"),
    ("e", "page-done"),
    ("h", "page-later"),
    ("w", "page-why"),
    ("1 2 3 0", "page-key-flag"),
    ("r", "page-reply"),
    ("c", "page-new-thread"),
    ("s", "page-resolve"),
    ("f", "page-follow"),
    ("m", "page-mute"),
    ("/", "page-search"),
    ("Ctrl K", "page-jump"),
    ("Ctrl ↵", "page-send"),
    ("z", "page-key-calm"),
    ("?", "page-keys"),
];

/// Emoji that are offered, and the names of the sentences that call them by name.
const EMOJIS: [(&str, &str); 6] = [
    ("👍", "page-emoji-thumb"),
    ("👀", "page-emoji-eyes"),
    ("🎉", "page-emoji-party"),
    ("❤️", "page-emoji-heart"),
    ("💡", "page-emoji-idea"),
    ("✅", "page-emoji-check"),
];

/// The reader's language, and now in the reader's zone.
#[derive(Clone)]
pub struct Words {
    /// The language.
    pub lang: Lang,
    /// Now.
    pub now: Zoned,
}

impl Words {
    /// The language as `lang` attributes have it.
    pub fn tag(&self) -> &'static str {
        match self.lang {
            Lang::En => "en",
            Lang::Id => "id",
        }
    }

    /// A sentence.
    pub fn s(&self, code: &str) -> String {
        self.lang.say(&Said::new(code))
    }

    /// A sentence with a number in it, called `count`.
    pub fn n(&self, code: &str, count: &u64) -> String {
        self.with(code, [("count", Given::from(*count))])
    }

    /// A sentence with gaps.
    pub fn with<const N: usize>(&self, code: &str, gaps: [(&str, Given); N]) -> String {
        let mut said = Said::new(code);
        said.with.extend(gaps.into_iter().map(|(name, given)| (name.to_owned(), given)));
        self.lang.say(&said)
    }

    /// A whole number, its thousands parted.
    pub fn number(&self, number: &u64) -> String {
        dates::number(self.lang, i64::try_from(*number).unwrap_or(i64::MAX))
    }

    /// The word of a flag.
    pub fn flag(&self, colour: &str) -> String {
        match colour {
            "red" => self.s("flag-red"),
            "yellow" => self.s("flag-yellow"),
            "green" => self.s("flag-green"),
            other => line(other),
        }
    }

    /// The colours of flags.
    pub fn colours(&self) -> [&'static str; 3] {
        ["red", "yellow", "green"]
    }

    /// Keys, and what each does.
    pub fn keys(&self) -> Vec<(&'static str, String)> {
        KEYS.iter().map(|(key, code)| (*key, self.s(code))).collect()
    }

    /// Emoji that are offered, and what they are called.
    pub fn emojis(&self) -> Vec<(&'static str, String)> {
        EMOJIS.iter().map(|(emoji, code)| (*emoji, self.s(code))).collect()
    }

    /// Now, as `datetime` attributes have it.
    pub fn iso_now(&self) -> String {
        self.now.timestamp().to_string()
    }

    /// Weekday, day and clock of now.
    pub fn long_now(&self) -> String {
        let civil = self.now.datetime();
        let (weekday, day) = (dates::weekday(self.lang, civil), dates::day(self.lang, civil));
        format!("{weekday} {day}, {}", dates::clock(self.lang, &self.now))
    }

    /// A time by the clock, with the day where that is not today: "14:02", "Mon 14:02", "24 Nov 14:02", "24 Nov 2025".
    pub fn when(&self, time: &str) -> String {
        let Some(at) = dates::zoned(time, &self.now) else { return line(time) };
        let (civil, clock) = (at.datetime(), dates::clock(self.lang, &at));
        let days = (at.date() - self.now.date()).get_days();
        match days {
            0 => clock,
            -6..=6 => format!("{} {clock}", dates::weekday(self.lang, civil)),
            _ if civil.year() == self.now.year() => format!("{} {clock}", dates::day(self.lang, civil)),
            _ => dates::date(self.lang, civil),
        }
    }

    /// A time to the second, with its distance from UTC.
    pub fn exact(&self, time: &str) -> String {
        dates::zoned(time, &self.now).map_or_else(|| line(time), |at| dates::exact(self.lang, &at))
    }

    /// How the command line's sentences are to look on the page.
    pub fn look(&self) -> Look {
        Look::of_page(self.lang, self.now.clone())
    }
}

impl Words {
    /// Now, in a zone; in the machine's where there is none.
    pub fn now_in(zone: Option<jiff::tz::TimeZone>) -> Zoned {
        let ms = i64::try_from(crate::home::now().0).unwrap_or(i64::MAX);
        let now = jiff::Timestamp::from_millisecond(ms).unwrap_or(jiff::Timestamp::MAX);
        now.to_zoned_datetime(zone.unwrap_or_else(jiff::tz::TimeZone::system))
    }
}
