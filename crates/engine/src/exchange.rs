//! Between store and replica: what comes in is stored, what was said is told, what is asked for is
//! looked up, all within the transaction of one input.

use cremona_envelope::{
    DeviceId, EnvelopeId, ErasePayload, Header, Kind, LogId, MailboxPayload, Opened, SoftKind, Time, Verified,
    VerifiedSoft, encode_run,
};
use cremona_store::{LogRow, Status, Write};
use cremona_sync::{CheckedSpan, Held, Output, Replica, Served, Span};

use crate::bundle::arrived::{Arrived, InPlain};
use crate::bundle::check::{Check, Checked};
use crate::bundle::newest::newest_spans;
use crate::bundle::pack::pack;
use crate::core::Core;
use crate::digest::entry_of;
use crate::docs::log_of;
use crate::error::EngineError;
use crate::project::{body_arrived, record_at, text_at};
use crate::settings::{Effect, Input, Verdict};
use crate::{reports, serve, soft};

/// Most bodies that are asked for at once.
const ASKED: u32 = 256;

/// What this node holds, for the replica to look up; a row that can't be read serves nothing.
struct Shelf<'a> {
    core: &'a Core,
    tx: &'a Write<'a>,
}

/// Takes a fact from the network.
pub(crate) fn handle(
    core: &mut Core,
    replica: &mut Replica,
    tx: &Write<'_>,
    input: Input,
    now: Time,
) -> Result<(), EngineError> {
    let input = match input {
        Input::PeerUp { peer } => {
            core.mailboxes.met(&DeviceId(peer.0));
            reports::note_heard(core, tx, &DeviceId(peer.0), now, now)?;
            cremona_sync::Input::PeerUp { peer }
        }
        Input::PeerDown { peer } => {
            soft::note_met(tx, &DeviceId(peer.0), now)?;
            reports::note_heard(core, tx, &DeviceId(peer.0), now, now)?;
            cremona_sync::Input::PeerDown { peer }
        }
        Input::Frame { peer, bytes } => {
            reports::note_heard(core, tx, &DeviceId(peer.0), now, now)?;
            cremona_sync::Input::FrameReceived { peer, bytes }
        }
        Input::Gossip { peer, token, bytes } => cremona_sync::Input::GossipReceived { peer, token, bytes },
        Input::Reachable { addresses } => {
            core.desk.note_addresses(addresses, now);
            cremona_sync::Input::Tick
        }
        Input::Checked(checked) => keep_checked(core, *checked),
        Input::Tick => cremona_sync::Input::Tick,
    };
    replica.handle(input, now, &Shelf { core, tx });
    drain(core, replica, tx, now)
}

/// Tells peers what this node said.
pub(crate) fn tell(
    core: &mut Core,
    replica: &mut Replica,
    tx: &Write<'_>,
    said: Vec<Verified>,
    now: Time,
) -> Result<(), EngineError> {
    if said.is_empty() {
        return Ok(());
    }
    replica.handle(cremona_sync::Input::Appended { envelopes: said }, now, &Shelf { core, tx });
    core.effects.push_back(Effect::Committed { arrival: tx.last_arrival()? });
    drain(core, replica, tx, now)
}

/// Tells peers what this node said of itself.
pub(crate) fn say_soft(
    core: &mut Core,
    replica: &mut Replica,
    tx: &Write<'_>,
    soft: VerifiedSoft,
    now: Time,
) -> Result<(), EngineError> {
    replica.handle(cremona_sync::Input::SoftSaid { soft }, now, &Shelf { core, tx });
    drain(core, replica, tx, now)
}

/// Carries out the replica's wishes until there are none.
fn drain(core: &mut Core, replica: &mut Replica, tx: &Write<'_>, now: Time) -> Result<(), EngineError> {
    while let Some(output) = replica.poll_output() {
        match output {
            Output::Send { peer, bytes } => core.effects.push_back(Effect::Send { peer, bytes }),
            Output::Publish { bytes } => core.effects.push_back(Effect::Publish { bytes }),
            Output::Verdict { token, verdict } => {
                let verdict = match verdict {
                    cremona_sync::Verdict::Accept => Verdict::Accept,
                    cremona_sync::Verdict::Ignore => Verdict::Ignore,
                    cremona_sync::Verdict::Reject => Verdict::Reject,
                };
                core.effects.push_back(Effect::Verdict { token, verdict });
            }
            Output::Accept { envelopes } => {
                accept(
                    core,
                    replica,
                    tx,
                    envelopes.into_iter().map(|verified| Arrived::Closed(Box::new(verified))).collect(),
                    now,
                )?;
            }
            Output::Check { ticket, bytes, bases } => {
                let (workspace, keyring) = (core.workspace, core.keyring.clone());
                core.effects.push_back(Effect::Check(Box::new(Check { ticket, bytes, bases, workspace, keyring })));
            }
            Output::Take { ticket, index } => {
                let span = core.checked.remove(&(ticket, index)).ok_or(EngineError::Damaged("a checked bundle"))?;
                accept(core, replica, tx, span, now)?;
            }
            Output::TakeNewest { ticket } => take_newest(core, tx, ticket)?,
            Output::ShowEarly { envelope } => show_early(core, tx, *envelope)?,
            Output::Forget { ticket, index } => forget(core, ticket, index),
            Output::KeepPart { spans, name, at, bytes } => core.parts.put(tx, &spans, at, &name, &bytes)?,
            Output::DropPart { spans } => tx.drop_part(Some(&spans))?,
            Output::DropParts => core.parts.drop_all(tx, &core.random)?,
            Output::AcceptBodies { log, bodies } => accept_bodies(core, tx, &log, bodies)?,
            Output::Cut { log, seq, proof } => cut(core, replica, tx, &log, seq, &proof, now)?,
            Output::AcceptSoft { soft, instead_of } => soft::keep(core, tx, &soft, instead_of, now)?,
            Output::Drop { peer, reason } => core.effects.push_back(Effect::Drop { peer, reason: reason.to_string() }),
            Output::Notice { peer, notice } => core.mailboxes.hear(DeviceId(peer.0), notice),
            Output::InSync { peer } => {
                // What was shown early and did not come with its log is in no log that counts.
                if !tx.early(1)?.is_empty() {
                    core.rebuild(tx)?;
                }
                core.note_synced(DeviceId(peer.0));
                let places = missing(core, tx)?;
                if !places.is_empty() {
                    replica.handle(cremona_sync::Input::BodiesMissing { peer, places }, now, &Shelf { core, tx });
                }
            }
        }
    }
    Ok(())
}

/// The next bodies to ask for, in turn: those that nobody has don't stand in the way of others.
fn missing(core: &mut Core, tx: &Write<'_>) -> Result<Vec<(LogId, u64)>, EngineError> {
    let mut rows = tx.missing(core.asked_body, ASKED)?;
    if rows.is_empty() {
        rows = tx.missing((0, 0), ASKED)?;
    }
    core.asked_body = rows.last().map_or((0, 0), |(no, _, seq)| (*no, *seq));
    Ok(rows.into_iter().map(|(_, log, seq)| (log, seq)).collect())
}

/// Shows a live message whose log is still being caught up with.
fn show_early(core: &mut Core, tx: &Write<'_>, envelope: Verified) -> Result<(), EngineError> {
    // What no key opens yet, and what is in clear, has nothing to show.
    let Ok(opened) = core.keyring.open(&envelope, None) else { return Ok(()) };
    let id = envelope.id();
    let header = envelope.into_envelope().header;
    let Opened { change, body, epoch } = opened;
    let plain = InPlain { header, id, signature: None, epoch, change, body, link: None };
    core.take_early(tx, vec![Arrived::Opened(Box::new(plain))])?;
    core.effects.push_back(Effect::Committed { arrival: tx.last_arrival()? });
    Ok(())
}

/// Keeps what a checked bundle holds until the replica says what becomes of it.
fn keep_checked(core: &mut Core, checked: Checked) -> cremona_sync::Input {
    let Checked { ticket, result } = checked;
    let result = result.map(|spans| {
        let keep = |(index, (span, arrived)): (usize, (CheckedSpan, Vec<Arrived>))| {
            core.checked.insert((ticket, index), arrived);
            span
        };
        spans.into_iter().enumerate().map(keep).collect()
    });
    cremona_sync::Input::Checked { ticket, result }
}

fn forget(core: &mut Core, ticket: u32, index: Option<usize>) {
    match index {
        Some(index) => {
            core.checked.remove(&(ticket, index));
        }
        None => core.checked.retain(|(of, _), _| *of != ticket),
    }
}

/// Shows what is newest though the logs have not come so far: proven, and read again when they have.
fn take_newest(core: &mut Core, tx: &Write<'_>, ticket: u32) -> Result<(), EngineError> {
    let spans: Vec<(u32, usize)> =
        core.checked.range((ticket, 0)..=(ticket, usize::MAX)).map(|(key, _)| *key).collect();
    for key in spans {
        if let Some(span) = core.checked.remove(&key) {
            core.take_early(tx, span)?;
        }
    }
    core.effects.push_back(Effect::Committed { arrival: tx.last_arrival()? });
    Ok(())
}

fn accept(
    core: &mut Core,
    replica: &mut Replica,
    tx: &Write<'_>,
    envelopes: Vec<Arrived>,
    now: Time,
) -> Result<(), EngineError> {
    let log = envelopes.first().map(|first| first.header().log());
    let keys = core.keyring.current();
    let taken = core.take_arrived(tx, envelopes, now)?;
    if keys != core.keyring.current() {
        core.reopen(tx)?;
    }
    if let Some(last) = taken.last() {
        core.effects.push_back(Effect::Committed { arrival: last.arrival });
    }
    // A continuation of this device's own life that it did not write: a copy of it is at work, so
    // this one stops writing there.
    let own = core.own.filter(|own| log == Some(own.id));
    if let Some(own) = own {
        renew(core, replica, tx, own.head.seq, now)?;
    }
    Ok(())
}

fn accept_bodies(core: &mut Core, tx: &Write<'_>, log: &LogId, bodies: Vec<(u64, Vec<u8>)>) -> Result<(), EngineError> {
    let Some(log) = tx.log(log)? else { return Ok(()) };
    let mut news = false;
    for (seq, sealed) in bodies {
        if !tx.is_missing(log.no, seq)? {
            continue; // Not asked for, or erased in the meantime.
        }
        let Some((header, _)) = serve::serve_header(core, tx, &log, seq)? else { continue };
        let Some(row) = tx.envelope(log.no, seq)? else { continue };
        let Some(epoch) = core.epoch_id(row.epoch) else { continue };
        if header.body != Some(cremona_envelope::Part::of(&sealed)) {
            continue;
        }
        tx.set_missing(log.no, seq, false)?;
        // A body that no honest author seals is not kept, and not asked for again.
        if let Some(plain) = core.keyring.open_body(&header, &epoch, &sealed) {
            tx.put_body(log.no, seq, &cremona_store::BodyRow::Plain(plain))?;
            if row.status == Status::Applied {
                let (record, place) = record_at(tx, log.no, seq)?;
                let changed = body_arrived(tx, &record, place)?;
                core.note_erased(tx, changed.erased)?;
                if let Some(target) = changed.target {
                    tx.add_news(changed.what, &target.0)?;
                    news = true;
                }
            }
        }
    }
    if news {
        core.effects.push_back(Effect::Committed { arrival: tx.last_arrival()? });
    }
    Ok(())
}

/// A proven fork: what lies beyond counts for nothing any more, here and wherever the proof comes.
fn cut(
    core: &mut Core,
    replica: &mut Replica,
    tx: &Write<'_>,
    id: &LogId,
    seq: u64,
    proof: &[u8],
    now: Time,
) -> Result<(), EngineError> {
    let Some(log_before) = tx.log(id)? else { return Ok(()) };
    if log_before.cut > 0 && log_before.cut <= seq {
        return Ok(());
    }
    tracing::warn!(log = %id.short(), seq, "a log is forked: it counts only below");
    tx.put_fork(id, seq, proof)?;
    tx.set_cut(log_before.no, seq)?;
    let log = log_of(tx, log_before.no)?;
    if log.head.seq >= seq || tx.has_beyond(log.no, log.head.seq)? {
        core.rebuild(tx)?;
    }
    replica.set_entry(entry_of(tx, &log)?);
    core.effects.push_back(Effect::Committed { arrival: tx.last_arrival()? });
    let upto = if log_before.cut > 0 { log_before.cut.saturating_sub(1) } else { log.head.seq };
    match core.own {
        Some(own) if own.id == *id => renew(core, replica, tx, seq.saturating_sub(1), now)?,
        // A life that this device left earlier: what it said there is said again in the present one.
        Some(_) if log.device == core.identity.device() => {
            let said = say_again(core, tx, &log, seq.saturating_sub(1), upto, now)?;
            replica.handle(cremona_sync::Input::Appended { envelopes: said }, now, &Shelf { core, tx });
        }
        Some(_) | None => {}
    }
    // No delete finds the texts of void envelopes, so they go at once.
    for void in seq..=log.head.seq {
        core.erased.extend(text_at(tx, log.no, void)?);
        tx.drop_body(log.no, void)?;
    }
    Ok(())
}

/// Opens a new life, and says again there what was said in the old one after `kept`.
fn renew(core: &mut Core, replica: &mut Replica, tx: &Write<'_>, kept: u64, now: Time) -> Result<(), EngineError> {
    let Some(old) = core.own else { return Ok(()) };
    let mut seed = Vec::from(old.id.0);
    seed.extend(now.0.to_be_bytes());
    seed.extend(core.random);
    seed.extend(blake3::hash(&core.identity.seeds().0).as_bytes());
    let life = cremona_envelope::LifeId(cremona_envelope::ids::derive16("cremona engine: renewed life", &[&seed]));
    let mut said = vec![core.start_life(tx, life, now)?];
    let log = log_of(tx, old.no)?;
    said.extend(say_again(core, tx, &log, kept, old.head.seq, now)?);
    replica.handle(cremona_sync::Input::Appended { envelopes: said }, now, &Shelf { core, tx });
    Ok(())
}

/// Says in the present life what is void of an earlier one, after `kept` and up to `upto`.
fn say_again(
    core: &mut Core,
    tx: &Write<'_>,
    old: &LogRow,
    kept: u64,
    upto: u64,
    now: Time,
) -> Result<Vec<Verified>, EngineError> {
    let mut said = Vec::new();
    for row in tx.envelopes(old.no, kept, upto, u32::MAX)? {
        if row.status == Status::Void && row.kind == Kind::CONTROL.0 && is_for_mailboxes(&row.change) {
            said.push(core.say_clear(tx, Kind::CONTROL, row.change, now)?);
            continue;
        }
        if row.status != Status::Void || row.epoch == 0 {
            continue;
        }
        let Ok(payload) = cremona_model::Payload::decode(&row.change) else { continue };
        let body = match tx.body(old.no, row.seq)? {
            Some(cremona_store::BodyRow::Plain(bytes)) => Some(bytes),
            Some(cremona_store::BodyRow::Text { title, text, .. }) => {
                Some(cremona_model::body::encode(title.as_deref(), &text))
            }
            Some(cremona_store::BodyRow::Sealed(_)) | None => None,
        };
        // A text that was erased is not said again.
        if row.body.is_some() && body.is_none() {
            continue;
        }
        if let Some(edit) = cremona_model::Edit::again(&payload.value, old.life, row.seq, body) {
            said.push(core.say(tx, payload.doc, &edit, now)?.1);
        }
    }
    Ok(said)
}

/// Whether a control payload is one that a new life has to say again.
fn is_for_mailboxes(payload: &[u8]) -> bool {
    ErasePayload::decode(payload).is_some() || MailboxPayload::decode(payload).is_some()
}

impl Held for Shelf<'_> {
    fn run(&self, log: &LogId, after: u64, upto: u64, max_bytes: usize) -> Option<Served> {
        let serve = || -> Result<Option<Served>, EngineError> {
            let Some(log) = self.tx.log(log)? else { return Ok(None) };
            if after >= log.head.seq {
                return Ok(None);
            }
            let (run, more) = serve::serve_run(self.core, self.tx, &log, after, upto, max_bytes)?;
            let last = run.last().map_or(after, |last| last.header.seq);
            Ok(Some(Served { bytes: encode_run(&run), last, more }))
        };
        tell_damage(serve()).flatten()
    }

    fn bundle(&self, spans: &[Span], newest: bool) -> Option<Vec<u8>> {
        let make = || {
            if newest {
                let spans = newest_spans(self.tx)?;
                return pack(self.core, self.tx, &spans);
            }
            pack(self.core, self.tx, spans)
        };
        tell_damage(make())
    }

    fn id(&self, log: &LogId, seq: u64) -> Option<EnvelopeId> {
        let look = || -> Result<Option<EnvelopeId>, EngineError> {
            let Some(log) = self.tx.log(log)? else { return Ok(None) };
            Ok(self.tx.envelope_id(log.no, seq)?)
        };
        tell_damage(look()).flatten()
    }

    fn header(&self, log: &LogId, seq: u64) -> Option<(Header, Option<[u8; 64]>)> {
        let look = || -> Result<Option<serve::SignedHeader>, EngineError> {
            let Some(log) = self.tx.log(log)? else { return Ok(None) };
            serve::serve_header(self.core, self.tx, &log, seq)
        };
        tell_damage(look()).flatten()
    }

    fn body(&self, log: &LogId, seq: u64) -> Option<Vec<u8>> {
        let look = || -> Result<Option<Vec<u8>>, EngineError> {
            let Some(log) = self.tx.log(log)? else { return Ok(None) };
            serve::serve_body(self.core, self.tx, &log, seq)
        };
        tell_damage(look()).flatten()
    }

    fn proof(&self, log: &LogId) -> Option<Vec<u8>> {
        let forks = tell_damage(self.tx.forks().map_err(EngineError::from))?;
        forks.into_iter().find(|(id, ..)| id == log).map(|(_, _, proof)| proof)
    }

    fn is_member(&self, device: &DeviceId) -> bool {
        tell_damage(self.tx.has_log(device).map_err(EngineError::from)).unwrap_or(false)
    }

    fn may_hold(&self, holder: &DeviceId, owner: &DeviceId, kind: SoftKind) -> bool {
        let member = |device| tell_damage(self.tx.device_member(device).map_err(EngineError::from)).flatten();
        kind != SoftKind::PERSONAL
            || holder == owner
            || self.core.mailboxes.knows(holder)
            || member(holder).is_some_and(|mine| member(owner) == Some(mine))
    }

    fn soft(&self, device: &DeviceId, kind: SoftKind) -> Option<Vec<u8>> {
        tell_damage(self.tx.soft(device, kind).map_err(EngineError::from)).flatten()
    }
}

/// A store that can't be read serves nothing, and says so in the trace.
fn tell_damage<T>(result: Result<T, EngineError>) -> Option<T> {
    result.inspect_err(|error| tracing::error!(%error, "can't serve what a peer asks for")).ok()
}
