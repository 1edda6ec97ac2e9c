//! What this member does with the inbox: done, later, follow, mark. All of it is personal state.

use cremona_envelope::{MemberId, RecordId, Time};
use cremona_model::personal::{Follow, Scope};
use cremona_store::{Glance, Write};

use super::{Want, answer, explain, mine, refresh};
use crate::ask::{Answer, Ask, Failure, Reason};
use crate::commands::Done;
use crate::core::Core;
use crate::error::EngineError;
use crate::names::{self, Target};
use crate::personal::marks::{self, Upto, held};
use crate::personal::threads;
use crate::said;
use crate::wall::Bare;

/// Carries out a command; `None` where `ask` is none of these.
pub(crate) fn command(core: &mut Core, tx: &Write<'_>, ask: &Ask, now: Time) -> Result<Option<Done>, EngineError> {
    let answer = match ask {
        Ask::Done { thread, undo } => done(core, tx, thread, *undo, now)?,
        Ask::Later { thread, until } => later(core, tx, thread, until.as_deref(), now)?,
        Ask::Follow { target, rule } => follow(core, tx, target, rule, now)?,
        Ask::Mark { target, upto, unread } => mark(core, tx, target, upto.as_deref(), *unread, now)?,
        _ => return Ok(None),
    };
    Ok(Some(Done { answer, said: Vec::new() }))
}

/// A thread as these commands see it.
struct Thread {
    no: i64,
    root: RecordId,
    channel: RecordId,
    shown: Vec<Glance>,
}

fn thread(tx: &Write<'_>, text: &str, now: Time) -> Result<Thread, EngineError> {
    let message = names::message(tx, text)?;
    let waits = || {
        Failure::new(Reason::TryLater, "the start of that thread has not arrived yet", "try again once it has")
            .named(said!("no-root-yet"))
    };
    let (no, channel, _) = tx.thread_of(&message.id)?.ok_or_else(waits)?;
    let mut shown = tx.glances(no)?;
    shown.retain(|glance| glance.embargo.is_none_or(|end| end <= now));
    Ok(Thread { no, root: message.root, channel, shown })
}

/// Up to where these messages go.
fn upto<'a>(glances: impl IntoIterator<Item = &'a Glance>) -> Upto {
    let mut upto = Upto::new();
    for glance in glances {
        reach(&mut upto, glance.log, glance.seq);
    }
    upto
}

fn reach(upto: &mut Upto, log: i64, seq: u64) {
    let last = upto.entry(log).or_default();
    *last = seq.max(*last);
}

fn done(core: &mut Core, tx: &Write<'_>, text: &str, undo: bool, now: Time) -> Result<Answer, EngineError> {
    let thread = thread(tx, text, now)?;
    let mut all = upto(&thread.shown);
    for glance in &thread.shown {
        for flag in tx.flags(&glance.id)? {
            reach(&mut all, flag.log, flag.seq);
        }
    }
    let all = held(tx, all)?;
    threads::set_done(core, tx, thread.root, Some(&all).filter(|_| !undo), now)?;
    if !undo {
        threads::set_later(core, tx, thread.root, None, now)?;
    }
    look_again(core, tx, &thread, now)
}

fn later(core: &mut Core, tx: &Write<'_>, text: &str, until: Option<&str>, now: Time) -> Result<Answer, EngineError> {
    let thread = thread(tx, text, now)?;
    let me = core.member();
    let until = until.map(|until| core.wall.ahead(tx, &me, until, Bare::Begins, now)).transpose()?;
    threads::set_later(core, tx, thread.root, until, now)?;
    look_again(core, tx, &thread, now)
}

fn follow(core: &mut Core, tx: &Write<'_>, target: &str, rule: &str, now: Time) -> Result<Answer, EngineError> {
    let rule = match rule {
        "default" => Follow::Default,
        "follow" => Follow::Follow,
        "mute" => Follow::Mute,
        "replies" => Follow::RepliesOnly,
        "mentions" => Follow::MentionsOnly,
        other => {
            let hint = "give follow, mute, replies, mentions or default";
            return Err(Failure::new(Reason::Usage, format!("{other:?} is no way to follow"), hint)
                .named(said!("no-rule", rule = other))
                .into());
        }
    };
    match names::target(tx, target)? {
        Target::Thread(root) => {
            let thread = thread(tx, &root.to_string(), now)?;
            threads::set_follow(core, tx, Scope::Thread(root), rule, now)?;
            look_again(core, tx, &thread, now)
        }
        Target::Channel(channel) => {
            // From now on: what is there already is not to come up all at once.
            if rule == Follow::Follow {
                let reach = held(tx, tx.reach_of(&channel, now)?)?;
                marks::set_mark(core, tx, Scope::Channel(channel), &reach, now)?;
            }
            threads::set_follow(core, tx, Scope::Channel(channel), rule, now)?;
            look_again_in(core, tx, channel, now)
        }
    }
}

fn mark(
    core: &mut Core,
    tx: &Write<'_>,
    target: &str,
    last: Option<&str>,
    unread: bool,
    now: Time,
) -> Result<Answer, EngineError> {
    let root = match names::target(tx, target)? {
        Target::Thread(root) => root,
        Target::Channel(_) if unread => {
            let message = "a whole channel can't be marked unread";
            return Err(Failure::new(Reason::Usage, message, "mark its threads one by one")
                .named(said!("channel-unread"))
                .into());
        }
        Target::Channel(channel) => {
            let reach = held(tx, tx.reach_of(&channel, now)?)?;
            marks::set_mark(core, tx, Scope::Channel(channel), &reach, now)?;
            return look_again_in(core, tx, channel, now);
        }
    };
    let thread = thread(tx, &root.to_string(), now)?;
    let last = last.map(|last| names::message(tx, last)).transpose()?;
    let at = last.as_ref().and_then(|last| thread.shown.iter().position(|glance| glance.id == last.id));
    if unread {
        let keep = at.and_then(|at| thread.shown.get(..at)).unwrap_or_default();
        marks::set_unread(core, tx, root, thread.channel, &held(tx, upto(keep))?, now)?;
        threads::set_done(core, tx, root, None, now)?;
    } else {
        let read = at.and_then(|at| thread.shown.get(..=at)).unwrap_or(&thread.shown);
        marks::set_mark(core, tx, Scope::Thread(root), &held(tx, upto(read))?, now)?;
    }
    look_again(core, tx, &thread, now)
}

/// What became of the thread.
fn look_again(core: &Core, tx: &Write<'_>, thread: &Thread, now: Time) -> Result<Answer, EngineError> {
    let me = core.member();
    refresh(tx, &me, thread.no)?;
    let mine = mine(tx, &core.wall, &me, now)?;
    Ok(Answer::Explained(Box::new(explain(tx, &me, &mine, &thread.root)?)))
}

/// What became of a channel: its threads are looked at again, and its part of the inbox is counted.
fn look_again_in(core: &Core, tx: &Write<'_>, channel: RecordId, now: Time) -> Result<Answer, EngineError> {
    let me = core.member();
    refresh_channel(tx, &me, channel)?;
    let mine = mine(tx, &core.wall, &me, now)?;
    answer(tx, &mine, Want { channel: Some(channel), limit: 50, ..Want::default() })
}

fn refresh_channel(tx: &Write<'_>, me: &MemberId, channel: RecordId) -> Result<(), EngineError> {
    let follows = threads::follow(tx, Scope::Channel(channel))? == Follow::Follow;
    for root in tx.roots_in(&channel)? {
        if follows || tx.has_concern(root)? {
            refresh(tx, me, root)?;
        }
    }
    Ok(())
}
