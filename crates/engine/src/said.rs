//! Sentences by name, so that whoever shows them can say them in another language.
//!
//! A crate knows no catalogue: it gives a sentence in English, and beside it the name by which a
//! catalogue knows that sentence, with what fills its gaps.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A sentence by its name in a catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Its name, for instance `no-channel`; stays as it is from version to version.
    pub code: String,
    /// What fills its gaps, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub with: BTreeMap<String, Given>,
}

/// What fills a gap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Given {
    /// A number, written as the language writes numbers; decides about plurals.
    Number(i64),
    /// Text that stays as it is: names, ids, paths, addresses, ports.
    Text(String),
    /// Another sentence, such as a cause.
    Said(Said),
}

impl Said {
    /// A sentence without gaps, so far.
    #[must_use]
    pub fn new(code: &str) -> Self {
        Self { code: code.to_owned(), with: BTreeMap::new() }
    }

    /// The same with a gap filled.
    #[must_use]
    pub fn with(mut self, name: &str, given: impl Into<Given>) -> Self {
        self.with.insert(name.to_owned(), given.into());
        self
    }
}

/// A [`Said`]: `said!("no-channel", name = text)`.
#[macro_export]
macro_rules! said {
    ($code:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::Said::new($code)$(.with(stringify!($name), $value))*
    };
}

impl From<&str> for Given {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Given {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Given {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<Said> for Given {
    fn from(said: Said) -> Self {
        Self::Said(said)
    }
}

/// Numbers beyond 2^63 show as that.
macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl From<$number> for Given {
            fn from(number: $number) -> Self {
                Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
            }
        }
    )*};
}

numbers!(u8, u32, i64, u64, usize);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_travels_as_json_and_comes_back() {
        let cause = said!("system-full");
        let said = said!("io-write", path = "/tmp/a", error = cause, bytes = 12_u64);
        let json = serde_json::to_string(&said).unwrap();
        assert_eq!(json, r#"{"code":"io-write","with":{"bytes":12,"error":{"code":"system-full"},"path":"/tmp/a"}}"#);
        assert_eq!(serde_json::from_str::<Said>(&json).unwrap(), said);
    }
}
