//! Full text search over the current text of every message that is shown.
//!
//! Tokens are what `unicode61` makes of a text: words without accents, in lower case. Scripts that
//! don't put spaces between words give one token for each run of letters.
//!
//! Work is bounded whatever a query matches (decisions 36 and 39): a plan (the module `plan`) says where
//! candidates come from, newest first; matches among them are ordered a window of [`WINDOW`] at a time,
//! and no more windows are opened than a page needs. Where all matches are in the first window they are
//! ordered by relevance, else by time.

use std::collections::{HashMap, HashSet};

use crate::messages::ShownRow;
use crate::open::{Read, StoreError};
use crate::plan::Plan;
use crate::rule::Is;
use crate::sought::Sought;

pub use crate::candidates::WINDOW;

/// Characters that stand for a snippet where no word was looked for, or a long text's match was not
/// come upon.
const START: usize = 80;

/// Candidates whose rows are looked at for one window, before their texts are.
const ROWS: usize = 1_000;

/// Windows after which a page ends that has any match.
const ENOUGH: usize = 6;

/// Most windows that one page looks through; fewer where a judge looks at each candidate.
const PATIENCE: usize = 40;
const JUDGED: usize = 10;

/// A match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HitRow {
    /// The message.
    pub shown: ShownRow,
    /// Words around the match, matches between `«` and `»`; the start of the text where no word was
    /// looked for.
    pub snippet: String,
}

/// Where a page starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its first window has the matches below this slot.
    pub below: i64,
    /// Matches of that window that are on earlier pages.
    pub skip: usize,
    /// Matches that are in earlier windows.
    pub seen: u64,
}

impl Place {
    /// Where the first page starts.
    pub const START: Self = Self { below: i64::MAX, skip: 0, seen: 0 };
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
    /// Where the next page starts, unless this is the last.
    pub next: Option<Place>,
}

/// Matches that are ordered together.
struct Window {
    /// Highest slot first.
    matches: Vec<i64>,
    /// The same by relevance, where that is known already.
    best: Option<Vec<i64>>,
    /// The next window has what is below this slot.
    below: i64,
    /// Whether nothing is left below.
    last: bool,
}

impl Read<'_> {
    /// Matches from `place` on, at most `limit`.
    ///
    /// Where all matches are in the first window, and their texts are of 1 MiB together at most: by
    /// relevance among themselves if words are looked for, and `total` is exact. Else newest first: by
    /// week, and within each window of the matches of a week by time and id. Pages of an unchanged store
    /// continue each other: every match is on exactly one.
    pub fn search(&self, sought: &Sought, place: &Place, limit: u32) -> Result<Found, StoreError> {
        let Some(plan) = self.plan(sought)? else { return Ok(Found::default()) };
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let judged = plan.rules.iter().any(|rule| matches!(rule.is, Is::Judged(_)));
        let patience = if judged { JUDGED } else { PATIENCE };
        let (mut at, mut page, mut windows) = (*place, Vec::new(), 0_usize);
        let (total, at_least, next) = loop {
            let window = self.window(&plan, sought, at.below)?;
            windows = windows.saturating_add(1);
            let Window { below, last, .. } = window;
            let count = window.matches.len();
            let ordered = self.in_order(sought, window, at.below == Place::START.below)?;
            let rest = ordered.get(at.skip..).unwrap_or_default();
            let taken = rest.len().min(limit.saturating_sub(page.len()));
            page.extend(rest.iter().take(taken));
            let seen = at.seen.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
            if taken < rest.len() {
                break (seen, !last, Some(Place { skip: at.skip.saturating_add(taken), ..at }));
            }
            if last {
                break (seen, false, None);
            }
            at = Place { below, skip: 0, seen };
            if page.len() >= limit || (windows >= ENOUGH && !page.is_empty()) || windows >= patience {
                break (seen, true, Some(at));
            }
        };
        Ok(Found { hits: self.hits(sought, &page)?, total, at_least, next })
    }

    /// The matches of a window: by relevance where they are all there are, else by time.
    fn in_order(&self, sought: &Sought, window: Window, first: bool) -> Result<Vec<i64>, StoreError> {
        let Window { matches, best, last, .. } = window;
        let whole = first && last && sought.words.expression().is_some();
        if !whole || self.fitting(&matches)? < matches.len() {
            return self.by_time(&matches);
        }
        match best {
            Some(best) => Ok(best),
            None => self.sieve(&matches, |sieve| sieve.passing(&matches, &sought.words)),
        }
    }

    /// The next window of matches below a slot; it depends on nothing else, so that pages continue.
    fn window(&self, plan: &Plan, sought: &Sought, below: i64) -> Result<Window, StoreError> {
        let most = match (plan.sieve, plan.rules.is_empty()) {
            (true, _) => WINDOW,
            (false, true) => WINDOW.saturating_add(1),
            (false, false) => ROWS,
        };
        let range = plan.range.start..plan.range.end.min(below);
        let mut drawn = self.draw(&plan.source, &range, most)?;
        let mut last = drawn.last && drawn.slots.len() <= most;
        drawn.slots.truncate(most);
        let mut below = drawn.slots.last().copied().unwrap_or(range.start);
        let mut matches = self.keep(drawn.slots, &plan.rules)?;
        let mut best = None;
        if plan.sieve {
            let fitting = self.fitting(&matches)?;
            if fitting < matches.len() {
                matches.truncate(fitting);
                last = false;
                below = matches.last().copied().unwrap_or(below);
            }
            let passing = self.sieve(&matches, |sieve| sieve.passing(&matches, &sought.words))?;
            let all: HashSet<i64> = passing.iter().copied().collect();
            matches.retain(|slot| all.contains(slot));
            best = Some(passing);
        }
        if matches.len() > WINDOW {
            matches.truncate(WINDOW);
            last = false;
            below = matches.last().copied().unwrap_or(below);
        }
        Ok(Window { matches, best, below, last })
    }

    /// Messages with their snippets, in the order of `slots`.
    fn hits(&self, sought: &Sought, slots: &[i64]) -> Result<Vec<HitRow>, StoreError> {
        let words = &sought.words;
        let near = words.terms.iter().find(|term| !term.not).map_or("", |term| &term.text);
        let any = words.any();
        let mut snippets = if any.is_empty() { HashMap::new() } else { self.snippets(slots, &any, near)? };
        let mut shown = self.shown_at(slots)?;
        let hit = |slot| {
            let shown = shown.remove(slot)?;
            let snippet = snippets.remove(slot).unwrap_or_else(|| start(shown.text.as_deref().unwrap_or_default()));
            Some(HitRow { shown, snippet })
        };
        Ok(slots.iter().filter_map(hit).collect())
    }
}

/// The start of a text.
fn start(text: &str) -> String {
    match text.char_indices().nth(START) {
        Some((end, _)) => text.get(..end).unwrap_or_default().chars().chain(['…']).collect(),
        None => text.to_owned(),
    }
}
