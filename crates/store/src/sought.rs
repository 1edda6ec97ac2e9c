//! What a search looks for: words, and conditions on the message beside them.

use std::ops::Range;

use cremona_envelope::{MemberId, RecordId, Time};

use crate::open::{Read, StoreError};
use crate::words::Words;

/// What to look for: all of it has to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sought {
    /// In the text or title.
    pub words: Words,
    /// Of the message.
    pub conditions: Vec<Condition>,
}

/// Something that has to hold, or must not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// Whether it must not.
    pub not: bool,
    /// What.
    pub fact: Fact,
}

/// A fact about a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// It stands in this channel.
    Channel(RecordId),
    /// It is the root of this thread or stands in it.
    Thread(RecordId),
    /// One of these wrote it.
    From {
        /// Members who posted it themselves.
        members: Vec<MemberId>,
        /// Numbers of those who are said to have written it, of [`Read::claimants`].
        claimants: Vec<i64>,
    },
    /// Its time is one of these.
    Within(Range<Time>),
    /// A later version counts.
    Edited,
    /// It was brought in from another tool.
    Imported,
    /// It was posted here.
    Posted,
    /// Its text has a web address.
    Link,
    /// It was imported with a file, or with what a bot attached.
    Attachment,
}

/// A condition in numbers of this node.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) not: bool,
    pub(crate) is: Is,
}

/// A fact in numbers of this node.
#[derive(Clone, Debug)]
pub(crate) enum Is {
    Channel(i64),
    Thread(i64),
    From {
        logs: Vec<i64>,
        claimants: Vec<i64>,
    },
    Within(i64, i64),
    Edited,
    Imported,
    Posted,
    Link,
    Attachment,
    /// It is shown, and its text is here.
    Readable,
    /// What names nothing that is here.
    Nothing,
}

/// A text in which a line is nothing but a link: how an import writes a file that was shared.
pub(crate) fn has_attachment(text: &str) -> bool {
    text.lines().any(|line| {
        let link =
            line.strip_prefix('[').and_then(|rest| rest.strip_suffix(')')).and_then(|rest| rest.split_once("]("));
        link.is_some_and(|(name, address)| {
            !name.contains(']') && address.starts_with("http") && !address.contains([' ', ')', '('])
        })
    })
}

impl Rule {
    /// The SQL that says it of a row `m` of `message`. Numbers only, none of them a user's.
    pub(crate) fn sql(&self) -> String {
        let has = |what: &str| format!("EXISTS (SELECT 1 FROM text AS x WHERE x.n = m.n AND ({what}))");
        let sql = match &self.is {
            Is::Channel(no) => format!("m.channel = {no}"),
            Is::Thread(n) => format!("m.root = {n} OR m.n = {n}"),
            Is::From { logs, claimants } => {
                format!(
                    "m.claimant IS NULL AND m.log IN ({}) OR m.claimant IS NOT NULL AND m.claimant IN ({})",
                    listed(logs),
                    listed(claimants)
                )
            }
            Is::Within(from, to) => format!("m.time >= {from} AND m.time < {to}"),
            Is::Edited => "m.edited = 1".to_owned(),
            Is::Imported => "m.claimant IS NOT NULL".to_owned(),
            Is::Posted => "m.claimant IS NULL".to_owned(),
            Is::Link => has("instr(x.text, 'http://') > 0 OR instr(x.text, 'https://') > 0"),
            // As far as SQL can tell; the rest is `has_attachment`'s.
            Is::Attachment if self.not => "FALSE".to_owned(),
            Is::Attachment => format!("m.claimant IS NOT NULL AND {}", has("instr(x.text, '](http') > 0")),
            Is::Readable => {
                "m.shown = 1 AND m.deleted = 0 AND EXISTS (SELECT 1 FROM text AS x WHERE x.n = m.n)".to_owned()
            }
            Is::Nothing => "FALSE".to_owned(),
        };
        if self.not { format!("NOT ({sql})") } else { format!("({sql})") }
    }
}

impl Read<'_> {
    /// Who is said to have written imported messages: number, name.
    pub fn claimants(&self) -> Result<Vec<(i64, String)>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT no, author FROM claimant ORDER BY no")?;
        Ok(query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?)
    }

    /// A condition in numbers of this node.
    pub(crate) fn rule(&self, condition: &Condition) -> Result<Rule, StoreError> {
        let is = match &condition.fact {
            Fact::Channel(id) => self.channel_number(id)?.map_or(Is::Nothing, Is::Channel),
            Fact::Thread(id) => self.message_no(id)?.map_or(Is::Nothing, Is::Thread),
            Fact::From { members, claimants } => {
                let mut logs = Vec::new();
                for member in members {
                    logs.extend(self.logs_of(member)?);
                }
                Is::From { logs, claimants: claimants.clone() }
            }
            Fact::Within(range) => Is::Within(ms(range.start), ms(range.end)),
            Fact::Edited => Is::Edited,
            Fact::Imported => Is::Imported,
            Fact::Posted => Is::Posted,
            Fact::Link => Is::Link,
            Fact::Attachment => Is::Attachment,
        };
        Ok(Rule { not: condition.not, is })
    }

    fn channel_number(&self, id: &RecordId) -> Result<Option<i64>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT no FROM channel WHERE id = ?1")?;
        Ok(query.query_map([id.0], |row| row.get(0))?.next().transpose()?)
    }

    fn logs_of(&self, member: &MemberId) -> Result<Vec<i64>, StoreError> {
        let mut query = self.db.prepare_cached("SELECT no FROM log WHERE member = ?1")?;
        Ok(query.query_map([member.0], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }
}

/// Numbers for `IN`: where there are none, one that nothing has, since no index answers an empty list.
pub(crate) fn listed(numbers: &[i64]) -> String {
    if numbers.is_empty() {
        return "-1".to_owned();
    }
    numbers.iter().map(i64::to_string).collect::<Vec<_>>().join(", ")
}

fn ms(time: Time) -> i64 {
    i64::try_from(time.0).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_a_line_that_is_only_a_link() {
        for with in ["see\n[plan.pdf](https://files.example/plan.pdf)", "[Build 7](http://ci.example/7)\ngreen"] {
            assert!(has_attachment(with), "{with}");
        }
        for without in
            ["see [plan](https://a.example) there", "[plan](ftp://a)", "https://a.example", "[a]b](https://a)"]
        {
            assert!(!has_attachment(without), "{without}");
        }
    }
}
