//! What founds a workspace: its secrets, its genesis, and the key of its first epoch.

use cremona_envelope::{EpochKey, GenesisPayload, Identity, KeysPayload, LifeId, Secret, Time, WorkspaceId};

/// Everything random about a new workspace, made before there is a store.
pub struct Founding {
    /// The id that the genesis gives it.
    pub workspace: WorkspaceId,
    /// The secret that the workspace key carries.
    pub secret: Secret,
    /// Seed of the recovery key, to be kept by the founder.
    pub recovery_seed: [u8; 32],
    /// The life that the genesis starts.
    pub(crate) life: LifeId,
    /// When.
    pub(crate) time: Time,
    /// The genesis payload.
    pub(crate) genesis: Vec<u8>,
    /// The keys payload of the first epoch.
    pub(crate) keys: Vec<u8>,
}

impl Founding {
    /// A new workspace founded by `identity`; at `time`; `random` is fresh and used for
    /// nothing else.
    #[must_use]
    pub fn new(identity: &Identity, random: &[u8; 32], time: Time) -> Self {
        let draw = |purpose: &str| blake3::derive_key(purpose, random);
        let secret = Secret(half(draw("cremona founding: workspace secret")));
        let life = LifeId(half(draw("cremona founding: life")));
        let recovery_seed = draw("cremona founding: recovery seed");
        let recovery = Identity::from_seeds(&recovery_seed, &[0; 32]).device().0;
        let invite = secret.invite_key().verifying_key().to_bytes();
        let payload = GenesisPayload::new(identity.box_key(), recovery, invite, draw("cremona founding: uniqueness"));
        let genesis = payload.encode();
        let workspace = GenesisPayload::workspace(&identity.device(), &life, time, &genesis);
        let epoch = EpochKey(draw("cremona founding: epoch key"));
        let devices = [(identity.device(), identity.box_key())];
        let keys = KeysPayload::new(&epoch, &secret, &workspace, &devices, draw("cremona founding: boxes"));
        Self { workspace, secret, recovery_seed, life, time, genesis, keys: keys.encode() }
    }
}

fn half(bytes: [u8; 32]) -> [u8; 16] {
    let (half, _) = bytes.split_first_chunk().expect("32 bytes hold 16");
    *half
}
