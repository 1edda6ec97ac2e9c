//! Changes with an idempotency key: made once, however often they are asked for (decision 51).
//!
//! What was answered is kept in the transaction that makes the change, so a crash between the two is not
//! possible. Kept are ids, never a text: a delete has to erase. So whoever asks again is shown the thing as
//! it is now. What tells one ask from another is hashed with the key, which only the asker knows: from
//! the hash alone nobody finds a text again that is erased.

use cremona_envelope::{RecordId, Time};
use cremona_store::{AnsweredRow, Read, Write};
use serde::{Deserialize, Serialize};

use crate::ask::{Answer, Ask, Draft, DraftFor, Failure, Imported, Posted, Reason};
use crate::core::Core;
use crate::error::EngineError;
use crate::{inbox, notices, people, personal, said, show, team};

/// Names a row of the store by a key; known to this device alone, so not among the contexts of the protocol.
const ROW: &str = "cremona 2026-11 answered row v1";

/// A key with what it was asked for.
pub(crate) struct Known {
    row: [u8; 32],
    ask: [u8; 32],
}

/// What was answered, as far as it is needed to answer again.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kept {
    Posted { id: String, thread: String },
    Message(String),
    Channel(String),
    Explained(String),
    Inbox(Option<String>),
    Person,
    Notices,
    Settings,
    Draft { id: String, target: DraftFor, saved: String },
    Mailbox(String),
    Imported { added: u64, already: u64 },
}

impl Known {
    pub(crate) fn of(key: &[u8; 32], ask: &Ask) -> Result<Self, EngineError> {
        let json = serde_json::to_vec(ask).map_err(|_| EngineError::Damaged("the question"))?;
        Ok(Self { row: blake3::derive_key(ROW, key), ask: *blake3::keyed_hash(key, &json).as_bytes() })
    }

    /// What was answered before, as it is now; `None` where this is the first time.
    pub(crate) fn again(&self, core: &Core, tx: &Write<'_>, now: Time) -> Result<Option<Answer>, EngineError> {
        let Some(row) = tx.answered(&self.row, now)? else { return Ok(None) };
        if row.ask != self.ask {
            let message = "this idempotency key was used for another request";
            return Err(Failure::new(Reason::Usage, message, "choose a new key for each request")
                .named(said!("key-reused"))
                .into());
        }
        let kept: Kept = serde_json::from_str(&row.what).map_err(|_| EngineError::Damaged("an answer"))?;
        kept.answer(core, tx, now).map(Some)
    }

    /// Keeps what is answered.
    pub(crate) fn keep(&self, tx: &Write<'_>, ask: &Ask, answer: &Answer, now: Time) -> Result<(), EngineError> {
        let kept = Kept::of(tx, ask, answer)?.ok_or(EngineError::Damaged("an answer"))?;
        let what = serde_json::to_string(&kept).map_err(|_| EngineError::Damaged("an answer"))?;
        Ok(tx.put_answered(&self.row, &AnsweredRow { ask: self.ask, what }, now)?)
    }
}

impl Kept {
    /// What is kept of an answer; `None` for those that no change gives.
    fn of(tx: &Read<'_>, ask: &Ask, answer: &Answer) -> Result<Option<Self>, EngineError> {
        Ok(Some(match answer {
            Answer::Posted(posted) => Self::Posted { id: posted.id.clone(), thread: posted.thread.clone() },
            Answer::Message(message) => Self::Message(message.id.clone()),
            Answer::Channel(channel) => Self::Channel(channel.id.clone()),
            Answer::Explained(explained) => Self::Explained(explained.thread.clone()),
            // Of a whole channel that was followed or marked.
            Answer::Inbox(_) => Self::Inbox(match ask {
                Ask::Follow { target, .. } | Ask::Mark { target, .. } => {
                    Some(crate::names::channel(tx, target)?.to_string())
                }
                _ => None,
            }),
            Answer::Person(_) => Self::Person,
            Answer::Notices(_) => Self::Notices,
            Answer::Settings(_) => Self::Settings,
            Answer::Draft(draft) => {
                Self::Draft { id: draft.id.clone(), target: draft.target.clone(), saved: draft.saved.clone() }
            }
            Answer::Mailbox(mailbox) => Self::Mailbox(mailbox.device.clone()),
            Answer::Imported(done) => Self::Imported { added: done.added, already: done.already },
            _ => return Ok(None),
        }))
    }

    fn answer(self, core: &Core, tx: &Write<'_>, now: Time) -> Result<Answer, EngineError> {
        let me = core.member();
        Ok(match self {
            Self::Posted { id, thread } => Answer::Posted(posted(tx, id, thread)?),
            Self::Message(id) => {
                let shown = tx.shown(&record(&id)?)?.ok_or(EngineError::Damaged("the message"))?;
                Answer::Message(Box::new(show::message(tx, shown, now)?))
            }
            Self::Channel(id) => {
                Answer::Channel(show::channel(tx.channel(&record(&id)?)?.ok_or(EngineError::Damaged("the channel"))?))
            }
            Self::Explained(root) => {
                let mine = inbox::mine(tx, &core.wall, &me, now)?;
                Answer::Explained(Box::new(inbox::explain(tx, &me, &mine, &record(&root)?)?))
            }
            Self::Inbox(channel) => {
                let channel = channel.map(|name| crate::names::channel(tx, &name)).transpose()?;
                let mine = inbox::mine(tx, &core.wall, &me, now)?;
                inbox::answer(tx, &mine, inbox::Want { channel, limit: 50, ..inbox::Want::default() })?
            }
            Self::Person => Answer::Person(Box::new(team::person_of(tx, &core.wall, &me, &me, now)?)),
            Self::Notices => notices::state(core, tx, now)?,
            Self::Settings => personal::question(tx, &Ask::Settings)?.ok_or(EngineError::Damaged("the question"))?,
            Self::Draft { id, target, saved } => Answer::Draft(Box::new(draft(tx, id, target, saved)?)),
            Self::Mailbox(device) => {
                let known = core.mailboxes.list().into_iter().find(|known| known.device == device);
                Answer::Mailbox(known.ok_or(EngineError::Damaged("the list of mailboxes"))?)
            }
            Self::Imported { added, already } => Answer::Imported(Imported { added, already, skipped: Vec::new() }),
        })
    }
}

fn posted(tx: &Read<'_>, id: String, thread: String) -> Result<Posted, EngineError> {
    let shown = tx.shown(&record(&id)?)?;
    let embargo = shown.as_ref().and_then(|shown| shown.message.embargo).map(show::time);
    let expectation = shown.as_ref().map(|shown| tx.expectation(&shown.message.channel)).transpose()?;
    let expectation = expectation.filter(|text| !text.is_empty());
    let text = shown.filter(|shown| !shown.message.deleted).and_then(|shown| shown.text).unwrap_or_default();
    Ok(Posted { id, thread, nobody: people::called(tx, &text)?.nobody, expectation, embargo })
}

/// A draft as it is; what was dropped or sent since has no text any more.
fn draft(tx: &Read<'_>, id: String, target: DraftFor, saved: String) -> Result<Draft, EngineError> {
    for ask in [Ask::Drafts, Ask::OnHold] {
        let Some(Answer::Drafts(all)) = personal::question(tx, &ask)? else {
            return Err(EngineError::Damaged("the question"));
        };
        if let Some(known) = all.drafts.into_iter().find(|draft| draft.id == id) {
            return Ok(known);
        }
    }
    Ok(Draft { id, target, text: String::new(), title: None, saved, hold: None })
}

fn record(id: &str) -> Result<RecordId, EngineError> {
    RecordId::from_hex(id).ok_or(EngineError::Damaged("an answer"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ask::How;
    use crate::personal::tests::{NOON, ana};
    use cremona_store::Store;

    fn post(text: &str) -> Ask {
        Ask::Post { channel: "general".to_owned(), text: text.to_owned(), title: None, how: How::default() }
    }

    #[test]
    fn ana_who_asks_again_posts_once() {
        let mut engine = ana(Store::in_memory().unwrap());
        let first = engine.once(&[1; 32], post("halo @nobody"), NOON).unwrap();
        assert_eq!(engine.once(&[1; 32], post("halo @nobody"), NOON.plus(5)).unwrap(), first);
        assert_ne!(engine.once(&[2; 32], post("halo @nobody"), NOON.plus(5)).unwrap(), first);
        let Answer::Verified(digest) = engine.answer(Ask::Verify, NOON).unwrap() else { panic!() };
        assert_eq!(digest.messages, 2);
    }

    #[test]
    fn a_key_of_another_request_is_refused_and_a_refusal_takes_no_key() {
        let mut engine = ana(Store::in_memory().unwrap());
        engine.once(&[1; 32], post("halo"), NOON).unwrap();
        let failure = engine.once(&[1; 32], post("hello"), NOON).unwrap_err();
        assert_eq!(failure.said.unwrap().code, "key-reused");
        assert_eq!(engine.once(&[2; 32], post(" "), NOON).unwrap_err().reason, Reason::Usage);
        engine.once(&[2; 32], post("halo again"), NOON).unwrap();
    }

    #[test]
    fn the_text_of_what_was_deleted_is_kept_nowhere() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("cremona.db");
        let mut engine = ana(Store::open(&path).unwrap());
        let Answer::Posted(posted) = engine.once(&[1; 32], post("lanternfish"), NOON).unwrap() else { panic!() };
        let edit = Ask::Edit { message: posted.id.clone(), text: "lanternfish again".to_owned() };
        engine.once(&[2; 32], edit.clone(), NOON.plus(1)).unwrap();
        engine.answer(Ask::Delete { message: posted.id.clone() }, NOON.plus(2)).unwrap();
        let Answer::Message(message) = engine.once(&[2; 32], edit, NOON.plus(3)).unwrap() else { panic!() };
        assert!(message.deleted && message.text.is_empty());
        engine.close();
        let whole = std::fs::read(&path).unwrap();
        assert!(!whole.windows(11).any(|window| window == b"lanternfish"));
    }

    #[test]
    fn every_change_can_be_asked_for_again() {
        let mut engine = ana(Store::in_memory().unwrap());
        let Answer::Posted(root) = engine.answer(post("halo"), NOON).unwrap() else { panic!() };
        let id = root.id;
        let target = DraftFor::Channel("general".to_owned());
        let thread = || id.clone();
        let save = Ask::DraftSave { id: None, target, text: "half".to_owned(), title: None };
        let asks = [
            Ask::ChannelCreate { name: "plans".to_owned(), purpose: String::new() },
            Ask::React { message: thread(), emoji: "👍".to_owned(), on: true },
            Ask::Done { thread: thread(), undo: false },
            Ask::Mark { target: "general".to_owned(), upto: None, unread: false },
            Ask::Deputy { deputy: None },
            Ask::Quiet { schedule: "never".to_owned() },
            Ask::Set { name: "zone".to_owned(), value: Some("UTC".to_owned()) },
            save,
        ];
        for (number, ask) in (0..).zip(asks) {
            let first = engine.once(&[number; 32], ask.clone(), NOON).unwrap();
            assert_eq!(engine.once(&[number; 32], ask.clone(), NOON).unwrap(), first, "{ask:?}");
        }
        let Answer::Drafts(drafts) = engine.answer(Ask::Drafts, NOON).unwrap() else { panic!() };
        let drop = Ask::DraftDrop { id: drafts.drafts[0].id.clone() };
        engine.once(&[99; 32], drop.clone(), NOON).unwrap();
        let Answer::Draft(dropped) = engine.once(&[99; 32], drop, NOON).unwrap() else { panic!() };
        assert!(dropped.text.is_empty(), "what was dropped is kept nowhere");
    }
}
