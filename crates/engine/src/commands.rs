//! Commands: each one says one record, or refuses in words.

use cremona_envelope::{DeviceId, MailboxPayload, RecordId, Time, Verified};
use cremona_model::record::Field;
use cremona_model::{DocId, Edit};
use cremona_store::{MessageRow, Write};

use crate::ask::{Answer, Ask, Failure, Reason};
use crate::core::Core;
use crate::docs::doc_of;
use crate::error::EngineError;
use crate::people;
use crate::said::Said;
use crate::{flags, names, posting, said, show};

/// What was said and what to answer.
pub(crate) struct Done {
    pub(crate) answer: Answer,
    pub(crate) said: Vec<Verified>,
}

/// Carries out a command; `None` where `ask` is none.
pub(crate) fn command(core: &mut Core, tx: &Write<'_>, ask: &Ask, now: Time) -> Result<Option<Done>, EngineError> {
    Ok(Some(match ask {
        Ask::ChannelCreate { name, purpose } => create_channel(core, tx, name, purpose, now)?,
        Ask::ChannelRename { channel, name } => set(core, tx, channel, &[(Field::Name, name)], now)?,
        Ask::ChannelDescribe { channel, purpose, expectation } => {
            describe(core, tx, channel, purpose.as_deref(), expectation.as_deref(), now)?
        }
        Ask::ChannelArchive { channel, archived } => {
            set(core, tx, channel, &[(Field::Archived, if *archived { "1" } else { "" })], now)?
        }
        Ask::ChannelFlag { channel, colour } => {
            let colour = if colour == "none" { "" } else { colour };
            set(core, tx, channel, &[(Field::Flag, colour)], now)?
        }
        Ask::Post { channel, text, title, how } => {
            posting::post(core, tx, channel, (text, title.as_deref()), how, now)?
        }
        Ask::Reply { thread, text, how } => posting::reply(core, tx, thread, text, how, now)?,
        Ask::Flag { message, flag } => flags::flag(core, tx, message, flag, now)?,
        Ask::Pin { message, on } => flags::pin(core, tx, message, *on, now)?,
        Ask::Resolve { thread, on } => flags::resolve(core, tx, thread, *on, now)?,
        Ask::Retitle { thread, title } => flags::retitle(core, tx, thread, title, now)?,
        Ask::Acknowledge { message } => flags::acknowledge(core, tx, message, now)?,
        Ask::Edit { message, text } => edit(core, tx, message, text, now)?,
        Ask::Delete { message } => delete(core, tx, message, now)?,
        Ask::React { message, emoji, on } => react(core, tx, message, emoji, *on, now)?,
        Ask::Mailbox { device, addresses } => announce(core, tx, device, addresses, now)?,
        Ask::Import(batch) => crate::import::import(core, tx, batch, now)?,
        Ask::DraftSave { .. } | Ask::DraftDrop { .. } | Ask::DraftHold { .. } | Ask::Set { .. } => {
            return crate::personal::command(core, tx, ask, now);
        }
        Ask::Done { .. } | Ask::Later { .. } | Ask::Follow { .. } | Ask::Mark { .. } => {
            return crate::inbox::commands::command(core, tx, ask, now);
        }
        Ask::Notices | Ask::Quiet { .. } | Ask::Focus { .. } => {
            return crate::notices::command(core, tx, ask, now);
        }
        Ask::Hours { .. } | Ask::SetStatus { .. } | Ask::Deputy { .. } => {
            return crate::team::command(core, tx, ask, now);
        }
        Ask::Channels
        | Ask::Inbox { .. }
        | Ask::Explain { .. }
        | Ask::Team { .. }
        | Ask::CatchUp { .. }
        | Ask::Digest { .. }
        | Ask::Newsletter { .. }
        | Ask::Held { .. }
        | Ask::Forecast { .. }
        | Ask::Scheduled
        | Ask::AsOf { .. }
        | Ask::Pins { .. }
        | Ask::History { .. }
        | Ask::Threads { .. }
        | Ask::Read { .. }
        | Ask::Search { .. }
        | Ask::Changes { .. }
        | Ask::Members
        | Ask::Peers { .. }
        | Ask::Status
        | Ask::Key
        | Ask::Verify
        | Ask::Fsck { .. }
        | Ask::Drafts
        | Ask::OnHold
        | Ask::Settings => return Ok(None),
    }))
}

fn create_channel(core: &mut Core, tx: &Write<'_>, name: &str, purpose: &str, now: Time) -> Result<Done, EngineError> {
    let name = name.strip_prefix('#').unwrap_or(name);
    check_free(tx, name)?;
    let (id, verified) = core.say(tx, DocId::DIRECTORY, &Edit::channel(name, purpose)?, now)?;
    channel_done(tx, &id, vec![verified])
}

fn describe(
    core: &mut Core,
    tx: &Write<'_>,
    channel: &str,
    purpose: Option<&str>,
    expectation: Option<&str>,
    now: Time,
) -> Result<Done, EngineError> {
    let purpose = purpose.map(|text| (Field::Purpose, text));
    let fields: Vec<_> = purpose.into_iter().chain(expectation.map(|text| (Field::Expectation, text))).collect();
    if fields.is_empty() {
        return Err(Failure::new(Reason::Usage, "there is nothing to describe", "give --purpose or --expectation")
            .named(said!("nothing-to-describe"))
            .into());
    }
    set(core, tx, channel, &fields, now)
}

fn set(
    core: &mut Core,
    tx: &Write<'_>,
    channel: &str,
    fields: &[(Field, impl AsRef<str>)],
    now: Time,
) -> Result<Done, EngineError> {
    let id = names::channel(tx, channel)?;
    let mut said = Vec::new();
    for (field, value) in fields {
        let value = value.as_ref();
        if *field == Field::Name {
            check_free(tx, value)?;
        }
        said.push(core.say(tx, DocId::DIRECTORY, &Edit::register(id, *field, value)?, now)?.1);
    }
    channel_done(tx, &id, said)
}

/// Two people apart may still choose one name; then ids tell them apart.
fn check_free(tx: &Write<'_>, name: &str) -> Result<(), EngineError> {
    let name = name.trim().to_lowercase();
    let taken = tx.channel_names()?.into_iter().find(|(_, known)| known.to_lowercase() == name);
    match taken {
        Some((id, known)) => Err(Failure::new(
            Reason::Failed,
            format!("there is a channel {known:?} already ({})", id.short()),
            "choose another name, or rename or unarchive that one",
        )
        .named(said!("channel-taken", name = known, id = id.short()))
        .into()),
        None => Ok(()),
    }
}

fn channel_done(tx: &Write<'_>, id: &RecordId, said: Vec<Verified>) -> Result<Done, EngineError> {
    let row = tx.channel(id)?.ok_or(EngineError::Damaged("the channel"))?;
    Ok(Done { answer: Answer::Channel(show::channel(row)), said })
}

fn edit(core: &mut Core, tx: &Write<'_>, message: &str, text: &str, now: Time) -> Result<Done, EngineError> {
    let row = own_message(core, tx, message, "edit")?;
    if row.source.is_some() {
        return Err(not_allowed("imported messages can't be edited", "reply to it instead", said!("edit-imported")));
    }
    let title = tx.shown(&row.id)?.and_then(|shown| shown.title);
    let edit = Edit::edit_to(row.id, text, title.as_deref(), &people::called(tx, text)?.to)?;
    let (_, verified) = core.say(tx, doc_of(tx, row.doc)?, &edit, now)?;
    message_done(tx, &row.id, verified, now)
}

fn delete(core: &mut Core, tx: &Write<'_>, message: &str, now: Time) -> Result<Done, EngineError> {
    let row = own_message(core, tx, message, "delete")?;
    let (_, verified) = core.say(tx, doc_of(tx, row.doc)?, &Edit::delete(row.id), now)?;
    message_done(tx, &row.id, verified, now)
}

fn react(
    core: &mut Core,
    tx: &Write<'_>,
    message: &str,
    emoji: &str,
    on: bool,
    now: Time,
) -> Result<Done, EngineError> {
    let row = names::message(tx, message)?;
    let (_, verified) = core.say(tx, doc_of(tx, row.doc)?, &Edit::react(row.id, emoji, on)?, now)?;
    message_done(tx, &row.id, verified, now)
}

fn announce(
    core: &mut Core,
    tx: &Write<'_>,
    device: &str,
    addresses: &[String],
    now: Time,
) -> Result<Done, EngineError> {
    let usage =
        |what: String, said: Said| Failure::new(Reason::Usage, what, "pair it with `cremona mailbox pair`").named(said);
    let id = DeviceId::from_hex(device)
        .ok_or_else(|| usage(format!("{device:?} is no device"), said!("no-device", device = device)))?;
    let payload = MailboxPayload::new(&id, addresses);
    if MailboxPayload::decode(&payload.encode()).is_none() {
        let list = addresses.join(", ");
        return Err(usage(format!("{list} is not host:port"), said!("no-host-port", addresses = list)).into());
    }
    let said = core.announce(tx, &payload, now)?;
    let known = core.mailboxes.list().into_iter().find(|known| known.device == id.to_string());
    let mailbox = known.ok_or(EngineError::Damaged("the list of mailboxes"))?;
    Ok(Done { answer: Answer::Mailbox(mailbox), said: vec![said] })
}

pub(crate) fn message_done(tx: &Write<'_>, id: &RecordId, verified: Verified, now: Time) -> Result<Done, EngineError> {
    let shown = tx.shown(id)?.ok_or(EngineError::Damaged("the message"))?;
    let message = show::message(tx, shown, now)?;
    Ok(Done { answer: Answer::Message(Box::new(message)), said: vec![verified] })
}

/// A message that is this member's to change: written, or imported, by them and not deleted.
pub(crate) fn own_message(core: &Core, tx: &Write<'_>, text: &str, verb: &str) -> Result<MessageRow, EngineError> {
    let row = names::message(tx, text)?;
    let me = core.member();
    let mine = row.member == me || tx.copies(&row.id)?.iter().any(|copy| copy.member == me);
    if !mine {
        return Err(not_allowed(
            &format!("message {} is someone else's; only its author can {verb} it", row.id.short()),
            "",
            Said::new(&format!("{verb}-of-another")).with("message", row.id.short()),
        ));
    }
    if row.deleted && row.source.is_none() {
        let id = row.id.short();
        return Err(Failure::new(Reason::NotFound, format!("message {id} is deleted"), "")
            .named(said!("message-gone", message = id))
            .into());
    }
    Ok(row)
}

pub(crate) fn root_of(tx: &Write<'_>, row: &MessageRow) -> Result<MessageRow, EngineError> {
    if row.root == row.id {
        return Ok(row.clone());
    }
    tx.message(&row.root)?.ok_or_else(|| {
        Failure::new(Reason::TryLater, "the start of that thread has not arrived yet", "try again once it has")
            .named(said!("no-root-yet"))
            .into()
    })
}

pub(crate) fn not_allowed(message: &str, hint: &str, said: Said) -> EngineError {
    Failure::new(Reason::NotAllowed, message, hint).named(said).into()
}
