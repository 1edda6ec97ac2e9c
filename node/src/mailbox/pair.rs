//! `cremona mailbox pair`, on a member's machine: proves the token, hands over, and tells everyone.

use std::path::Path;
use std::time::Duration;

use cremona_engine::{Answer, Ask, Failure, Given, Reason, ask};
use cremona_envelope::{Handover, PairingString, WorkspaceKey};
use cremona_net::{Event, Settings};

use super::pairing_error;
use crate::home::random;
use crate::input;
use crate::place::Asker;
use crate::run::surprised;
use crate::words::{self, elsewhere, fail, system};
use cremona_engine::said;

/// Within this the mailbox has to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Pairs the mailbox of a pasted string, reached at its hints and at `dial`, with the workspace at
/// `path`. If it is paired with that already, everyone is told of it again.
///
/// # Errors
/// [`Failure`] where the string is wrong, nothing answers, or it is paired with another workspace.
pub fn pair(path: &Path, pasted: &str, dial: &[String]) -> Result<ask::Mailbox, Failure> {
    let string = PairingString::parse(&input::key(pasted)?)
        .map_err(|error| words::failure(Reason::Usage, pairing_error(&error)))?;
    let mut addresses = dial.to_vec();
    addresses.extend(string.hints.iter().filter(|hint| !dial.contains(hint)).cloned());
    if addresses.is_empty() {
        return Err(fail!(Usage, "pair-no-address"));
    }
    let mut asker = Asker::open(path)?;
    let key = key_of(&mut asker)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|error| fail!(Failed, "cant-start", error = system(&error)))?;
    runtime.block_on(hand_over(&string, &addresses, &key))?;
    let told = asker.ask(Ask::Mailbox { device: string.device.to_string(), addresses })?;
    asker.close();
    match told {
        Answer::Mailbox(mailbox) => Ok(mailbox),
        _ => Err(surprised()),
    }
}

/// The workspace's key, of a node that has met its workspace: only then can it tell the others.
fn key_of(asker: &mut Asker) -> Result<WorkspaceKey, Failure> {
    let Answer::Status(status) = asker.ask(Ask::Status)? else { return Err(surprised()) };
    if !status.joined {
        return Err(fail!(TryLater, "pair-too-early"));
    }
    let Answer::Key(key) = asker.ask(Ask::Key)? else { return Err(surprised()) };
    WorkspaceKey::parse(&key.key).map_err(|_| surprised())
}

async fn hand_over(string: &PairingString, addresses: &[String], key: &WorkspaceKey) -> Result<(), Failure> {
    let handover = Handover { workspace: key.workspace, knock: key.secret.knock_key() };
    let first =
        Try { place: string.token.workspace().0, knock: string.token.knock_key(), say: Some(handover.encode()) };
    let refused = match first.run(string, addresses).await? {
        Outcome::Done => return Ok(()),
        Outcome::Refused(reasons) => reasons,
    };
    // Paired before, perhaps by a command that was cut short: then it lets members in.
    let again = Try { place: handover.workspace.0, knock: handover.knock, say: None };
    match again.run(string, addresses).await? {
        Outcome::Done => Ok(()),
        Outcome::Refused(_) => Err(fail!(Failed, "cant-pair", error = list(refused))),
    }
}

/// Reasons as one.
fn list(reasons: Vec<Given>) -> Given {
    let list = reasons.into_iter().reduce(|first, rest| said!("heard-list", first = first, rest = rest).into());
    list.unwrap_or_else(|| said!("system-timeout").into())
}

/// One way to be admitted, and what to say then.
struct Try {
    place: [u8; 16],
    knock: [u8; 32],
    say: Option<Vec<u8>>,
}

enum Outcome {
    Done,
    /// By none of the addresses, for these reasons.
    Refused(Vec<Given>),
}

impl Try {
    async fn run(self, string: &PairingString, addresses: &[String]) -> Result<Outcome, Failure> {
        let settings = Settings {
            identity_seed: random()?,
            workspace: self.place,
            knock: self.knock,
            listen: Vec::new(),
            mdns: false,
            relay: false,
            upnp: false,
        };
        let (net, mut events) = cremona_net::start(settings)
            .await
            .map_err(|error| words::failure(Reason::Failed, words::network(&error)))?;
        addresses.iter().for_each(|address| net.dial(address));
        let mut reasons = Vec::new();
        let meet = async {
            while reasons.len() < addresses.len() {
                match events.recv().await {
                    Some(Event::Connected { peer, address, .. }) if peer.0 != string.device.0 => {
                        reasons.push(said!("pair-other-mailbox", address = address).into());
                    }
                    Some(Event::Connected { peer, first, .. }) => match &self.say {
                        Some(bytes) if first => net.send(peer, bytes.clone()),
                        Some(_) => {}
                        None => return true,
                    },
                    Some(Event::Frame { peer, frame }) if peer.0 == string.device.0 && frame.bytes == [1] => {
                        return true;
                    }
                    Some(Event::Refused { address, reason } | Event::DialFailed { address, reason }) => {
                        reasons.push(said!("pair-refused", address = address, error = elsewhere(&reason)).into());
                    }
                    Some(_) => {}
                    None => break,
                }
            }
            false
        };
        let done = tokio::time::timeout(PATIENCE, meet).await;
        net.stop().await;
        match done {
            Ok(true) => Ok(Outcome::Done),
            Ok(false) => Ok(Outcome::Refused(reasons)),
            Err(_) => Ok(Outcome::Refused(vec![said!("pair-no-answer", seconds = PATIENCE.as_secs()).into()])),
        }
    }
}
