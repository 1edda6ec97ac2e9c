//! The newsletter of a month: its announcements and what has a green flag, by channel.
//!
//! Its bytes are the same on every node of a version that holds the same set, for the same month, zone,
//! language and format: nothing local has a part in it, neither the clock nor personal state. A message
//! belongs to the month in which it came to be shown, which is that of the end of its embargo, if it had
//! one. Where a node can't give these bytes, as its catching up is under way, a text has not arrived or
//! an embargo of that month has not ended, it gives none and says why (decision 42).

use std::collections::BTreeMap;

use cremona_envelope::{RecordId, Time, WorkspaceId};
use cremona_hours::Zone;
use cremona_model::body::title_of;
use cremona_store::{Read, ShownRow};
use jiff::ToSpan;
use jiff::civil::Date;

use super::formats;
use super::language::Language;
use crate::ask::{self, Failure, Reason};
use crate::error::EngineError;
use crate::queries::Context;
use crate::said::Said;
use crate::wall::time_of;
use crate::{said, show};

/// Most messages in one.
const MAX_MESSAGES: usize = 1_000;
/// Most bytes of text in one; the text that goes beyond still belongs to it.
const MAX_BYTES: usize = 2 * 1024 * 1024;

/// Which newsletter.
pub(crate) struct Want {
    pub(crate) month: Date,
    pub(crate) zone: Zone,
    pub(crate) language: Language,
    format: Format,
}

/// What it is written as.
#[derive(Clone, Copy)]
enum Format {
    Markdown,
    Html,
    Atom,
}

/// Everything that stands in a newsletter.
pub(crate) struct Issue<'a> {
    pub(crate) workspace: WorkspaceId,
    pub(crate) want: &'a Want,
    /// When the month begins.
    pub(crate) begins: Time,
    /// By name, then id.
    pub(crate) channels: Vec<Channel>,
    pub(crate) left_out: usize,
}

/// A channel with what was good to know in it.
pub(crate) struct Channel {
    pub(crate) name: String,
    /// By time, then id.
    pub(crate) items: Vec<Item>,
}

/// A message as it stands in a newsletter.
pub(crate) struct Item {
    pub(crate) id: RecordId,
    /// Of its thread.
    pub(crate) title: String,
    pub(crate) author: String,
    pub(crate) imported_by: Option<String>,
    /// When it came to be shown.
    pub(crate) shown: Time,
    /// When it was edited last, if later.
    pub(crate) changed: Time,
    pub(crate) announcement: bool,
    pub(crate) reply: bool,
    pub(crate) text: String,
}

impl Want {
    /// What was asked for.
    pub(crate) fn read(
        context: &Context,
        month: &str,
        zone: &str,
        language: &str,
        format: &str,
    ) -> Result<Self, EngineError> {
        let date = parse_month(month).ok_or_else(|| {
            usage(format!("{month:?} is no month"), "for instance 2026-11", said!("no-month", month = month))
        })?;
        let zone = context.wall.zones.zone(zone);
        let format = match format {
            "markdown" => Format::Markdown,
            "html" => Format::Html,
            "atom" => Format::Atom,
            other => {
                let message = format!("{other:?} is no format of a newsletter");
                return Err(usage(message, "give markdown, html or atom", said!("no-format", format = other)));
            }
        };
        Ok(Self {
            month: date,
            zone: zone.map_err(|error| {
                usage(error.to_string(), "for instance Asia/Jakarta", said!("no-zone", error = error.to_string()))
            })?,
            language: Language::of(language)?,
            format,
        })
    }
}

fn usage(message: String, hint: &str, said: Said) -> EngineError {
    Failure::new(Reason::Usage, message, hint).named(said).into()
}

/// `2026-11`, of the years 1970 to 8999.
fn parse_month(text: &str) -> Option<Date> {
    let (year, month) = text.split_once('-')?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if year.len() != 4 || month.len() != 2 || !digits(year) || !digits(month) {
        return None;
    }
    let year: i16 = year.parse().ok().filter(|year| (1970..9000).contains(year))?;
    Date::new(year, month.parse().ok()?, 1).ok()
}

/// The newsletter.
pub(crate) fn newsletter(
    read: &Read<'_>,
    context: &Context,
    want: &Want,
    now: Time,
) -> Result<ask::Newsletter, EngineError> {
    let issue = gather(read, context, want, now)?;
    let (format, text) = match want.format {
        Format::Markdown => ("markdown", formats::markdown(&issue)),
        Format::Html => ("html", formats::html(&issue)),
        Format::Atom => ("atom", formats::atom(&issue)),
    };
    Ok(ask::Newsletter {
        month: want.month.strftime("%Y-%m").to_string(),
        zone: want.zone.name().to_owned(),
        language: want.language.tag().to_owned(),
        format: format.to_owned(),
        messages: issue.items().count() as u64,
        left_out: issue.left_out as u64,
        text,
    })
}

impl Issue<'_> {
    /// All messages, channel by channel.
    pub(crate) fn items(&self) -> impl Iterator<Item = &Item> {
        self.channels.iter().flat_map(|channel| &channel.items)
    }
}

fn gather<'a>(read: &Read<'_>, context: &Context, want: &'a Want, now: Time) -> Result<Issue<'a>, EngineError> {
    // What is shown before its log has come is not in the set that others hold yet.
    if !read.early(1)?.is_empty() {
        return Err(not_yet(
            "this node is still catching up",
            "ask again when `cremona status` says so",
            said!("letter-catching-up"),
        ));
    }
    let next = want.month.saturating_add(1.month());
    let (begins, ends) = (time_of(want.zone.first_of(want.month)), time_of(want.zone.first_of(next)));
    let mut by_channel: BTreeMap<(String, RecordId), Vec<Item>> = BTreeMap::new();
    let (mut messages, mut bytes, mut left_out) = (0_usize, 0_usize, 0_usize);
    for id in read.good_to_know(begins, ends)? {
        let Some((channel, item)) = item(read, &id, now)? else { continue };
        if messages >= MAX_MESSAGES || bytes >= MAX_BYTES {
            left_out = left_out.saturating_add(1);
            continue;
        }
        messages = messages.saturating_add(1);
        bytes = bytes.saturating_add(item.text.len());
        let name = read.channel_name(&channel)?.unwrap_or_default();
        by_channel.entry((name, channel)).or_default().push(item);
    }
    let channels = by_channel.into_iter().map(|((name, _), items)| Channel { name, items }).collect();
    Ok(Issue { workspace: context.workspace, want, begins, channels, left_out })
}

/// A message with its channel; `None` where its text can be read nowhere.
fn item(read: &Read<'_>, id: &RecordId, now: Time) -> Result<Option<(RecordId, Item)>, EngineError> {
    let Some(row) = read.shown(id)? else { return Ok(None) };
    let root = if row.message.root == *id { row.clone() } else { shown_root(read, &row)? };
    for row in [&row, &root] {
        if row.message.embargo.is_some_and(|end| end > now) {
            return Err(not_yet(
                "something of that month is not to be shown yet",
                "ask again when the month is over",
                said!("letter-embargo"),
            ));
        }
        if !row.message.deleted && awaits_text(read, row)? {
            return Err(not_yet("texts of that month have not arrived", "ask again later", said!("letter-texts")));
        }
    }
    let ShownRow { message, text: Some(text), name, .. } = row else { return Ok(None) };
    let title = if root.message.deleted {
        String::new()
    } else {
        show::title(read, &root.message.id, root.title, root.text.as_deref())?
    };
    let shown = message.time.max(message.embargo.unwrap_or(Time(0)));
    let imported = message.source.is_some();
    let edited = if imported { None } else { last_edit(read, &message)? };
    Ok(Some((
        message.channel,
        Item {
            id: *id,
            title: if title.is_empty() { title_of(&text) } else { title },
            author: show::author(message.member, name).name,
            imported_by: imported.then(|| show::member(read, &message.member)).transpose()?.map(|by| by.name),
            shown,
            changed: shown.max(edited.unwrap_or(Time(0))),
            announcement: message.announcement,
            reply: message.root != message.id,
            text,
        },
    )))
}

fn shown_root(read: &Read<'_>, row: &ShownRow) -> Result<ShownRow, EngineError> {
    read.shown(&row.message.root)?.ok_or(EngineError::Damaged("the root of a thread"))
}

/// When the version that counts was written.
fn last_edit(read: &Read<'_>, message: &cremona_store::MessageRow) -> Result<Option<Time>, EngineError> {
    let versions = read.versions(&message.id)?;
    let of_author =
        |version: &&cremona_store::VersionRow| version.member == message.member && version.doc == message.doc;
    Ok(versions.iter().find(of_author).map(|version| version.time))
}

/// Whether a text, or the title given to it later, has yet to come.
fn awaits_text(read: &Read<'_>, row: &ShownRow) -> Result<bool, EngineError> {
    let message = &row.message;
    let mut places = vec![(message.log, message.seq)];
    places.extend(read.copies(&message.id)?.iter().map(|copy| (copy.log, copy.seq)));
    places.extend(read.versions(&message.id)?.iter().map(|version| (version.log, version.seq)));
    if row.text.is_some() {
        places.clear();
    }
    places.extend(read.title_place(&message.id)?);
    for (log, seq) in places {
        if read.is_missing(log, seq)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn not_yet(why: &str, hint: &str, said: Said) -> EngineError {
    Failure::new(Reason::TryLater, format!("the newsletter would not be the same everywhere: {why}"), hint)
        .named(said!("letter-not-yet", why = said))
        .into()
}
