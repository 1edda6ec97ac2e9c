//! The proof of membership on connecting: who says what over a gate stream.
//!
//! 1. Both send 32 fresh random bytes, the dialler first.
//! 2. The dialler sends a MAC over role, both keys, both nonces and the workspace id, under the
//!    knock key. The listener compares in constant time; if it is wrong it closes and says nothing.
//! 3. The listener sends its own MAC, which the dialler compares.
//! 4. The dialler, which now accepts other protocols, says so by one byte; the listener, which now
//!    opens and accepts them, answers by one byte; then the dialler opens them too. So neither side
//!    ever opens a protocol that the other does not offer yet.
//!
//! An outsider receives one nonce and no byte that depends on the workspace. Both keys are in the
//! MAC, so a proof can't be relayed to a third; both nonces are fresh, so it can't be replayed.

use futures::{AsyncReadExt, AsyncWriteExt};
use libp2p::swarm::Stream;

/// Context of the MAC's message.
const CONTEXT: &[u8] = b"cremona 2026-11 gate v1";

/// The byte that says that a side is ready.
const READY: u8 = 1;

/// What both sides know.
#[derive(Clone)]
pub(crate) struct GateKey {
    pub(crate) workspace: [u8; 16],
    pub(crate) knock: [u8; 32],
}

/// Who takes part in one connection.
#[derive(Clone, Copy)]
pub(crate) struct Parties {
    pub(crate) dialler: [u8; 32],
    pub(crate) listener: [u8; 32],
}

/// Why a connection is not admitted.
#[derive(Debug, thiserror::Error)]
pub enum GateError {
    /// It closed, or spoke another protocol.
    #[error("it closed before it proved membership (another workspace, or not cremona): {0}")]
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
        Self::Closed(error.kind().to_string())
    }
}

#[derive(Clone, Copy)]
enum Role {
    Dialler = 1,
    Listener = 2,
}

impl GateKey {
    fn mac(&self, role: Role, parties: &Parties, nonces: &[[u8; 32]; 2]) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new_keyed(&self.knock);
        hasher.update(CONTEXT).update(&[role as u8]);
        hasher.update(&parties.dialler).update(&parties.listener);
        nonces.iter().for_each(|nonce| {
            hasher.update(nonce);
        });
        hasher.update(&self.workspace).finalize()
    }
}

/// The dialler's side, up to the moment at which it trusts the listener.
pub(crate) async fn dial(mut stream: Stream, key: GateKey, parties: Parties) -> Result<Stream, GateError> {
    let ours = nonce()?;
    stream.write_all(&ours).await?;
    stream.flush().await?;
    let theirs = read_32(&mut stream).await?;
    let nonces = [ours, theirs];
    stream.write_all(key.mac(Role::Dialler, &parties, &nonces).as_bytes()).await?;
    stream.flush().await?;
    let told = read_32(&mut stream).await?;
    // `blake3::Hash` compares in constant time.
    if key.mac(Role::Listener, &parties, &nonces) != blake3::Hash::from_bytes(told) {
        return Err(GateError::Wrong);
    }
    Ok(stream)
}

/// The dialler's side, from the moment at which it accepts other protocols.
pub(crate) async fn finish(mut stream: Stream) -> Result<(), GateError> {
    stream.write_all(&[READY]).await?;
    stream.flush().await?;
    stream.read_exact(&mut [0]).await?;
    stream.close().await?;
    Ok(())
}

/// The listener's side.
pub(crate) async fn listen(mut stream: Stream, key: GateKey, parties: Parties) -> Result<(), GateError> {
    let theirs = read_32(&mut stream).await?;
    let ours = nonce()?;
    stream.write_all(&ours).await?;
    stream.flush().await?;
    let nonces = [theirs, ours];
    let told = read_32(&mut stream).await?;
    if key.mac(Role::Dialler, &parties, &nonces) != blake3::Hash::from_bytes(told) {
        return Err(GateError::Wrong);
    }
    stream.write_all(key.mac(Role::Listener, &parties, &nonces).as_bytes()).await?;
    stream.flush().await?;
    stream.read_exact(&mut [0]).await?;
    stream.write_all(&[READY]).await?;
    stream.close().await?;
    Ok(())
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
