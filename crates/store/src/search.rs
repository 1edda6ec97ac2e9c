//! Full text search over the current text of every message that is shown.
//!
//! Tokens are what `unicode61` makes of a text: words without accents, in lower case. Scripts that
//! don't put spaces between words give one token for each run of letters.
//!
//! Work is bounded whatever a query matches (decision 36): candidates come newest first, a window of
//! [`WINDOW`] at a time, and no more windows are opened than a page needs. Where all matches are in
//! the first window they are ordered by relevance, else by time.

use crate::candidates::Stream;
use crate::messages::ShownRow;
use crate::open::{Read, StoreError};
use crate::words::Words;

pub use crate::candidates::WINDOW;

/// How many of the newest texts tell whether a beginning of words is common.
const SAMPLE: usize = 250;

/// One in how many texts has to have a beginning for it to be common.
const COMMON: usize = 16;

/// Characters that stand for a snippet where a long text's match was not come upon.
const START: usize = 80;

/// A match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HitRow {
    /// The message.
    pub shown: ShownRow,
    /// Words around the match, matches between `«` and `»`.
    pub snippet: String,
}

/// A page of matches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// In order; a page that is not the last may have fewer than asked for.
    pub hits: Vec<HitRow>,
    /// How many matches are known.
    pub total: u64,
    /// Whether there may be more than `total`.
    pub at_least: bool,
    /// Whether another page follows.
    pub more: bool,
}

/// Matches in order, from number `first` on.
struct Matches {
    first: usize,
    slots: Vec<i64>,
    /// Whether candidates are left after them.
    more: bool,
}

impl Read<'_> {
    /// Matches from number `skip` on, at most `limit`.
    ///
    /// Up to [`WINDOW`] matches, whose texts are of 1 MiB together at most: by relevance among
    /// themselves, and `total` is exact. More: newest first, by week, and within each window of the
    /// matches of a week by time and id. Pages of an unchanged store continue each other: every match is
    /// on exactly one.
    pub fn search(&self, words: &Words, skip: u32, limit: u32) -> Result<Found, StoreError> {
        let Some(whole) = words.expression() else { return Ok(Found::default()) };
        let [skip, limit] = [skip, limit].map(|number| usize::try_from(number).unwrap_or(usize::MAX));
        let matches = match self.sifted(words, &whole, skip.saturating_add(limit))? {
            Some(matches) => matches,
            None => self.indexed(&whole, skip)?,
        };
        let rest = matches.slots.get(skip.saturating_sub(matches.first)..).unwrap_or_default();
        let page = rest.get(..limit).unwrap_or(rest);
        Ok(Found {
            hits: self.hits(words, page)?,
            total: u64::try_from(matches.first.saturating_add(matches.slots.len())).unwrap_or(u64::MAX),
            at_least: matches.more,
            more: matches.more || page.len() < rest.len(),
        })
    }

    /// The window of matches in which number `skip` is, as the index has them.
    fn indexed(&self, whole: &str, skip: usize) -> Result<Matches, StoreError> {
        let first = skip.checked_div(WINDOW).unwrap_or(0).saturating_mul(WINDOW);
        let window = self.window(&Stream::Matching(whole.to_owned()), first)?;
        let all = first == 0 && !window.more && self.fitting(&window.slots)? == window.slots.len();
        let slots =
            if all { self.sieve(&window.slots, |sieve| sieve.best(whole))? } else { self.by_time(&window.slots)? };
        Ok(Matches { first, slots, more: window.more })
    }

    /// Matches from the first up to more than `wanted`, where the index would take long to gather what
    /// begins with some letters, since that is common: found among what matches the rest of the query,
    /// by the texts. `None` where nothing is common, or the query as a whole is not.
    fn sifted(&self, words: &Words, whole: &str, wanted: usize) -> Result<Option<Matches>, StoreError> {
        let common = self.common_beginnings(words)?;
        if common.is_empty() {
            return Ok(None);
        }
        let stream = words.without_beginnings(&common).expression().map_or(Stream::All, Stream::Matching);
        let mut matches = Matches { first: 0, slots: Vec::new(), more: true };
        let mut seen = 0_usize;
        while matches.more && matches.slots.len() <= wanted {
            let mut window = self.window(&stream, seen)?;
            let fitting = self.fitting(&window.slots)?;
            matches.more = window.more || fitting < window.slots.len();
            window.slots.truncate(fitting);
            let best = self.sieve(&window.slots, |sieve| sieve.best(whole))?;
            let all = seen == 0 && !matches.more;
            if seen == 0 && !all && best.len().saturating_mul(COMMON) < fitting {
                return Ok(None);
            }
            matches.slots.extend(if all { best } else { self.by_time(&best)? });
            seen = seen.saturating_add(fitting);
        }
        Ok(Some(matches))
    }

    /// Which terms of a query are beginnings that many of the newest texts have.
    fn common_beginnings(&self, words: &Words) -> Result<Vec<usize>, StoreError> {
        let beginnings = words.beginnings();
        if beginnings.is_empty() {
            return Ok(Vec::new());
        }
        let mut newest = self.window(&Stream::All, 0)?.slots;
        newest.truncate(SAMPLE);
        newest.truncate(self.fitting(&newest)?);
        self.sieve(&newest, |sieve| {
            let mut common = Vec::new();
            for (term, beginning) in beginnings {
                if sieve.count(&beginning)?.saturating_mul(COMMON) >= newest.len() {
                    common.push(term);
                }
            }
            Ok(common)
        })
    }

    /// Messages with their snippets, in the order of `slots`.
    fn hits(&self, words: &Words, slots: &[i64]) -> Result<Vec<HitRow>, StoreError> {
        let near = words.terms.iter().find(|term| !term.not).map_or("", |term| &term.text);
        let mut snippets = self.snippets(slots, &words.any(), near)?;
        let mut shown = self.shown_at(slots)?;
        let hit = |slot| {
            let shown = shown.remove(slot)?;
            let start = || shown.text.as_deref().unwrap_or_default().chars().take(START).chain(['…']).collect();
            let snippet = snippets.remove(slot).unwrap_or_else(start);
            Some(HitRow { shown, snippet })
        };
        Ok(slots.iter().filter_map(hit).collect())
    }
}
