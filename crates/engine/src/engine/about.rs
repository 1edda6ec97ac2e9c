//! What an engine tells of itself and of its teammates, beside the answers to questions.

use cremona_envelope::{DeviceId, Identity, MemberId, Time, WorkspaceId};
use cremona_sync::{Peer, Progress};

use super::Engine;
use crate::ask::{Answer, Failure, Standing};
use crate::{inbox, soft, standing, status};

impl Engine {
    /// The workspace.
    #[must_use]
    pub fn workspace(&self) -> WorkspaceId {
        self.core.workspace
    }

    /// This device.
    #[must_use]
    pub fn device(&self) -> DeviceId {
        self.core.identity.device()
    }

    /// This member.
    #[must_use]
    pub fn member(&self) -> MemberId {
        self.core.member()
    }

    /// The device's keys, for the network layer.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.core.identity
    }

    /// How far a peer and this node are apart.
    #[must_use]
    pub fn progress(&self, peer: &Peer) -> Progress {
        self.replica.progress(peer)
    }

    /// Root of the frontier: equal where equal sets are held.
    #[must_use]
    pub fn root(&self) -> [u8; 32] {
        self.replica.root()
    }

    /// By how many ms a connected peer's clock is ahead of this one, once it has told.
    #[must_use]
    pub fn clock_ahead(&self, peer: &Peer) -> Option<i64> {
        self.replica.clock_ahead(peer)
    }

    /// Whether the workspace has been met and this device counts in it.
    #[must_use]
    pub fn joined(&self) -> bool {
        self.core.own.is_some()
    }

    /// `host:port`s of the workspace's mailboxes, the latest announced first.
    #[must_use]
    pub fn mailbox_hints(&self) -> Vec<String> {
        self.core.mailboxes.hints()
    }

    /// The display name of the member that a device belongs to, or that it is a mailbox; `None` for a
    /// stranger.
    #[must_use]
    pub fn name_of(&self, device: &DeviceId) -> Option<String> {
        if self.core.mailboxes.knows(device) {
            return Some("mailbox".to_owned());
        }
        let name = self.store.read(|read| {
            let member = read.device_member(device)?;
            member.map(|member| read.member_name(&member)).transpose()
        });
        name.unwrap_or_else(|error: cremona_store::StoreError| {
            tracing::warn!(%error, "a name can't be read");
            None
        })
    }

    /// Where teammates' nodes can be reached, as they said last.
    ///
    /// # Errors
    /// [`Failure`] where the store refuses.
    pub fn addresses(&self) -> Result<Vec<(DeviceId, Vec<String>)>, Failure> {
        Ok(self.store.read(|read| soft::known_addresses(&self.core, &read))?)
    }

    /// The first moment after `after` at which the clock alone changes what this member is shown, by what is known
    /// now: an embargo ends, what was put off comes back, a flag is overdue, the quiet ends.
    ///
    /// # Errors
    /// [`Failure`] where the store refuses.
    pub fn turns_after(&self, after: Time) -> Result<Option<Time>, Failure> {
        Ok(self.store.read(|read| inbox::turns::next(&read, &self.core.wall, &self.core.member(), after))?)
    }

    /// What is known of who holds what.
    ///
    /// # Errors
    /// [`Failure`] where the store refuses.
    pub fn standing(&self, now: Time) -> Result<Standing, Failure> {
        Ok(self.store.read(|read| standing::standing(&self.core, &self.replica, &self.peers, &read, now))?)
    }

    /// Whether there is someone to whom this node's words mean something.
    pub(super) fn is_heard(&self) -> bool {
        self.core.own.is_some() && !self.peers.is_empty()
    }

    pub(super) fn status(&mut self, now: Time) -> Result<Answer, Failure> {
        let mut status = status::status(&self.store, &self.core, now)?;
        status.joined = self.joined();
        status.lives = self.lives;
        status.mailboxes = self.core.mailboxes.list();
        let name_of = |device: &DeviceId| self.name_of(device).unwrap_or_else(|| device.short());
        status.warnings.extend(self.core.mailboxes.warnings(name_of));
        status.standing = self.standing(now)?;
        if status.name.is_empty() {
            status.name.clone_from(&self.settings.name);
        }
        Ok(Answer::Status(Box::new(status)))
    }
}
