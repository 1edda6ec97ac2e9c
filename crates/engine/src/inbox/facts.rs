//! What decides whether a thread needs this member, whatever the clock says.

use cremona_envelope::{MemberId, RecordId, Time};
use cremona_model::Colour;
use cremona_model::personal::{Follow, Scope};
use cremona_store::{Glance, Read};
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

use super::seen::{Seen, is_mine};
use crate::error::EngineError;
use crate::personal::threads;

/// What is known of one thread, as far as it may need this member.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Facts {
    /// The root's id.
    #[n(0)]
    pub(crate) root: ByteArray<16>,
    /// Its channel.
    #[n(1)]
    pub(crate) channel: ByteArray<16>,
    /// This member wrote in it.
    #[n(2)]
    pub(crate) wrote: bool,
    /// Flags that are for this member, or may come to be, and are not done.
    #[n(3)]
    pub(crate) flags: Vec<FlagFact>,
    /// Messages of others that are not read.
    #[n(4)]
    pub(crate) unread: Unread,
    /// Of those, what is not to be shown yet: until when, and how it counts then.
    #[n(5)]
    pub(crate) waiting: Vec<Waiting>,
    /// Messages that ask this member to acknowledge them.
    #[n(6)]
    pub(crate) asks: Vec<ByteArray<16>>,
    /// It is resolved.
    #[n(7)]
    pub(crate) resolved: bool,
    /// What of it shall come up: see [`rule_of`].
    #[n(8)]
    pub(crate) rule: u8,
    /// Put off until then.
    #[n(9)]
    pub(crate) later: Option<u64>,
    /// It is done, and nothing came since.
    #[n(10)]
    pub(crate) done: bool,
}

/// A flag in a thread.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct FlagFact {
    #[n(0)]
    pub(crate) message: ByteArray<16>,
    #[n(1)]
    pub(crate) author: ByteArray<16>,
    /// 1 red, 2 yellow, 3 green.
    #[n(2)]
    pub(crate) colour: u8,
    /// When it was sent: written, or the end of its message's embargo.
    #[n(3)]
    pub(crate) sent: u64,
    /// By when, where its author said so.
    #[n(4)]
    pub(crate) by: Option<u64>,
    /// For this member.
    #[n(5)]
    pub(crate) mine: bool,
    /// Else for these, whose deputy this member may be.
    #[n(6)]
    pub(crate) instead_of: Vec<ByteArray<16>>,
    /// Not to be shown before.
    #[n(7)]
    pub(crate) embargo: Option<u64>,
}

/// How much is unread.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Unread {
    #[n(0)]
    pub(crate) messages: u32,
    /// Of those, how many call this member or everyone, or announce something.
    #[n(1)]
    pub(crate) calls: u32,
    /// The first in order.
    #[n(2)]
    pub(crate) first: Option<ByteArray<16>>,
    /// When that was written.
    #[n(3)]
    pub(crate) since: u64,
    /// One stands before what was read already.
    #[n(4)]
    pub(crate) late: bool,
    /// The number of the one that came last to this node.
    #[n(5)]
    pub(crate) newest: i64,
    /// Who wrote the first.
    #[n(6)]
    pub(crate) by: Option<ByteArray<16>>,
}

/// An unread message that is not to be shown yet.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Waiting {
    #[n(0)]
    pub(crate) until: u64,
    #[n(1)]
    pub(crate) id: ByteArray<16>,
    #[n(2)]
    pub(crate) calls: bool,
    /// It asks to be acknowledged.
    #[n(3)]
    pub(crate) asks: bool,
}

impl Facts {
    /// What is kept.
    pub(crate) fn encode(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("encoding to a Vec can't fail")
    }

    /// What was kept.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, EngineError> {
        minicbor::decode(bytes).map_err(|_| EngineError::Damaged("what is kept of a thread"))
    }

    /// Whether the thread may be in the inbox at some time.
    pub(crate) fn is_open(&self) -> bool {
        !self.flags.is_empty()
            || self.unread.messages > 0
            || !self.waiting.is_empty()
            || !self.asks.is_empty()
            || self.later.is_some()
    }
}

/// What of a thread shall come up: its own rule, else its channel's.
pub(crate) fn rule_of(read: &Read<'_>, root: RecordId, channel: RecordId) -> Result<Follow, EngineError> {
    Ok(match threads::follow(read, Scope::Thread(root))? {
        Follow::Default => threads::follow(read, Scope::Channel(channel))?,
        own => own,
    })
}

/// The facts of the thread whose root has number `root`; `None` where it is not here.
pub(crate) fn facts(read: &Read<'_>, me: &MemberId, root: i64) -> Result<Option<Facts>, EngineError> {
    let Some((id, channel)) = read.id_of(root)? else { return Ok(None) };
    let glances = read.glances(root)?;
    if glances.is_empty() {
        return Ok(None);
    }
    let seen = Seen::of(read, id, channel)?;
    let mut facts = Facts {
        root: ByteArray::from(id.0),
        channel: ByteArray::from(channel.0),
        wrote: glances.iter().any(|glance| is_mine(glance, me)),
        resolved: read.resolved(&id)?.is_some(),
        rule: rule_of(read, id, channel)? as u8,
        later: threads::later(read, id)?.map(|later| later.until.0),
        flags: Vec::new(),
        unread: Unread::default(),
        waiting: Vec::new(),
        asks: Vec::new(),
        done: false,
    };
    let mut read_until = Time(0);
    for glance in &glances {
        add_flags(read, me, glance, &seen, &mut facts)?;
        if is_mine(glance, me) || glance.deleted || glance.imported {
            continue;
        }
        if seen.is_read(glance) {
            read_until = read_until.max(glance.time);
        } else {
            add_unread(read, me, glance, &mut facts)?;
        }
        if glance.acknowledge && glance.embargo.is_none() && !seen.is_done(glance.log, glance.seq, None) {
            add_ask(read, me, glance, &mut facts)?;
        }
    }
    facts.unread.late = facts.unread.messages > 0 && facts.unread.since < read_until.0;
    facts.done = seen.done.is_some() && facts.flags.is_empty() && facts.unread.messages == 0;
    Ok(Some(facts))
}

fn add_unread(read: &Read<'_>, me: &MemberId, glance: &Glance, facts: &mut Facts) -> Result<(), EngineError> {
    let calls = glance.announcement || read.is_called(glance.n, me)?;
    let id = ByteArray::from(glance.id.0);
    if let Some(embargo) = glance.embargo {
        facts.waiting.push(Waiting { until: embargo.0, id, calls, asks: glance.acknowledge });
        return Ok(());
    }
    let unread = &mut facts.unread;
    unread.messages = unread.messages.saturating_add(1);
    unread.calls = unread.calls.saturating_add(u32::from(calls));
    unread.newest = unread.newest.max(glance.n);
    if unread.first.is_none() {
        unread.first = Some(id);
        unread.since = glance.time.0;
        unread.by = Some(ByteArray::from(glance.member.0));
    }
    Ok(())
}

fn add_ask(read: &Read<'_>, me: &MemberId, glance: &Glance, facts: &mut Facts) -> Result<(), EngineError> {
    if !read.acknowledged(&glance.id)?.iter().any(|(who, _)| who == me) {
        facts.asks.push(ByteArray::from(glance.id.0));
    }
    Ok(())
}

/// Flags on a message that are for this member, or for others whose deputy it may be, and are not done.
fn add_flags(
    read: &Read<'_>,
    me: &MemberId,
    glance: &Glance,
    seen: &Seen,
    facts: &mut Facts,
) -> Result<(), EngineError> {
    if !read.is_flagged_for(&glance.id, me)? {
        return Ok(());
    }
    for flag in read.flags(&glance.id)? {
        let mine = (flag.everyone && flag.member != *me) || flag.members.contains(me);
        let instead = flag.escalate && !mine && flag.member != *me;
        // Its message may have come when its flag was here already.
        let place_done = |log, seq| seen.is_done(log, seq, glance.embargo);
        let is_done = place_done(flag.log, flag.seq) && place_done(glance.log, glance.seq);
        if !(mine || instead) || is_done {
            continue;
        }
        facts.flags.push(FlagFact {
            message: ByteArray::from(glance.id.0),
            author: ByteArray::from(flag.member.0),
            colour: flag.colour,
            sent: flag.time.max(glance.embargo.unwrap_or(Time(0))).0,
            by: flag.due.map(|by| by.0),
            mine,
            instead_of: flag.members.iter().filter(|_| instead).map(|member| ByteArray::from(member.0)).collect(),
            embargo: glance.embargo.map(|end| end.0),
        });
    }
    Ok(())
}

impl FlagFact {
    /// Its colour.
    pub(crate) fn colour(&self) -> Option<Colour> {
        Colour::from_number(u64::from(self.colour))
    }
}
