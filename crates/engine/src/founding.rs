//! What founds a workspace: its secrets, its genesis, and the key of its first epoch.

use cremona_envelope::{EpochKey, GenesisPayload, Identity, KeysPayload, Secret, WorkspaceId};

/// Everything random about a new workspace, made before there is a store.
pub struct Founding {
    /// The id that the genesis gives it.
    pub workspace: WorkspaceId,
    /// The secret that the workspace key carries.
    pub secret: Secret,
    /// Seed of the recovery key, to be kept by the founder.
    pub recovery_seed: [u8; 32],
    /// The genesis payload.
    pub(crate) genesis: Vec<u8>,
    /// The keys payload of the first epoch.
    pub(crate) keys: Vec<u8>,
}

impl Founding {
    /// A new workspace founded by `identity`; `random` is fresh and used for nothing else.
    #[must_use]
    pub fn new(identity: &Identity, random: &[u8; 32]) -> Self {
        let draw = |purpose: &str| blake3::derive_key(purpose, random);
        let [secret_a, _] = halves(draw("cremona founding: workspace secret"));
        let secret = Secret(secret_a);
        let recovery_seed = draw("cremona founding: recovery seed");
        let recovery = Identity::from_seeds(&recovery_seed, &[0; 32]).device().0;
        let invite = secret.invite_key().verifying_key().to_bytes();
        let payload = GenesisPayload::new(identity.box_key(), recovery, invite, draw("cremona founding: uniqueness"));
        let genesis = payload.encode();
        let workspace = GenesisPayload::workspace(&identity.device(), &genesis);
        let epoch = EpochKey(draw("cremona founding: epoch key"));
        let devices = [(identity.device(), identity.box_key())];
        let keys = KeysPayload::new(&epoch, &secret, &workspace, &devices, draw("cremona founding: boxes"));
        Self { workspace, secret, recovery_seed, genesis, keys: keys.encode() }
    }
}

fn halves(bytes: [u8; 32]) -> [[u8; 16]; 2] {
    let (a, b) = bytes.split_at(16);
    [a.try_into().expect("half of 32 bytes"), b.try_into().expect("half of 32 bytes")]
}
