//! The words and dates of reports, in the languages that there are.
//!
//! They stand in the engine, not in the catalogue of the command line, because a newsletter has to come
//! out the same on every node of a version.

use cremona_model::personal::Setting;
use cremona_store::Read;
use jiff::civil::{Date, DateTime};

use crate::ask::{Failure, Reason};
use crate::error::EngineError;
use crate::personal::settings::setting;
use crate::said;

/// A language that reports are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    Indonesian,
}

/// The words of one language. `{}` stands for what is said of.
pub(crate) struct Words {
    months: [&'static str; 12],
    pub(crate) newsletter: &'static str,
    /// Of a month and a zone.
    pub(crate) about: &'static str,
    pub(crate) nothing: &'static str,
    pub(crate) left_out: &'static str,
    pub(crate) by: &'static str,
    pub(crate) announcement: &'static str,
    pub(crate) reply: &'static str,
    pub(crate) imported_by: &'static str,
    pub(crate) catch_up: &'static str,
    pub(crate) decisions: &'static str,
    pub(crate) questions: &'static str,
    pub(crate) overdue: &'static str,
    pub(crate) busiest: &'static str,
    pub(crate) digest: &'static str,
    pub(crate) held: &'static str,
    pub(crate) waiting: &'static str,
    pub(crate) expired: &'static str,
}

const ENGLISH: Words = Words {
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    newsletter: "Newsletter, {}",
    about: "Good to know: green messages and announcements. Times are those of {}.",
    nothing: "There was nothing this month.",
    left_out: "Not in here for lack of room: {}",
    by: "By {}",
    announcement: "announcement",
    reply: "reply",
    imported_by: "imported by {}",
    catch_up: "Since {}",
    decisions: "Decisions",
    questions: "Questions to you",
    overdue: "Overdue",
    busiest: "Busiest threads",
    digest: "Your day, {}",
    held: "While it was quiet",
    waiting: "Waiting for you",
    expired: "Expired unread",
};

const INDONESIAN: Words = Words {
    months: [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ],
    newsletter: "Warta, {}",
    about: "Baik untuk diketahui: pesan hijau dan pengumuman. Semua waktu menurut {}.",
    nothing: "Tidak ada apa-apa bulan ini.",
    left_out: "Tidak dimuat karena kehabisan tempat: {}",
    by: "Oleh {}",
    announcement: "pengumuman",
    reply: "balasan",
    imported_by: "diimpor oleh {}",
    catch_up: "Sejak {}",
    decisions: "Keputusan",
    questions: "Pertanyaan untuk Anda",
    overdue: "Lewat tenggat",
    busiest: "Utas teramai",
    digest: "Hari Anda, {}",
    held: "Selama jam tenang",
    waiting: "Menunggu Anda",
    expired: "Kedaluwarsa sebelum dibaca",
};

/// The language asked for, else that of this member's settings, else English.
pub(crate) fn chosen(read: &Read<'_>, asked: Option<&str>) -> Result<Language, EngineError> {
    match asked {
        Some(asked) => Language::of(asked),
        None => {
            let set = setting(read, Setting::Language)?;
            Ok(set.and_then(|set| Language::known(&set)).unwrap_or(Language::English))
        }
    }
}

impl Language {
    /// The language of a tag or locale: `en`, `id`, `id-ID`, `id_ID.UTF-8`.
    pub(crate) fn of(tag: &str) -> Result<Self, EngineError> {
        let message = || format!("reports are not written in {tag:?}");
        Self::known(tag).ok_or_else(|| {
            Failure::new(Reason::Usage, message(), "give en or id").named(said!("no-report-language", tag = tag)).into()
        })
    }

    fn known(tag: &str) -> Option<Self> {
        match tag.split(['-', '_', '.']).next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "en" => Some(Self::English),
            "id" => Some(Self::Indonesian),
            _ => None,
        }
    }

    /// Its tag.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Indonesian => "id",
        }
    }

    /// Its words.
    pub(crate) fn words(self) -> &'static Words {
        match self {
            Self::English => &ENGLISH,
            Self::Indonesian => &INDONESIAN,
        }
    }

    /// `November 2026`.
    pub(crate) fn month(self, date: Date) -> String {
        let month = usize::try_from(date.month()).ok().and_then(|month| month.checked_sub(1));
        let name = month.and_then(|month| self.words().months.get(month)).copied().unwrap_or_default();
        format!("{name} {}", date.year())
    }

    /// `27 November 2026`, as CLDR has it for Great Britain and for Indonesia.
    pub(crate) fn date(self, date: Date) -> String {
        format!("{} {}", date.day(), self.month(date))
    }

    /// A date and the time of day.
    pub(crate) fn moment(self, wall: DateTime) -> String {
        let (date, hour, minute) = (self.date(wall.date()), wall.hour(), wall.minute());
        match self {
            Self::English => format!("{date}, {hour:02}:{minute:02}"),
            Self::Indonesian => format!("{date} pukul {hour:02}.{minute:02}"),
        }
    }
}

/// A sentence of ours with what it is about.
pub(crate) fn say(sentence: &str, what: &str) -> String {
    sentence.replacen("{}", what, 1)
}
