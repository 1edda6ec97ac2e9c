//! How a search goes about it: from where candidates are drawn, and what is asked of each.
//!
//! Whatever is chosen finds the same; what differs is how many candidates are looked at for one match.
//! Decision 39 has the measurements behind the numbers here.

use std::ops::Range;

use crate::candidates::{Drawn, Source, WINDOW, slots_of};
use crate::keyed::Key;
use crate::open::{Read, StoreError};
use crate::rule::{Is, Rule};
use crate::sought::Sought;
use crate::words::Words;

/// How many of the newest texts tell whether a beginning of words is common.
const SAMPLE: usize = 250;

/// A beginning that a share `d` of `n` texts has costs the index `d * n` entries to gather, and the
/// sieve `1 / d` texts a match: it is common from where the sieve is cheaper, `d * d * n` over this.
const COMMON: usize = 1_700;

/// A key that gives no more messages than this is gathered whole.
const FEW: usize = 4_000;

/// Matches of the index up to this many are set against the messages of a key, slot by slot.
const MATCHES: usize = 20_000;

/// Candidates of the index, and of a key, that tell which of them gives matches for less work.
const TRIED: [usize; 2] = [1_000, 200];

/// What a candidate of the index costs that is looked up by its row, and one of a key that goes through
/// the sieve, in the same unit.
const COSTS: [usize; 2] = [2, 7];

/// Texts with a web address have one of these words.
const ADDRESS: &str = "(\"http\" OR \"https\")";

/// How a search is done.
pub(crate) struct Plan {
    /// Where candidates come from.
    pub(crate) source: Source,
    /// The slots between which all matches are.
    pub(crate) range: Range<i64>,
    /// What has to hold of each candidate.
    pub(crate) rules: Vec<Rule>,
    /// Whether each candidate's text is asked for the words.
    pub(crate) sieve: bool,
}

impl Read<'_> {
    /// How to search; `None` where nothing is looked for, or nothing can be found.
    pub(crate) fn plan(&self, sought: &Sought) -> Result<Option<Plan>, StoreError> {
        let Sought { words, conditions } = sought;
        let mut rules = conditions.iter().map(|condition| self.rule(condition)).collect::<Result<Vec<_>, _>>()?;
        let asks = |rule: &Rule| !rule.not || !matches!(rule.is, Is::Embargoed(_));
        let asked = rules.iter().any(asks);
        if !self.has_embargo(&rules)? {
            rules.retain(asks);
        }
        let hopeless = rules.iter().any(|rule| matches!(rule.is, Is::Nothing) && !rule.not);
        let expression = words.expression();
        if hopeless || (expression.is_none() && !asked) {
            return Ok(None);
        }
        let range = self.slots_within(&rules)?;
        let mut plan = match (self.nearest_key(&rules, &range)?, expression) {
            (Near::Few(slots), expression) => self.among(slots, words, expression, range)?,
            (near, Some(expression)) => self.matching(words, expression, near.key(), &rules, range)?,
            (near, None) => {
                let address = rules.iter().any(|rule| matches!(rule.is, Is::Link | Is::Attachment) && !rule.not);
                let source = match near.key() {
                    Some(key) => Source::Keyed(key),
                    None if address => Source::Matching(ADDRESS.to_owned()),
                    None => Source::All,
                };
                Plan { source, range, rules: Vec::new(), sieve: !words.terms.is_empty() }
            }
        };
        plan.rules = rules;
        // Of what the index gives, all is shown.
        if !matches!(plan.source, Source::Matching(_)) {
            plan.rules.insert(0, Rule { not: false, is: Is::Readable });
        }
        Ok(Some(plan))
    }

    /// Whether any message is under an embargo that the rules speak of.
    fn has_embargo(&self, rules: &[Rule]) -> Result<bool, StoreError> {
        for rule in rules {
            if let Is::Embargoed(now) = rule.is {
                let sql = "SELECT 1 FROM message WHERE embargo IS NOT NULL AND embargo > ?1 LIMIT 1";
                return Ok(self.db.prepare_cached(sql)?.exists([now])?);
            }
        }
        Ok(false)
    }

    /// The slots of all messages of which the rules can hold.
    fn slots_within(&self, rules: &[Rule]) -> Result<Range<i64>, StoreError> {
        let mut range = 0..i64::MAX;
        for rule in rules.iter().filter(|rule| !rule.not) {
            let within = match &rule.is {
                Is::Within(from, to) => slots_of(*from, *to),
                Is::Imported => self.weeks_of_kind(true)?,
                Is::Posted => self.weeks_of_kind(false)?,
                Is::Channel(_)
                | Is::Thread(_)
                | Is::From { .. }
                | Is::Edited
                | Is::Link
                | Is::Attachment
                | Is::Flagged(_)
                | Is::Pinned
                | Is::Resolved
                | Is::Announcement
                | Is::Mentions(_)
                | Is::To(_)
                | Is::Embargoed(_)
                | Is::Among(_)
                | Is::Judged(_)
                | Is::Readable
                | Is::Nothing => continue,
            };
            range = range.start.max(within.start)..range.end.min(within.end);
        }
        Ok(range)
    }

    /// The key that gives fewest messages, if any rule has one.
    fn nearest_key(&self, rules: &[Rule], range: &Range<i64>) -> Result<Near, StoreError> {
        let mut near = Near::None;
        for key in rules.iter().filter_map(Key::of) {
            let found = self.few_of_key(&key, range, FEW)?;
            near = match (near, found) {
                (Near::Few(known), Some(slots)) if known.len() <= slots.len() => Near::Few(known),
                (_, Some(slots)) => Near::Few(slots),
                (Near::None, None) => Near::Many(key),
                (near, None) => near,
            };
        }
        Ok(near)
    }

    /// Among few messages: the words are asked of each text, unless the index is quick to tell.
    fn among(
        &self,
        slots: Vec<i64>,
        words: &Words,
        expression: Option<String>,
        range: Range<i64>,
    ) -> Result<Plan, StoreError> {
        let (Some(first), Some(last)) = (slots.last(), slots.first()) else {
            return Ok(Plan { source: Source::Slots(slots), range, rules: Vec::new(), sieve: false });
        };
        let sieve = !words.terms.is_empty();
        let range = range.start.max(*first)..range.end.min(last.saturating_add(1));
        let many = slots.len() > WINDOW;
        let (Some(expression), true) = (expression.filter(|_| many), self.common_beginnings(words)?.is_empty()) else {
            return Ok(Plan { source: Source::Slots(slots), range, rules: Vec::new(), sieve });
        };
        let Drawn { slots: matches, last } = self.draw(&Source::Matching(expression), &range, MATCHES)?;
        if !last {
            return Ok(Plan { source: Source::Slots(slots), range, rules: Vec::new(), sieve });
        }
        let both = slots.into_iter().filter(|slot| matches.binary_search_by(|other| slot.cmp(other)).is_ok()).collect();
        Ok(Plan { source: Source::Slots(both), range, rules: Vec::new(), sieve: false })
    }

    /// What matches the words: from the index, without the beginnings that are common; or from a key,
    /// where that gives more matches for the work.
    fn matching(
        &self,
        words: &Words,
        expression: String,
        key: Option<Key>,
        rules: &[Rule],
        range: Range<i64>,
    ) -> Result<Plan, StoreError> {
        let rules_none = Vec::new;
        let common = self.common_beginnings(words)?;
        if !common.is_empty() {
            let source = match (words.without_beginnings(&common).expression(), key) {
                (Some(less), _) => Source::Matching(less),
                (None, Some(key)) => Source::Keyed(key),
                (None, None) => Source::All,
            };
            return Ok(Plan { source, range, rules: rules_none(), sieve: true });
        }
        if let Some(key) = key
            && self.is_nearer(&key, words, &expression, rules, &range)?
        {
            return Ok(Plan { source: Source::Keyed(key), range, rules: rules_none(), sieve: true });
        }
        let address = rules.iter().any(|rule| matches!(rule.is, Is::Link | Is::Attachment) && !rule.not);
        let expression = if address { format!("({expression}) AND {ADDRESS}") } else { expression };
        Ok(Plan { source: Source::Matching(expression), range, rules: rules_none(), sieve: false })
    }

    /// Whether a key gives matches for less work than the index does.
    fn is_nearer(
        &self,
        key: &Key,
        words: &Words,
        expression: &str,
        rules: &[Rule],
        range: &Range<i64>,
    ) -> Result<bool, StoreError> {
        let drawn = self.draw(&Source::Matching(expression.to_owned()), range, TRIED[0])?;
        if drawn.last {
            return Ok(false);
        }
        let tried = drawn.slots.len();
        let found = self.keep(drawn.slots, rules)?.len();
        let mut keyed = self.draw_keyed(key, range, TRIED[1])?.slots;
        keyed.truncate(TRIED[1]);
        keyed.truncate(self.fitting(&keyed)?);
        let keyed_tried = keyed.len();
        let kept = self.keep(keyed, rules)?;
        let keyed_found = self.sieve(&kept, |sieve| sieve.passing(&kept, words))?.len();
        // Work for each match, compared without a division.
        let by_index = tried.saturating_mul(COSTS[0]).saturating_mul(keyed_found);
        let by_key = keyed_tried.saturating_mul(COSTS[1]).saturating_mul(found);
        Ok(by_index > by_key)
    }

    /// Which terms of a query are beginnings that are common.
    fn common_beginnings(&self, words: &Words) -> Result<Vec<usize>, StoreError> {
        let beginnings = words.beginnings();
        if beginnings.is_empty() {
            return Ok(Vec::new());
        }
        let mut newest = self.draw(&Source::All, &(0..i64::MAX), SAMPLE)?.slots;
        newest.truncate(self.fitting(&newest)?);
        let all: usize =
            self.db.prepare_cached("SELECT coalesce(max(n), 0) FROM text")?.query_row([], |row| row.get(0))?;
        let is_common = |count: usize| {
            let square = |number: usize| number.saturating_mul(number);
            square(count).saturating_mul(all) > square(newest.len()).saturating_mul(COMMON)
        };
        self.sieve(&newest, |sieve| {
            let mut common = Vec::new();
            for (term, beginning) in beginnings {
                if is_common(sieve.count(&beginning)?) {
                    common.push(term);
                }
            }
            Ok(common)
        })
    }

    /// The slots between which all imported messages are, or all others.
    fn weeks_of_kind(&self, imported: bool) -> Result<Range<i64>, StoreError> {
        let sql = if imported {
            "SELECT min(first), max(last)
             FROM (SELECT (SELECT min(time / 604800000) FROM message INDEXED BY message_claimed
                           WHERE claimant = k.no AND claimant IS NOT NULL) AS first,
                          (SELECT max(time / 604800000) FROM message INDEXED BY message_claimed
                           WHERE claimant = k.no AND claimant IS NOT NULL) AS last
                   FROM claimant AS k)"
        } else {
            "SELECT min(first), max(last)
             FROM (SELECT (SELECT min(time / 604800000) FROM message INDEXED BY message_by
                           WHERE log = l.no AND claimant IS NULL) AS first,
                          (SELECT max(time / 604800000) FROM message INDEXED BY message_by
                           WHERE log = l.no AND claimant IS NULL) AS last
                   FROM log AS l)"
        };
        let weeks = self
            .db
            .prepare_cached(sql)?
            .query_row([], |row| Ok(row.get::<_, Option<i64>>(0)?.zip(row.get::<_, Option<i64>>(1)?)))?;
        Ok(weeks.map_or(0..0, |(first, last)| {
            let slot = crate::candidates::first_slot;
            slot(first)..slot(last.saturating_add(1))
        }))
    }
}

/// What is known of the key that is nearest.
enum Near {
    /// No rule has a key.
    None,
    /// It gives these, highest slot first.
    Few(Vec<i64>),
    /// It gives many.
    Many(Key),
}

impl Near {
    fn key(self) -> Option<Key> {
        match self {
            Self::None | Self::Few(_) => None,
            Self::Many(key) => Some(key),
        }
    }
}
