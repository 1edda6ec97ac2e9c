//! A node and who it knows: members, peers, status, the key, digests.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Standing;

/// A member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Member {
    /// Member id.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Device ids.
    pub devices: Vec<String>,
    /// Whether it is this node's member.
    pub me: bool,
    /// When they joined.
    pub joined: String,
}

/// Members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Members {
    /// By time of joining.
    pub members: Vec<Member>,
}

/// A peer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Peer {
    /// Device id, if it is known.
    pub device: Option<String>,
    /// Member's name, if it is known.
    pub name: Option<String>,
    /// Address.
    pub address: String,
    /// `connected`, `dialling`, `waiting` or `dropped`.
    pub state: String,
    /// `dialled`, `accepted`, or empty.
    pub direction: String,
    /// Whether both hold the same set.
    pub in_sync: bool,
    /// Envelopes that it has and this node lacks, as far as known.
    pub to_receive: u64,
    /// Envelopes that this node has and it lacks, as far as known.
    pub to_send: u64,
    /// Why it was dropped or could not be reached.
    pub reason: Option<String>,
    /// When it is tried again.
    pub next_try: Option<String>,
    /// Why this node last refused to go on with it, since the start; stays once it is back.
    #[serde(default)]
    pub dropped_for: Option<String>,
    /// When that was.
    #[serde(default)]
    pub dropped_at: Option<String>,
    /// By how many ms its clock is ahead of this one, once it has told; the way is counted in.
    #[serde(default)]
    pub clock_ahead_ms: Option<i64>,
}

/// Peers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Peers {
    /// Connected ones first.
    pub peers: Vec<Peer>,
    /// Who holds what, unless only connections were asked for.
    #[serde(flatten, default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<Standing>,
}

/// Status of a node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Status {
    /// Workspace id.
    pub workspace: String,
    /// This member's name.
    pub name: String,
    /// This member.
    pub member: String,
    /// This device.
    pub device: String,
    /// Whether the workspace has been met: a newcomer waits for the first teammate.
    pub joined: bool,
    /// Whether a node process answers.
    pub running: bool,
    /// Addresses it listens on.
    pub addresses: Vec<String>,
    /// Connected peers.
    pub connected: u64,
    /// Whether others can reach it, of a running node.
    #[serde(default)]
    pub reach: Option<Reach>,
    /// Envelopes held.
    pub envelopes: u64,
    /// Of those, of a kind that needs a newer cremona.
    pub unknown: u64,
    /// Of those, not opened for lack of a key.
    pub unopened: u64,
    /// Records that break a rule and count for nothing.
    pub refused: u64,
    /// Texts that have not arrived.
    pub missing_texts: u64,
    /// Messages, threads, channels, members.
    pub messages: u64,
    /// Threads.
    pub threads: u64,
    /// Channels.
    pub channels: u64,
    /// Members.
    pub members: u64,
    /// Mailboxes.
    #[serde(default)]
    pub mailboxes: Vec<Mailbox>,
    /// Logs that are forked.
    pub forked_logs: u64,
    /// Lives of this device's own log.
    pub lives: u64,
    /// Bytes of the data directory.
    pub disk_bytes: u64,
    /// Bytes of all text held.
    pub text_bytes: u64,
    /// Who holds what.
    #[serde(flatten)]
    pub standing: Standing,
    /// In words, what deserves attention.
    pub warnings: Vec<String>,
}

/// Whether others can reach a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reach {
    /// Whether others can connect to it directly: `yes`, `no`, or `unknown`.
    pub directly: String,
    /// Multiaddrs at which others did, or may.
    pub addresses: Vec<String>,
    /// Names of those who relay to it.
    pub relays: Vec<String>,
}

/// A mailbox of the workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mailbox {
    /// Its device.
    pub device: String,
    /// `host:port`s where it listens.
    pub addresses: Vec<String>,
    /// When it was announced.
    pub announced: String,
    /// Whether it says that it takes nothing new.
    pub full: bool,
}

/// The workspace key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Key {
    /// The string to paste.
    pub key: String,
}

/// Digests to compare between nodes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Digest {
    /// Hash over the envelope set.
    pub root: String,
    /// Hash over the documents.
    pub state: String,
    /// Envelopes that count.
    pub envelopes: u64,
    /// Messages, deleted ones left out.
    pub messages: u64,
    /// Threads.
    pub threads: u64,
    /// Channels.
    pub channels: u64,
    /// Members.
    pub members: u64,
}

/// What fsck found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Checked {
    /// Envelopes and rows compared.
    pub checked: u64,
    /// In words, what differs.
    pub problems: Vec<String>,
    /// Whether what is derived was rebuilt.
    #[serde(default)]
    pub repaired: bool,
}
