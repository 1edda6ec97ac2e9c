//! The sentences of one language, read from the binary once.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use cremona_engine::{Given, Said};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use super::{Lang, dates};

/// The files of both languages, by the same names; English help stands where the command line is
/// defined (`cli`).
macro_rules! files {
    ($($name:literal),*) => {
        [
            &[$(($name, include_str!(concat!("../../locales/en/", $name, ".ftl")))),*],
            &[$(($name, include_str!(concat!("../../locales/id/", $name, ".ftl")))),*],
        ]
    };
}

/// Name and contents of the files of each language.
pub(super) const FILES: [&[(&str, &str)]; 2] =
    files!["causes", "demo", "doctor", "engine", "failures", "heard", "http", "mailbox", "page", "show", "usage"];
/// Help, in Indonesian only.
pub(super) const HELP: &str = include_str!("../../locales/id/help.ftl");

/// The sentences of one language.
pub struct Catalogue {
    bundle: FluentBundle<FluentResource>,
}

impl Catalogue {
    /// That of a language.
    ///
    /// # Panics
    /// Where a file is no Fluent or says a name twice, which tests exclude.
    #[must_use]
    pub fn of(lang: Lang) -> &'static Self {
        static ENGLISH: OnceLock<Catalogue> = OnceLock::new();
        static INDONESIAN: OnceLock<Catalogue> = OnceLock::new();
        match lang {
            Lang::En => ENGLISH.get_or_init(|| Self::read(lang)),
            Lang::Id => INDONESIAN.get_or_init(|| Self::read(lang)),
        }
    }

    fn read(lang: Lang) -> Self {
        let tag: LanguageIdentifier = lang.tag().parse().expect("a language of ours has a tag");
        let mut bundle = FluentBundle::new_concurrent(vec![tag]);
        // Marks of direction would be shown as symbols, as everybody else's are.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(match lang {
            Lang::En => |value, _| number(Lang::En, value),
            Lang::Id => |value, _| number(Lang::Id, value),
        }));
        for (name, text) in texts(lang) {
            let resource = FluentResource::try_new(text.to_owned())
                .unwrap_or_else(|(_, errors)| panic!("{name}.ftl of {lang:?} is no Fluent: {errors:?}"));
            bundle
                .add_resource(resource)
                .unwrap_or_else(|errors| panic!("{name}.ftl of {lang:?} says a name again: {errors:?}"));
        }
        Self { bundle }
    }

    /// A sentence, or one of its attributes, with its gaps filled; `None` where it has none of that
    /// name.
    pub(super) fn format(
        &self,
        code: &str,
        attribute: Option<&str>,
        with: &BTreeMap<String, Given>,
        of_cause: &dyn Fn(&Said) -> String,
    ) -> Option<String> {
        let message = self.bundle.get_message(code)?;
        let pattern = match attribute {
            Some(name) => message.get_attribute(name)?.value(),
            None => message.value()?,
        };
        let mut args = FluentArgs::with_capacity(with.len());
        for (name, given) in with {
            args.set(
                name.as_str(),
                match given {
                    Given::Number(number) => FluentValue::from(*number),
                    Given::Text(text) => FluentValue::from(text.as_str()),
                    Given::Said(cause) => FluentValue::from(of_cause(cause)),
                },
            );
        }
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(&args), &mut errors);
        debug_assert!(errors.is_empty(), "{code}: {errors:?}");
        Some(text.into_owned())
    }
}

/// The files of a language.
pub(super) fn texts(lang: Lang) -> Vec<(&'static str, &'static str)> {
    let [english, indonesian] = FILES;
    match lang {
        Lang::En => english.to_vec(),
        Lang::Id => indonesian.iter().copied().chain([("help", HELP)]).collect(),
    }
}

fn number(lang: Lang, value: &FluentValue<'_>) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    // Our numbers are whole; see `Given`.
    Some(dates::number(lang, number.value as i64))
}
