//! What people read, in their language: one catalogue of sentences by name, in English and Indonesian.
//!
//! The sentences are Fluent files in `locales/`, part of the binary. Code names a sentence and fills
//! its gaps ([`Said`]); plurals go by CLDR, numbers and dates too (`dates`). A name that is not there
//! fails a test (`tests`), and shows as the name. What other crates say in English only is recognised
//! by the English catalogue and said again (`heard`).

mod catalogue;
pub mod dates;
mod heard;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use cremona_engine::{Failure, Given, Reason, Said, said};
use cremona_net::StartError;
use cremona_store::{OpenError, StoreError};

pub use catalogue::Catalogue;

/// A language that the catalogue has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Indonesian.
    Id,
}

/// Says a sentence in a language: `say!(look.lang, "threads-none")`.
macro_rules! say {
    ($lang:expr, $code:literal $($rest:tt)*) => {
        $crate::words::Lang::say($lang, &cremona_engine::said!($code $($rest)*))
    };
}

/// A refusal whose words are in the catalogue: `fail!(Usage, "no-text")`.
macro_rules! fail {
    ($reason:ident, $code:literal $($rest:tt)*) => {
        $crate::words::failure(cremona_engine::Reason::$reason, cremona_engine::said!($code $($rest)*))
    };
}

pub(crate) use {fail, say};

impl Lang {
    /// Both.
    #[cfg(test)]
    pub const ALL: [Self; 2] = [Self::En, Self::Id];

    /// The language that the person wants: as given by `--lang`, else as the first of `LC_ALL`,
    /// `LC_MESSAGES` and `LANG` says that is set; English where the catalogue has not that.
    #[must_use]
    pub fn wanted(given: Option<Self>, variable: impl Fn(&str) -> Option<String>) -> Self {
        given.unwrap_or_else(|| {
            let set = |name: &&str| variable(name).filter(|value| !value.is_empty());
            let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(set);
            locale.map_or(Self::En, |locale| Self::of_locale(&locale))
        })
    }

    /// The language in which a member is told of news: as they set it, else as [`Lang::wanted`].
    #[must_use]
    pub fn set(setting: &str, variable: impl Fn(&str) -> Option<String>) -> Self {
        let setting = setting.trim();
        Self::wanted((!setting.is_empty()).then(|| Self::of_locale(setting)), variable)
    }

    /// The language of a POSIX locale, such as `id_ID.UTF-8`.
    fn of_locale(locale: &str) -> Self {
        let language = locale.split(['_', '.', '-', '@']).next().unwrap_or_default();
        // `in` is what the code for Indonesian was until 1989, and some systems still say.
        if ["id", "in"].iter().any(|known| language.eq_ignore_ascii_case(known)) { Self::Id } else { Self::En }
    }

    /// A sentence.
    #[must_use]
    pub fn say(self, said: &Said) -> String {
        self.value(said).unwrap_or_else(|| format!("[{}]", said.code))
    }

    /// What to do next, as the sentence, or else its cause, has it; empty where there is nothing.
    #[must_use]
    pub fn hint(self, said: &Said) -> String {
        let of_cause = || {
            said.with.values().find_map(|given| match given {
                Given::Said(cause) => Some(self.hint(cause)).filter(|hint| !hint.is_empty()),
                Given::Number(_) | Given::Text(_) => None,
            })
        };
        self.attribute(said, "hint").or_else(of_cause).unwrap_or_default()
    }

    /// The sentence of a name, if there is one.
    #[must_use]
    pub fn value(self, said: &Said) -> Option<String> {
        let of_cause = |cause: &Said| self.say(cause);
        Catalogue::of(self).format(&said.code, None, &self.heard(said), &of_cause)
    }

    /// A further text of a sentence, if it has one of that name.
    #[must_use]
    pub fn attribute(self, said: &Said, name: &str) -> Option<String> {
        let of_cause = |cause: &Said| self.say(cause);
        Catalogue::of(self).format(&said.code, Some(name), &self.heard(said), &of_cause)
    }

    /// What fills the gaps; what is text in those called `error` and `hint` is what another crate said
    /// in English.
    fn heard(self, said: &Said) -> BTreeMap<String, Given> {
        let mut with = said.with.clone();
        for gap in ["error", "hint"] {
            if let Some(Given::Text(english)) = with.get_mut(gap) {
                *english = self.hear(english);
            }
        }
        with
    }

    /// What another crate said in English, in this language as far as the catalogue has it.
    #[must_use]
    pub fn hear(self, english: &str) -> String {
        match self {
            Self::En => english.to_owned(),
            Self::Id => heard::recognised(english).map_or_else(|| english.to_owned(), |said| self.say(&said)),
        }
    }

    /// What a failure says, and what to do next.
    #[must_use]
    pub fn tell(self, failure: &Failure) -> (String, String) {
        match &failure.said {
            // A node of a newer version may know failures that this catalogue doesn't.
            Some(said) if self.value(said).is_some() => (self.say(said), self.hint(said)),
            Some(_) | None => (self.hear(&failure.message), self.hear(&failure.hint)),
        }
    }

    /// Its BCP 47 tag.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en-GB",
            Self::Id => "id",
        }
    }
}

/// A refusal in English, and by name for other languages.
#[must_use]
pub fn failure(reason: Reason, said: Said) -> Failure {
    Failure::new(reason, Lang::En.say(&said), Lang::En.hint(&said)).named(said)
}

/// What a failure says, as a sentence with a hint.
#[must_use]
pub fn of(failure: &Failure) -> Said {
    let told = || said!("told", message = elsewhere(&failure.message), next = elsewhere(&failure.hint));
    failure.said.as_deref().cloned().unwrap_or_else(told)
}

/// Why a store does not open.
#[must_use]
pub fn store(error: &OpenError) -> Said {
    match error {
        OpenError::Newer { found, known } => said!("store-newer", found = *found, known = *known),
        OpenError::Foreign => said!("store-foreign"),
        OpenError::Store(StoreError::Full) => said!("store-full"),
        OpenError::Store(StoreError::ReadOnly) => said!("store-read-only"),
        OpenError::Store(StoreError::Corrupt(text)) => said!("store-corrupt", text = text),
        OpenError::Store(StoreError::Io(text)) => said!("store-io", text = text),
        OpenError::Store(StoreError::Sql(error)) => said!("store-sql", text = error.to_string()),
    }
}

/// Why a network does not start.
#[must_use]
pub fn network(error: &StartError) -> Said {
    match error {
        StartError::Identity => said!("net-identity"),
        StartError::Listen { address, reason } => {
            said!("net-listen", address = address, error = elsewhere(reason))
        }
        StartError::Transport(text) => said!("net-transport", error = elsewhere(text)),
        StartError::Gossip(text) => said!("net-gossip", error = elsewhere(text)),
    }
}

/// A part of a sentence that another crate said in English, by name where the catalogue has it.
#[must_use]
pub fn elsewhere(english: &str) -> Given {
    heard::recognised(english).map_or_else(|| english.into(), Given::Said)
}

/// Why the operating system refuses.
#[must_use]
pub fn system(error: &std::io::Error) -> Said {
    use std::io::ErrorKind as Kind;
    match error.kind() {
        Kind::NotFound => said!("system-not-found"),
        Kind::PermissionDenied => said!("system-denied"),
        Kind::ReadOnlyFilesystem => said!("system-read-only"),
        Kind::StorageFull | Kind::QuotaExceeded => said!("system-full"),
        Kind::NotADirectory => said!("system-no-directory"),
        Kind::IsADirectory => said!("system-directory"),
        Kind::AlreadyExists => said!("system-exists"),
        Kind::ConnectionRefused => said!("system-refused"),
        Kind::TimedOut => said!("system-timeout"),
        Kind::AddrInUse => said!("system-address-taken"),
        Kind::UnexpectedEof | Kind::BrokenPipe | Kind::ConnectionReset => said!("system-cut-off"),
        _ => said!("system-other", text = error.to_string()),
    }
}
