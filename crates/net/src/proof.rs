//! The proof of membership on connecting: who says what over a gate stream.
//!
//! 1. Both send 32 fresh random bytes, the dialler first.
//! 2. The dialler sends a MAC over role, both keys, both nonces and the workspace id, under the
//!    knock key. The listener compares in constant time; if it is wrong it closes and says nothing.
//! 3. The listener, which from now on accepts other protocols, sends its own MAC, which the dialler
//!    compares.
//! 4. The dialler, which from now on accepts and opens them, says so by one byte; then the listener
//!    opens them too. So neither side ever opens a protocol that the other does not offer yet.
//!
//! An outsider receives one nonce and no byte that depends on the workspace. Both keys are in the
//! MAC, so a proof can't be relayed to a third; both nonces are fresh, so it can't be replayed.

use futures::{AsyncReadExt, AsyncWriteExt};
use libp2p::core::upgrade::NegotiationError;
use libp2p::swarm::Stream;

/// Context of the MAC's message.
const CONTEXT: &[u8] = b"cremona 2026-11 gate v1";

/// The byte by which the dialler says that it is ready.
const READY: u8 = 1;

/// What both sides know.
#[derive(Clone)]
pub(crate) struct GateKey {
    pub(crate) workspace: [u8; 16],
    pub(crate) knock: [u8; 32],
}

/// Who takes part in one connection, by Ed25519 public key.
#[derive(Clone, Copy)]
pub(crate) struct Parties {
    pub(crate) dialler: [u8; 32],
    pub(crate) listener: [u8; 32],
}

/// Why a connection is not admitted.
#[derive(Debug, thiserror::Error)]
pub enum GateError {
    /// It closed, or spoke another protocol.
    #[error("it closed before admission: it is of another workspace, or no cremona node ({0})")]
    Closed(String),
    /// Its proof is wrong.
    #[error("its proof of membership is wrong: another workspace, or not a teammate")]
    Wrong,
    /// It took too long.
    #[error("it did not prove membership in time")]
    Late,
    /// No randomness from the system.
    #[error("no randomness from the system")]
    Random,
}

impl From<std::io::Error> for GateError {
    fn from(error: std::io::Error) -> Self {
        // The stream was opened without waiting for the answer whether the peer has such a protocol.
        match error.get_ref().and_then(|cause| cause.downcast_ref()) {
            Some(NegotiationError::Failed) => Self::no_gate(),
            Some(NegotiationError::ProtocolError(_)) | None => Self::Closed(error.kind().to_string()),
        }
    }
}

impl GateError {
    /// The peer says that it has no gate.
    pub(crate) fn no_gate() -> Self {
        Self::Closed("it does not speak cremona's gate".to_owned())
    }
}

#[derive(Clone, Copy)]
enum Role {
    Dialler = 1,
    Listener = 2,
}

/// A gate stream whose other end has proven membership.
pub(crate) struct Proven {
    stream: Stream,
    /// What the listener still has to prove; the dialler has done so.
    owed: Option<[u8; 32]>,
}

impl GateKey {
    fn mac(&self, role: Role, parties: &Parties, nonces: &[[u8; 32]; 2]) -> blake3::Hash {
        let [dialler, listener] = nonces;
        let mut hasher = blake3::Hasher::new_keyed(&self.knock);
        hasher.update(CONTEXT).update(&[role as u8]);
        hasher.update(&parties.dialler).update(&parties.listener);
        hasher.update(dialler).update(listener);
        hasher.update(&self.workspace).finalize()
    }
}

/// The dialler's side, up to the moment at which it trusts the listener.
pub(crate) async fn dial(mut stream: Stream, key: GateKey, parties: Parties) -> Result<Proven, GateError> {
    let ours = nonce()?;
    say(&mut stream, &ours).await?;
    let theirs = read_32(&mut stream).await?;
    let nonces = [ours, theirs];
    say(&mut stream, key.mac(Role::Dialler, &parties, &nonces).as_bytes()).await?;
    check(&mut stream, key.mac(Role::Listener, &parties, &nonces)).await?;
    Ok(Proven { stream, owed: None })
}

/// The listener's side, up to the moment at which it trusts the dialler.
pub(crate) async fn listen(mut stream: Stream, key: GateKey, parties: Parties) -> Result<Proven, GateError> {
    let theirs = read_32(&mut stream).await?;
    let ours = nonce()?;
    say(&mut stream, &ours).await?;
    let nonces = [theirs, ours];
    check(&mut stream, key.mac(Role::Dialler, &parties, &nonces)).await?;
    Ok(Proven { stream, owed: Some(*key.mac(Role::Listener, &parties, &nonces).as_bytes()) })
}

/// Either side, from the moment at which it accepts other protocols to that at which it opens them.
pub(crate) async fn finish(proven: Proven) -> Result<(), GateError> {
    let Proven { mut stream, owed } = proven;
    if let Some(mac) = owed {
        say(&mut stream, &mac).await?;
        stream.read_exact(&mut [0]).await?;
    } else {
        say(&mut stream, &[READY]).await?;
    }
    // The proof is complete; how its stream ends does not matter.
    let _ = stream.close().await;
    Ok(())
}

async fn say(stream: &mut Stream, bytes: &[u8]) -> Result<(), GateError> {
    stream.write_all(bytes).await?;
    stream.flush().await?;
    Ok(())
}

async fn check(stream: &mut Stream, expected: blake3::Hash) -> Result<(), GateError> {
    let told = read_32(stream).await?;
    // `blake3::Hash` compares in constant time.
    if expected == blake3::Hash::from_bytes(told) { Ok(()) } else { Err(GateError::Wrong) }
}

async fn read_32(stream: &mut Stream) -> Result<[u8; 32], GateError> {
    let mut bytes = [0; 32];
    stream.read_exact(&mut bytes).await?;
    Ok(bytes)
}

fn nonce() -> Result<[u8; 32], GateError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| GateError::Random)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTIES: Parties = Parties { dialler: [3; 32], listener: [4; 32] };

    fn key() -> GateKey {
        GateKey { workspace: [1; 16], knock: [2; 32] }
    }

    #[test]
    fn the_macs_bytes_are_frozen() {
        let nonces = [[5; 32], [6; 32]];
        let dialler = key().mac(Role::Dialler, &PARTIES, &nonces);
        let listener = key().mac(Role::Listener, &PARTIES, &nonces);
        assert_eq!(dialler.to_hex().as_str(), "38ef83cfb326c1a7f64477761097246eeb7a9905ff1ae28abd9a6e48f611cfec");
        assert_eq!(listener.to_hex().as_str(), "32c353088cb615d6128e16fad1314357219a7f04b82c70aa051fe673a15a88b7");
    }

    #[test]
    fn everything_is_in_the_mac() {
        let nonces = [[5; 32], [6; 32]];
        let right = key().mac(Role::Dialler, &PARTIES, &nonces);
        let other_workspace = GateKey { workspace: [9; 16], ..key() };
        let other_knock = GateKey { knock: [9; 32], ..key() };
        let swapped = Parties { dialler: PARTIES.listener, listener: PARTIES.dialler };
        assert_ne!(right, other_workspace.mac(Role::Dialler, &PARTIES, &nonces));
        assert_ne!(right, other_knock.mac(Role::Dialler, &PARTIES, &nonces));
        assert_ne!(right, key().mac(Role::Listener, &PARTIES, &nonces));
        assert_ne!(right, key().mac(Role::Dialler, &swapped, &nonces));
        assert_ne!(right, key().mac(Role::Dialler, &PARTIES, &[[6; 32], [5; 32]]));
    }
}
