//! Ana, bo and cy, their workspace and what they say.

use cremona_envelope::{
    Envelope, EpochKey, Genesis, GenesisPayload, Head, Identity, JoinPayload, Keyring, Kind, LifeId, Place, PlainBody,
    Sealed, Secret, Time, Verified, WorkspaceId, genesis_of,
};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// When the workspace was founded, in ms.
pub const FOUNDED: Time = Time(1_790_000_000_000);

/// How many cases a property tries, and from which seed; both are printed with a failure.
pub fn cases() -> ProptestConfig {
    scaled(1)
}

/// As [`cases`], `cost` times fewer: for properties whose cases are slow.
pub fn scaled(cost: u32) -> ProptestConfig {
    let read = |name| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let cases = u32::try_from(read("CREMONA_CASES").unwrap_or(64)).unwrap_or(u32::MAX) / cost;
    let seed = read("CREMONA_SEED").unwrap_or(1);
    println!("replay with CREMONA_CASES={} CREMONA_SEED={seed}", cases * cost);
    ProptestConfig {
        cases: cases.max(1),
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// The device of a person.
pub fn person(name: &str) -> Identity {
    let seed = |purpose: &str| *blake3::hash(format!("{purpose} of {name}").as_bytes()).as_bytes();
    Identity::from_seeds(&seed("signing"), &seed("boxing"))
}

/// A life of a log, named by a number.
pub fn life(number: u8) -> LifeId {
    LifeId([number; 16])
}

/// The epoch key that everybody has.
pub fn epoch_key() -> EpochKey {
    EpochKey([77; 32])
}

/// The secret in the workspace key.
pub fn secret() -> Secret {
    Secret([5; 16])
}

/// What ana says to found the workspace.
pub fn genesis_payload() -> GenesisPayload {
    let invite = secret().invite_key().verifying_key().to_bytes();
    GenesisPayload::new(person("ana").box_key(), [1; 32], invite, [2; 32])
}

/// The workspace that ana founded.
pub fn workspace() -> WorkspaceId {
    GenesisPayload::workspace(&person("ana").device(), &life(1), FOUNDED, &genesis_payload().encode())
}

/// The genesis envelope.
pub fn genesis_envelope() -> Verified {
    Log::of("ana", 1).says_in_clear(Kind::CONTROL, genesis_payload().encode())
}

/// The genesis.
pub fn genesis() -> Genesis {
    genesis_of(&genesis_envelope()).unwrap()
}

/// `value`, changed.
pub fn with<T>(mut value: T, change: impl FnOnce(&mut T)) -> T {
    change(&mut value);
    value
}

/// One life of somebody's log, being written.
pub struct Log {
    /// Whose it is.
    pub who: Identity,
    /// Its end.
    pub head: Head,
    life: LifeId,
    keyring: Keyring,
}

impl Log {
    /// The empty log of `name` in the life of that number.
    pub fn of(name: &str, number: u8) -> Self {
        let mut keyring = Keyring::default();
        keyring.add(&epoch_key());
        Self { who: person(name), head: Head { time: FOUNDED, ..Head::EMPTY }, life: life(number), keyring }
    }

    /// The log of `name`, who joined and then wrote up to `seq`.
    pub fn written_to(name: &str, seq: u64) -> Self {
        let mut log = Self::joined(name);
        (1..seq).for_each(|number| drop(log.says(&format!("{name} {number}"))));
        log
    }

    /// The log of `name`, who has just joined.
    pub fn joined(name: &str) -> Self {
        let mut log = Self::of(name, 1);
        log.says_in_clear(Kind::CONTROL, join(name).encode());
        log
    }

    /// Where the next envelope will stand.
    pub fn place(&self) -> Place {
        Place {
            kind: Kind::CHANGE,
            workspace: workspace(),
            device: self.who.device(),
            life: self.life,
            seq: self.head.seq + 1,
            prev: self.head.id,
            time: self.head.time.plus(1000),
            bytes_before: self.head.bytes,
        }
    }

    /// Writes a message: its change, and its text as body.
    pub fn says(&mut self, text: &str) -> Verified {
        self.seals(b"a message", PlainBody::Text(text.as_bytes()))
    }

    /// Writes a sealed envelope.
    pub fn seals(&mut self, change: &[u8], body: PlainBody<'_>) -> Verified {
        let sealed = self.keyring.seal(&epoch_key().id(), &self.place(), change, body).unwrap().unwrap();
        self.signs(sealed)
    }

    /// Writes an envelope of a clear kind. The first one of a log is said when it was founded.
    pub fn says_in_clear(&mut self, kind: Kind, payload: Vec<u8>) -> Verified {
        let time = if self.head.seq == 0 { self.head.time } else { self.place().time };
        let place = Place { kind, time, ..self.place() };
        self.signs(Sealed::clear(&place, payload).unwrap())
    }

    fn signs(&mut self, sealed: Sealed) -> Verified {
        let verified = self.who.sign(sealed);
        self.head = self.head.follow(verified.header(), verified.id()).unwrap();
        verified
    }

    /// Writes `count` messages and gives them as they travel, each signed.
    pub fn chats(&mut self, count: usize) -> Vec<Envelope> {
        (0..count).map(|number| self.says(&format!("message {number}")).into_envelope()).collect()
    }
}

/// The join of `name` by the workspace key.
pub fn join(name: &str) -> JoinPayload {
    let who = person(name);
    JoinPayload::new(&genesis(), &who.device(), who.box_key(), &secret().invite_key(), &[genesis().envelope])
}

/// Takes every signature away but those that a run has to carry.
pub fn as_sent(mut run: Vec<Envelope>) -> Vec<Envelope> {
    let last = run.len().saturating_sub(1);
    for (index, envelope) in run.iter_mut().enumerate() {
        if index != last && !envelope.header.seq.is_multiple_of(cremona_envelope::SIGNED_EVERY) {
            envelope.signature = None;
        }
    }
    run
}
