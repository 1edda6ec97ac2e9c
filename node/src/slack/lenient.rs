//! JSON as exports really hold it: a field of the wrong kind counts as absent, never as an error.
//!
//! What isn't asked for is skipped without being built, so memory follows what is kept. Only JSON
//! that is broken as such is an error.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A text.
#[derive(Default)]
pub struct Text(Option<String>);

/// A whole number, or a text of one.
#[derive(Default)]
pub struct Number(pub Option<u64>);

/// A yes; everything else is a no.
#[derive(Default)]
pub struct Flag(pub bool);

/// A record.
pub struct Loose<T>(pub Option<T>);

/// A list of at most `MOST`; `rest` counts those beyond, which are not kept.
pub struct List<T, const MOST: usize> {
    /// Those that are kept, in order.
    pub items: Vec<T>,
    /// How many more there were.
    pub rest: usize,
}

/// What a value is made from; whatever a type does not name makes its default.
trait Shape<'de>: Default {
    fn flag(_: bool) -> Self {
        Self::default()
    }
    fn number(_: u64) -> Self {
        Self::default()
    }
    fn text(_: &str) -> Self {
        Self::default()
    }
    fn list<A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Self::default())
    }
    fn record<A: MapAccess<'de>>(mut record: A) -> Result<Self, A::Error> {
        while record.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Self::default())
    }
}

impl Text {
    /// The text, if it says anything.
    pub fn said(&self) -> Option<&str> {
        self.0.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }

    /// The text as it is; empty where there is none.
    pub fn whole(&self) -> &str {
        self.0.as_deref().unwrap_or("")
    }
}

impl<T> Default for Loose<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T, const MOST: usize> Default for List<T, MOST> {
    fn default() -> Self {
        Self { items: Vec::new(), rest: 0 }
    }
}

impl Shape<'_> for Text {
    fn text(text: &str) -> Self {
        Self(Some(text.to_owned()))
    }
}

impl Shape<'_> for Number {
    fn number(number: u64) -> Self {
        Self(Some(number))
    }
    fn text(text: &str) -> Self {
        Self(text.trim().parse().ok())
    }
}

impl Shape<'_> for Flag {
    fn flag(flag: bool) -> Self {
        Self(flag)
    }
}

impl<'de, T: Deserialize<'de>> Shape<'de> for Loose<T> {
    fn record<A: MapAccess<'de>>(record: A) -> Result<Self, A::Error> {
        T::deserialize(MapAccessDeserializer::new(record)).map(|record| Self(Some(record)))
    }
}

impl<'de, T: Deserialize<'de>, const MOST: usize> Shape<'de> for List<T, MOST> {
    fn list<A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        let mut kept = Self::default();
        while kept.items.len() < MOST {
            let Some(item) = list.next_element()? else { return Ok(kept) };
            kept.items.push(item);
        }
        while list.next_element::<IgnoredAny>()?.is_some() {
            kept.rest += 1;
        }
        Ok(kept)
    }
}

struct Any<S>(PhantomData<S>);

impl<'de, S: Shape<'de>> Visitor<'de> for Any<S> {
    type Value = S;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }
    fn visit_bool<E: Error>(self, flag: bool) -> Result<S, E> {
        Ok(S::flag(flag))
    }
    fn visit_i64<E: Error>(self, _: i64) -> Result<S, E> {
        Ok(S::default())
    }
    fn visit_u64<E: Error>(self, number: u64) -> Result<S, E> {
        Ok(S::number(number))
    }
    fn visit_f64<E: Error>(self, _: f64) -> Result<S, E> {
        Ok(S::default())
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<S, E> {
        Ok(S::text(text))
    }
    fn visit_unit<E: Error>(self) -> Result<S, E> {
        Ok(S::default())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<S, A::Error> {
        S::list(list)
    }
    fn visit_map<A: MapAccess<'de>>(self, record: A) -> Result<S, A::Error> {
        S::record(record)
    }
}

macro_rules! from_any {
    ($([$($generics:tt)*] $type:ty),+ $(,)?) => {$(
        impl<'de, $($generics)*> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                from.deserialize_any(Any(PhantomData))
            }
        }
    )+};
}

from_any!([] Text, [] Number, [] Flag, [T: Deserialize<'de>] Loose<T>, [T: Deserialize<'de>, const MOST: usize] List<T, MOST>);

/// Reads a file that holds a list, or `null` for none; `None` where it holds anything else.
pub fn list<T: for<'de> Deserialize<'de>, const MOST: usize>(json: &[u8]) -> Option<List<T, MOST>> {
    let json = json.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(json).trim_ascii();
    match json {
        [b'[', ..] => serde_json::from_slice(json).ok(),
        b"null" => Some(List::default()),
        _ => None,
    }
}
