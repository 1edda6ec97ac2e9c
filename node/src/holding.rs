//! Messages that wait: kept on this node instead of posted, and the list of all that is not shown yet.

use std::path::Path;

use cremona_engine::ask::{Draft, DraftFor, Messages};
use cremona_engine::{Answer, Ask, Failure, Given};
use serde::Serialize;

use crate::cli::{HowArgs, TextArgs, Verb};
use crate::home::now;
use crate::place::Asker;
use crate::run::surprised;
use crate::words::fail;
use crate::{input, question};

/// What is due is sent within this long, unless something is in its way.
const LATE_MS: u64 = 5_000;

/// What is not shown yet.
#[derive(Debug, Serialize)]
pub struct Scheduled {
    /// Under an embargo: nodes may hold it already.
    #[serde(flatten)]
    pub messages: Messages,
    /// On hold: on this node alone.
    pub on_hold: Vec<Draft>,
}

/// Whether what was to be sent at this moment (RFC 3339) is late, which it is only where something is in its way.
#[must_use]
pub fn is_late(at: &str) -> bool {
    let late =
        |at: jiff::Timestamp| u64::try_from(at.as_millisecond()).is_ok_and(|at| at.saturating_add(LATE_MS) < now().0);
    at.parse().is_ok_and(late)
}

/// A message that is to be on hold: for where, its title, its text, and how it is said then.
pub struct Waiting {
    target: DraftFor,
    title: Option<String>,
    text: TextArgs,
    how: HowArgs,
    announcement: bool,
}

impl Waiting {
    /// What is to be on hold, if that was asked for; the verb itself otherwise.
    ///
    /// # Errors
    /// The verb, where it says nothing of the kind.
    pub fn of(verb: Verb) -> Result<Self, Box<Verb>> {
        match verb {
            Verb::Post { channel, text, title, how } if how.hold => {
                Ok(Self { target: DraftFor::Channel(channel), title, text, how, announcement: false })
            }
            Verb::Announce { channel, text, title, how } if how.hold => {
                Ok(Self { target: DraftFor::Channel(channel), title, text, how, announcement: true })
            }
            Verb::Reply { thread, text, how } if how.hold => {
                Ok(Self { target: DraftFor::Thread(thread), title: None, text, how, announcement: false })
            }
            verb => Err(Box::new(verb)),
        }
    }

    /// Puts it on hold. Where that is refused, the text stays as a draft, so that it is never nowhere.
    ///
    /// # Errors
    /// [`Failure`] in words, with what became of the text.
    pub fn put(self, path: &Path) -> Result<Draft, Failure> {
        let text = input::text(&self.text)?;
        let mut asker = Asker::open(path)?;
        let save = Ask::DraftSave { id: None, target: self.target, text, title: self.title };
        let Answer::Draft(draft) = asker.ask(save)? else { return Err(surprised()) };
        let how = question::manner(self.how, self.announcement);
        let held = asker.ask(Ask::DraftHold { id: draft.id.clone(), how });
        asker.close();
        match held {
            Ok(Answer::Draft(draft)) => Ok(*draft),
            Ok(_) => Err(surprised()),
            Err(failure) => {
                let id = crate::render::short(&draft.id).to_owned();
                let why = failure.said.map_or(Given::Text(failure.message), |said| Given::from(*said));
                Err(Failure { reason: failure.reason, ..fail!(Usage, "not-on-hold", why = why, draft = id) })
            }
        }
    }
}

/// All that is not shown yet.
///
/// # Errors
/// [`Failure`] in words.
pub fn scheduled(path: &Path) -> Result<Scheduled, Failure> {
    let mut asker = Asker::open(path)?;
    let (messages, on_hold) = (asker.ask(Ask::Scheduled)?, asker.ask(Ask::OnHold)?);
    asker.close();
    let (Answer::Messages(messages), Answer::Drafts(on_hold)) = (messages, on_hold) else { return Err(surprised()) };
    Ok(Scheduled { messages, on_hold: on_hold.drafts })
}
