//! What members say of themselves: status and deputy, and who is meant by a name.

use cremona_envelope::{MemberId, Time};
use cremona_model::{Meaning, Recipients, Status};
use cremona_store::{About, MemberRow, Read};
use serde::{Deserialize, Serialize};

use crate::ask::{Failure, Reason};
use crate::error::EngineError;
use crate::said;

/// Shortest beginning of a member id behind a name.
const MIN_ID: usize = 4;

/// Words that call everyone, behind `@` or as a name.
const EVERYONE: [&str; 3] = ["everyone", "channel", "semua"];

/// A status as the store has it.
#[derive(Serialize, Deserialize)]
struct StatusText {
    meaning: u64,
    emoji: String,
    text: String,
    until: Option<u64>,
}

/// A status for the store.
pub(crate) fn write_status(status: &Status) -> String {
    let Status { meaning, emoji, text, until } = status;
    let text = StatusText {
        meaning: meaning.number(),
        emoji: emoji.clone(),
        text: text.clone(),
        until: until.map(|until| until.0),
    };
    serde_json::to_string(&text).unwrap_or_default()
}

/// What a member is about now; `None` where nothing holds.
pub(crate) fn status_of(read: &Read<'_>, member: &MemberId, now: Time) -> Result<Option<Status>, EngineError> {
    let Some(row) = read.about(member, About::Status)? else { return Ok(None) };
    let text: StatusText = serde_json::from_str(&row.value).map_err(|_| EngineError::Damaged("a status"))?;
    let meaning = Meaning::from_number(text.meaning).ok_or(EngineError::Damaged("a status"))?;
    let status = Status { meaning, emoji: text.emoji, text: text.text, until: text.until.map(Time) };
    Ok(Some(status).filter(|status| status.holds(now)))
}

/// Who stands in for a member.
pub(crate) fn deputy_of(read: &Read<'_>, member: &MemberId) -> Result<Option<MemberId>, EngineError> {
    Ok(read.about(member, About::Deputy)?.and_then(|row| MemberId::from_hex(&row.value)))
}

/// The member of a name, an id, or a unique beginning of either; `name~id` tells two of one name apart.
pub(crate) fn member(read: &Read<'_>, text: &str) -> Result<MemberId, EngineError> {
    let text = text.strip_prefix('@').unwrap_or(text).trim();
    let members = read.members()?;
    let (name, id) = text.split_once('~').map_or((text, ""), |(name, id)| (name, id));
    let lower = name.to_lowercase();
    let with_id = |member: &&MemberRow| member.id.to_string().starts_with(&id.to_lowercase());
    let fits = |test: &dyn Fn(&str) -> bool| -> Vec<&MemberRow> {
        members.iter().filter(|member| test(&member.name.to_lowercase())).filter(with_id).collect()
    };
    let mut found = fits(&|known| known == lower);
    if found.is_empty() && !lower.is_empty() {
        found = fits(&|known| known.starts_with(&lower));
    }
    if found.is_empty() && text.len() >= MIN_ID {
        found = members.iter().filter(|member| member.id.to_string().starts_with(&lower)).collect();
    }
    match found.as_slice() {
        [one] => Ok(one.id),
        [] => Err(Failure::new(
            Reason::NotFound,
            format!("there is no member {text:?}"),
            "`cremona members` lists everyone",
        )
        .named(said!("no-member", name = text))
        .into()),
        several => Err(ambiguous(text, several).into()),
    }
}

fn ambiguous(text: &str, several: &[&MemberRow]) -> Failure {
    let forms: Vec<_> = several.iter().map(|member| format!("{}~{}", member.name, member.id.short())).collect();
    Failure::new(
        Reason::Ambiguous,
        format!("{text:?} fits more than one member: {}", forms.join(", ")),
        "write the name with ~ and the beginning of the id behind it",
    )
    .named(said!("many-members", name = text, list = forms.join(", ")))
}

/// Members by name, or everyone.
pub(crate) fn recipients(read: &Read<'_>, names: &[String]) -> Result<Recipients, EngineError> {
    let mut members = Vec::new();
    let mut everyone = false;
    for name in names {
        let bare = name.trim_start_matches('@');
        if EVERYONE.contains(&bare.to_lowercase().as_str()) {
            everyone = true;
        } else {
            members.push(member(read, name)?);
        }
    }
    Ok(Recipients::new(members, everyone))
}

/// Whom a text calls, and what looks like a call and is nobody's name.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Called {
    pub(crate) to: Recipients,
    pub(crate) nobody: Vec<String>,
}

/// Whom a text calls by `@name`, code left out. A name that two members bear has to be told apart.
pub(crate) fn called(read: &Read<'_>, text: &str) -> Result<Called, EngineError> {
    if !text.contains('@') {
        return Ok(Called::default());
    }
    let members = read.members()?;
    let mut out = Called::default();
    let mut found = Vec::new();
    for call in calls(text) {
        match whom(&members, call)? {
            Whom::Everyone => out.to.everyone = true,
            Whom::One(id) => found.push(id),
            Whom::Nobody(word) => out.nobody.push(word),
        }
    }
    out.to = Recipients::new(found, out.to.everyone);
    out.nobody.sort_unstable();
    out.nobody.dedup();
    Ok(out)
}

enum Whom {
    Everyone,
    One(MemberId),
    Nobody(String),
}

/// What stands behind each `@` that may call someone: not within a word, and not in code.
fn calls(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let (mut code, mut before) = (false, ' ');
    for (at, c) in text.char_indices() {
        match c {
            '`' => code = !code,
            '@' if !code && !before.is_alphanumeric() => out.extend(text.get(at.saturating_add(1)..)),
            _ => {}
        }
        before = c;
    }
    out
}

fn whom(members: &[MemberRow], rest: &str) -> Result<Whom, EngineError> {
    let word: String = rest.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.')).collect();
    let word = word.trim_end_matches(['.', '-']).to_owned();
    let longest = members.iter().filter(|member| begins_with(rest, &member.name)).map(|member| member.name.len()).max();
    let Some(longest) = longest else {
        let everyone = EVERYONE.contains(&word.to_lowercase().as_str());
        return Ok(if everyone { Whom::Everyone } else { Whom::Nobody(word) });
    };
    let id: String = rest
        .get(longest..)
        .and_then(|after| after.strip_prefix('~'))
        .map(|after| after.chars().take_while(char::is_ascii_hexdigit).collect())
        .unwrap_or_default();
    let fits = |member: &&MemberRow| {
        member.name.len() == longest
            && begins_with(rest, &member.name)
            && member.id.to_string().starts_with(&id.to_lowercase())
    };
    match members.iter().filter(fits).collect::<Vec<_>>().as_slice() {
        [] => Ok(Whom::Nobody(word)),
        [one] => Ok(Whom::One(one.id)),
        several => Err(ambiguous(&format!("@{}", several.first().map_or("", |member| &member.name)), several).into()),
    }
}

/// Whether a text begins with this name, whatever the case, and the name ends there.
fn begins_with(rest: &str, name: &str) -> bool {
    let Some(start) = rest.get(..name.len()).filter(|_| !name.is_empty()) else { return false };
    let ends = rest.get(name.len()..).and_then(|after| after.chars().next()).is_none_or(|c| !c.is_alphanumeric());
    ends && start.to_lowercase() == name.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people() -> Vec<MemberRow> {
        let row = |id: u8, name: &str| MemberRow { id: MemberId([id; 16]), name: name.to_owned(), joined: Time(0) };
        vec![row(1, "Ana"), row(2, "Ana Bo"), row(3, "Bo"), row(4, "Bo"), row(5, "Zoë")]
    }

    fn names(text: &str) -> Vec<String> {
        let said = |call| match whom(&people(), call) {
            Ok(Whom::Everyone) => "everyone".to_owned(),
            Ok(Whom::One(id)) => format!("{}", id.0[0]),
            Ok(Whom::Nobody(word)) => format!("?{word}"),
            Err(error) => Failure::from(error).message,
        };
        calls(text).into_iter().map(said).collect()
    }

    #[test]
    fn a_call_is_the_longest_name_that_fits_and_ends_there() {
        assert_eq!(names("@ana, @Ana bo and (@zoë)!"), ["1", "2", "5"]);
        assert_eq!(names("@anabel or a@ana.example"), ["?anabel"]);
        assert_eq!(names("@everyone `@ana` @semua"), ["everyone", "everyone"]);
        assert_eq!(names("@"), ["?"]);
    }

    #[test]
    fn two_of_one_name_are_told_apart_by_their_ids() {
        assert_eq!(names("@bo~0303"), ["3"]);
        assert_eq!(names("@bo?"), ["\"@Bo\" fits more than one member: Bo~03030303, Bo~04040404"]);
        assert_eq!(names("@bo~0909"), ["?bo"]);
    }
}
