//! Conditions as the store checks them: in its own numbers, and as SQL about a row of `message`.

use cremona_envelope::{MemberId, RecordId, Time};

use crate::open::{Read, StoreError};
use crate::sought::{Condition, Fact, Judge};

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
    Flagged(Option<u8>),
    Pinned,
    Resolved,
    Announcement,
    Mentions(MemberId),
    To(MemberId),
    Embargoed(i64),
    Among(Vec<i64>),
    Judged(Judge),
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
            Is::Flagged(colour) => {
                format!("EXISTS (SELECT 1 FROM flag AS f WHERE f.message = m.id AND {})", coloured(*colour))
            }
            Is::Pinned => "EXISTS (SELECT 1 FROM pin AS p WHERE p.message = m.id AND p.on_ = 1)".to_owned(),
            Is::Resolved => "EXISTS (SELECT 1
                     FROM message AS o
                     CROSS JOIN resolve AS r ON r.root = o.id
                     WHERE o.n = iif(m.root = 0, m.n, m.root) AND r.on_ = 1
                       AND NOT EXISTS (SELECT 1
                                       FROM message AS a INDEXED BY message_in_thread
                                       WHERE a.root = o.n AND a.root <> 0
                                         AND a.time >= r.time AND (a.time, a.id) > (r.time, r.id)))"
                .to_owned(),
            Is::Announcement => "m.manner & 1 = 1".to_owned(),
            Is::Mentions(member) => format!("EXISTS ({})", mentioned("c.message = m.n", &[*member])),
            Is::To(member) => format!(
                "EXISTS ({})
                 OR EXISTS (SELECT 1 FROM flag AS f WHERE f.message = m.id AND f.colour > 0 AND f.everyone = 1)
                 OR EXISTS (SELECT 1
                            FROM flag_for AS g
                            JOIN flag AS f ON f.message = g.message AND f.member = g.member
                            WHERE g.recipient = {} AND g.message = m.id AND f.colour > 0)",
                mentioned("c.message = m.n", &[*member, EVERYONE]),
                blob(member)
            ),
            Is::Embargoed(now) => format!("m.embargo IS NOT NULL AND m.embargo > {now}"),
            Is::Among(numbers) => format!("m.n IN ({})", listed(numbers)),
            // SQL can't tell; `Read::keep` asks.
            Is::Judged(_) if self.not => "FALSE".to_owned(),
            Is::Judged(_) => "TRUE".to_owned(),
            Is::Readable => {
                "m.shown = 1 AND m.deleted = 0 AND EXISTS (SELECT 1 FROM text AS x WHERE x.n = m.n)".to_owned()
            }
            Is::Nothing => "FALSE".to_owned(),
        };
        if self.not { format!("NOT ({sql})") } else { format!("({sql})") }
    }
}

impl Read<'_> {
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
            Fact::Flagged(colour) => Is::Flagged(*colour),
            Fact::Pinned => Is::Pinned,
            Fact::Resolved => Is::Resolved,
            Fact::Announcement => Is::Announcement,
            Fact::Mentions(member) => Is::Mentions(*member),
            Fact::To(member) => Is::To(*member),
            Fact::Embargoed(now) => Is::Embargoed(ms(*now)),
            Fact::Among(ids) => {
                let numbers = ids.iter().map(|id| self.message_no(id)).collect::<Result<Vec<_>, _>>()?;
                Is::Among(numbers.into_iter().flatten().collect())
            }
            Fact::Judged(judge) => Is::Judged(judge.clone()),
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

/// What stands for everyone among those mentioned.
pub(crate) const EVERYONE: MemberId = MemberId([0; 16]);

/// The SQL of a flag `f` that has a colour.
pub(crate) fn coloured(colour: Option<u8>) -> String {
    colour.map_or_else(|| "f.colour > 0".to_owned(), |colour| format!("f.colour = {colour}"))
}

/// Mentions `c` of any of these members.
fn mentioned(how: &str, members: &[MemberId]) -> String {
    let members: Vec<String> = members.iter().map(blob).collect();
    format!("SELECT 1 FROM mention AS c WHERE {how} AND c.member IN ({})", members.join(", "))
}

/// A member's id as SQL.
pub(crate) fn blob(member: &MemberId) -> String {
    let digits: String = member.0.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("x'{digits}'")
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
