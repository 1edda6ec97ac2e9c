//! Control payloads, in clear so that a mailbox can check them: genesis, join, and epoch keys. Others
//! are in [`crate::erasure`] and [`crate::mailbox`].
//!
//! Each is a CBOR map with integer keys; key 0 is the type. Keys that this version does not know are
//! ignored when reading and kept, since payload bytes are kept. Every log starts with one of them:
//! the founder's first life with the genesis, every other life with a join, so that a log proves by
//! itself who owns it.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

use crate::contexts;
use crate::envelope::Verified;
use crate::header::{Header, Kind, Part};
use crate::ids::{DeviceId, EnvelopeId, LifeId, MemberId, Time, WorkspaceId, derive16};
use crate::seal::Place;

/// Most control tips that a payload cites.
pub const MAX_CITES: usize = 64;

const GENESIS: u64 = 1;
const JOIN: u64 = 2;
/// Type number of a keys payload.
pub(crate) const KEYS: u64 = 3;
/// Type number of an erasure list.
pub(crate) const ERASE: u64 = 4;
/// Type number of the announcement of a mailbox.
pub(crate) const MAILBOX: u64 = 5;

/// Who may join: anyone who holds the workspace key (the only policy of version 1).
pub const POLICY_KEY_HOLDERS: u8 = 0;

/// What a founder says first; the hash of its header, which covers all of it, names the workspace.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct GenesisPayload {
    /// 1.
    #[n(0)]
    kind: u64,
    /// The founder's X25519 key.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub box_key: [u8; 32],
    /// Ed25519 key that can recover the workspace (kept on paper by the founder).
    #[cbor(n(2), with = "minicbor::bytes")]
    pub recovery: [u8; 32],
    /// Ed25519 invite key of the first generation.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub invite: [u8; 32],
    /// Generation of the workspace secret that the invite key comes from.
    #[n(4)]
    pub generation: u16,
    /// Who may join.
    #[n(5)]
    pub policy: u8,
    /// Makes two workspaces of one founder differ.
    #[cbor(n(6), with = "minicbor::bytes")]
    pub random: [u8; 32],
}

/// A verified genesis.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Genesis {
    /// The workspace that it founds.
    pub workspace: WorkspaceId,
    /// Its envelope.
    pub envelope: EnvelopeId,
    /// The founder's device.
    pub founder: DeviceId,
    /// The founder.
    pub member: MemberId,
    /// When; no envelope of the workspace is earlier.
    pub time: Time,
    /// What it says.
    pub payload: GenesisPayload,
}

/// A device asks to be counted as a member's.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct JoinPayload {
    /// 2.
    #[n(0)]
    kind: u64,
    /// The member: hash of the workspace and this device, until devices can be linked.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub member: [u8; 16],
    /// The device's X25519 key, certified by this envelope's signature.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub box_key: [u8; 32],
    /// The envelope that introduced the invite key.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub introduced: [u8; 32],
    /// Generation of the invite key.
    #[n(4)]
    pub generation: u16,
    /// The invite key's signature over all of that.
    #[cbor(n(5), with = "minicbor::bytes")]
    pub signature: [u8; 64],
    /// Control tips that the author saw: sorted ids, at most [`MAX_CITES`].
    #[n(6)]
    pub cites: Vec<ByteArray<32>>,
}

/// Who a log belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Owner {
    /// The member.
    pub member: MemberId,
    /// The device's X25519 key.
    pub box_key: [u8; 32],
}

/// Why a control payload is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ControlError {
    /// A log starts with something else than genesis or join.
    #[error("log of device {0:?} does not start with a genesis or a join")]
    Start(DeviceId),
    /// The payload can't be read.
    #[error("the control payload of device {0:?} can't be read")]
    Payload(DeviceId),
    /// A genesis that is not the one the workspace is named after, or a join of another workspace.
    #[error("the first envelope of device {0:?} is of another workspace")]
    OtherWorkspace(DeviceId),
    /// A rule for joining that this version does not know.
    #[error("the workspace of device {0:?} has join policy {1}, which needs a newer cremona")]
    Policy(DeviceId, u8),
    /// A join that cites another introduction or generation of the invite key.
    #[error("device {0:?} joins by an invite key that is not known here")]
    UnknownInvite(DeviceId),
    /// The member id is not the one that this device founds.
    #[error("device {0:?} claims to be another member")]
    Member(DeviceId),
    /// The invite key did not sign this.
    #[error("device {0:?} joins without the workspace key")]
    Signature(DeviceId),
    /// Before the workspace existed.
    #[error("device {0:?} joins before the workspace was founded")]
    Time(DeviceId),
    /// More citations than allowed, or unsorted.
    #[error("device {0:?} cites control tips in a way that is not allowed")]
    Cites(DeviceId),
}

impl GenesisPayload {
    /// A genesis by the founder with `box_key`.
    #[must_use]
    pub fn new(box_key: [u8; 32], recovery: [u8; 32], invite: [u8; 32], random: [u8; 32]) -> Self {
        Self { kind: GENESIS, box_key, recovery, invite, generation: 0, policy: POLICY_KEY_HOLDERS, random }
    }

    /// The CBOR bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("encoding to a Vec can't fail")
    }

    /// The workspace that `founder` founds by these bytes, said at `time` as the first envelope of
    /// `life`. All of the header goes into the id, so that a workspace has one genesis only and its
    /// founder can't show two of them to two people.
    #[must_use]
    pub fn workspace(founder: &DeviceId, life: &LifeId, time: Time, payload: &[u8]) -> WorkspaceId {
        let place = Place {
            kind: Kind::CONTROL,
            workspace: WorkspaceId([0; 16]),
            device: *founder,
            life: *life,
            seq: 1,
            prev: EnvelopeId::NONE,
            time,
            bytes_before: 0,
        };
        founded_by(&place.header(Part::of(payload), None))
    }
}

impl JoinPayload {
    /// A join of `device`, signed by the invite key.
    #[must_use]
    pub fn new(
        genesis: &Genesis,
        device: &DeviceId,
        box_key: [u8; 32],
        invite: &SigningKey,
        cites: &[EnvelopeId],
    ) -> Self {
        let mut cites: Vec<_> = cites.iter().map(|id| ByteArray::from(id.0)).collect();
        cites.sort();
        cites.dedup();
        cites.truncate(MAX_CITES);
        let mut join = Self {
            kind: JOIN,
            member: MemberId::of(&genesis.workspace, device).0,
            box_key,
            introduced: genesis.envelope.0,
            generation: genesis.payload.generation,
            signature: [0; 64],
            cites,
        };
        join.signature = invite.sign(&join.signed_bytes(&genesis.workspace, device)).to_bytes();
        join
    }

    /// The CBOR bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("encoding to a Vec can't fail")
    }

    fn signed_bytes(&self, workspace: &WorkspaceId, device: &DeviceId) -> Vec<u8> {
        [
            contexts::JOIN_SIGNATURE,
            &workspace.0,
            &self.member,
            &device.0,
            &self.box_key,
            &self.introduced,
            &self.generation.to_be_bytes(),
        ]
        .concat()
    }
}

/// The genesis that `first` is, if it is the one of its workspace.
///
/// # Errors
/// [`ControlError`] where it is another envelope.
pub fn genesis_of(first: &Verified) -> Result<Genesis, ControlError> {
    let header = first.header();
    let device = header.device;
    if !starts_log(first) || type_of(&first.envelope().change) != Some(GENESIS) {
        return Err(ControlError::Start(device));
    }
    let bytes = &first.envelope().change;
    let payload: GenesisPayload = minicbor::decode(bytes).map_err(|_| ControlError::Payload(device))?;
    if founded_by(header) != header.workspace {
        return Err(ControlError::OtherWorkspace(device));
    }
    if payload.policy != POLICY_KEY_HOLDERS {
        return Err(ControlError::Policy(device, payload.policy));
    }
    Ok(Genesis {
        workspace: header.workspace,
        envelope: first.id(),
        founder: device,
        member: MemberId::of(&header.workspace, &device),
        time: header.time,
        payload,
    })
}

/// Who owns the log that `first` starts.
///
/// # Errors
/// [`ControlError`] where it starts with neither the genesis nor a valid join.
pub fn owner_of(first: &Verified, genesis: &Genesis) -> Result<Owner, ControlError> {
    let device = first.header().device;
    if first.id() == genesis.envelope {
        return Ok(Owner { member: genesis.member, box_key: genesis.payload.box_key });
    }
    if first.header().workspace != genesis.workspace {
        return Err(ControlError::OtherWorkspace(device));
    }
    if !starts_log(first) || type_of(&first.envelope().change) != Some(JOIN) {
        return Err(ControlError::Start(device));
    }
    if first.header().time < genesis.time {
        return Err(ControlError::Time(device));
    }
    let join: JoinPayload = minicbor::decode(&first.envelope().change).map_err(|_| ControlError::Payload(device))?;
    check_join(&join, &device, genesis)?;
    Ok(Owner { member: MemberId(join.member), box_key: join.box_key })
}

fn check_join(join: &JoinPayload, device: &DeviceId, genesis: &Genesis) -> Result<(), ControlError> {
    if join.introduced != genesis.envelope.0 || join.generation != genesis.payload.generation {
        return Err(ControlError::UnknownInvite(*device));
    }
    if join.member != MemberId::of(&genesis.workspace, device).0 {
        return Err(ControlError::Member(*device));
    }
    let sorted = join.cites.iter().zip(join.cites.iter().skip(1)).all(|(a, b)| a < b);
    if join.cites.len() > MAX_CITES || !sorted {
        return Err(ControlError::Cites(*device));
    }
    VerifyingKey::from_bytes(&genesis.payload.invite)
        .and_then(|key| {
            let signed = join.signed_bytes(&genesis.workspace, device);
            key.verify_strict(&signed, &Signature::from_bytes(&join.signature))
        })
        .map_err(|_| ControlError::Signature(*device))
}

/// The workspace that a genesis with this header founds: a hash of the header without the workspace.
fn founded_by(header: &Header) -> WorkspaceId {
    let blank = Header { workspace: WorkspaceId([0; 16]), ..header.clone() };
    WorkspaceId(derive16(contexts::WORKSPACE_ID, &[&blank.encode()]))
}

fn starts_log(first: &Verified) -> bool {
    first.header().kind == Kind::CONTROL && first.header().seq == 1
}

/// The type number of a control payload, `None` where it is not one.
#[must_use]
pub fn type_of(payload: &[u8]) -> Option<u64> {
    #[derive(Decode)]
    #[cbor(map)]
    struct Type {
        #[n(0)]
        kind: u64,
    }
    minicbor::decode::<Type>(payload).ok().map(|payload| payload.kind)
}

/// Whether a payload type is one that this version understands.
#[must_use]
pub fn is_known(kind: Kind, payload: &[u8]) -> bool {
    match type_of(payload) {
        Some(GENESIS | JOIN | ERASE | MAILBOX) => kind == Kind::CONTROL,
        Some(KEYS) => kind == Kind::KEYS,
        Some(_) | None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_invite_key_signs_every_field_of_a_join_but_its_citations() {
        let workspace = WorkspaceId([1; 16]);
        let device = DeviceId([2; 32]);
        let join = JoinPayload {
            kind: JOIN,
            member: [3; 16],
            box_key: [4; 32],
            introduced: [5; 32],
            generation: 6,
            signature: [0; 64],
            cites: Vec::new(),
        };
        let signed = join.signed_bytes(&workspace, &device);
        assert_eq!(signed.len(), contexts::JOIN_SIGNATURE.len() + 16 + 16 + 32 + 32 + 32 + 2);
        assert_ne!(signed, join.signed_bytes(&WorkspaceId([9; 16]), &device));
        assert_ne!(signed, join.signed_bytes(&workspace, &DeviceId([9; 32])));
        for other in [
            JoinPayload { member: [9; 16], ..join.clone() },
            JoinPayload { box_key: [9; 32], ..join.clone() },
            JoinPayload { introduced: [9; 32], ..join.clone() },
            JoinPayload { generation: 9, ..join.clone() },
        ] {
            assert_ne!(signed, other.signed_bytes(&workspace, &device));
        }
    }
}
